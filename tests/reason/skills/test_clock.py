from datetime import time, timedelta

import pytest

from edge.events import Ask
from edge.reason.classifier import Linear
from edge.reason.skills.clock import Clock
from edge.reason.skills.clock_words import clock
from edge.reason.skills.reminders import Reminders


@pytest.fixture
def say(talk):
    """It is Monday, 2 March 2026, noon in Paris."""
    return talk(Clock)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What time is it?", "It's noon."),
        ("what time is it in Tokyo right now", "It's 8 PM in Tokyo."),
        ("what time is tokyo", "It's 8 PM in Tokyo."),
        ("is it evening yet", "It's noon."),
        ("is it morning in new york", "It's 6 AM in New York."),
        ("is it past midnight already", "It's noon."),
        ("is it day or night in sydney", "It's 10 PM in Sydney."),
        ("is it five o'clock yet", "It's noon."),
        ("is it lunchtime", "It's noon."),
        ("what's the time in new york", "It's 6 AM in New York."),
        ("what time is it in gmt plus five", "It's 4 PM GMT plus 5."),
        ("tell me what time it is in UTC-3", "It's 8 AM UTC minus 3."),
        ("convert ten am to tokyo time", "When it's 10 AM here, it's 6 PM in Tokyo."),
        (
            "what time will it be in tokyo when it is noon here",
            "When it's noon here, it's 8 PM in Tokyo.",
        ),
        ("what time zone is gmt plus one", "GMT plus 1 is UTC plus 1 hour."),
        (
            "if it's three pm in gmt plus two what time is it in tokyo",
            "When it's 3 PM in GMT plus 2, it's 10 PM in Tokyo.",
        ),
        ("what time is it in the eastern time zone", "It's 6 AM Eastern time."),
        ("what is the current time in honolulu", "It's 1 AM in Honolulu."),
        ("what time is it in dooa", "I don't know where dooa is."),
        ("what's today's date", "Today is Monday, March 2nd."),
        ("what day is the twenty second of may", "That is Friday, May 22nd."),
        ("is it friday today", "No, today is Monday, March 2nd."),
        ("what's tomorrow's date", "Tomorrow is Tuesday, March 3rd."),
        ("how many days until christmas", "298 days, until Friday, December 25th."),
        ("how many weeks until march 12th", "1 week and 3 days, until Thursday, March 12th."),
        ("how long is it until 5 pm", "5 hours, until 5 PM."),
        ("how many minutes until half past twelve", "30 minutes, until 12:30 PM."),
        ("how long until nine am", "21 hours, until tomorrow at 9 AM."),
        ("how many days are in february", "February 2027 has 28 days."),
        ("when is easter", "That is Sunday, April 5th."),
        ("what day was july 4th 1776", "That was Thursday, July 4th, 1776."),
        ("how many days are left in this month", "29 days, until Tuesday, March 31st."),
        ("what's the time difference between here and new york", "New York is 6 hours behind you."),
        ("what's the time difference to berlin", "It's the same time in Berlin as here."),
        (
            "what's the time difference between new york and tokyo",
            "Tokyo is 14 hours ahead of New York.",
        ),
        ("what time was it three hours ago", "It was 9 AM."),
        (
            "when it's noon in london what time is it here",
            "When it's noon in London, it's 1 PM here.",
        ),
        (
            "what time is it here when it's 3 pm in new york",
            "When it's 3 PM in New York, it's 9 PM here.",
        ),
        ("what day is it in sydney", "It's Monday, March 2nd in Sydney."),
        ("how many days are in february next year", "February 2027 has 28 days."),
        ("what timezone is denver in", "Denver is on Denver time, UTC minus 7 hours."),
        (
            "if it's ten pm in california what time is it in alabama",
            "When it's 10 PM in California, it's midnight the next day in Alabama.",
        ),
        ("what day is february 31", "There is no 31 February: it has 29 days at most."),
        ("what day is the 31st of february", "There is no 31 February: it has 29 days at most."),
        ("what year is it", "It's 2026."),
        ("which month is it", "It's March."),
        ("is it a leap year", "No, 2026 is not a leap year."),
        ("what time is sunset", "<model>"),
    ],
)
def test_time_and_date_come_from_the_clock(say, question, answer):
    """Here, in any city, on any day; what does not exist is said."""
    assert say(question) == answer


