"""Small things that outlive a restart."""

from __future__ import annotations

from edge.memory.database import Database


class State:
    """The table `state`: a text for a key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """What is kept for `key`."""
        value = self._database.one("select value from state where key = ?", (key,))
        return None if value is None else str(value)

    def put(self, key: str, value: str) -> None:
        """Keep `value`; a write only where it is another one."""
        if self.get(key) != value:
            self._database.write(
                "insert into state (key, value) values (?, ?) "
                "on conflict (key) do update set value = excluded.value",
                (key, value),
            )

    def drop(self, key: str) -> None:
        """Keep nothing for `key`."""
        self._database.write("delete from state where key = ?", (key,))
