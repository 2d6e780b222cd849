"""How the clock's answers are put into words."""

from __future__ import annotations

from datetime import date, time

from edge.remind import spoken


def clock(moment: time) -> str:
    """A time of day for the voice: 7:05 AM, noon."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midnight" if moment.hour == 0 else "noon"
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{hour}:{moment.minute:02} {half}" if moment.minute else f"{hour} {half}"


def spoken_date(day: date, today: date) -> str:
    """Wednesday, November 25th; with the year where it is another one."""
    year = f", {day.year}" if day.year != today.year else ""
    return f"{day:%A, %B} {spoken.ordinal(day.day)}{year}"


def count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def counted(days: int, text: str) -> str:
    """So many days, in weeks where the question is for weeks."""
    if "week" not in text.lower() or days < 7:
        return count(days, "day")
    weeks, rest = divmod(days, 7)
    return count(weeks, "week") + (f" and {count(rest, 'day')}" if rest else "")
