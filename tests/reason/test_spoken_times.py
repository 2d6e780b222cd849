"""Times over generated phrasings: numbers, units, orders and spellings, each with what it means."""

import calendar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import SkillError
from edge.reason.dates import find_when, whole_when
from edge.reason.durations import durations, whole_duration
from edge.reason.several import each_length, each_time
from edge.reason.when import When

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Wednesday."""
TODAY = NOW.date()
ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
RANKS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
WEEKDAYS = [name.lower() for name in calendar.day_name]
MONTHS = [name.lower() for name in calendar.month_name if name]
DAILY = tuple(range(7))


def word(n):
    if n < 20:
        return ONES[n]
    return TENS[n // 10 - 2] + (f" {ONES[n % 10]}" if n % 10 else "")


def rank(n):
    if n in RANKS:
        return RANKS[n]
    if n < 20:
        return f"{ONES[n]}th"
    return f"{word(n - n % 10)} {rank(n % 10)}" if n % 10 else f"{word(n)[:-1]}ieth"


def ordinal(n):
    return f"{n}" + ("th" if 11 <= n <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th"))


def wrong(cases, reading):
    """The phrasings that are not read as they should be, with what is read instead."""
    found = []
    for text, expected in cases:
        try:
            read = reading(text)
        except SkillError as error:
            read = str(error)
        if read != expected:
            found.append((text, read, expected))
    return found


def when(text):
    return whole_when(text, NOW)


def counted():
    for unit, seconds in UNITS.items():
        for n in (1, 2, 5, 12, 15, 20, 22, 30, 45, 59, 72, 90):
            length = timedelta(seconds=n * seconds)
            plural = unit if n == 1 else f"{unit}s"
            yield from ((f"{said} {plural}", length) for said in (word(n), n))
            yield f"{n}-{unit}", length
            yield f"for about {word(n)} {plural}", length


def parts_of_units():
    for unit, seconds in UNITS.items():
        a = "an" if unit == "hour" else "a"
        many = f"{unit}s"
        for amount, phrasings in {
            "0.25": (f"quarter of {a} {unit}", f"a quarter of {a} {unit}", f"a quarter {unit}"),
            "0.5": (f"half {a} {unit}", f"a half {unit}", f"half of {a} {unit}", f"half {unit}"),
            "0.75": (f"three quarters of {a} {unit}", f"three quarter {many}"),
            "1": (f"{a} {unit}", f"{a} full {unit}", f"another {unit}", f"a single {unit}"),
            "1.25": (f"{a} {unit} and a quarter", f"one and a quarter {many}"),
            "1.5": (f"{a} {unit} and a half", f"one and a half {many}", f"{unit} and a half"),
            "1.75": (f"{a} {unit} and three quarters", f"one and three quarter {many}"),
            "2": (f"a couple of {many}", f"a couple {many}", f"couple of {many}"),
            "2.5": (f"two and a half {many}", f"two {many} and a half", f"2 1/2 {many}"),
            "6": (f"half a dozen {many}",),
            "12": (f"a dozen {many}",),
        }.items():
            length = timedelta(seconds=float(Decimal(amount) * seconds))
            yield from ((text, length) for text in phrasings)


def two_units():
    for hours, minutes in ((1, 5), (1, 30), (2, 20), (3, 45), (1, 1)):
        hour, minute = (f"hour{'s'[: hours > 1]}", f"minute{'s'[: minutes > 1]}")
        for h, m in ((word(hours), word(minutes)), (hours, minutes)):
            for text in (
                f"{h} {hour} and {m} {minute}",
                f"{h} {hour} {m} {minute}",
                f"{h} {hour} {m}",
            ):
                yield text, timedelta(hours=hours, minutes=minutes)
    yield "an hour and twenty minutes", timedelta(minutes=80)
    yield "an hour thirty", timedelta(minutes=90)
    yield "a minute thirty", timedelta(seconds=90)
    yield "two hours three minutes and four seconds", timedelta(hours=2, minutes=3, seconds=4)
    yield "a week and a day", timedelta(days=8)
    yield "a hundred and twenty seconds", timedelta(minutes=2)
    yield "hour", timedelta(hours=1)


@pytest.mark.parametrize("cases", [counted, parts_of_units, two_units])
def test_lengths_of_time(cases):
    """Numbers in words and digits, fractions before and after the unit, two units."""
    assert wrong(cases(), whole_duration) == []


@pytest.mark.parametrize(
    "text", ["five to ten minutes", "a few hours", "half", "three quarters", "minutes", "a half"]
)
def test_what_is_no_length_of_time(text):
    """Two ends, or no unit."""
    assert whole_duration(text) is None


def test_a_fraction_that_begins_another_amount_is_not_added_to_the_one_before():
    """ "An hour and a quarter of an hour" are two."""
    total = durations("an hour and a quarter of an hour")
    assert [found.value for found in total] == [timedelta(minutes=75)]


LENGTHS = {
    "ten minutes": timedelta(minutes=10),
    "half an hour": timedelta(minutes=30),
    "an hour": timedelta(hours=1),
    "an hour and a half": timedelta(minutes=90),
    "an hour thirty": timedelta(minutes=90),
    "three quarters of an hour": timedelta(minutes=45),
    "a couple of hours": timedelta(hours=2),
    "two hours and twenty minutes": timedelta(minutes=140),
    "forty five seconds": timedelta(seconds=45),
    "90 minutes": timedelta(minutes=90),
}
SPANS = {"a day": 1, "two days": 2, "ten days": 10, "a week": 7, "six weeks": 42, "a fortnight": 14}


def from_now():
    for said, length in LENGTHS.items():
        for frame in (
            "in {}", "{} from now", "in {} from now", "after {}", "within {}", "{} later",
            "in {} time", "in about {}", "in exactly {}", "in just {}", "in the next {}",
        ):  # fmt: skip
            yield frame.format(said), When(after=length)
    yield "in ten minutes' time", When(after=timedelta(minutes=10))
    yield "in an hour's time", When(after=timedelta(hours=1))
    for said, days in SPANS.items():
        day = TODAY + timedelta(days=days)
        for frame in ("in {}", "{} from now", "{} from today", "in about {}", "in {} time"):
            yield frame.format(said), When(day=day)
            yield f"{frame.format(said)} at noon", When(day=day, time=time(12))
        yield f"{said} ago", When(day=TODAY - timedelta(days=days))
        yield f"{said} from tomorrow", When(day=day + timedelta(days=1))
        yield f"{said} after christmas", When(day=date(2026, 12, 25) + timedelta(days=days))
        yield f"{said} before christmas", When(day=date(2026, 12, 25) - timedelta(days=days))


def test_so_long_from_now():
    """Lead words, hedges, and what it is counted from."""
    assert wrong(from_now(), when) == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("set an alarm for twenty minutes", timedelta(minutes=20)),
        ("set a reminder for fifteen minutes to change the laundry", timedelta(minutes=15)),
        ("remind me to jog for twenty minutes", None),
        ("remind me to rest for two weeks", None),
    ],
)
def test_only_an_alarm_or_a_reminder_for_a_length_of_time_is_one_from_now(text, after):
    """ "Jog for twenty minutes" says how long, not when."""
    found = find_when(text, NOW)
    assert (found.value.after if found else None) == after


def clock_times():
    for hour in range(1, 13):
        loose = hour != 12
        for lead in ("", "at ", "around "):
            yield f"{lead}{word(hour)} o'clock", When(time=time(hour), loose=loose)
        yield f"at {word(hour)}", When(time=time(hour), loose=loose)
        for half, add in (("am", 0), ("pm", 12), ("a.m.", 0), ("p m", 12)):
            exact = hour % 12 + add
            for said in (word(hour), hour, f"{hour}:00", f"{word(hour)} o'clock"):
                yield f"{said} {half}", When(time=time(exact))
            for minute in (1, 5, 9, 10, 15, 30, 33, 59):
                spoken = f"oh {word(minute)}" if minute < 10 else word(minute)
                for said in (f"{word(hour)} {spoken}", f"{hour}:{minute:02}", f"{hour}{minute:02}"):
                    yield f"at {said} {half}", When(time=time(exact, minute))


def spoken_times():
    for hour in range(1, 13):
        name = word(hour)
        before = hour - 1 or 12
        for minutes, said in (
            (5, "five"), (10, "ten"), (15, "quarter"), (15, "a quarter"), (20, "twenty"),
            (25, "twenty five"), (7, "seven minutes"), (20, "twenty minutes"),
        ):  # fmt: skip
            for link in ("past", "after"):
                yield f"{said} {link} {name} pm", When(time=time(hour % 12 + 12, minutes))
            for link in ("to", "before", "till", "til"):
                yield f"at {said} {link} {name}", When(time=time(before, 60 - minutes), loose=True)
        for said in (f"half past {name}", f"at half {name}"):
            yield said, When(time=time(hour, 30), loose=True)
        yield f"quarter of {name} am", When(time=time((hour - 1) % 12, 45))
    for said, moment in {
        "high noon": time(12), "half past noon": time(12, 30), "quarter to midnight": time(23, 45),
        "fifteen hundred hours": time(15), "at oh seven hundred": time(7), "at 1830": time(18, 30),
        "oh six thirty": time(6, 30), "zero eight thirty": time(8, 30), "at 0700": time(7),
        "twenty one fifteen": time(21, 15), "twenty hundred hours": time(20),
        "seven hundred and thirty am": time(7, 30), "seven pm sharp": time(19),
        "one thousand five hundred hours": time(15), "exactly seven pm": time(19),
        "eight in the evening": time(20), "ten to six in the morning": time(5, 50),
        "half past eight in the evening": time(20, 30), "three in the afternoon": time(15),
        "twelve at night": time(0), "eleven at night": time(23), "two at night": time(2),
    }.items():  # fmt: skip
        yield said, When(time=moment)
    for said, first, last in (
        ("between two and four pm", 14, 16), ("from nine am to five pm", 9, 17),
        ("between noon and two", 12, 14), ("two to three pm", 14, 15), ("from 3 to 5 pm", 15, 17),
    ):  # fmt: skip
        yield said, When(time=time(first), until_time=time(last))


def beside_times():
    for said, moment in {
        "an hour before midnight": time(23), "half an hour before noon": time(11, 30),
        "ten minutes before nine am": time(8, 50), "an hour and a half after noon": time(13, 30),
    }.items():  # fmt: skip
        yield said, When(time=moment)
        yield f"{said} on new year's eve", When(day=date(2026, 12, 31), time=moment)


@pytest.mark.parametrize("cases", [clock_times, spoken_times, beside_times])
def test_times_of_day(cases):
    """As they are spoken on both sides of the ocean, and as recognisers write them."""
    assert wrong(cases(), when) == []


@pytest.mark.parametrize(
    "text", ["ten of them", "nine to five", "half seven eggs", "it is 1830 now"]
)
def test_what_is_no_time_of_day(text):
    """Counts, years and halves are not."""
    assert find_when(text, NOW) is None


def test_midnight_tonight_is_still_to_come():
    """The small hours of tonight are of the day that follows."""
    for text in (
        "tonight at midnight",
        "midnight tonight",
        "tonight at twelve",
        "today at midnight",
    ):
        found = when(text)
        assert found is not None
        assert found.next(NOW) == datetime(2026, 11, 26, 0, 0, tzinfo=NOW.tzinfo), text
    found = when("tonight at 1 am")
    assert found is not None
    assert found.next(NOW) == datetime(2026, 11, 26, 1, 0, tzinfo=NOW.tzinfo)


def dates():
    for month, name in enumerate(MONTHS, 1):
        for day in (1, 2, 3, 9, 12, 20, 22, 28):
            coming = date(2026, month, day)
            coming = coming if coming >= TODAY else coming.replace(year=2027)
            for said in (
                f"{name} {rank(day)}", f"{name} the {rank(day)}", f"the {rank(day)} of {name}",
                f"{rank(day)} {name}", f"the {ordinal(day)} day of {name}", f"{name} {day}",
                f"on {day} {name}", f"{name[:3]} {ordinal(day)}", f"{month}/{day}",
                f"{name} {word(day)}",
            ):  # fmt: skip
                yield said, When(day=coming)
            for year, spoken in (
                (2027, "twenty twenty seven"), (2008, "two thousand and eight"), (1999, "1999"),
                (2008, "twenty oh eight"),
            ):  # fmt: skip
                yield f"{name} {rank(day)} {spoken}", When(day=date(year, month, day))
                yield f"the {rank(day)} of {name} {spoken}", When(day=date(year, month, day))
    yield "2026-12-24", When(day=date(2026, 12, 24))
    yield "12/24/2026", When(day=date(2026, 12, 24))


def week_days():
    for index, name in enumerate(WEEKDAYS):
        coming = TODAY + timedelta(days=(index - 2) % 7)
        following = TODAY + timedelta(days=index - 2 + 7)
        for said in (name, f"on {name}", f"this {name}", f"{name.title()}"):
            yield said, When(day=coming)
        strictly = coming if coming > TODAY else coming + timedelta(days=7)
        for said in (f"coming {name}", f"this coming {name}", f"the coming {name}"):
            yield said, When(day=strictly)
        for said in (f"{name} next week", f"next week on {name}", f"{name} of next week"):
            yield said, When(day=following)
        for said in (f"a week from {name}", f"a week on {name}", f"{name} week"):
            yield said, When(day=coming + timedelta(days=7))
        nearest = coming if index < 2 else following
        yield f"next {name}", When(day=nearest)
        for said in (f"{name} after next", f"the {name} after next"):
            yield said, When(day=nearest + timedelta(days=7))
        for part in ("morning", "afternoon", "evening", "night"):
            yield f"on {name} {part}", When(day=coming, part=part)


def other_days():
    for said, day in {
        "the day after tomorrow": date(2026, 11, 27), "a week tomorrow": date(2026, 12, 3),
        "tomorrow week": date(2026, 12, 3), "this day next week": date(2026, 12, 2),
        "the first of next month": date(2026, 12, 1), "the first of the month": date(2026, 12, 1),
        "the last day of the month": date(2026, 11, 30), "end of the month": date(2026, 11, 30),
        "the end of next month": date(2026, 12, 31), "the end of the year": date(2026, 12, 31),
        "the last day of february": date(2027, 2, 28), "in half a year": date(2027, 5, 25),
        "the last friday of the month": date(2026, 11, 27),
        "a month from today": date(2026, 12, 25),
        "the day after christmas": date(2026, 12, 26), "a year from now": date(2027, 11, 25),
        "the monday after christmas": date(2026, 12, 28), "boxing day": date(2026, 12, 26),
        "the friday before new year's eve": date(2026, 12, 25), "black friday": date(2026, 11, 27),
        "easter monday": date(2027, 3, 29), "good friday": date(2027, 3, 26),
        "mother's day": date(2027, 5, 9), "labor day": date(2027, 9, 6),
        "memorial day": date(2027, 5, 31), "new years day": date(2027, 1, 1),
        "thanksgiving 2027": date(2027, 11, 25), "christmas of 2030": date(2030, 12, 25),
    }.items():  # fmt: skip
        yield said, When(day=day)
        if day > TODAY:
            yield f"{said} at noon", When(day=day, time=time(12))
            yield f"at half past nine am {said}", When(day=day, time=time(9, 30))
    yield "the week after next", When(day=date(2026, 12, 7), until=date(2026, 12, 13))
    yield "the same time tomorrow", When(day=date(2026, 11, 26), time=time(11))


@pytest.mark.parametrize("cases", [dates, week_days, other_days])
def test_days(cases):
    """Dates in every order, days of the week, feasts, ends of months; with and without a time."""
    assert wrong(cases(), when) == []


def repetitions():
    every = {
        DAILY: ("every day", "each day", "daily", "every single day", "all days", "once a day"),
        DAILY[:5]: ("every weekday", "on weekdays", "every monday to friday", "every workday",
                    "every day from monday to friday", "every day except weekends"),
        DAILY[5:]: ("every weekend", "on weekends", "weekends"),
        DAILY[:6]: ("every day except sunday", "every day but on sundays"),
        (0, 2, 4): ("every monday wednesday and friday", "mondays, wednesdays and fridays"),
        (0, 3): ("every monday and every thursday", "on mondays and thursdays"),
        (4,): ("every friday", "fridays", "each friday", "every week on friday"),
        (2,): ("every week", "once a week", "weekly"),
    }  # fmt: skip
    whens = [(said, When(every=days)) for days, phrasings in every.items() for said in phrasings]
    for said, fields in {
        "every other day": {"interval": timedelta(days=2)},
        "every three days": {"interval": timedelta(days=3)},
        "fortnightly": {"interval": timedelta(days=14)},
        "every other friday": {"interval": timedelta(days=14), "day": date(2026, 11, 27)},
        "every second friday": {"interval": timedelta(days=14), "day": date(2026, 11, 27)},
        "every two weeks on friday": {"interval": timedelta(days=14), "day": date(2026, 11, 27)},
        "monthly": {"month_day": 25}, "once a month": {"month_day": 25},
        "every month on the first": {"month_day": 1},
        "every first of the month": {"month_day": 1},
        "on the fifteenth of each month": {"month_day": 15},
        "monthly on the tenth": {"month_day": 10},
        "every may fourth": {"yearly": (5, 4)}, "every year on may fourth": {"yearly": (5, 4)},
        "on may fourth every year": {"yearly": (5, 4)}, "annually": {"yearly": (11, 25)},
        "every christmas": {"yearly": (12, 25)},
    }.items():  # fmt: skip
        whens.append((said, When(**fields)))
    for said, expected in whens:
        yield said, expected
        for text in (f"{said} at seven am", f"at seven am {said}"):
            yield text, When(**{**_fields(expected), "time": time(7)})
    for said, hours in {
        "hourly": 1, "every half hour": 0.5, "every other hour": 2,
        "every couple of hours": 2, "every hour and a half": 1.5,
    }.items():  # fmt: skip
        yield said, When(interval=timedelta(hours=hours))
    yield "every weekday morning", When(every=DAILY[:5], part="morning")
    yield "weekday mornings", When(every=DAILY[:5], part="morning")
    yield "sunday evenings", When(every=(6,), part="evening")


def _fields(when):
    return {
        name: getattr(when, name) for name in ("day", "every", "month_day", "yearly", "interval")
    }


def test_repetitions():
    """How often, before and after the time of day."""
    assert wrong(repetitions(), when) == []


VOCABULARY = (  # noqa: SIM905 - reads best so
    "every each other second at on in the a an of and to for from until next last this first end"
    " after before half quarter past hour hours minutes day days week weeks month year friday"
    " monday weekend may december tomorrow today tonight morning night noon midnight christmas"
    " easter new year's mother's three ten twelve 7:30 15 31st 2027 1830 am pm o'clock oh zero"
    " hundred once except ago later time same couple dozen , / - remind me alarm"
).split()


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(VOCABULARY), max_size=8))
def test_any_order_of_such_words_is_read_or_refused(said):
    """Never anything but a moment, nothing, or a sentence for the wearer; and what is cut out is
    there."""
    text = " ".join(said)
    each_time(text, NOW)
    each_length(text, NOW)
    durations(text)
    try:
        found = find_when(text, NOW)
        whole_when(text, NOW)
    except SkillError:
        return
    if found is not None:
        assert all(0 <= start < end <= len(text) for start, end in found.spans)
        found.value.next(NOW)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("on the last day of every month", "on a date I can"),
        ("every first monday of the month", "on a date I can"),
        ("every thanksgiving", "another date each year"),
        ("on the 31st of november", "There is no 31 November"),
    ],
)
def test_what_cannot_be_repeated_is_said(text, complaint):
    """One sentence, and nothing that comes at another time than was said."""
    with pytest.raises(SkillError, match=complaint):
        find_when(text, NOW)
