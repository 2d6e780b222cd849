import mmap
import re
import sys
from pathlib import Path

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
def test_memory_moves_and_stays_what_it_was():
    """What the process holds lies in huge pages afterwards, and has its content."""
    held = mmap.mmap(-1, 8 * pages.HUGE)
    content = bytes(range(256)) * (len(held) // 256)
    held[:] = content
    before = _huge()
    thread = pages.collapse()
    assert thread is not None
    thread.join()
    assert held[:] == content
    held.close()
    if before == _huge() == 0:
        missing("a kernel with MADV_COLLAPSE (Linux 6.1)")
    assert _huge() > 0


def _huge():
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return int(re.search(r"AnonHugePages:\s+(\d+) kB", rollup)[1])
