"""Whose certificates count: the system's, read once.

Reading them takes as long as a word is said, and the agents of one question would each do it.
"""

from __future__ import annotations

import ssl
import threading

_turn = threading.Lock()
_context: ssl.SSLContext | None = None


def read() -> ssl.SSLContext:
    """The context of all connections; call it on a thread."""
    global _context
    with _turn:
        if _context is None:
            _context = ssl.create_default_context()
        return _context
