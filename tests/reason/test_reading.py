"""What the built-in skills read in whole sentences: each slot has the words that are meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.eval.command import skill_router
from edge.events import Ask
from edge.reason.dates import find_when
from edge.reason.reading import complete
from edge.reason.skills.list_phrases import LISTS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def router():
    """All skills that ship, with an empty memory."""
    with skill_router() as router:
        yield router


@pytest.mark.parametrize(
    ("text", "slot", "said"),
    [
        ("set a reminder to let the plumber in tomorrow", "what", "let the plumber in"),
        ("remind me to bring the plants in tonight", "what", "bring the plants in"),
        (
            "what time is my meeting with the design team scheduled for",
            "what",
            "with the design team",
        ),
        ("remember me to send the presentation today at one pm", "what", "send the presentation"),
        ("delete my workout from today", "what", "workout"),
        ("remove father's day from my calendar", "what", "father's day"),
        ("events in my march calendar", "when", "march"),
        ("at eleven am tomorrow remind me of my three pm meeting", "when", "at eleven am tomorrow"),
        ("at eleven am tomorrow remind me of my three pm meeting", "what", "my three pm meeting"),
        ("remind me of my three pm meeting", "when", "three pm"),
        ("make me a wake up alarm for eight forty five am", "name", "wake up"),
        ("add new year's eve to my calendar", "what", "new year's eve"),
        (
            "give me a three day notification before my chemistry exam",
            "lead",
            "three day notification before",
        ),
        ("sound an alarm three hours before the exam", "what", "exam"),
        (
            "thursday at three there is a teachers meeting i need to be reminded of",
            "what",
            "teachers meeting",
        ),
        ("what is the time difference between my location and hong kong", "other", "hong kong"),
        ("what will the high be tomorrow in tucson", "about", "high"),
        ("turn the volume down to the lowest level", "named", "lowest"),
        ("what the time difference from here to ottawa", "other", "ottawa"),
        (
            "what is one hundred and one times one hundred and two",
            "sum",
            "one hundred and one times one hundred and two",
        ),
        ("set an alarm for my yoga class at 7 am tomorrow", "name", "yoga class"),
        ("how long until my next doctor appointment", "what", "doctor appointment"),
        ("remove milk and add eggs to my shopping list", "items", "milk"),
        ("remind me one hour before the meeting i have tomorrow", "lead", "one hour before"),
        ("remind me one hour before the meeting i have tomorrow", "when", "tomorrow"),
        ("remind me one hour before the meeting i have tomorrow", "what", "meeting"),
        ("remind me at ten that i fly an hour before noon", "what", "i fly an hour before noon"),
        ("show me boston's current time", "place", "boston's"),
        ("how is london's weather today", "place", "london's"),
        ("delete the christmas party next wednesday", "event", "christmas party"),
        ("reschedule the budget meeting to six pm", "what", "budget meeting"),
        (
            "i will attend lily's wedding next week please add it to my calendar",
            "what",
            "lily's wedding",
        ),
        ("update work out list with new items", "list", "work out"),
        ("please add laundry to the chores", "list", "chores"),
        ("how much snow has maine received as of today", "place", "maine"),
        ("what timezone would missouri be in", "place", "missouri"),
        ("is it hot outside right now im hawaii", "place", "hawaii"),
        ("put nails on the list called garden shed", "list", "garden shed"),
        ("delete my check up list", "list", "check up"),
        ("move the lamp to the bin from my to do list", "list", "to do"),
        (
            "set a reminder alert for friday towards payment of the rent",
            "what",
            "payment of the rent",
        ),
        ("can you tell me on monday to give anna a call", "what", "give anna a call"),
        ("i will no longer be joining the garden party on friday", "event", "garden party"),
        ("will it be nice at the lakeside on friday", "when", "friday"),
        ("is it snowing in qwertyville today", "about", "snowing"),
        ("will i need a light or heavy coat tomorrow", "about", "light or heavy coat"),
        ("what's the weather like in oslo from monday", "place", "oslo"),
        ("show my afternoon schedule for tomorrow", "when", "afternoon for tomorrow"),
        ("what meetings do i have between nine eleven today", "when", "between nine eleven today"),
    ],
)
def test_slots(router, text, slot, said):
    """A slot has all the words that belong to it, and no others that matter."""
    match = router.decide(Ask(text)).match
    assert match is not None
    assert said in match.slots[slot].said
    assert len(match.slots[slot].said) <= len(said) + len("meeting the ")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("i need a new list of my unpaid bills", "unpaid bills"),
        ("begin a list of books that are overdue", "books that are overdue"),
        ("start a list of games to be sold", "games"),
        ("my new garden work list", "garden work"),
        ("i want to make a list", None),
    ],
)
def test_name_of_a_list(text, name):
    """Up to where it ends: what is to be done with it is no part of it, and what it is of is."""
    new = next(intent for intent in LISTS if intent.name == "new")
    slots = complete(new, text, {}, NOW)
    assert (slots["list"].said if "list" in slots else None) == name


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("the time difference between lagos and oslo is what", {"lagos", "oslo"}),
        ("nine am manila time is what in eastern time", {"manila", "eastern time"}),
    ],
)
def test_two_places(router, text, places):
    """Both are found, after "between" and before "time", too."""
    match = router.decide(Ask(text)).match
    assert match is not None
    assert {match.slots[name].said for name in ("place", "other")} == places


def test_one_place_is_not_two(router):
    """ "Est" in "est time" is the same; the other is here."""
    match = router.decide(Ask("please convert nine am to est time")).match
    assert match is not None
    assert [name for name in ("place", "other") if name in match.slots] == ["other"]


@pytest.mark.parametrize(
    "text", ["do i have calendar events on march 19th", "play my list of reminders"]
)
def test_general_words(router, text):
    """ "Events" and "reminders" say nothing of what one is about."""
    match = router.decide(Ask(text)).match
    assert match is not None
    assert "what" not in match.slots


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("where does the twenty second fall this month", 22),
        ("what day is the thirtieth this month", 30),
    ],
)
def test_day_of_this_month(text, day):
    """ "This month" says which month's day is meant, though it may have passed."""
    found = find_when(text, NOW)
    assert found is not None
    assert (found.value.day.month, found.value.day.day) == (11, day)


