"""What one asks of one's own days, and what is only near it."""

import pytest

from edge.reason.skills.alarms import Alarms
from edge.reason.skills.reminders import Reminders


@pytest.fixture
def say(talk):
    """A conversation with the reminders, on Monday, 2 March 2026, at noon."""
    return talk(Reminders)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("is my daughter's play on friday night", "There is one: daughter's play, at 7 PM."),
        ("is our play tomorrow", "There is nothing tomorrow."),
        ("is friday my daughter's play", "There is one: daughter's play, at 7 PM."),
        ("when is my daughter's play", "There is one: daughter's play, on Friday at 7 PM."),
        ("when does my daughter's play start", "There is one: daughter's play, on Friday at 7 PM."),
        ("check when my play starts", "There is one: daughter's play, on Friday at 7 PM."),
        ("how free am i on friday", "There is one: daughter's play, at 7 PM."),
        ("do i have friday off", "There is one: daughter's play, at 7 PM."),
        ("am i off work on memorial day", "There is nothing on May 25."),
    ],
)
def test_questions_for_ones_own(say, question, answer):
    """A calendar need not be named, where what is asked for is one's own."""
    say("put my daughter's play on my calendar for friday at seven pm")
    assert say(question) == answer


@pytest.mark.parametrize(
    "question",
    ["is my phone charged tomorrow", "is my game console on", "how full is the moon tonight",
     "is the bank off on memorial day", "am i tall"],
)  # fmt: skip
def test_what_is_on_no_calendar(say, question):
    """It goes to the model."""
    assert say(question) == "<model>"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "remind me that i have to see ann about our project next tuesday at ten pm",
            "I'll remind you on March 10 at 10 PM: you have to see ann about your project.",
        ),
        (
            "remind me to call the bank about the loan on friday",
            "I'll remind you on Friday at 9 AM: call the bank about the loan.",
        ),
        ("remind me to talk to sue about friday's party", "When should I remind you?"),
        (
            "remind me tomorrow to study for friday's exam",
            "I'll remind you tomorrow at 9 AM: study for friday's exam.",
        ),
        ("remind me about friday's party", "I'll remind you on Friday at 9 AM: party."),
        ("remind me to go to friday's party", "I'll remind you on Friday at 9 AM: go to party."),
        ("notify me about the evening meeting five minutes in advance", "When is that?"),
        (
            "remind me of the evening class on friday at seven",
            "I'll remind you on Friday at 7 PM: the evening class.",
        ),
        (
            "remind me about tomorrows afternoon meeting",
            "I'll remind you tomorrow at 3 PM: meeting.",
        ),
        ("mark friday as my day off", "I'll remind you on Friday at 9 AM: your day off."),
        (
            "add valentine's day to my calendar",
            "I'll remind you on February 14, 2027 at 9 AM: valentine's day.",
        ),
        ("remind me of mother's day", "I'll remind you on May 10 at 9 AM: mother's day."),
        (
            "remind me two weeks before mother's day",
            "I'll remind you on April 26 at 9 AM: mother's day.",
        ),
        ("remind me on mother's day", "What should I remind you of?"),
        (
            "remind me to turn the heating on tomorrow",
            "I'll remind you tomorrow at 9 AM: turn the heating on.",
        ),
        (
            "make sure i don't forget mum's birthday on friday",
            "I'll remind you on Friday at 9 AM: mum's birthday.",
        ),
        (
            "add an event called book fair to the fourteenth of june",
            "I'll remind you on June 14 at 9 AM: book fair.",
        ),
        (
            "mark my calendar for the party on june second",
            "I'll remind you on June 2 at 9 AM: the party.",
        ),
        (
            "set a notification for my exam on friday",
            "I'll remind you on Friday at 9 AM: your exam.",
        ),
        ("block my calendar on friday from one to three", "What should I remind you of?"),
    ],
)
def test_what_and_when_are_told_apart(say, text, answer):
    """No word of what it is about is lost, and no word of it is taken for a time."""
    assert say(text) == answer


def test_a_feast_may_be_the_name_of_an_event(say):
    """And is not the day of all that is cancelled."""
    say("remind me on easter monday at ten to call mum")
    assert say("cancel the event easter monday") == "There is no such reminder."
    say("put easter monday on my calendar")
    assert say("cancel the event easter monday") == "Cancelled: easter monday."
    say("put christmas on my calendar")
    assert say("remove christmas from my calendar") == "Cancelled: christmas."


def test_what_has_its_name_from_a_part_of_the_day(say):
    """It may be kept without it."""
    say("schedule a meeting for tomorrow at seven pm")
    say("schedule a meeting for tomorrow at nine am")
    assert say("cancel the evening meeting") == "Cancelled: meeting."
    assert say("when is my next meeting") == "There is one: meeting, tomorrow at 9 AM."


