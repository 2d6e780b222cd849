"""The scheduler: at the right moment, once, through restarts, clock changes and journeys."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge.errors import StorageError
from edge.memory import Memory
from edge.reason.when import When
from edge.remind import rule
from edge.remind.announcement import Suggestion
from edge.remind.budget import Habits
from edge.remind.scheduler import ALARM_AGAIN, ALARM_TIMES, SUGGEST, Scheduler


def timer(scheduler, seconds, name=""):
    now = scheduler.wall.now().timestamp()
    return scheduler.memory.due.add("timer", name, at=now + seconds, now=now, seconds=seconds)


def at(scheduler, kind, wall, name="", when=None):
    """Set an alarm or a reminder for a local time."""
    now = scheduler.wall.now()
    moment = datetime.fromisoformat(wall).replace(tzinfo=now.tzinfo)
    return scheduler.memory.due.add(
        kind,
        name,
        at=moment.timestamp(),
        now=now.timestamp(),
        wall=wall,
        rule=None if when is None else rule.write(when, moment),
    )


def spoken(scheduler):
    """What one look announces; it counts as told."""
    announcements = scheduler.look()
    for announcement in announcements:
        scheduler.told(announcement)
    return [announcement.text for announcement in announcements]


def test_timer(scheduler, wall):
    """A timer is told when it runs out, not before, and once."""
    timer(scheduler, 600, "tea")
    wall.go(599)
    assert spoken(scheduler) == []
    wall.go(1)
    assert spoken(scheduler) == ["Your tea timer is done."]
    wall.go(100)
    assert spoken(scheduler) == []


def test_nothing_twice_while_speaking(scheduler, wall):
    """What is being told is not told again; cancelled before its end, it is told after a start."""
    timer(scheduler, 10)
    wall.go(10)
    assert len(scheduler.look()) == 1
    assert scheduler.look() == []
    assert len(Scheduler(scheduler.memory, wall).look()) == 1


def test_restart(tmp_path, wall):
    """A timer that ran out while the device was off is told at the start, with its time."""
    path = tmp_path / "memory.sqlite"
    with Memory(path) as memory:
        scheduler = Scheduler(memory, wall)
        scheduler.look()
        timer(scheduler, 600, "tea")
        timer(scheduler, 7200)
    wall.off(timedelta(hours=1))
    with Memory(path) as memory:
        scheduler = Scheduler(memory, wall)
        assert spoken(scheduler) == ["Your tea timer ran out at 12:10 PM, while I was off."]
        assert memory.told.last().why == "Because you set a timer for 10 minutes at noon."
        wall.go(3600)
        assert spoken(scheduler) == ["Your 2 hour timer is done."]


def test_missed_together(scheduler, wall):
    """Several that are due together are one announcement, the oldest first."""
    timer(scheduler, 20, "eggs")
    timer(scheduler, 10, "tea")
    wall.go(30)
    assert spoken(scheduler) == ["Your tea timer is done. Your eggs timer is done."]


def test_clock_set(scheduler, wall):
    """A timer takes its time whatever the clock is set to; an alarm goes by the clock."""
    timer(scheduler, 600)
    at(scheduler, "alarm", "2026-03-02T14:00:00", "gym")
    wall.put(wall.now() + timedelta(hours=1))
    assert spoken(scheduler) == []
    wall.go(600)
    assert spoken(scheduler) == ["Your 10 minute timer is done."]
    wall.put(wall.now() - timedelta(hours=5))
    wall.go(1)
    assert spoken(scheduler) == []
    wall.put(datetime(2026, 3, 2, 14, 0, tzinfo=wall.now().tzinfo))
    assert spoken(scheduler) == ["It's 2 PM. This is your alarm: gym."]


def test_sleep(scheduler, wall):
    """A machine that slept is no clock that was set: what ran out meanwhile is told at once."""
    timer(scheduler, 600, "tea")
    wall.go(3600)
    assert spoken(scheduler) == ["Your tea timer ran out at 12:10 PM."]


def test_travel(scheduler, wall):
    """In another zone an alarm for seven is for seven there; a timer does not mind."""
    at(scheduler, "alarm", "2026-03-03T07:00:00")
    timer(scheduler, 3600)
    wall.put(wall.now().astimezone(ZoneInfo("Asia/Tokyo")))
    scheduler.look()
    alarm, clock = scheduler.memory.due.open("alarm")[0], scheduler.memory.due.open("timer")[0]
    assert datetime.fromtimestamp(alarm.at, ZoneInfo("Asia/Tokyo")).hour == 7
    assert clock.at == wall.now().timestamp() + 3600


def test_travel_while_off(scheduler, wall):
    """A journey is noticed at the next start, too."""
    at(scheduler, "reminder", "2026-03-02T15:00:00", "call Bob")
    wall.off(timedelta(hours=1))
    wall.put(wall.now().astimezone(ZoneInfo("Europe/London")))
    later = Scheduler(scheduler.memory, wall)
    assert spoken(later) == []
    wall.go(3 * 3600 - 1)
    assert spoken(later) == []
    wall.go(1)
    assert spoken(later) == ["A reminder: call Bob."]


def test_daily(scheduler, wall):
    """A daily alarm rings each day at its time, also over a change to summer time."""
    when = When(every=tuple(range(7)))
    alarm = at(scheduler, "alarm", "2026-03-28T08:00:00", when=when)
    wall.put(datetime(2026, 3, 28, 8, 0, tzinfo=wall.now().tzinfo))
    assert spoken(scheduler) == ["It's 8 AM. This is your alarm."]
    scheduler.heard()
    following = datetime.fromtimestamp(scheduler.memory.due.get(alarm.id).at, wall.now().tzinfo)
    assert following.isoformat() == "2026-03-29T08:00:00+02:00"


def test_every_two_hours(scheduler, wall):
    """What falls due every so often is not made up for, and is silent in the quiet hours."""
    now = wall.now().timestamp()
    scheduler.memory.due.add(
        "reminder",
        "drink water",
        at=now + 7200,
        now=now,
        seconds=7200,
        rule=rule.write(When(interval=timedelta(hours=2)), wall.now()),
    )
    wall.go(7200)
    assert spoken(scheduler) == ["A reminder: drink water."]
    wall.go(3 * 7200)
    assert len(spoken(scheduler)) == 1
    assert spoken(scheduler) == []
    wall.go(2 * 7200)
    assert wall.now().hour == 0
    assert spoken(scheduler) == []
    assert scheduler.memory.due.open()[0].at == wall.now().timestamp() + 7200


def test_alarm_rings_on(scheduler, wall):
    """An alarm that nobody answers is told again, a few times."""
    at(scheduler, "alarm", "2026-03-02T13:00:00")
    wall.go(3600)
    rings = len(spoken(scheduler))
    for _ in range(20):
        wall.go(ALARM_AGAIN)
        rings += len(spoken(scheduler))
    assert rings == ALARM_TIMES


def test_alarm_answered(scheduler, wall):
    """Whoever says something has heard the alarm."""
    at(scheduler, "alarm", "2026-03-02T13:00:00")
    wall.go(3600)
    assert len(spoken(scheduler)) == 1
    scheduler.heard()
    wall.go(ALARM_AGAIN)
    assert spoken(scheduler) == []


def test_full_disk(scheduler, wall, monkeypatch):
    """A timer rings though what was told cannot be written down, and only once."""
    timer(scheduler, 10)

    def full(*args, **kwargs):
        raise StorageError("The disk is full, so this could not be saved.")

    monkeypatch.setattr(type(scheduler.memory.told), "add", full)
    monkeypatch.setattr(type(scheduler.memory.due), "close", full)
    wall.go(10)
    assert spoken(scheduler) == ["Your 10 second timer is done."]
    wall.go(10)
    assert spoken(scheduler) == []


class Milk:
    """Always thinks of milk, and then of bread."""

    def suggestions(self, now):
        return [
            Suggestion("milk", "You may be running out of milk.", "Because 8 days have passed."),
            Suggestion("bread", "You may be running out of bread.", "Because it is Monday."),
        ]


def suggesting(memory, wall, **habits):
    scheduler = Scheduler(memory, wall, Habits(**habits), [Milk()])
    scheduler.look()
    return scheduler


def test_suggestion(memory, wall):
    """Suggestions come one at a time, by earcon, each once a day and never above the cap."""
    scheduler = suggesting(memory, wall)
    wall.go(SUGGEST)
    first = scheduler.look()[0]
    assert (first.text, first.channel) == ("You may be running out of milk.", "earcon")
    assert memory.told.last().why == "Because 8 days have passed."
    wall.go(SUGGEST)
    assert [a.text for a in scheduler.look()] == ["You may be running out of bread."]
    for _ in range(20):
        wall.go(SUGGEST)
        assert scheduler.look() == []


def test_daily_cap(memory, wall):
    """Above the cap nothing more is suggested that day; the next day it is."""
    scheduler = suggesting(memory, wall, daily_cap=1)
    wall.go(SUGGEST)
    assert len(scheduler.look()) == 1
    wall.go(SUGGEST)
    assert scheduler.look() == []
    wall.go(24 * 3600)
    assert len(scheduler.look()) == 1


def test_muted(memory, wall):
    """What the wearer does not want to hear is not suggested, after a restart either."""
    memory.told.mute("milk", at=0.0)
    scheduler = suggesting(memory, wall)
    wall.go(SUGGEST)
    assert [a.text for a in scheduler.look()] == ["You may be running out of bread."]


class Speaker:
    """Speaks at once, or as long as it is told to."""

    def __init__(self):
        self.said = []
        self.spoke = asyncio.Event()

    async def announce(self, text):
        self.said.append(text)
        self.spoke.set()
        return True


async def _run(scheduler):
    events, speaker, chimes = [], Speaker(), []

    def chime():
        chimes.append(len(speaker.said))

    def emit(event, **fields):
        events.append((event, fields["text"], len(chimes)))

    task = asyncio.create_task(scheduler.run(speaker, chime=chime, emit=emit))
    await speaker.spoke.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return events, speaker.said, chimes


def test_display_then_earcon_then_voice(scheduler):
    """The display comes before the earcon, the earcon before the voice."""
    timer(scheduler, 30, "tea")
    events, said, chimes = asyncio.run(_run(scheduler))
    assert events == [("telling", "Your tea timer is done.", 0)]
    assert chimes == [0]
    assert said == ["Your tea timer is done."]
    assert scheduler.memory.due.open() == []


def test_delay(scheduler, wall):
    """The next look is at the next thing due, and at the clock now and then."""
    assert scheduler.delay() == 10.0
    timer(scheduler, 4)
    assert scheduler.delay() == 4.0
    wall.go(4)
    scheduler.look()
    timer(scheduler, 3)
    assert scheduler.delay() == 3.0


def test_a_warning_is_told_once_and_explained(scheduler):
    """At the next look, with its reason, and never again where the wearer wants that."""
    warning = Suggestion("low battery", "The battery is at 9 percent.", "Because it is low.")
    scheduler.warn("battery", warning)
    assert spoken(scheduler) == ["The battery is at 9 percent."]
    assert spoken(scheduler) == []
    last = scheduler.memory.told.last()
    assert (last.kind, last.why, last.channel) == ("battery", "Because it is low.", "voice")
    scheduler.memory.told.mute("low battery", at=0.0)
    scheduler.warn("battery", warning)
    assert spoken(scheduler) == []
