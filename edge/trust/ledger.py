"""What left this device: a file that only grows, each entry chained to the one before by its hash.

One JSON object a line. `sent` is on the disk before its bytes go; `ended` says what became of them.
Whoever changes or takes away an entry breaks the chain behind it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from edge.errors import StorageError

log = logging.getLogger(__name__)

_BEGIN = "0" * 64
_TAIL = 1 << 16
_SENT = b'"kind": "sent"'
_HEAD = 60
"""Bytes of a line in which its kind is named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    number: int
    kind: Literal["sent", "ended"]
    at: datetime
    fields: dict[str, Any]
    """sent: recipient, topic, url, question, bytes (base64); ended: of (the number of what was
    sent), status, received, tokens, money, how."""

    @property
    def content(self) -> bytes:
        """What was sent, with stars for the secret."""
        return base64.b64decode(self.fields.get("bytes", ""))


@dataclass(frozen=True, slots=True)
class Sent:
    """What is about to leave."""

    recipient: str
    topic: str
    url: str
    question: str
    """As it would be shown: without what is personal."""
    content: bytes
    """All bytes, with stars for the secret."""

    def fields(self) -> dict[str, Any]:
        """Of its entry."""
        return {
            "recipient": self.recipient,
            "topic": self.topic,
            "url": self.url,
            "question": self.question,
            "bytes": base64.b64encode(self.content).decode(),
        }