def test_the_next_few_days_of_a_name(say):
    """Each is set, and none of them for good."""
    assert say("remind me to water the plants the next two fridays at six pm") == (
        "I'll remind you on Friday at 6 PM: water the plants."
        " I'll remind you on March 13 at 6 PM: water the plants."
    )
    assert say("schedule yoga class this monday and the next two mondays at five pm") == (
        "I'll remind you at 5 PM: yoga class. I'll remind you on March 9 at 5 PM: yoga class."
        " I'll remind you on March 16 at 5 PM: yoga class."
    )
    assert say("schedule yoga class for the next forty mondays") == (
        "I can't take forty Mondays at once; name one of them."
    )


@pytest.mark.parametrize(
    "text",
    [
        "no need to remind me about the rent",
        "you don't have to remind me to pay the rent any more",
        "i don't need a reminder for the rent anymore",
        "i no longer need to be reminded of the rent",
        "no more reminders about the rent",
    ],
)
def test_who_wants_no_reminder_sets_none(say, text):
    """What is declined is cancelled, where it is set."""
    assert say(text) == "There is no reminder."
    say("remind me to pay the rent on friday")
    assert say(text) == "Cancelled: pay the rent."


@pytest.mark.parametrize(
    "text",
    [
        "i don't need a reminder",
        "i don't want any reminders",
        "no reminder needed",
        "we need no reminder",
        "don't remind me",
    ],
)
def test_who_names_none_is_asked_first(say, text):
    """It may be that nobody remembered the one that is set."""
    assert say(text) == "There is no reminder."
    say("remind me to pay the rent on friday")
    asked = "There is one: pay the rent, on Friday at 9 AM. Shall I cancel it?"
    assert say(text) == asked
    assert say("no") == "I'll keep it."
    assert say(text) == asked
    assert say("yes") == "Cancelled: pay the rent."


@pytest.mark.parametrize("text", ["cancel the reminder", "i don't need the reminder anymore"])
def test_the_one_that_is_meant_is_cancelled(say, text):
    """Without asking; and who wants one gets one."""
    say("remind me to pay the rent on friday")
    assert say(text) == "Cancelled: pay the rent."
    assert say("i need a reminder to pay the rent on friday").startswith("I'll remind you")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what do i have tomorrow after five", "The next is: dinner with joe, at 6 PM."),
        ("what do i have tomorrow before noon", "The next is: call bob, at 9 AM."),
        ("what do i have tomorrow after ten pm", "There is nothing after 10 PM tomorrow."),
        (
            "what do i have tomorrow between five and seven",
            "The next is: dinner with joe, at 6 PM.",
        ),
        ("do i have anything tomorrow between two and four", "There is nothing tomorrow."),
        ("what do i have after five", "There is nothing after 5 PM today."),
        ("when is my next dinner", "The next is: dinner with joe, tomorrow at 6 PM."),
        ("when is my dinner with jane", "There is no such reminder."),
        ("what do i have the week of christmas", "There is nothing then."),
        ("clear my afternoon", "There is no such reminder."),
        ("cancel everything tomorrow after five", "Cancelled: dinner with joe."),
        ("take dinner with joe off my schedule", "Cancelled: dinner with joe."),
    ],
)
def test_what_is_in_a_span_of_hours(say, text, answer):
    """Before, after and between are no single time of day."""
    say("put dinner with joe on my calendar for tomorrow at six pm")
    say("remind me to call bob tomorrow")
    assert say(text) == answer


def test_days_from_one_to_another(talk):
    """None of them is dropped."""
    say = talk(Alarms)
    assert say("set an alarm for wednesday through friday at six am") == (
        "Alarm set for 6 AM on Wednesday. Alarm set for 6 AM on Thursday."
        " Alarm set for 6 AM on Friday."
    )


def test_the_time_of_tomorrows_alarm_is_changed(talk):
    """Where the time that it has is said, too."""
    say = talk(Alarms)
    say("set an alarm for tomorrow at six am")
    answer = say("change tomorrow's alarm from six to seven")
    assert answer == "Alarm moved to 7 AM tomorrow."


def test_two_days_of_every_month(say):
    """Both repeat."""
    assert say("remind me on the first and fifteenth of each month to pay the nanny") == (
        "I'll remind you on the 1st of every month at 9 AM: pay the nanny."
        " I'll remind you on the 15th of every month at 9 AM: pay the nanny."
    )


def test_alarms_of_the_next_few_days(talk):
    """They are set as reminders are."""
    say = talk(Alarms)
    assert say("set an alarm for the next two tuesdays at seven am") == (
        "Alarm set for 7 AM tomorrow. Alarm set for 7 AM on March 10."
    )
