"""Servers that end soon.

uvicorn looks ten times a second whether it is to end, and waits a tenth of a second for its
connections: that is most of the time of a test that has a server of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest
import uvicorn.server


class _Hasty:
    """asyncio, whose `sleep` is short."""

    def __getattr__(self, name):
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds):
        await asyncio.sleep(min(seconds, 0.005))


@contextmanager
def hasty():
    """In the block uvicorn does not tarry."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uvicorn.server, "asyncio", _Hasty())
        yield
