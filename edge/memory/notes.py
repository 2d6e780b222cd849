"""Notes: free text of the wearer, newest first."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from edge.memory.database import Database
from edge.memory.words import best

LONGEST = 20_000
"""Characters of a note: some twenty minutes of speech."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    id: int
    text: str
    written_at: float
    """Seconds since 1970, UTC."""


class Notes:
    """The table `notes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: str, *, at: float) -> Note:
        """Keep a note."""
        number = self._database.write(
            "insert into notes (text, written_at) values (?, ?)", (text, at)
        )
        return Note(number, text, at)

    def all(self) -> list[Note]:
        """Every note, the newest first."""
        return [_note(row) for row in self._database.rows("select * from notes order by id desc")]

    def about(self, words: str, limit: int = 5) -> list[Note]:
        """The notes that share telling words with `words`, the best first."""
        return best(words, self.all(), lambda note: note.text, limit)

    def delete(self, note: Note) -> None:
        """Delete a note."""
        self._database.write("delete from notes where id = ?", (note.id,))
        self._database.fold_log()

    def clear(self) -> int:
        """Delete all notes; how many there were."""
        count = self._database.change("delete from notes")
        self._database.fold_log()
        return count


def _note(row: sqlite3.Row) -> Note:
    return Note(row["id"], row["text"], row["written_at"])