class Ledger:
    """The file. Every method raises StorageError where it cannot be read or written."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._now = now
        self._turn = threading.Lock()
        self._syncing = threading.Lock()
        self._on_disk = 0
        """Bytes that are on the disk for certain."""
        self._since: datetime | None = None
        self._read_to = 0
        self._spent = (0, 0.0)

    def sent(self, recipient: str, topic: str, url: str, question: str, content: bytes) -> int:
        """Record what is about to leave; its number. It is on the disk when this returns."""
        return self.sent_together([Sent(recipient, topic, url, question, content)])[0]

    def sent_together(self, entries: Sequence[Sent]) -> list[int]:
        """The same for several, with one flush to the disk."""
        return self._append("sent", [entry.fields() for entry in entries])

    def ended(
        self,
        of: int,
        *,
        how: str,
        status: int = 0,
        received: int = 0,
        tokens: int = 0,
        money: float = 0.0,
    ) -> int:
        """Record what became of entry `of`; it comes to the disk with the next that is sent."""
        fields = {
            "of": of,
            "how": how,
            "status": status,
            "received": received,
            "tokens": tokens,
            "money": money,
        }
        return self._append("ended", [fields])[0]

    def entries(self, since: datetime | None = None) -> Iterator[Entry]:
        """In order; what was cut off at the end is left out, what is no entry is logged, too."""
        for line in self._lines():
            record = _record(line)
            if record is None:
                log.warning("%s has a line that is no entry.", self.path)
                continue
            at = datetime.fromisoformat(record["at"])
            if since is None or at >= since:
                left_out = ("n", "kind", "at", "prev", "hash")
                fields = {key: value for key, value in record.items() if key not in left_out}
                yield Entry(record["n"], record["kind"], at, fields)

    def spent(self, since: datetime) -> tuple[int, float]:
        """Tokens and money of what ended since then.

        What was read once is not read again as long as `since` stays the same.
        """
        size = self.path.stat().st_size if self.path.exists() else 0
        if since != self._since or size < self._read_to:
            self._since, self._read_to, self._spent = since, 0, (0, 0.0)
        tokens, money = self._spent
        for line in self._lines(self._read_to):
            self._read_to += len(line)
            if _SENT in line[:_HEAD]:
                # Most of the file, and nothing of what it cost.
                continue
            record = _record(line)
            if record and record["kind"] == "ended":
                at = datetime.fromisoformat(record["at"])
                if at >= since:
                    tokens += int(record["tokens"])
                    money += float(record["money"])
        self._spent = tokens, money
        return self._spent

    def verify(self) -> str:
        """Empty where the chain is whole; else one sentence that says where it breaks."""
        before = _BEGIN
        for place, line in enumerate(self._lines(), 1):
            record = _record(line)
            if record is None:
                return f"Line {place} of {self.path} is no entry."
            if record["prev"] != before or record["hash"] != _hash(record):
                return f"Line {place} of {self.path} was changed, or one before it is missing."
            before = record["hash"]
        return ""

    def _lines(self, start: int = 0) -> Iterator[bytes]:
        """Whole lines, from byte `start`."""
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                for line in file:
                    # Half a line at the end: it is being written, or its writer was killed before
                    # anything was sent.
                    if line.endswith(b"\n"):
                        yield line
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(f"{self.path} cannot be read: {error.strerror}.") from None

    def _append(self, kind: str, entries: Sequence[dict[str, Any]]) -> list[int]:
        from filelock import FileLock

        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # In one process nobody polls for the file's lock: agents begin side by side.
            with self._turn, FileLock(f"{self.path}.lock", timeout=10, poll_interval=0.005):
                descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
                with open(descriptor, "r+b") as file:
                    number, before = _last(file)
                    if file.tell() < self._on_disk:
                        # Somebody has begun the file anew.
                        self._on_disk = 0
                    numbers = list(range(number + 1, number + 1 + len(entries)))
                    lines = []
                    for n, fields in zip(numbers, entries, strict=True):
                        at = self._now().isoformat()
                        record = {"n": n, "kind": kind, "at": at, **fields, "prev": before}
                        record["hash"] = before = _hash(record)
                        lines.append(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                    file.write(b"".join(lines))
                    file.flush()
                    end = file.tell()
            if kind == "sent":
                self._bring_to_disk(end)
            return numbers
        except (OSError, TimeoutError) as error:
            lost = ", so nothing was sent" if kind == "sent" else ""
            raise StorageError(f"{self.path} cannot be written ({error}){lost}.") from None

    def _bring_to_disk(self, end: int) -> None:
        """Everything up to byte `end`; what others have written meanwhile goes with it."""
        with self._syncing:
            if self._on_disk >= end:
                return
            with self.path.open("r+b") as file:
                size = file.seek(0, os.SEEK_END)
                os.fsync(file.fileno())
                self._on_disk = size


def _last(file: Any) -> tuple[int, str]:
    """Number and hash of the last entry; the file is at its end, behind a whole line."""
    end = file.seek(0, os.SEEK_END)
    if end == 0:
        return 0, _BEGIN
    size = _TAIL
    while True:
        start = max(0, end - size)
        file.seek(start)
        content = file.read(end - start)
        whole = content.rfind(b"\n") + 1
        line = content[: whole - 1].rpartition(b"\n")[2] if whole else b""
        if start == 0 or (whole and content.count(b"\n") > 1):
            break
        size *= 4
    if start + whole < end:
        # Half a line: its writer was killed before anything was sent.
        log.warning("The end of the ledger was cut off and is left out.")
        file.truncate(start + whole)
    file.seek(start + whole)
    record = _record(line)
    return (record["n"], record["hash"]) if record else (0, _BEGIN)


_FIELDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "sent": dict.fromkeys(("recipient", "topic", "url", "question", "bytes"), str),
    "ended": {
        "of": int, "how": str, "status": int, "received": int, "tokens": int, "money": (int, float),
    },
}  # fmt: skip


def _record(line: bytes) -> dict[str, Any] | None:
    """An entry's fields; None where it is none, whoever wrote it."""
    try:
        record = json.loads(line)
        fields = _FIELDS[record["kind"]]
        usable = (
            isinstance(record["n"], int)
            and datetime.fromisoformat(record["at"]).tzinfo is not None
            and {"prev", "hash"} <= record.keys()
            and all(isinstance(record[name], kind) for name, kind in fields.items())
        )
        if record["kind"] == "sent":
            base64.b64decode(record["bytes"], validate=True)
        return record if usable else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _hash(record: dict[str, Any]) -> str:
    content = {key: value for key, value in record.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