@pytest.mark.parametrize(
    "text",
    [
        "write a bulleted list of three fruits in markdown",
        "write a bulleted list with five items in markdown please",
        "give me a list of good books",
        "make a list of reasons to exercise",
    ],
)
def test_what_the_model_is_to_write_is_no_list_of_the_wearers(router, text):
    """Whatever the classifier was trained to make of lists."""
    assert router.decide(Ask(text)).match is None


@pytest.mark.parametrize(
    "text",
    [
        "what's the average temperature in mangalore this week",
        "will it be hot in mangalore",
        "weather for tomorrow in mangalore please",
    ],
)
def test_somewhere_that_nobody_knows_is_not_here(router, text):
    """Whether a template fits or not."""
    match = router.decide(Ask(text)).match
    assert match is not None
    assert match.name == "weather.forecast"
    assert match.slots["place"].said == "mangalore"
    assert match.problem == "I don't know where mangalore is."


@pytest.mark.parametrize(
    "text",
    [
        "will it rain in an hour",
        "will i need an umbrella in the evening",
        "is there any chance of rain in the next few hours",
    ],
)
def test_what_is_behind_in_need_not_be_a_place(router, text):
    """A time, or a kind of place."""
    match = router.decide(Ask(text)).match
    assert match is not None
    assert "place" not in match.slots
    assert not match.problem


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("email dad how the weather is this week", ""),
        ("create an email to mom and ask about this week's weather", ""),
        ("my mother needs the weekly weather sent to her", ""),
        ("set a timer for five minutes for cookies", "timer"),
        ("are there any events going on at the library this week", ""),
        ("be quiet", "volume"),
        ("is there any event close by", ""),
        ("what time i sit in china right now", "clock"),
        ("put an alarm for this meeting", "alarm"),
        ("set a timer at five am seven days a week", "alarm"),
        ("set a reminder alarm for the meeting", "alarm"),
        ("set a reminder alarm to call the bank", "reminder"),
        ("set an alarm to remind me of the meeting at five", "reminder"),
    ],
)
def test_whose_subject_it_is(router, text, skill):
    """What is written to somebody is nobody's, and an alarm is one, whatever it is for."""
    match = router.decide(Ask(text)).match
    assert (match.skill.name if match else "") == skill


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("push the button for five seconds", ""),
        ("hold the power key down for ten seconds", ""),
        ("push the timer button and count down for five seconds", "timer.set"),
        ("set a timer for five seconds", "timer.set"),
        ("is my meeting at five or six", "reminder.either"),
        ("do i have a meeting at two or three", "reminder.either"),
        ("is the dentist at three or four", ""),
        ("i don't need a ten minute timer anymore", "timer.cancel"),
        ("keep ten minutes free for questions", ""),
        ("i want to spend ten minutes on this, time me", "timer.set"),
        ("set an alarm at five or six", "alarm.set"),
    ],
)
def test_whose_length_and_whose_time_it_is(router, text, name):
    """What is pressed for so long is timed by nobody, and one of two times may be asked for."""
    match = router.decide(Ask(text)).match
    assert (match.name if match else "") == name


def test_who_to_call_cancels_nothing(router):
    """Whatever it is, it is no reminder that is not wanted any more."""
    match = router.decide(Ask("remind me who to call tomorrow at five")).match
    assert match is None or match.name != "reminder.cancel"


def test_what_is_very_long_is_nobodys(router):
    """Unless it is dictated: the ways to read a long request are too many."""
    for many in ("add a to b " * 700, "remind me to " * 600, "set a timer and " * 500):
        assert router.decide(Ask(many)).match is None
    match = router.decide(Ask("note that " + "the cat sat on the mat " * 100)).match
    assert match is not None
    assert match.name == "note.add"


def test_what_is_too_long_for_one_breath_stays_one(router):
    """To take it apart at each "and" would take seconds."""
    several = "set a timer for five minutes and add milk to my shopping list"
    assert len(router.decide(Ask(several)).also) == 1
    assert not router.decide(Ask(" and ".join([several] * 10))).also
