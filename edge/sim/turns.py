"""The latest turns with their part of the trace and their sound: to be looked at, and kept."""

from __future__ import annotations

import io
import json
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np

from edge.errors import AudioFileError, SimulatorError
from edge.events import SAMPLE_RATE, Int16
from edge.sim.tape import Tape

_TURNS: Final = 100
"""Turns that are kept."""
_SOUND: Final = 60_000_000
"""Bytes of sound that are kept."""
_EVENTS: Final = 400
"""Events of one turn that are kept."""
_BEFORE: Final = SAMPLE_RATE // 2
"""Samples kept from before a question."""
_LONGEST: Final = 60 * SAMPLE_RATE
"""Samples of the longest question that is kept."""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn that is over."""

    id: int
    at: datetime
    question: str
    answer: str
    interrupted: bool
    stages: dict[str, float]
    typed: bool
    events: list[dict[str, Any]]
    asked: Int16
    """(n,) of the question at `SAMPLE_RATE`; empty where it was typed or nobody asked."""
    said: Int16
    """(n,) of the answer at `said_rate`."""
    said_rate: int

    def summary(self) -> dict[str, Any]:
        """Without the trace."""
        routes = [event for event in self.events if event["event"] == "route"]
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "question": self.question,
            "answer": self.answer,
            "interrupted": self.interrupted,
            "typed": self.typed,
            "stages": self.stages,
            "route": routes[-1] if routes else None,
            "seconds": round(len(self.said) / self.said_rate, 3),
            "audio": bool(len(self.asked) or len(self.said)),
        }

    def whole(self) -> dict[str, Any]:
        """With the trace."""
        return {**self.summary(), "events": self.events}

    def export(self) -> bytes:
        """A ZIP with turn.json, trace.jsonl and the two sounds."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("turn.json", json.dumps(self.whole(), ensure_ascii=False, indent=1))
            lines = [json.dumps(event, ensure_ascii=False) for event in self.events]
            file.writestr("trace.jsonl", "".join(line + "\n" for line in lines))
            if len(self.asked):
                file.writestr("question.wav", wav(self.asked, SAMPLE_RATE))
            if len(self.said):
                file.writestr("answer.wav", wav(self.said, self.said_rate))
        return out.getvalue()


@dataclass(slots=True)
class Turns:
    """Collects events until a turn is over. A watcher of the timeline."""

    heard: Tape
    """The microphone's."""
    played: Tape
    """The speaker's."""
    kept: deque[TurnRecord] = field(default_factory=lambda: deque(maxlen=_TURNS))
    _events: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_EVENTS))
    _count: int = 0

    def add(self, event: dict[str, Any], now: datetime) -> TurnRecord | None:
        """`event` with its `t`, `wall` and fields; the turn, if that was its end."""
        self._events.append(event)
        if event["event"] != "turn_done":
            return None
        events, later = _parted(self._events, event)
        self._events = deque(later, maxlen=_EVENTS)
        self._count += 1
        record = TurnRecord(
            id=self._count,
            at=now,
            question=event["question"],
            answer=event["answer"],
            interrupted=event["interrupted"],
            stages=event["stages"],
            typed=any(e["event"] == "transcript" and e.get("typed") for e in events),
            events=events,
            asked=self._asked(events),
            said=self._said(events),
            said_rate=self.played.rate,
        )
        self.kept.append(record)
        size = sum(one.asked.nbytes + one.said.nbytes for one in self.kept)
        while size > _SOUND and len(self.kept) > 1:
            gone = self.kept.popleft()
            size -= gone.asked.nbytes + gone.said.nbytes
        return record

    def __iter__(self) -> Iterator[TurnRecord]:
        """The newest first."""
        return reversed(self.kept)

    def get(self, number: int) -> TurnRecord:
        """Raises SimulatorError where it is not kept."""
        for record in self.kept:
            if record.id == number:
                return record
        raise SimulatorError(f"There is no turn {number}.")

    def forget(self) -> None:
        """The wearer wants everything forgotten."""
        self.kept.clear()
        self._events.clear()
        self.heard.erase()
        self.played.erase()

    def _asked(self, events: list[dict[str, Any]]) -> Int16:
        begins = [e["at"] for e in events if e["event"] == "speech_started"]
        ends = [e["at"] for e in events if e["event"] == "speech_ended"]
        last = [e for e in events if e["event"] == "transcript" and e["text"]]
        if not begins or not ends or not last or last[-1].get("typed"):
            return np.zeros(0, np.int16)
        end = round(ends[-1] * SAMPLE_RATE) + _BEFORE
        starts = [begin for begin in begins if begin <= ends[-1]] or begins[:1]
        begin = max(round(starts[-1] * SAMPLE_RATE) - _BEFORE, end - _LONGEST, 0)
        return self.heard.read(begin, end)

    def _said(self, events: list[dict[str, Any]]) -> Int16:
        begins = [e["at"] for e in events if e["event"] == "audio_started"]
        ends = [e["at"] for e in events if e["event"] == "audio_ended"]
        if not begins or not ends:
            return np.zeros(0, np.int16)
        return self.played.read(round(begins[0] * SAMPLE_RATE), round(ends[-1] * SAMPLE_RATE))


def _parted(
    events: Iterable[dict[str, Any]], done: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The events of the turn that is `done`, and those of the question that cut it off."""
    events = list(events)
    mine = [True] * len(events)
    asked, over = not done["question"], False
    for place, event in enumerate(events):
        name = event["event"]
        if name == "resumed":
            # That was a noise: it goes on with what it was saying.
            mine[:place], over = [True] * place, False
        begins = name == "speech_started" or (name == "transcript" and event.get("typed", False))
        over = over or (asked and begins)
        mine[place] = not over or event.get("turn") == done["turn"]
        asked = asked or (name == "transcript" and event["text"] == done["question"])
    both = list(zip(events, mine, strict=True))
    return [event for event, own in both if own], [event for event, own in both if not own]


def wav(samples: Int16, rate: int) -> bytes:
    """(n,) samples as a WAV file."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV", subtype="PCM_16")
    return out.getvalue()


def exported_question(data: bytes) -> tuple[str, bytes]:
    """The question's text, and its sound as a WAV (empty: it was typed), of an exported turn.

    Raises SimulatorError for what is no such file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = file.namelist()
            # What a few bytes would grow to is not read.
            if any(file.getinfo(name).file_size > 20_000_000 for name in names):
                raise SimulatorError("A file in the ZIP is larger than 20 MB.")
            turn = json.loads(file.read("turn.json"))
            question = str(turn["question"])
            sound = file.read("question.wav") if "question.wav" in names else b""
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise SimulatorError(f"That is no exported turn: {error}.") from None
    return question, sound


def decoded(data: bytes, longest_s: float) -> Int16:
    """(n,) samples of a recording in any format that is read. Raises AudioFileError."""
    import tempfile
    from pathlib import Path

    from edge.hear.files import read_blocks

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording"
        path.write_bytes(data)
        blocks = []
        try:
            for block in read_blocks(path):
                blocks.append(block.samples)
                if block.end > longest_s * SAMPLE_RATE:
                    raise AudioFileError(f"The recording is longer than {longest_s:.0f} s.")
        except AudioFileError as error:
            raise AudioFileError(str(error).replace(str(path), "The recording")) from None
    return np.concatenate(blocks)
