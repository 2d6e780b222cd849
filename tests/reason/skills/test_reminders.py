"""Reminders and events by voice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from edge.reason.patterns import pattern
from edge.reason.reading import complete
from edge.reason.skill import Services
from edge.reason.skills.reminder_matter import LONGEST
from edge.reason.skills.reminders import Reminders
from edge.remind import rule, spoken


@pytest.fixture
def say(talk):
    """A conversation with the reminders."""
    return talk(Reminders)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("remind me to call mum tomorrow at five", "I'll remind you tomorrow at 5 PM: call mum."),
        ("remind me at six pm to call my boss", "I'll remind you at 6 PM: call your boss."),
        ("remind me in ten minutes to eat", "I'll remind you at 12:10 PM: eat."),
        (
            "remind me every friday to take out the trash",
            "I'll remind you every Friday at 9 AM: take out the trash.",
        ),
        ("remind me every two hours to drink", "I'll remind you every 2 hours: drink."),
        (
            "add baseball practice to my calendar for friday at five pm",
            "I'll remind you on Friday at 5 PM: baseball practice.",
        ),
        (
            "schedule a meeting with chelsea on tuesday",
            "I'll remind you tomorrow at 9 AM: meeting with chelsea.",
        ),
        ("remember to call mum at six", "I'll remind you at 6 PM: call mum."),
        (
            "remind me every other day to water the plants",
            "I'll remind you every 2 days at noon: water the plants.",
        ),
        (
            "remind me every other tuesday to take out the bins",
            "I'll remind you every 2 weeks at 9 AM: take out the bins.",
        ),
        (
            "remind me every other week at 9 am to take out the bins",
            "I'll remind you every 2 weeks at 9 AM: take out the bins.",
        ),
    ],
)
def test_set(say, text, answer):
    """What and when are those that were said; both are said back."""
    assert say(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "remind me an hour before my meeting tomorrow at three",
            "I'll remind you tomorrow at 2 PM: meeting in 1 hour.",
        ),
        (
            "remind me two days ahead of my exam on friday at nine am",
            "I'll remind you on Wednesday at 9 AM: exam in 2 days.",
        ),
        ("remind me about the call at 12:10 half an hour before", "30 minutes before that has"),
        ("remind me an hour before my yoga every tuesday at six", "I can't remind you ahead"),
    ],
)
def test_ahead_of_what_is_to_come(say, text, answer):
    """So long before the time that was said; never before a time that repeats, or has passed."""
    assert say(text).startswith(answer)


def test_ahead_of_what_one_is_reminded_of_already(say):
    """Its time is known; of what is not known it is asked."""
    say("remind me about the dentist appointment tomorrow at three")
    told = "I'll remind you tomorrow at 1 PM: the dentist appointment in 2 hours."
    assert say("remind me about the dentist appointment two hours in advance") == told
    assert say("remind me about the concert two hours in advance") == "When is that?"
    assert (
        say("on friday at eight pm") == "I'll remind you on Friday at 6 PM: the concert in 2 hours."
    )


def test_a_reminder_need_not_be_called_one_to_be_cancelled(say):
    """Where there is one of these words."""
    say("remind me to call the plumber in a month")
    assert say("cancel the electrician") == "<model>"
    assert say("cancel the plumber") == "Cancelled: call the plumber."
    assert say.memory.due.open() == []


@pytest.mark.parametrize(
    "text", ["is it anyone's birthday on friday", "whose birthday is it on friday"]
)
def test_whose_birthday_it_is(say, text):
    """By the word, whoever has it; on another day there is none."""
    say("remind me of Joe's birthday on friday")
    assert say(text) == "There is one: Joe's birthday, at 9 AM."
    assert say("is it anybody's birthday today") == "There is nothing today."


def test_plans_are_cancelled_by_what_they_are(say):
    """They need not be called reminders."""
    say("remind me tomorrow to pick up my parents from the airport")
    answer = say("cancel my plans to pick up my parents from the airport")
    assert answer == "Cancelled: pick up your parents from the airport."


def test_the_coming_midnight_is_tonight_s(say):
    """ "Tomorrow at midnight" may be a day later."""
    assert say("remind me at midnight to sleep") == "I'll remind you tonight at midnight: sleep."
    say.wait(24 * 3600)
    assert spoken.day(datetime(2026, 3, 4), datetime(2026, 3, 3)) == "tomorrow"


def test_what_cannot_be_repeated_is_said(say):
    """Rather than repeated on another day."""
    answer = say("remind me on the first monday of each month to pay rent")
    assert answer == "I can't repeat something on the first Monday of a month; on a date I can."
    assert say.memory.due.open() == []


def test_every_other_day_keeps_its_hour(say):
    """Also across the change of clocks (29 March), and without making up for what was missed."""
    say("remind me every other day at 9 am to water the plants")
    due = say.memory.due.open()[0]
    zone = say.wall.now().tzinfo
    at = [datetime.fromtimestamp(due.at, zone)]
    for _ in range(15):
        at.append(rule.next_after(due.rule, at[-1].timestamp(), at[-1]))
    assert {(one - two).days for one, two in pairwise(reversed(at))} == {2}
    assert {moment.hour for moment in at} == {9}
    late = rule.next_after(due.rule, at[0].timestamp(), at[5] + timedelta(hours=1))
    assert late == at[6]


def test_without_what(say):
    """ "Remind me" asks of what, and then when."""
    assert say("remind me") == "What should I remind you of?"
    assert say("to water the plants") == "When should I remind you?"
    assert say("in an hour") == "I'll remind you at 1 PM: water the plants."


def test_without_when(say):
    """Without a time it is asked for."""
    assert say("remind me to call mum") == "When should I remind you?"
    assert say.memory.due.open() == []
    assert say("tomorrow evening") == "I'll remind you tomorrow at 6 PM: call mum."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "remind me on the 31st of february to pay",
            "There is no 31 February: it has 29 days at most.",
        ),
        ("remind me at 9 am today to eat", "That time has passed. When should it be?"),
        ("remind me at 7 am at 9 pm to eat", "You said two different times. Which one?"),
        ("remind me yesterday to eat", "That time has passed. When should it be?"),
    ],
)
def test_impossible(say, text, answer):
    """What cannot be is asked back in one sentence, and nothing is set."""
    assert say(text) == answer
    assert say.memory.due.open() == []


def test_too_long(say):
    """A speech is no reminder."""
    assert "too long" in say("remind me tomorrow at nine to " + "x" * (LONGEST + 1))
    assert say.memory.due.open() == []


def test_told(say):
    """It comes at its time, and knows why."""
    say("remind me at one pm to call mum")
    assert say.wait(3600) == ["A reminder: call mum."]
    assert say.memory.told.last().why == "Because at noon you asked me to remind you at 1 PM."


def test_list(say):
    """Reminders are listed, also those of a day."""
    assert say("what are my reminders") == "There are no reminders."
    say("remind me to call mum tomorrow at five")
    say("remind me every day at two to stretch")
    assert say("do i have any reminders") == (
        "There are 2 reminders: stretch, every day at 2 PM; call mum, tomorrow at 5 PM."
    )
    assert say("what's on my calendar tomorrow") == "The next is: call mum, at 5 PM."
    assert say("what do i have on friday") == "There is nothing on Friday."


def test_cancel(say):
    """One is cancelled by what it is about; several only after a yes."""
    say("remind me to call mum tomorrow at five")
    say("remind me to eat tomorrow at six")
    say("remind me to sleep tomorrow at nine")
    assert say("cancel the reminder to call mum") == "Cancelled: call mum."
    assert say("clear my calendar") == "That is 2 reminders. Shall I cancel them?"
    assert say("no") == "I'll keep them."
    assert len(say.memory.due.open()) == 2
    say("clear my calendar")
    assert say("yes") == "2 reminders cancelled."


def test_not_ours(say):
    """A taxi is not an event."""
    assert say("book a taxi for tomorrow") == "Sorry, I can't book a taxi for tomorrow."


def test_move(say):
    """What is set is moved, on its own day where none is named; what is not set is none of ours."""
    say("remind me tomorrow at noon to have lunch with Tom")
    assert (
        say("move my lunch with Tom to one pm") == "Moved: have lunch with Tom, tomorrow at 1 PM."
    )
    assert say("move my lunch with Tom to friday") == (
        "Moved: have lunch with Tom, on Friday at 1 PM."
    )
    assert len(say.memory.due.open()) == 1
    assert say("move a thousand dollars to my savings account") == "<model>"
    say("remind me every day at nine am to stretch")
    assert say("move stretch to friday") == "That one repeats; cancel it and set it anew."


def test_an_hour_that_is_free(say):
    """What there is on the day does not make the hour busy, and is not denied."""
    say("remind me tomorrow at noon to have lunch with Tom")
    assert say("am I free tomorrow at three") == "There is nothing tomorrow at 3 PM."


def test_stop_reminding(say):
    """In the words in which it comes to mind."""
    say("remind me every morning to stretch")
    assert say("stop reminding me to stretch") == "Cancelled: stretch."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "schedule a two hour meeting with tom tomorrow at ten",
            "I'll remind you tomorrow at 10 AM: meeting with tom, 2 hours.",
        ),
        (
            "add practice on may fourth at king's park at two pm",
            "I'll remind you on May 4 at 2 PM: practice at king's park.",
        ),
        (
            "book a one hour massage for saturday at noon",
            "I'll remind you on Saturday at noon: one hour massage.",
        ),
        (
            "remind me to jog for twenty minutes tomorrow",
            "I'll remind you tomorrow at 9 AM: jog for twenty minutes.",
        ),
        (
            "block out two hours for studying tomorrow at three",
            "I'll remind you tomorrow at 3 PM: studying, 2 hours.",
        ),
        ("block friday for vacation", "I'll remind you on Friday at 9 AM: vacation."),
        ("block one hour tomorrow at ten", "What should I remind you of?"),
        (
            "set a ten minute reminder to check the oven",
            "I'll remind you at 12:10 PM: check the oven.",
        ),
        (
            "set a fifteen minute reminder for my two o'clock meeting",
            "I'll remind you at 1:45 PM: your meeting in 15 minutes.",
        ),
        (
            "send me a notification two hours before the flight tomorrow at nine am",
            "I'll remind you tomorrow at 7 AM: flight in 2 hours.",
        ),
        (
            "notify me one week before christmas to buy gifts",
            "I'll remind you on December 18 at 9 AM: buy gifts.",
        ),
        (
            "remind me on sunday the fifteenth to call dad",
            "I'll remind you on March 15 at 9 AM: call dad.",
        ),
        ("mark the fifteenth as my day off", "I'll remind you on March 15 at 9 AM: your day off."),
        (
            "open my calendar and set a reminder for taxes on april fifteenth",
            "I'll remind you on April 15 at 9 AM: taxes.",
        ),
        (
            "set a remainder for tomorrow at nine to call mum",
            "I'll remind you tomorrow at 9 AM: call mum.",
        ),
    ],
)
def test_events_as_they_are_put_on_a_calendar(say, text, answer):
    """With how long they take, so long before, and for days that are kept for something."""
    assert say(text) == answer


def test_which_of_two_days_is_asked_and_answered(say):
    """What is to be done then is not asked for again."""
    asked = "You said two different days. Which one?"
    assert say("schedule brunch with grandma on sunday the tenth of march") == asked
    told = "I'll remind you on March 10 at 9 AM: brunch with grandma."
    assert say("the tenth of march") == told
    assert say("remind me to call bob at five or at six").startswith("You said two different times")


@pytest.mark.parametrize(
    "text",
    [
        "what is the plan for tomorrow",
        "what's the plan tomorrow",
        "check if i am free tomorrow",
        "what time will the match be tomorrow",
        "where is my interview tomorrow",
        "tell me the time of my interview tomorrow",
    ],
)
def test_asked_for_what_is_on(say, text):
    """Of that day, in any of these words."""
    assert say(text) == "There is nothing tomorrow."


def test_meetings_are_found_by_their_plural(say):
    """A meeting is one of all my meetings."""
    say("schedule a meeting with tom tomorrow at ten")
    there = "There is one: meeting with tom, tomorrow at 10 AM."
    assert say("is there a reminder for the meeting") == there
    assert say("cancel all my meetings with tom") == "Cancelled: meeting with tom."


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("list", "today i had a meeting with george"),
        ("list", "my meeting went well today"),
        ("list", "has it been a busy day"),
        ("list", "is it afternoon yet"),
        ("list", "i have to tell you about my day"),
        ("list", "what is the difference between the roman and the gregorian calendar"),
        ("list", "open my calendar and add lunch"),
        ("list", "find me something fun to do on saturday"),
        ("list", "alert me when registration opens"),
        ("set", "remind me where my meeting is"),
        ("move_none", "call the dentist to move my appointment to friday"),
        ("cancel", "when should i take out the chicken"),
        ("cancel", "send an email to clara to cancel all appointments for tomorrow"),
        ("cancel", "ask bob to cancel my appointment tomorrow"),
        ("move", "call the dentist to move my appointment to friday"),
    ],
)
def test_what_each_is_not(say, intent, text):
    """What is told, asked of the world, or to be done otherwise."""
    found = next(one for one in Reminders(Services({})).intents if one.name == intent)
    assert pattern(found.unless).search(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("let me know when the meeting is gonna happen", "meeting"),
        ("add meeting reminder with my parents in law", "meeting reminder with my parents in law"),
        ("new meeting add bill as attendee", "meeting add bill as attendee"),
        ("i'm meeting laura", "laura"),
        ("postpone my visit by one hour", "visit"),
    ],
)
def test_what_an_event_is_called(text, what):
    """Where no template fits: a meeting is not what is met."""
    found = next(one for one in Reminders(Services({})).intents if one.name == "set")
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert complete(found, text, {}, now)["what"].said == what


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("schedule a meeting with bob in two hours", "I'll remind you at 2 PM: meeting with bob."),
        (
            "schedule a meeting with ann in twenty five minutes",
            "I'll remind you at 12:25 PM: meeting with ann.",
        ),
        (
            "schedule a meeting with bob every two hours",
            "I'll remind you every 2 hours: meeting with bob.",
        ),
        (
            "keep tomorrow open for the plumber at three",
            "I'll remind you tomorrow at 3 PM: the plumber.",
        ),
        (
            "remind me to review the last two weeks of expenses on friday",
            "I'll remind you on Friday at 9 AM: review the last two weeks of expenses.",
        ),
        (
            "remind me to look over the weekend plans on friday",
            "I'll remind you on Friday at 9 AM: look over plans.",
        ),
        ("remind me between five and six pm to eat", "I'll remind you at 5 PM: eat."),
        (
            "remind me to call mom on friday the first thing",
            "I'll remind you on Friday at 9 AM: call mom the first thing.",
        ),
        (
            "remind me on sunday the first of march to call",
            "You said two different days. Which one?",
        ),
    ],
)
def test_a_time_is_only_when_it_is(say, text, answer):
    """And no length of what is then, nor a part of what is to be done."""
    assert say(text) == answer


def test_an_alarm_reminder_is_cancelled_as_one(say):
    """It is a reminder of an alarm."""
    say("remind me of the alarm clock tomorrow")
    assert say("cancel the alarm clock reminder") == "Cancelled: the alarm clock."
    found = next(one for one in Reminders(Services({})).intents if one.name == "cancel")
    assert pattern(found.unless).search("cancel my alarm reminder") is None
    assert pattern(found.unless).search("cancel my alarm")
