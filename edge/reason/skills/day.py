"""The day at a glance: what is due, what is to do, what may be bought, what is unusual."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge.memory import Memory
from edge.reason.skill import Answer, Card, Intent, Request, Services
from edge.remind import spoken
from edge.remind.announcement import Suggestion
from edge.remind.scheduler import Scheduler

_SUMMARY = "(summary|briefing|overview|morning summary|morning briefing|summary of the day)"

INTENTS = (
    Intent(
        "summary",
        (
            f"[good morning] (give me|read me|tell me|what is|what's) [my|the|a|today's] {_SUMMARY}"
            " [of my day|for today]",
            f"[good morning] (my|the|today's) {_SUMMARY}",
            "[good morning] (what does my day look like|how does my day look|what's my day like"
            "|what is my day like|how is my day looking)",
            "good morning what's (on|up|new) today",
            "summarize my day",
        ),
        pure=True,
    ),
)


class Day:
    """From the memory, and from the sources that suggest things."""

    name = "day"
    about = "sum up your day"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        now = request.now
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        due = [
            f"{spoken.you(one.name) or one.kind} {spoken.moment(_at(one.at, now), now)}"
            for one in memory.due.open()
            if one.kind != "timer" and one.at < midnight.timestamp()
        ]
        parts = []
        if due:
            more = f" and {len(due) - 3} more" if len(due) > 3 else ""
            parts.append(f"Today: {'; '.join(due[:3])}{more}.")
        else:
            parts.append("Nothing is due today.")
        lists = []
        for name in ("to-do", "shopping"):
            items = [item.text for item in memory.lists.open(name)]
            if items:
                count = "thing" if len(items) == 1 else "things"
                lists.append(f"{len(items)} {count} on the {name} list")
        if lists:
            parts.append(f"There {_are(lists[0])} {spoken.several(lists)}.")
        lines = [*due, *lists]
        scheduler = self._services.find(Scheduler)
        told: list[Suggestion] = []
        if scheduler is not None:
            muted = memory.told.muted()
            for source in scheduler.sources:
                hints = [s for s in source.suggestions(now) if s.topic not in muted]
                told += hints[:1]
                lines += [f"{hint.text} {hint.why}" for hint in hints[:3]]
        parts += [hint.text for hint in told]

        async def mention() -> None:
            for hint in told:
                assert scheduler is not None
                scheduler.mention(hint)

        card = Card("Today", tuple(lines), "list")
        return Answer(" ".join(parts), card, act=mention if told else None)


def _at(moment: float, now: datetime) -> datetime:
    return datetime.fromtimestamp(moment, now.tzinfo)


def _are(first: str) -> str:
    return "is" if first.startswith("1 ") else "are"
