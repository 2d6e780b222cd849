"""The file: open, migrate, and write so that what was confirmed is still there after a kill.

SQLite in WAL mode with `synchronous = FULL`: when a transaction returns, it is on the disk
(https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from threading import RLock
from typing import Any, Self

from edge.errors import StorageError

log = logging.getLogger(__name__)

BUSY_MS = 3000
"""How long a write waits for another program that is writing."""

Value = str | float | int | None


class Database:
    """One connection, usable from any thread, one call at a time.

    Raises StorageError, in one sentence, for a file that cannot be opened, is damaged or newer
    than this program, a full disk, and a lock that is not given up.
    """

    def __init__(self, path: Path, schema: str = "edge.memory") -> None:
        """`schema`: the package whose folder `migrations` makes the tables."""
        self.path = path
        self._schema = schema
        self._lock = RLock()
        self._depth = 0
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Created here, so that nobody but its owner can ever read it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StorageError(f"{path} cannot be opened: {error.strerror}.") from None
        with self._sentences():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
            )
        try:
            with self._sentences():
                self._connection.row_factory = sqlite3.Row
                for pragma in (
                    "journal_mode = wal",
                    "synchronous = full",
                    "foreign_keys = on",
                    # What is deleted is overwritten, not only unlinked.
                    "secure_delete = on",
                    "trusted_schema = off",
                ):
                    self._connection.execute(f"pragma {pragma}")
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or none of it; on the disk when the block has ended."""
        with self._lock, self._sentences():
            if self._depth:
                yield
                return
            self._connection.execute("begin immediate")
            self._depth += 1
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                # A full disk may have ended the transaction already.
                with suppress(sqlite3.Error):
                    self._connection.execute("rollback")
                raise
            finally:
                self._depth -= 1

    def write(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement in a transaction; the id of the row that it inserted."""
        with self.transaction():
            return self._connection.execute(sql, values).lastrowid or 0

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run one statement in a transaction; how many rows it changed."""
        with self.transaction():
            return self._connection.execute(sql, values).rowcount

    def write_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> int:
        """Run one statement for each of `rows`, in one transaction; how many rows it changed."""
        with self.transaction():
            return self._connection.executemany(sql, rows).rowcount

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._lock, self._sentences():
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[Value] = ()) -> Any:
        """The first value of a query's first row; None where there is none."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    def tables(self) -> list[str]:
        """Names of the tables that hold what the wearer said or brought."""
        rows = self.rows("select name from sqlite_schema where type = 'table' order by name")
        return [row[0] for row in rows if not row[0].startswith("sqlite_")]

    def erase(self) -> None:
        """Delete every row of every table, and leave no trace of it in the file or its log."""
        with self.transaction():
            for table in self.tables():
                self._connection.execute(f'delete from "{table}"')
        with self._lock, self._sentences():
            self._connection.execute("vacuum")
        self.fold_log()

    def fold_log(self) -> None:
        """Empty the log into the file, so that what was deleted is not in the log either."""
        self.rows("pragma wal_checkpoint(truncate)")

    def _migrate(self) -> None:
        steps = migrations(self._schema)
        version = int(self.one("pragma user_version"))
        if version > len(steps):
            raise StorageError(
                f"{self.path} was written by a newer version of edge; "
                "update edge, or move the file away."
            )
        for number, script in enumerate(steps[version:], version + 1):
            log.info("Bringing %s to version %d.", self.path, number)
            with self.transaction():
                # Another program may have done it while we waited for the lock.
                if int(self.one("pragma user_version")) >= number:
                    continue
                for statement in _statements(script):
                    self._connection.execute(statement)
                self._connection.execute(f"pragma user_version = {number}")

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            log.debug("SQLite: %r", error)
            raise StorageError(self._sentence(error)) from error

    def _sentence(self, error: sqlite3.Error) -> str:
        # The low byte is the primary code; it is missing on errors of the Python module itself.
        code = getattr(error, "sqlite_errorcode", None)
        match None if code is None else code & 0xFF:
            case sqlite3.SQLITE_FULL:
                return "The disk is full, so this could not be saved."
            case sqlite3.SQLITE_IOERR:
                return f"{self.path} could not be read or written; the disk may be full."
            case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
                return f"{self.path} is damaged; move it away to begin with an empty memory."
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return f"{self.path} is being written by another program; try again."
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return f"{self.path} cannot be written."
            case _:
                return f"{self.path} cannot be used: {error}."


def migrations(schema: str = "edge.memory") -> list[str]:
    """The scripts that make the schema, oldest first; a file's version is how many it has had."""
    folder = resources.files(schema) / "migrations"
    files = [file for file in folder.iterdir() if file.name.endswith(".sql")]
    return [file.read_text("utf-8") for file in sorted(files, key=lambda file: file.name)]


def _statements(script: str) -> Iterator[str]:
    # Not executescript: it commits the transaction that it is called in.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
