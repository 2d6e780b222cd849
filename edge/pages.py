"""Memory: huge pages for what is held long and read often, and giving back what is not held.

Reading 300 MB of weights for each token goes through 75,000 pages of 4 kB, more than the
processor remembers the places of; in pages of 2 MB it is 150. Linux alone can be asked for that
afterwards (MADV_COLLAPSE, since 6.1: https://man7.org/linux/man-pages/man2/madvise.2.html).
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

log = logging.getLogger(__name__)

HUGE = 2 << 20
"""Bytes."""
_DONT_NEED, _COLLAPSE = 4, 25
_MAPPED = re.compile(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+\s*(.*)")
_ANONYMOUS = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 00000000 00:00 0\s*(?:\[heap\])?$")


def spans(maps: Iterable[str]) -> list[tuple[int, int]]:
    """Whole huge pages (begin, end) of private, unnamed memory in lines of /proc/PID/maps."""
    found = []
    for line in maps:
        if match := _ANONYMOUS.match(line.rstrip()):
            begin, end = (int(place, 16) for place in match.groups())
            begin, end = -(-begin // HUGE) * HUGE, end // HUGE * HUGE
            if begin < end:
                found.append((begin, end))
    return found


def give_back() -> None:
    """Return to the system what was freed, where the C library keeps it (glibc).

    What reads a large file leaves as much again behind in pieces that are free.
    """
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def mapped(smaps: Iterable[str], file: Path) -> list[tuple[int, int]]:
    """Places (begin, end) where `file` is mapped and nothing was written, by /proc/PID/smaps."""
    found, place = [], None
    for line in smaps:
        if match := _MAPPED.match(line):
            begin, end = (int(at, 16) for at in match.group(1, 2))
            place = (begin, end) if match[3].rstrip() == str(file) else None
        elif place and line.split() == ["Anonymous:", "0", "kB"]:
            found.append(place)
    return found


def held(file: Path) -> list[tuple[int, int]]:
    """Where this process has `file` mapped and wrote nothing, for `let_go`."""
    if sys.platform != "linux":
        return []
    try:
        with open("/proc/self/smaps", encoding="utf-8") as smaps:
            return mapped(smaps, file.resolve())
    except OSError:
        return []


def let_go(places: Iterable[tuple[int, int]]) -> None:
    """Give up what is in memory of `places` of a file: what is needed again is mapped again.

    Only while they are mapped: other memory would lose its content.
    """
    for begin, end in places:
        _madvise(begin, end - begin, _DONT_NEED)


def collapse(after: float = 0.0) -> threading.Thread | None:
    """Move what the process holds into huge pages, in a thread that ends by itself.

    It begins after so many seconds, takes about one for 500 MB, and only makes the process faster:
    what fails is logged. None where there is nothing to be asked.
    """
    if sys.platform != "linux":
        return None
    thread = threading.Thread(target=_collapse, args=(after,), name="huge-pages", daemon=True)
    thread.start()
    return thread


def _collapse(after: float) -> None:
    time.sleep(after)
    began = time.perf_counter()
    try:
        held = spans(Path("/proc/self/maps").read_text(encoding="utf-8").splitlines())
    except OSError as error:
        log.info("No huge pages: %s", error)
        return
    # Piece by piece: memory that was given back in between fails alone. Nothing is changed by it.
    pieces = [place for begin, end in held for place in range(begin, end, HUGE)]
    moved = sum(_madvise(place, HUGE, _COLLAPSE) for place in pieces)
    # What was free in between has become memory, too.
    give_back()
    log.info("%d of %d huge pages, in %.2f s", moved, len(pieces), time.perf_counter() - began)


def _madvise(begin: int, length: int, advice: int) -> bool:
    import ctypes

    madvise = ctypes.CDLL(None, use_errno=True).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return bool(madvise(begin, length, advice) == 0)
