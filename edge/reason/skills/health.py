"""The wearer's own numbers, by voice: entered, asked for, compared. Never a diagnosis."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from edge.card import Card, Chart, Point
from edge.errors import SkillError
from edge.health import insight
from edge.health.metrics import Metric, metrics, urgent
from edge.health.readings import Reading, Readings
from edge.health.said import amount, metric_of, pressure
from edge.memory import Memory
from edge.reason.skill import Answer, Missing, Request, Services
from edge.reason.skills.beside import ANY_BODY, beside
from edge.reason.skills.health_phrases import INTENTS
from edge.reason.when import When
from edge.remind import spoken


class Health:
    """From the memory alone; nothing that is asked or answered here leaves the device."""

    name = "health"
    about = "keep your health numbers and compare them"
    intents = beside(INTENTS, ANY_BODY, only=("ask", "normal", "week"))

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        if request.intent == "urgent":
            sign = urgent(request.text)
            assert sign is not None
            return Answer(sign.answer, Card("Get help", (sign.source,), "alert"))
        readings = Readings(self._services.need(Memory))
        match request.intent:
            case "enter":
                return _enter(request, readings)
            case "normal":
                return _normal(request, readings)
            case "week":
                return _week(request, readings)
            case "goal":
                return _goal(request, readings)
            case "reached":
                return _reached(request, readings)
            case "delete":
                return _delete(request, readings)
            case _:
                return _ask(request, readings)


def _enter(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request)
    if metric is None:
        raise SkillError("Which number do you mean: weight, heart rate, sleep or steps?")
    if metric.key == "systolic":
        upper, lower = pressure(request)
        _keep(request, readings, metrics()["systolic"], upper)
        kept = _keep(request, readings, metrics()["diastolic"], lower)
        said = f"Noted: blood pressure {upper:.0f} over {lower:.0f}."
        limit = metrics()["systolic"].beyond(upper) or metrics()["diastolic"].beyond(lower)
    else:
        value = amount(request, metric)
        kept = _keep(request, readings, metric, value)
        name = "" if metric.name == metric.unit else f"{metric.name} "
        said = f"Noted: {name}{number(metric, value)}."
        limit = metric.beyond(value) if metric.key != "steps" else None
    if limit is None or metric.key == "sleep":
        return Answer(said, undo=lambda: readings.forget(kept))
    return Answer(
        f"{said} {_capital(limit.text)}. {limit.advice}".strip(),
        _source(limit.source, limit.url),
        undo=lambda: readings.forget(kept),
    )


def _delete(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request) if "metric" in request.slots else None
    what = metric.name if metric else "health"
    count = readings.count(metric)
    if not count:
        return Answer(f"I have no {what} readings.")
    sure = request.get("sure", bool)
    if sure is None:
        readings_of = "one reading" if count == 1 else f"{count} readings"
        raise Missing("sure", f"That deletes {readings_of} of your {what} for good. Shall I?")
    if not sure:
        return Answer("I'll keep them.")
    readings.clear(metric)
    return Answer(f"I have deleted your {what} readings.")


def _keep(request: Request, readings: Readings, metric: Metric, value: float) -> Reading:
    if not metric.possible(value):
        raise Missing("value", f"{_capital(metric.name)} {value:g} can't be right. What is it?")
    when = request.get("when", When)
    day = when.day if when is not None and when.day else request.now.date()
    if metric.key == "sleep" and "last night" in request.text.lower():
        # A night counts for the day that it ends on.
        day = request.now.date()
    moment = request.now.timestamp()
    kept = Reading(metric.key, day, moment, moment, value, "said")
    readings.add([kept])
    return kept


def _normal(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request)
    if metric is None:
        raise SkillError("Which number do you mean: weight, heart rate, sleep or steps?")
    said = request.get("value", Decimal)
    lower, both = request.get("lower", Decimal), ""
    if metric.key == "systolic" and said is not None and lower is not None:
        both = f"{said} over {lower}"
        if metric.beyond(float(said)) is None:
            # The worse of the two decides.
            metric, said = metrics()["diastolic"], lower
    last = readings.last(metric)
    if said is None and last is None and metric.key == "heart_rate":
        # What is known of the heart may be its rate at rest.
        metric = metrics()["resting_heart_rate"]
        last = readings.last(metric)
    if said is None and last is None:
        return Answer(_none(metric_of(request) or metric))
    value = float(said) if said is not None else last.value  # type: ignore[union-attr]  # one of both is there
    day = request.now.date()
    limit = metric.beyond(value)
    own = insight.usual(readings, metric, day if said is not None else last.day)  # type: ignore[union-attr]
    parts = []
    if limit is not None:
        parts.append(
            f"No: {limit.text}." if "of 60 to 100" in limit.text else f"{_capital(limit.text)}."
        )
    if own is not None:
        place = "in" if own.low <= value <= own.high else "outside"
        parts.append(
            f"{number(metric, value)} is {place} your own usual range of"
            f" {plain(metric, own.low)} to {plain(metric, own.high)}."
        )
    if limit is not None and limit.advice:
        parts.append(limit.advice)
    if not parts:
        parts.append(
            f"{both or number(metric, value)} is beyond none of the limits I know;"
            " I can't judge more."
        )
    return Answer(
        " ".join([_capital(parts[0]), *parts[1:]]),
        _source(limit.source, limit.url) if limit else None,
    )


def _ask(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request)
    if metric is None:
        raise SkillError("Which number do you mean: weight, heart rate, sleep or steps?")
    text, today = request.text.lower(), request.now.date()
    if re.search(r"\b(this|last) (week|month)\b|\blately\b", text):
        days = 30 if "month" in text else 7
        last = today - timedelta(days=7) if "last week" in text else today
        found = readings.days(metric, last - timedelta(days=days - 1), last)
        if not found:
            return Answer(f"I have no {metric.name} for that time.")
        mean = sum(found.values()) / len(found)
        return Answer(
            f"{number(metric, mean)} a day on average, from {_days(len(found))}.",
            _card(readings, metric, found),
        )
    day = today - timedelta(days=1) if "yesterday" in text else today
    when = request.get("when", When)
    if when is not None and when.day is not None:
        day = when.day
        if timedelta() < day - today <= timedelta(weeks=1):
            # "How did I sleep on Sunday" is about the one that has been.
            day -= timedelta(weeks=1)
    if metric.key == "sleep" and "last night" in text:
        day = today
    if metric.total:
        value = readings.days(metric, day, day).get(day)
        if value is None:
            latest = readings.last(metric)
            if latest is None:
                return Answer(_none(metric))
            where = spoken.day(_noon(latest.day, request), request.now)
            value = readings.days(metric, latest.day, latest.day)[latest.day]
            wanted = spoken.day(_noon(day, request), request.now)
            return Answer(
                f"I have no {metric.name} {wanted}; {where} it was {number(metric, value)}."
            )
        name = spoken.day(_noon(day, request), request.now)
        if metric.key == "sleep" and day == today:
            name = "last night"
        said = f"{number(metric, value)} {name}"
        compared = _compared(readings, metric, day, value)
        card = _month(readings, metric, day) or _value_card(readings, metric, day, value)
        return Answer(f"{said}{compared}.", card)
    latest = readings.last(metric)
    if latest is None:
        return Answer(_none(metric))
    where = spoken.day(_noon(latest.day, request), request.now)
    limit = metric.beyond(latest.value)
    more = f" {_capital(limit.text)}. {limit.advice}".rstrip() if limit else ""
    return Answer(
        f"Your {metric.name} was {number(metric, latest.value)} {where}"
        f"{_compared(readings, metric, latest.day, latest.value)}.{more}",
        (_month(readings, metric, latest.day) if limit is None else None)
        or _value_card(readings, metric, latest.day, latest.value),
    )


def _compared(readings: Readings, metric: Metric, day: date, value: float) -> str:
    own = insight.usual(readings, metric, day)
    if own is None:
        return ""
    side = "below" if value < own.low else "above" if value > own.high else "within"
    return f", {side} your usual {plain(metric, own.low)} to {plain(metric, own.high)}"


def _week(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request)
    today = request.now.date()
    chosen = [metric] if metric is not None else readings.known()
    lines = []
    for one in chosen:
        week = insight.week(readings, one, today)
        if week is None:
            continue
        name = "" if one.name == one.unit else f"{one.name} "
        each = "a day" if one.total else "on average"
        line = f"{name}{number(one, week.mean)} {each} over {_days(week.days)}"
        if week.before:
            change = 100 * (week.mean - week.before) / week.before
            same = abs(change) < 1
            line += (
                ", the same as the week before"
                if same
                else f", {abs(change):.0f} percent {'more' if change > 0 else 'less'} than the"
                f" {plain(one, week.before)} of the week before"
            )
        slope = insight.trend(readings, one, today)
        if metric is not None and slope is not None and round(abs(slope), 1):
            way = "rises" if slope > 0 else "falls"
            line += f"; over four weeks it {way} by {plain(metric, abs(slope))} a week"
        lines.append(line)
    if not lines:
        name = metric.name if metric is not None else "numbers"
        return Answer(f"I have no {name} of the last seven days.")
    card = _month(readings, metric, today) if metric is not None else None
    said = f"{_capital('; '.join(lines[:2]))}."
    return Answer(said, card or Card("Health", tuple(lines), "list"))


def _goal(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request)
    if metric is None:
        raise SkillError("For what: steps, sleep or exercise?")
    value = amount(request, metric)
    if not metric.possible(value) or value <= 0:
        raise Missing("value", f"{_capital(metric.name)} {value:g} is no goal. What should it be?")
    readings.set_goal(metric, value, at=request.now.timestamp())
    return Answer(f"Your {metric.name} goal is {number(metric, value)} a day.")


def _reached(request: Request, readings: Readings) -> Answer:
    metric = metric_of(request) or metrics()["steps"]
    goal = readings.goal(metric)
    if goal is None:
        return Answer(f"You have no {metric.name} goal.")
    today = request.now.date()
    value = readings.days(metric, today, today).get(today)
    if value is None:
        return Answer(f"I have no {metric.name} for today; the goal is {number(metric, goal)}.")
    if value >= goal:
        return Answer(f"Yes: {number(metric, value)}, and the goal is {plain(metric, goal)}.")
    return Answer(f"{number(metric, value)} so far; {plain(metric, goal - value)} more to go.")


def number(metric: Metric, value: float) -> str:
    """A value with its unit, for the voice."""
    if metric.key == "sleep":
        return spoken.length(round(value) * 60)
    unit = {"percent": "percent"}.get(metric.unit, metric.unit)
    return f"{plain(metric, value)} {unit}"


def plain(metric: Metric, value: float) -> str:
    """A value without its unit."""
    if metric.key == "sleep":
        return spoken.length(round(value) * 60)
    if value >= 1000:
        return f"{round(value):,}"
    return f"{value:.1f}".removesuffix(".0")


def _none(metric: Metric) -> str:
    return f"I have no readings of your {metric.name} yet."


def _noon(day: date, request: Request) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=request.now.tzinfo)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _source(source: str, url: str) -> Card:
    return Card("Source", (source, url) if url else (source,), "text")


def _month(readings: Readings, metric: Metric, last: date) -> Card | None:
    """Four weeks up to `last`; None where they are no series."""
    days = readings.days(metric, last - timedelta(days=insight.USUAL_DAYS - 1), last)
    return _card(readings, metric, days) if len(days) > 1 else None


def _card(readings: Readings, metric: Metric, days: dict[date, float]) -> Card:
    lines = tuple(f"{day}: {plain(metric, value)}" for day, value in days.items())
    own = insight.usual(readings, metric, max(days))
    chart = Chart(
        tuple(Point(day.isoformat(), value) for day, value in days.items()),
        metric.unit,
        own.low if own else None,
        own.high if own else None,
    )
    return Card(_capital(metric.name), lines, "chart", chart)


def _value_card(readings: Readings, metric: Metric, day: date, value: float) -> Card:
    """One day's value, the wearer's own range, and where a limit that it is beyond comes from."""
    lines = [f"{day}: {number(metric, value)}"]
    own = insight.usual(readings, metric, day)
    if own is not None:
        lines.append(f"usual: {plain(metric, own.low)} to {plain(metric, own.high)}")
    limit = None if metric.total else metric.beyond(value)
    if limit is not None:
        lines += [line for line in (limit.text, limit.source, limit.url) if line]
    return Card(_capital(metric.name), tuple(lines), "text")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
