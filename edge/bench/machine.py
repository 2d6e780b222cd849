"""The machine that figures come from: its name, and how fast it reads memory."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np


def describe() -> dict[str, Any]:
    """Processor, cores, memory and system, for a report."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": _memory_mb(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def read_bandwidth(size: int, threads: int, rounds: int = 7) -> float:
    """Bytes a second that `threads` threads read from `size` bytes of memory; a median.

    The size matters: what fits the processor's cache is read faster. Ask for as much as the work
    in question reads each time.
    """
    part = max(1, size // 8 // threads)
    # Written once: untouched pages would all be the same page of zeros.
    buffers = [np.arange(part, dtype=np.int64) for _ in range(threads)]
    seconds = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds + 1):
            began = time.perf_counter()
            # A maximum of integers is vectorised, and lets the other threads run.
            list(pool.map(np.max, buffers))
            seconds.append(time.perf_counter() - began)
    return part * 8 * threads / statistics.median(seconds[1:])


def resident_mb() -> float:
    """Memory of this process that is in RAM, in MB of 10^6 bytes; where unknown, its maximum."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return _greatest_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _greatest_mb() -> float:
    if sys.platform == "win32":
        return float("nan")
    import resource

    # Bytes on macOS, units of 1024 bytes elsewhere.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _processor() -> str:
    """The processor's name, and of its vector instructions those that decide the speed."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(
        (name.strip(), value.strip())
        for name, _, value in (line.partition(":") for line in text.splitlines())
    )
    flags = set((fields.get("flags") or fields.get("Features") or "").split())
    telling = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "amx_int8", "asimddp", "i8mm", "sve")
    known = [flag for flag in telling if flag in flags]
    name = fields.get("model name") or fields.get("Hardware") or platform.machine()
    return f"{name} ({', '.join(known)})" if known else name


def _memory_mb() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6)
    except (AttributeError, OSError, ValueError):
        return None
