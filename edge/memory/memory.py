"""The door to everything remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import platformdirs

from edge.memory.database import Database
from edge.memory.due import DueThings
from edge.memory.facts import Facts
from edge.memory.lists import Lists
from edge.memory.notes import Notes
from edge.memory.state import State
from edge.memory.told import Told


class Memory:
    """What the wearer told, in one file of the device. Every method raises StorageError.

    A method that changes something returns when the change is on the disk: only then may it be
    confirmed aloud.
    """

    def __init__(self, path: Path | None = None) -> None:
        """`path`: the file, made where it is not there; None: in the user's data folder."""
        self.path = path or default_path()
        self.database = Database(self.path)
        self.facts = Facts(self.database)
        self.notes = Notes(self.database)
        self.lists = Lists(self.database)
        self.due = DueThings(self.database)
        self.told = Told(self.database)
        self.state = State(self.database)
        self.on_forget: Callable[[], None] | None = None
        """Called when everything was forgotten, for what is not in the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self.database.close()

    def export(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table, for the wearer to take away."""
        return {
            table: [dict(row) for row in self.database.rows(f'select * from "{table}"')]
            for table in self.database.tables()
        }

    def count(self) -> dict[str, int]:
        """How many rows each table has that is not empty."""
        counts = {
            table: int(self.database.one(f'select count(*) from "{table}"'))
            for table in self.database.tables()
        }
        return {table: count for table, count in counts.items() if count}

    def forget_everything(self) -> None:
        """Delete all that is remembered, without a trace in the file."""
        self.database.erase()
        if self.on_forget is not None:
            self.on_forget()


def default_path() -> Path:
    """Where the memory is unless a setting says otherwise."""
    return platformdirs.user_data_path("edge", appauthor=False) / "memory.sqlite"
