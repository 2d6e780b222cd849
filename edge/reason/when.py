"""Days, times of day and repetitions, as the wearer names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time


@dataclass(frozen=True, slots=True)
class When:
    """A day, a time of day, a repetition, or several of these; what was not said is None."""

    day: date | None = None
    """The day named, the first one of a range ("tomorrow", "on Friday", "next week")."""
    until: date | None = None
    """The last day of a range; None for a single day."""
    time: clock_time | None = None
    """The time of day named."""
    loose: bool = False
    """Neither morning nor afternoon was said with `time`: twelve hours later fits as well."""
    until_time: clock_time | None = None
    """The end of a span of hours that begins at `time` ("between two and four")."""
    after: timedelta | None = None
    """From now ("in ten minutes"); then nothing else is set."""
    every: tuple[int, ...] = ()
    """Repeats on these weekdays, 0 is Monday; all seven: daily. `time` says when."""
    month_day: int | None = None
    """Repeats each month on this day of it."""
    yearly: tuple[int, int] | None = None
    """Repeats each year on this (month, day)."""
    interval: timedelta | None = None
    """Repeats after each such time, from now on ("every two hours")."""
    part: str = ""
    """`morning`, `afternoon`, `evening`, `night`: a part of the day named, where no time was."""

    @property
    def repeats(self) -> bool:
        """Whether it happens more than once."""
        rules = (self.month_day, self.yearly, self.interval)
        return bool(self.every) or any(rule is not None for rule in rules)

    def next(self, now: datetime) -> datetime | None:
        """The first moment after `now` (aware) that fits, in its zone.

        None where no time of day was said or everything named has passed. A day whose local time
        does not exist (clocks going forward) gives the moment after the gap.
        """
        wait = self.after or self.interval
        if wait is not None:
            # In absolute time: across a change of clocks ten minutes stay ten minutes.
            seconds = now.timestamp() + wait.total_seconds()
            return datetime.fromtimestamp(seconds, now.tzinfo)
        if self.time is None:
            return None
        for day in self._days(now):
            for moment in self._moments(day):
                at = real(datetime.combine(day, moment, now.tzinfo))
                if at > now:
                    return at
        return None

    def _moments(self, day: date) -> list[clock_time]:
        assert self.time is not None
        moments = [self.time]
        if self.loose:
            other = self.time.replace(hour=(self.time.hour + 12) % 24)
            moments = sorted([self.time, other])
            named = self.day is not None or self.repeats
            if named and 1 <= self.time.hour < 7:
                # "Tomorrow at four", a bare small hour on a day not today, is the afternoon.
                moments = [other]
            elif named:
                moments = [self.time]
        return moments

    def _days(self, now: datetime) -> list[date]:
        today = now.date()
        if self.day is not None and not self.repeats:
            return [self.day]
        first = max(self.day, today) if self.day else today
        span = 2 if not self.repeats else 366 * 8 if self.yearly else 366
        days = [first + timedelta(days=n) for n in range(span)]
        if self.every:
            return [day for day in days if day.weekday() in self.every]
        if self.month_day is not None:
            return [day for day in days if day.day == self.month_day]
        if self.yearly is not None:
            return [day for day in days if (day.month, day.day) == self.yearly]
        return days


def real(moment: datetime) -> datetime:
    """`moment` itself; in the gap when clocks go forward, as long after its beginning."""
    return datetime.fromtimestamp(moment.timestamp(), moment.tzinfo)
