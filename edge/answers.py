"""The answers of a session: the one being given, the one being prepared, and those that wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from edge.aio import cancelled
from edge.clock import SampleClock
from edge.events import Ask, Exchange, Transcript
from edge.playout import BACK
from edge.stages import AudioSink, Responder, Synthesizer
from edge.timeline import Timeline
from edge.turn import Turn, TurnResult
from edge.volume import Volume


@dataclass(slots=True)
class Answers:
    """Gives one answer at a time; who decides when and which is the assistant."""

    responder: Responder
    synthesizer: Synthesizer
    sink: AudioSink
    clock: SampleClock
    timeline: Timeline
    history_limit: int
    quiet: Callable[[], bool]
    """Whether nobody speaks: announcements wait for it."""
    results: list[TurnResult] = field(default_factory=list)
    volume: Volume = field(default_factory=Volume)
    session: asyncio.TaskGroup | None = None
    """Where the answers run; None before the session and after it."""
    recorded: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with each result."""
    given: Running | None = None
    """The answer that is being given."""
    draft: Running | None = None
    """The one that is being prepared in case that the question is over."""
    _ended_at: int = 0
    """Sample at which the last answer's end was heard."""
    _forgotten: int = 0
    """How many of the results history no longer has."""
    _questions: deque[tuple[Transcript, int]] = field(default_factory=deque)
    """Heard, and waiting for the answer before theirs to end."""
    _announcements: deque[_Announcement] = field(default_factory=deque)

    @property
    def busy(self) -> bool:
        """Whether anything is being said or waits to be."""
        return bool(self.given or self.draft or self._questions or self._announcements)

    @property
    def asked(self) -> bool:
        """Whether a question waits."""
        return bool(self._questions)

    @property
    def sounding(self) -> bool:
        """Whether an answer is being heard."""
        return (
            self.given is not None
            and "heard" in self.given.turn.marks
            and not (self.given.turn.playout.held)
        )

    @property
    def silent_since(self) -> int | None:
        """Sample at which an answer was heard last; None while one is."""
        if self.given is None:
            return self._ended_at
        turn = self.given.turn
        if turn.playout.held:
            return turn.silent_at
        return None if self.sounding else self._ended_at

    @property
    def spoken(self) -> str:
        """What has been said, or is about to be, of the answer being given."""
        return " ".join(self.given.turn.playout.texts) if self.given else ""

    @property
    def latest(self) -> str:
        """The answer being given, or the last one that was; without those to commands."""
        answers = [r.exchange.answer for r in self.results if r.remember and r.exchange.answer]
        return self.spoken or (answers[-1] if answers else "")

    def history(self) -> tuple[Exchange, ...]:
        """The last exchanges, with what was heard of their answers."""
        kept = self.results[self._forgotten :]
        exchanges = [r.exchange for r in kept if r.remember and r.exchange.answer]
        if self.given is not None and self.given.turn.playout.held:
            turn = self.given.turn
            if turn.remember and (heard := turn.playout.heard()):
                exchanges.append(Exchange(turn.transcript.text, heard, True))
        return tuple(exchanges[max(0, len(exchanges) - self.history_limit) :])

    def forget_history(self) -> None:
        """The wearer wants everything forgotten: later questions come without what was said."""
        self._forgotten = len(self.results)

    # A question.

    def prepare(self, transcript: Transcript) -> None:
        """Begin with the answer to what may be the whole question."""
        self.timeline.emit("speculation_started", text=transcript.text)
        self.draft = self._start(self._turn(transcript, self.responder))

    async def drop(self, reason: str) -> None:
        """What was prepared is of no use."""
        draft, self.draft = self.draft, None
        if draft is not None:
            await draft.stop()
            self.timeline.emit("speculation_dropped", reason=reason)

    async def ask(self, transcript: Transcript, noticed: int) -> None:
        """Answer `transcript`, with what was prepared for it if that fits, in its turn."""
        draft = self.draft
        if draft and self.given is None and draft.turn.transcript.text == transcript.text:
            self.draft, self.given = None, draft
            self.timeline.emit("speculation_kept", text=transcript.text)
            draft.turn.confirm(transcript, len(self.results) + 1, noticed)
            return
        await self.drop("changed")
        self._questions.append((transcript, noticed))
        self.next()

    def say(self, transcript: Transcript, noticed: int, text: str) -> None:
        """Answer a command with `text`, or with silence."""
        turn = self._turn(transcript, _Words(text), remember=False)
        turn.confirm(transcript, len(self.results) + 1, noticed)
        self.given = self._start(turn)

    async def announce(self, text: str) -> bool:
        """Speak `text` as soon as nobody speaks (`edge.stages.Announcer`)."""
        announcement = _Announcement(text, asyncio.get_running_loop().create_future())
        self._announcements.append(announcement)
        self.next()
        try:
            return await announcement.spoken
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._announcements.remove(announcement)
            raise

    # The answer being given.

    def hold(self, at: int) -> None:
        """Be silent, in case that the wearer says more than "uh-huh"."""
        if self.given is not None and not self.given.turn.playout.held:
            self.given.turn.hold()
            self.timeline.emit("held", at, turn=self.given.turn.number)

    async def go_on(self, *, back: float = BACK) -> None:
        """The wearer did not mean to interrupt: up to `back` seconds are said again."""
        if self.given is not None and self.given.turn.playout.held:
            self.timeline.emit("resumed", turn=self.given.turn.number)
            await self.given.turn.playout.resume(back)

    async def cut(self) -> None:
        """The answer is over; history keeps what was heard of it."""
        given, self.given = self.given, None
        if given is not None:
            given.turn.hold()
            self._ended_at = given.turn.silent_at
            await given.stop()
            self.timeline.emit("interrupted", turn=given.turn.number)
            heard = given.turn.playout.heard()
            self._record(given, given.turn.finished(heard, interrupted=True))

    def forget(self) -> None:
        """No question waits any more."""
        self._questions.clear()

    def next(self) -> None:
        """Begin what waits, if its turn has come."""
        if self.session is None or self.given is not None:
            return
        if self._questions:
            transcript, noticed = self._questions.popleft()
            turn = self._turn(transcript, self.responder)
            turn.confirm(transcript, len(self.results) + 1, noticed)
            self.given = self._start(turn)
        elif self._announcements and self.draft is None and self.quiet():
            announcement = self._announcements.popleft()
            self.timeline.emit("announcement", text=announcement.text)
            now = Transcript("", self.clock.now, self.clock.now, 0.0)
            turn = self._turn(now, _Words(announcement.text), remember=False)
            turn.confirm(now, 0, self.clock.now)
            self.given = self._start(turn, announcement)

    def stop(self) -> None:
        """The session is over: leave everything."""
        self.session = None
        for running in (self.given, self.draft):
            if running is not None and running.task is not None:
                running.task.cancel()

    def _turn(self, transcript: Transcript, responder: Responder, *, remember: bool = True) -> Turn:
        return Turn(
            transcript,
            responder,
            self.synthesizer,
            self.sink,
            self.clock,
            self.timeline,
            self.history(),
            self.volume,
            remember=remember,
        )

    def _start(self, turn: Turn, announcement: _Announcement | None = None) -> Running:
        assert self.session is not None
        running = Running(turn, announcement)
        running.task = self.session.create_task(self._give(running))
        return running

    async def _give(self, running: Running) -> None:
        try:
            result = await running.turn.run()
        except Exception:
            # What goes wrong with a question that may never be asked is nobody's business.
            await running.turn.ask.confirmed.wait()
            raise
        self.given, self._ended_at = None, running.turn.silent_at
        self._record(running, result)
        self.next()

    def _record(self, running: Running, result: TurnResult) -> None:
        if running.announcement is None:
            self.results.append(result)
            self.recorded.set()
        elif not running.announcement.spoken.done():
            running.announcement.spoken.set_result(not result.interrupted)


@dataclass(slots=True)
class _Announcement:
    text: str
    spoken: asyncio.Future[bool]


@dataclass(slots=True)
class Running:
    """A turn and its task."""

    turn: Turn
    announcement: _Announcement | None = None
    task: asyncio.Task[None] | None = None

    async def stop(self) -> None:
        """End it and wait until nothing of it is left."""
        if self.task is not None:
            await cancelled(self.task)


@dataclass(frozen=True, slots=True)
class _Words:
    """A responder that says what it was made with."""

    text: str

    async def warm(self) -> None:
        """There is nothing to prepare."""

    async def hint(self, ask: Ask) -> None:
        """There is nothing to prepare."""

    async def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The text."""
        yield self.text
