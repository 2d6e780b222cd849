"""What is remembered, in one value that can be shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edge.memory import Memory


def summary(store: Memory) -> dict[str, Any]:
    """Facts, what is due, lists and notes. Raises StorageError."""
    return {
        "file": str(store.path),
        "rows": store.count(),
        "facts": [
            {"fact": f.text, "said": f.said, "origin": f.origin, "told": _time(f.told_at)}
            for f in store.facts.all()
        ],
        "due": [
            {
                "kind": d.kind,
                "name": d.name,
                "at": _time(d.at) if d.remaining is None else None,
                "paused_left_s": d.remaining,
                "repeats": d.rule is not None,
            }
            for d in store.due.open() + store.due.paused()
        ],
        "lists": {
            name: [item.text for item in store.lists.open(name)] for name in store.lists.names()
        },
        "notes": [{"note": n.text, "written": _time(n.written_at)} for n in store.notes.all()],
        "muted": store.told.muted(),
    }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(sep=" ", timespec="minutes")
