import mmap
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge import pages
from tests.conftest import missing

MAPS = """\
00400000-00e00000 r-xp 00000000 08:01 123 /usr/bin/python3
01000000-01900000 rw-p 00000000 00:00 0 [heap]
7f0000100000-7f0000700000 rw-p 00000000 00:00 0
7f0001000000-7f0001100000 rw-p 00000000 00:00 0
7f0002000000-7f0002800000 rw-p 00001000 08:01 124 /tmp/model.data
7f0003000000-7f0003800000 r--p 00000000 00:00 0
7ffc00000000-7ffc00800000 rw-p 00000000 00:00 0 [stack]
"""


def test_only_whole_huge_pages_of_plain_memory():
    """Files, stacks, what cannot be written, and parts of a huge page are left out."""
    assert pages.spans(MAPS.splitlines()) == [
        (0x1000000, 0x1800000),
        (0x7F0000200000, 0x7F0000600000),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked")
@pytest.mark.parametrize("written", [False, True])
def test_a_file_leaves_memory_unless_it_was_written_to(tmp_path, written):
    """What was only read goes and comes back when it is read; what was changed stays changed."""
    file = tmp_path / "weights"
    file.write_bytes(bytes(range(256)) * 4096)
    with file.open("rb") as stream:
        held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY)
    if written:
        held[5] = 99
    assert sum(held[::4096]) == 0
    before = resident(file)
    pages.let_go(pages.held(file))
    assert before >= 1024
    assert resident(file) == (before if written else 0)
    assert held[5] == (99 if written else 5)
    assert held[6:] == (bytes(range(256)) * 4096)[6:]
    held.close()


def resident(file):
    """kB of a mapped file."""
    smaps = Path("/proc/self/smaps").read_text()
    return sum(int(kb) for kb in re.findall(rf"{file}\n(?:\w+:.*\n)*?Rss:\s+(\d+) kB", smaps))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked")
def test_memory_moves_and_stays_what_it_was(monkeypatch):
    """What the process holds lies in huge pages afterwards, and has its content."""
    held = mmap.mmap(-1, 8 * pages.HUGE)
    content = bytes(range(256)) * (len(held) // 256)
    held[:] = content
    before = _huge()
    waited = []
    clock = SimpleNamespace(sleep=waited.append, perf_counter=time.perf_counter)
    monkeypatch.setattr(pages, "time", clock)  # not the module's: other threads sleep, too
    thread = pages.collapse(after=0.2)
    assert thread is not None
    thread.join()
    assert waited == [0.2]
    assert held[:] == content
    held.close()
    if before == _huge() == 0:
        missing("a kernel with MADV_COLLAPSE (Linux 6.1)")
    assert _huge() > 0


def _huge():
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages:\s+(\d+) kB", rollup)[1])