def test_days_between_of_which_one_has_been(say):
    """A day without its year is the one before the other; one with it is that one."""
    say.wall.go(timedelta(days=28).total_seconds())
    assert say("how many days between march 3rd and may 10th").startswith("68 days from Tuesday")
    answer = say("how many days from march 3rd 2027 to may 10th 2026")
    assert answer == "297 days from Wednesday, March 3rd, 2027 to Sunday, May 10th."


def test_a_feast_is_asked_of_the_calendar(talk):
    """Whatever the classifier makes of it: it is no appointment of the wearer's."""
    say = talk(Clock, Reminders)
    say.router.classifier = Linear.open()
    assert say("when is thanksgiving") == "That is Thursday, November 26th."
    assert say("when is mother's day") == "That is Sunday, May 10th."
    assert say("when was christmas 2024") == "That was Wednesday, December 25th, 2024."


@pytest.mark.parametrize(
    ("moment", "text"),
    [(time(0), "midnight"), (time(12), "noon"), (time(7, 5), "7:05 AM"), (time(19), "7 PM")],
)
def test_a_time_is_spoken_as_people_say_it(moment, text):
    """No seconds, no leading zeros."""
    assert clock(moment) == text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what time will it be in 90 minutes", "It will be 1:30 PM."),
        ("what time will it be in fourteen hours", "It will be 2 AM on Tuesday."),
        ("what week is it", "This is week 10."),
        ("is 2028 a leap year", "Yes, 2028 is a leap year."),
        ("is 2100 a leap year", "No, 2100 is not a leap year."),
        ("was 1900 a leap year", "No, 1900 was not a leap year."),
        ("when do the clocks change", "The clocks go forward by 1 hour on Sunday, March 29th."),
        (
            "if it's 3 pm here what time is it in sydney",
            "When it's 3 PM here, it's 1 AM the next day in Sydney.",
        ),
    ],
)
def test_more_of_the_calendar(talk, text, answer):
    """It is Monday, 2 March 2026, noon in Paris."""
    assert talk(Clock)(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "how many days between march 3rd and may 10th",
            "68 days from Tuesday, March 3rd to Sunday, May 10th.",
        ),
        (
            "how many weeks from december 1st to january 12th",
            "6 weeks from Tuesday, December 1st to Tuesday, January 12th, 2027.",
        ),
        ("how many days ago was the first of february", "29 days, since Sunday, February 1st."),
        ("how many days since christmas", "67 days, since Thursday, December 25th, 2025."),
        ("how long is it until new year", "305 days, until Friday, January 1st, 2027."),
        ("is it friday yet", "No, today is Monday, March 2nd."),
    ],
)
def test_days_from_one_to_another(talk, text, answer):
    """Between two, and since one that has been."""
    assert talk(Clock)(text) == answer


def test_the_date_is_no_place(talk):
    """Although there is a town in Japan by that name."""
    say = talk(Clock)
    say("what time is it in tokyo")
    assert say("and the date") == "Today is Monday, March 2nd."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how many saturdays are in march", "There are 4 Saturdays in March."),
        ("how many sundays are there in this month", "There are 5 Sundays in March."),
        ("how many mondays are left this month", "There are 5 Mondays until Tuesday, March 31st."),
        ("how many weekends are there in december", "There are 4 weekends in December."),
        ("how many fridays are in this year", "There are 52 Fridays in 2026."),
        ("how many tuesdays are there", "In which month or year?"),
    ],
)
def test_days_of_the_week_are_counted(talk, text, answer):
    """Of the whole month, unless what is left of it is asked for."""
    assert talk(Clock)(text) == answer


