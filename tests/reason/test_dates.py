from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge.errors import SkillError
from edge.reason.dates import find_when, whole_when, without
from edge.reason.when import When

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Wednesday."""


def when(**fields):
    return When(**fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", when(day=date(2026, 11, 26))),
        ("the day after tomorrow", when(day=date(2026, 11, 27))),
        ("friday", when(day=date(2026, 11, 27))),
        ("next friday", when(day=date(2026, 12, 4))),
        ("last friday", when(day=date(2026, 11, 20))),
        ("the twenty second of may", when(day=date(2027, 5, 22))),
        ("may 22", when(day=date(2027, 5, 22))),
        ("3/5", when(day=date(2027, 3, 5))),
        ("june fourteenth two thousand and seventeen", when(day=date(2017, 6, 14))),
        ("last monday of this month", when(day=date(2026, 11, 30))),
        ("the first friday in may", when(day=date(2027, 5, 7))),
        ("christmas", when(day=date(2026, 12, 25))),
        ("in 5 days", when(day=date(2026, 11, 30))),
        ("in two months", when(day=date(2027, 1, 25))),
        ("overnight", when(day=date(2026, 11, 25), part="night")),
        ("for may", when(day=date(2027, 5, 1), until=date(2027, 5, 31))),
        ("in the month of march", when(day=date(2027, 3, 1), until=date(2027, 3, 31))),
        ("in one month and two days", when(day=date(2026, 12, 27))),
        ("a month and a week from now", when(day=date(2027, 1, 1))),
        ("this weekend", when(day=date(2026, 11, 28), until=date(2026, 11, 29))),
        ("next week", when(day=date(2026, 11, 30), until=date(2026, 12, 6))),
        ("the week of christmas", when(day=date(2026, 12, 21), until=date(2026, 12, 27))),
        ("week beginning on may 4th", when(day=date(2027, 5, 4), until=date(2027, 5, 10))),
        ("rest of the week", when(day=date(2026, 11, 25), until=date(2026, 11, 29))),
        ("from monday to wednesday", when(day=date(2026, 11, 30), until=date(2026, 12, 2))),
        ("noon", when(time=time(12))),
        ("7:30 a.m.", when(time=time(7, 30))),
        ("half past six", when(time=time(6, 30), loose=True)),
        ("quarter to five", when(time=time(4, 45), loose=True)),
        ("eight in the evening", when(time=time(20))),
        ("between two and four pm", when(time=time(14), until_time=time(16))),
        ("from 3 to 5", when(time=time(3), until_time=time(5), loose=True)),
        ("in ten minutes", when(after=timedelta(minutes=10))),
        ("five minutes from now", when(after=timedelta(minutes=5))),
        ("every day at noon", when(every=tuple(range(7)), time=time(12))),
        ("every monday and friday", when(every=(0, 4))),
        ("on weekdays at 6:45 am", when(every=(0, 1, 2, 3, 4), time=time(6, 45))),
        ("every two hours", when(interval=timedelta(hours=2))),
        ("every month", when(month_day=25)),
        ("tonight", when(day=date(2026, 11, 25), part="night")),
    ],
)
def test_a_time_is_read_as_it_is_spoken(text, expected):
    """Days, times of day, spans and repetitions."""
    assert whole_when(text, NOW) == expected


@pytest.mark.parametrize(
    ("text", "first", "last", "said"),
    [
        ("this weeks forecast", 25, 29, "this weeks"),
        ("what is the weeks forecast", 25, 29, "the weeks"),
        ("ten day forecast", 25, 34, "ten day"),
        ("weekly weather forecast", 25, 31, "weekly"),
        ("meetings for the whole week", 25, 29, "for the whole week"),
        ("last week of this month", 24, 30, "last week of this month"),
        ("meet the next day", 26, None, "the next day"),
        ("clear my day from meetings", 25, None, "my day"),
    ],
)
def test_several_days_are_found_in_a_sentence(text, first, last, said):
    """Days of November 2026, of which the last may be one of December."""
    found = find_when(text, NOW)
    assert found is not None
    start = date(2026, 11, 1)
    until = start + timedelta(days=last - 1) if last else None
    assert found.value == when(day=start + timedelta(days=first - 1), until=until)
    assert found.said(text) == said


def test_a_day_of_this_week_is_not_a_year_before():
    """Where the week ends with the year."""
    found = find_when("monday this week", datetime(2028, 12, 28, 15, tzinfo=NOW.tzinfo))
    assert found is not None
    assert found.value.day == date(2028, 12, 25)


def test_a_feast_of_this_year_may_have_passed():
    """It is then not the coming one."""
    assert whole_when("easter sunday this year", NOW) == when(day=date(2026, 4, 5))
    assert whole_when("easter", NOW) == when(day=date(2027, 3, 28))


@pytest.mark.parametrize(
    "text", ["remind me to plan my day", "the christmas party", "my day off", "weekly"]
)
def test_what_only_sounds_like_a_day_is_none(text):
    """A party that has its name from a feast is on another day."""
    found = find_when(text, NOW)
    assert found is None or found.value.day is None


def test_a_time_is_found_in_several_places_of_a_sentence():
    """The day may stand at one place and the hour at another; the rest is left."""
    text = "remind me tomorrow to call mum at 5"
    found = find_when(text, NOW)
    assert found is not None
    assert found.value == when(day=date(2026, 11, 26), time=time(5), loose=True)
    assert without(text, found.spans) == "remind me to call mum"


@pytest.mark.parametrize(
    "text",
    ["add 5 eggs", "two people", "for 10 minutes", "may i have 3", "a third of them", "read 1984"],
)
def test_numbers_that_are_no_time_are_left_alone(text):
    """A number is a time only where the words around it say so."""
    assert find_when(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("on the 31st of february", "There is no 31 February"),
        ("february 30 2027", "There is no 30 February"),
        ("at 25 pm", "There is no 25 PM"),
        ("at 9:75", "There is no time like 9:75"),
        ("tomorrow and on monday", "two different days"),
        ("at seven and at eight", "two different times"),
    ],
)
def test_what_does_not_exist_or_contradicts_itself_is_said(text, complaint):
    """One sentence for the wearer, and no moment."""
    with pytest.raises(SkillError, match=complaint):
        find_when(text, NOW)


def test_the_29th_of_february_is_the_coming_one():
    """In a year that has none, the next that has."""
    assert whole_when("february 29", NOW) == when(day=date(2028, 2, 29))


def test_more_than_the_time_is_not_a_time():
    """An answer to "when?" that says something else too is not taken for one."""
    assert whole_when("tomorrow with my sister", NOW) is None
    assert whole_when("seven", NOW) == when(time=time(7), loose=True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("at seven", datetime(2026, 11, 25, 19, 0)),
        ("at noon", datetime(2026, 11, 25, 12, 0)),
        ("at ten", datetime(2026, 11, 25, 22, 0)),
        ("tomorrow at eight", datetime(2026, 11, 26, 8, 0)),
        ("tomorrow at four", datetime(2026, 11, 26, 16, 0)),
        ("every monday at nine", datetime(2026, 11, 30, 9, 0)),
        ("in ten minutes", datetime(2026, 11, 25, 11, 10)),
    ],
)
def test_the_next_moment_is_the_likely_one(text, moment):
    """Without morning or evening, the coming one of both; on another day, waking hours."""
    found = whole_when(text, NOW)
    assert found is not None
    assert found.next(NOW) == moment.replace(tzinfo=NOW.tzinfo)


def test_what_has_passed_has_no_next_moment():
    """Yesterday at ten does not come again."""
    found = whole_when("yesterday at 10 am", NOW)
    assert found is not None
    assert found.next(NOW) is None


def test_ten_minutes_are_ten_minutes_across_a_change_of_clocks():
    """The hour that is skipped in spring is not waited for."""
    before = datetime(2026, 3, 29, 1, 55, tzinfo=ZoneInfo("Europe/Berlin"))
    after = When(after=timedelta(minutes=10)).next(before)
    assert after is not None
    assert after.timestamp() - before.timestamp() == 600
    assert (after.hour, after.minute) == (3, 5)


def test_the_same_moment_elsewhere_is_another_day():
    """What was read is kept for the zone it was read in."""
    here = datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("Europe/Paris"))
    there = here.astimezone(ZoneInfo("Asia/Tokyo"))
    assert [find_when("tomorrow", now).value.day.day for now in (here, there)] == [3, 4]


def test_a_day_that_does_not_exist_is_told_again():
    """Each time it is asked for."""
    now = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
    for _ in range(2):
        with pytest.raises(SkillError):
            find_when("on february 31st", now)


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        (
            "for the week of the eighth delete it",
            "for the week of the eighth",
            when(day=date(2026, 12, 7), until=date(2026, 12, 13)),
        ),
        ("monthly forecast", "monthly", when(day=date(2026, 11, 25), until=date(2026, 12, 24))),
        (
            "the evening class on monday at seven",
            "on monday at seven",
            when(day=date(2026, 11, 30), time=time(19)),
        ),
        ("in the morning call mum", "in the morning", when(part="morning")),
        (
            "saturday morning class",
            "saturday morning",
            when(day=date(2026, 11, 28), part="morning"),
        ),
        ("cancel the morning meetings", "the morning", when(part="morning")),
    ],
)
def test_a_time_among_other_words(text, said, expected):
    """A part of the day is in a name ("the evening class"), or is a time."""
    found = find_when(text, NOW)
    assert found is not None
    assert (found.said(text), found.value) == (said, expected)


@pytest.mark.parametrize(
    "text", ["the night shift", "what time is the evening meeting", "week of the fifth anniversary"]
)
def test_a_name_is_no_time(text):
    """Nor is what happens for the fifth time."""
    assert find_when(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("friday the eleventh of december", When(day=date(2026, 12, 11))),
        ("friday december eleventh", When(day=date(2026, 12, 11))),
        ("december eleventh friday", When(day=date(2026, 12, 11))),
        ("sunday the twentieth", When(day=date(2026, 12, 20))),
        ("on friday the eighteenth", When(day=date(2026, 12, 18))),
        ("lunch on seventh", When(day=date(2026, 12, 7))),
        ("a walk on fifth avenue", None),
        ("from ten tomorrow", When(day=date(2026, 11, 26), time=time(10), loose=True)),
        ("five pm to six pm", When(time=time(17), until_time=time(18))),
        ("in the past three months", When(day=date(2026, 8, 25), until=date(2026, 11, 25))),
        ("the past week", When(day=date(2026, 11, 18), until=date(2026, 11, 25))),
        ("over the last few days", When(day=date(2026, 11, 22), until=date(2026, 11, 25))),
        ("let it last ten minutes", None),
        ("ten past three", When(time=time(3, 10), loose=True)),
        ("my schedule for the day", When(day=date(2026, 11, 25))),
        ("the joke of the day", None),
        ("our weekend trip", None),
        ("the week before christmas", When(day=date(2026, 12, 18))),
        ("a ten minute reminder to check the oven", When(after=timedelta(minutes=10))),
    ],
)
def test_as_people_speak_of_days(text, when):
    """Also a day by its name and number, what has been, and what only sounds like a time."""
    found = find_when(text, NOW)
    assert (found.value if found else None) == when


def test_the_last_minutes_are_a_span_that_ends_now():
    """On the day itself; what has begun the day before is both days."""
    found = find_when("in the last ten minutes", NOW)
    assert found is not None
    when = found.value
    assert when.until_time == NOW.time()
    assert (when.day, when.time) == (NOW.date(), (NOW - timedelta(minutes=10)).time())
    early = find_when("in the last two hours", NOW.replace(hour=1))
    assert early is not None
    assert early.value == When(day=date(2026, 11, 24), until=date(2026, 11, 25))


def test_words_that_are_over_somebody_else_stay():
    """ "Over the week" is a time with its preposition; "have people over" is none."""
    for text, said in (
        ("the meetings over the week", "over the week"),
        ("have people over tomorrow", "tomorrow"),
    ):
        found = find_when(text, NOW)
        assert found is not None
        assert found.said(text) == said
