"""One scheduler for everything that is said without being asked.

It looks at the memory and at the clock, so it holds nothing that a restart would lose: what ran out
while the device was off is due at the first look.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from edge.errors import StorageError
from edge.memory import Memory
from edge.memory.due import Due
from edge.memory.told import Channel, Telling
from edge.remind import rule, wording
from edge.remind.announcement import Announcement, Source, Suggestion
from edge.remind.budget import Decision, Habits, Situation, Urgency, decide
from edge.remind.shifts import Shifts
from edge.stages import Announcer
from edge.wall import WallClock

log = logging.getLogger(__name__)

LOOK = 10.0
"""Seconds between two looks at the clock, so that a clock that was set is noticed."""
SUGGEST = 600.0
"""Seconds between two rounds of suggestions."""
ALARM_AGAIN = 60.0
"""Seconds after which an alarm that nobody answered is told again."""
ALARM_TIMES = 5
RINGING = 40.0
"""Seconds for which an alarm or a timer rings, unless somebody says something."""
RING_EVERY = 4.0
"""Seconds from one ring to the next: most of them are silent, so that "stop" is heard."""
RINGS = ("alarm", "timer")
"""What rings, rather than being told only."""
CALM = 0.5
"""Seconds between two looks whether somebody still speaks."""


@dataclass(slots=True)
class Scheduler:
    """Decides what is told, when and how. All methods belong to the event loop's thread."""

    memory: Memory
    wall: WallClock
    habits: Habits = field(default_factory=Habits)
    sources: list[Source] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _telling: set[int] = field(default_factory=set)
    """Ids of what is being told, or was told and could not be marked so."""
    _ringing: list[tuple[float, int, Announcement]] = field(default_factory=list)
    """Alarms that nobody answered: steady second of the next time, times left, what to tell."""
    _refused: dict[str, datetime] = field(default_factory=dict)
    """Topics of suggestions that may not be made before a moment."""
    _rings_until: float = 0.0
    """Steady second up to which it rings."""
    _next_suggestion: float = 0.0
    _warnings: list[tuple[str, Suggestion]] = field(default_factory=list)
    """Kind and what to tell, at the next look."""
    _started: float | None = None
    _shifts: Shifts | None = None

    def look(self) -> list[Announcement]:
        """What is to be told now; each thing once. Call `told` when it was."""
        now = self._mind_the_clock()
        moment = now.timestamp()
        if self._started is None:
            self._started = moment
            self._next_suggestion = self.wall.steady() + LOOK
        found = [due for due in self.memory.due.until(moment) if due.id not in self._telling]
        announcements = self._due(found, now)
        announcements += self._ring()
        announcements += self._warn(now)
        if not announcements and self.wall.steady() >= self._next_suggestion:
            self._next_suggestion = self.wall.steady() + SUGGEST
            announcements = self._suggest(now)
        return announcements

    def told(self, announcement: Announcement, *, cut_off: bool = False) -> None:
        """The wearer has been told; `cut_off`: and answered, or did not want to hear more."""
        now = self.wall.now()
        for due in announcement.due:
            if due.kind == "alarm" and not cut_off and self.memory.due.get(due.id) is not None:
                again = self.wall.steady() + ALARM_AGAIN
                only = [t for t in announcement.tellings if t.due_id == due.id]
                self._ringing.append((again, ALARM_TIMES - 1, Announcement(tuple(only))))
            try:
                self._over(due, now)
            except StorageError as error:
                # It stays in the set of those told, so that it is not told again before a restart.
                log.warning("What was told could not be marked so: %s", error)
            else:
                self._telling.discard(due.id)

    def warn(self, kind: str, warning: Suggestion) -> None:
        """Something about the device itself is to be told, once."""
        self._warnings.append((kind, warning))
        self.changed()

    def mention(self, suggestion: Suggestion) -> None:
        """The wearer has heard this, as they asked for it: it is not told again unasked."""
        topic, text, why = suggestion.topic, suggestion.text, suggestion.why
        self._record("suggestion", topic, text, why, "voice")

    def heard(self) -> None:
        """The wearer said something, or pressed the key: alarms need not ring on."""
        self._ringing.clear()
        self._rings_until = 0.0

    @property
    def ringing(self) -> bool:
        """Whether an alarm or a timer rings: what is said now is meant for it."""
        return self.wall.steady() < self._rings_until

    def delay(self) -> float:
        """Seconds until the next look."""
        waits = [LOOK]
        now = self.wall.now().timestamp()
        waits += [due.at - now for due in self.memory.due.open() if due.id not in self._telling]
        waits += [at - self.wall.steady() for at, _, _ in self._ringing]
        return max(0.05, min(waits))

    def changed(self) -> None:
        """Something was set or cancelled: look at once."""
        self._changed.set()

    async def run(
        self,
        announcer: Announcer,
        *,
        calm: Callable[[], bool] = lambda: True,
        chime: Callable[[], None] = lambda: None,
        ring: Callable[[], None] | None = None,
        emit: Callable[..., None] = lambda *args, **fields: None,
    ) -> None:
        """Tell what is due until cancelled.

        `calm` says whether nobody speaks; `chime` plays an earcon; `ring` rings once (None: nothing
        rings); `emit` writes to the trace.
        """
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    for announcement in self.look():
                        group.create_task(
                            self._tell(announcement, announcer, calm, chime, ring, emit)
                        )
                    delay = self.delay()
                except StorageError as error:
                    log.warning("The memory cannot be read for what is due: %s", error)
                    delay = LOOK
                await self._wait(delay)

    async def _tell(
        self,
        announcement: Announcement,
        announcer: Announcer,
        calm: Callable[[], bool],
        chime: Callable[[], None],
        ring: Callable[[], None] | None,
        emit: Callable[..., None],
    ) -> None:
        if not any(telling.kind in RINGS for telling in announcement.tellings):
            ring = None
        # Display before earcon, earcon before voice, and neither over somebody who speaks.
        for telling in announcement.tellings:
            emit(
                "telling",
                kind=telling.kind,
                text=telling.text,
                why=telling.why,
                channel=telling.channel,
            )
        heard = True
        if announcement.channel != "display":
            while not calm():
                await self.wall.wait(CALM)
            if ring is not None:
                self._rings_until = self.wall.steady() + RINGING
            (ring or chime)()
        if announcement.channel == "voice":
            heard = await announcer.announce(announcement.text)
        if not heard:
            self._rings_until = 0.0
        self.told(announcement, cut_off=not heard)
        if ring is not None:
            await self._ring_on(calm, ring)

    async def _ring_on(self, calm: Callable[[], bool], ring: Callable[[], None]) -> None:
        """Ring until somebody says something, or long enough; not over somebody who speaks."""
        while self.ringing:
            await self.wall.wait(RING_EVERY)
            if self.ringing and calm():
                ring()

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        tasks = [
            asyncio.ensure_future(self.wall.wait(seconds)),
            asyncio.ensure_future(self._changed.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _mind_the_clock(self) -> datetime:
        if self._shifts is None:
            self._shifts = Shifts(self.memory, self.wall)
        return self._shifts.mind()

    def _due(self, found: Iterable[Due], now: datetime) -> list[Announcement]:
        assert self._started is not None
        tellings, things = [], []
        for due in found:
            urgency: Urgency = "repeated" if due.rule and rule.seconds(due.rule) else "asked"
            decision = decide(urgency, self.habits, self._situation(now))
            if decision.channel is None:
                log.info("Not told: %s (%s).", due.name, decision.reason)
                self._over(due, now)
                continue
            text = wording.announcement(due, now, was_off=due.at < self._started)
            topic = due.name or due.kind
            tellings.append(
                self._record(due.kind, topic, text, wording.why(due, now), "voice", due)
            )
            things.append(due)
            self._telling.add(due.id)
        # What is due together, or was missed together, is one announcement.
        return [Announcement(tuple(tellings), tuple(things))] if tellings else []

    def _ring(self) -> list[Announcement]:
        steady = self.wall.steady()
        ready = [entry for entry in self._ringing if steady >= entry[0]]
        self._ringing = [entry for entry in self._ringing if steady < entry[0]]
        for _, left, announcement in ready:
            if left > 1:
                self._ringing.append((steady + ALARM_AGAIN, left - 1, announcement))
        return [announcement for _, _, announcement in ready]

    def _warn(self, now: datetime) -> list[Announcement]:
        warnings, self._warnings = self._warnings, []
        found = []
        for kind, one in warnings:
            decision = decide("warning", self.habits, self._situation(now, one.topic))
            if decision.channel is None:
                log.info("Not told: %s (%s).", one.topic, decision.reason)
                continue
            telling = self._record(kind, one.topic, one.text, one.why, decision.channel)
            found.append(Announcement((telling,)))
        return found

    def _suggest(self, now: datetime) -> list[Announcement]:
        for source in self.sources:
            for suggestion in source.suggestions(now):
                if now < self._refused.get(suggestion.topic, now):
                    continue
                decision = self._decide(suggestion, now)
                if decision.channel is None:
                    log.info("Not suggested: %s (%s).", suggestion.topic, decision.reason)
                    self._refused[suggestion.topic] = decision.again or now + timedelta(days=1)
                    continue
                return [
                    Announcement(
                        (
                            self._record(
                                "suggestion",
                                suggestion.topic,
                                suggestion.text,
                                suggestion.why,
                                decision.channel,
                            ),
                        )
                    )
                ]
        return []

    def _decide(self, suggestion: Suggestion, now: datetime) -> Decision:
        return decide("useful", self.habits, self._situation(now, suggestion.topic))

    def _situation(self, now: datetime, topic: str = "") -> Situation:
        told = self.memory.told
        midnight = datetime.combine(now.date(), time(), now.tzinfo).timestamp()
        last = told.last_about(topic) if topic else None
        until = self.memory.state.get("undisturbed_until")
        return Situation(
            now=now,
            told_today=told.suggestions_since(midnight),
            last_told=None if last is None else datetime.fromtimestamp(last, now.tzinfo),
            muted=topic in told.muted(),
            undisturbed_until=None
            if until is None
            else datetime.fromtimestamp(float(until), now.tzinfo),
        )

    def _record(
        self, kind: str, topic: str, text: str, why: str, channel: Channel, due: Due | None = None
    ) -> Telling:
        moment = self.wall.now().timestamp()
        number = None if due is None else due.id
        try:
            return self.memory.told.add(
                at=moment,
                kind=kind,
                topic=topic,
                text=text,
                why=why,
                channel=channel,
                due_id=number,
            )
        except StorageError as error:
            # An alarm must ring though the disk is full.
            log.warning("What is told could not be written down: %s", error)
            return Telling(0, moment, kind, topic, text, why, channel, number)

    def _over(self, due: Due, now: datetime) -> None:
        """Once: it is over. Repeated: the next time."""
        current = self.memory.due.get(due.id)
        if current is None or current.state != "set" or current.at != due.at:
            # Cancelled, put off or forgotten while it was being told.
            return
        following = rule.next_after(due.rule, due.at, now) if due.rule else None
        if following is None:
            self.memory.due.close(due, "told")
        else:
            wall = following.replace(tzinfo=None).isoformat() if due.wall else None
            self.memory.due.move(due, following.timestamp(), wall)