@pytest.mark.parametrize("text", ["how many people are in march", "how many are there"])
def test_nothing_else_is_counted(talk, text):
    """Only days have a calendar."""
    assert talk(Clock)(text) == "<model>"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("convert current time from g. m. t. to est",
         "When it's 11 AM in G M T time, it's 6 AM in EST time."),
        ("convert 5 pm from est to pst", "When it's 5 PM in EST time, it's 2 PM in PST time."),
        ("convert my time to london time", "When it's noon here, it's 11 AM in London."),
        ("what's my local time if it's 5 pm in rome", "When it's 5 PM in Rome, it's 5 PM here."),
        ("convert five pm london time to my time", "When it's 5 PM in London, it's 6 PM here."),
        ("how many hours difference is there between london and new york",
         "New York is 5 hours behind London."),
        ("time difference between paris and delhi",
         "Delhi is 4 hours and 30 minutes ahead of Paris."),
        ("how many hours distance is between my location and new york",
         "New York is 6 hours behind you."),
        ("what's the time in this city", "It's noon."),
        ("tell me the time in my time zone", "It's noon."),
        ("what time zone is this city in", "This is on Paris time, UTC plus 1 hour."),
        ("what is the exact time", "It's noon."),
        ("check the time", "It's noon."),
        ("paris local time", "It's noon in Paris."),
        ("what time of day is it in tokyo", "It's 8 PM in Tokyo."),
        ("what is the current date in tokyo", "It's Monday, March 2nd in Tokyo."),
        ("what year are we in", "It's 2026."),
        ("tell me the current month", "It's March."),
        ("when is the winter solstice", "That is Monday, December 21st."),
    ],
)  # fmt: skip
def test_here_and_elsewhere(talk, text, answer):
    """However the place is named, or that it is the wearer's own."""
    assert talk(Clock)(text) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so what would five pm my time be in london",
         "When it's 5 PM here, it's 4 PM in London."),
        ("what is the hour with us when it is five pm in london", "When it's 5 PM in London"),
        ("seven p. m. est goes to p. s. t. as what", "When it's 7 PM in EST time, it's 4 PM"),
    ],
)  # fmt: skip
def test_the_time_is_that_of_the_place_beside_it(talk, text, answer):
    """Where no template says which place is which."""
    say = talk(Clock)

    class Sure:
        names = ("clock.convert",)
        threshold = 0.5

        def begin(self, text):
            pass

        def rank(self, text, templates=()):
            return [("clock.convert", 1.0)]

    say.router.classifier = Sure()
    assert say(text).startswith(answer)


def test_a_day_and_today_are_one_question(talk):
    """Both belong to what was asked."""
    say = talk(Clock)
    match = say.router.decide(Ask("is it twentieth march today")).match
    assert match is not None
    assert match.slots["day"].said == "twentieth march today"
    assert say("is it twentieth march today") == "No, today is Monday, March 2nd."


@pytest.mark.parametrize(
    "text",
    [
        "what time does it get dark",
        "what time is sunrise",
        "is today a holiday",
        "translate the time to german",
        "daylight savings time",
    ],
)
def test_what_is_not_the_time_of_now(say, text):
    """When the sun rises, and whether a day is a holiday, is not told with the time."""
    say.router.classifier = Linear.open()
    assert say(text) == "<model>"


def test_time_elsewhere_is_no_day(say):
    """A place in words that name none does not make it a question for a day."""
    say.router.classifier = Linear.open()
    assert say("what time is it there") in ("<model>", "It's noon.")
    assert say("how many weekends until christmas").startswith("42 weeks and 4 days")


@pytest.mark.parametrize(
    "text",
    [
        "what time is church",
        "what time is mass on sunday",
        "what time is the movie",
        "what time is dinner",
        "what time is my meeting",
        "what time are the fireworks",
        "do you know what time is check-out",
        "what's the time of the game",
        "tell me what time church is",
        "we're out of time",
        "what time is the wedding",
        "what time is rugby",
        "we need to buy time",
    ],
)
def test_when_something_is_is_not_what_time_it_is(talk, text):
    """The reminders may know it; the clock does not."""
    say = talk(Clock, Reminders)
    say.router.classifier = Linear.open()
    assert "noon" not in say(text)
    assert "March" not in say(text)


def test_when_church_is_may_be_known(talk):
    """From what was set."""
    say = talk(Clock, Reminders)
    say.router.classifier = Linear.open()
    say("remind me to go to church on sunday at ten")
    assert say("what time is church") == "There is one: go to church, on Sunday at 10 AM."


@pytest.mark.parametrize(
    "text", ["what time is now", "what time is this", "what time's it", "what time are we at"]
)
def test_what_time_it_is_has_many_words(say, text):
    """The rule for what something is at leaves them alone."""
    say.router.classifier = Linear.open()
    assert say(text) == "It's noon."


def test_a_place_has_a_time_where_it_is_said_last(say):
    """And where a word follows it."""
    assert say("what time tokyo is") == "It's 8 PM in Tokyo."
    assert say("what time is new york city at") == "It's 6 AM in New York."
