"""What a wearer says in a day, each line with what is answered."""

from __future__ import annotations

import pytest

from edge.reason.skills.alarms import Alarms
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.maths import Maths
from edge.reason.skills.notes import Notes
from edge.reason.skills.remember import Remember
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.timers import Timers
from edge.reason.skills.units import Units

ALL = (Alarms, Clock, Lists, Maths, Notes, Remember, Reminders, Timers, Units)

DIALOGUES = {
    "a note on a list is an item": """
        make a note on my to do list to call Sam | Added call Sam to the to-do list.
        put a reminder on my to do list to water the plants | Added water the plants to the to-do\
 list.
        make a note on the shopping list that we need eggs | Added eggs to the shopping list.
        what's left to do | On the to-do list: call Sam and water the plants.
        do I have any undone tasks | On the to-do list: call Sam and water the plants.
        how many open tasks do i have | There are 2 things on the to-do list.
        take a note on the meeting we decided to sell | Noted.
    """,
    "things in a row": """
        add milk eggs bread and butter to my shopping list | Added milk, eggs, bread and butter to\
 the shopping list.
        add olive oil two bananas a loaf of bread to the list | Added olive oil, two bananas and\
 loaf of bread to the shopping list.
        add chicken soup to the list | Added chicken soup to the shopping list.
        add blue paint brushes to the list | Added blue paint brushes to the shopping list.
        remove milk eggs from the list | Removed milk and eggs from the shopping list.
    """,
    "what is of a day is in the calendar": """
        put workout on my calendar today at 6 pm | I'll remind you at 6 PM: workout.
        delete my workout from today | Cancelled: workout.
        what's on my calendar today | There is nothing today.
    """,
    "the next time alone is left out": """
        set an alarm for 7 am on weekdays | Alarm set for 7 AM every weekday.
        skip tomorrow's alarm | Alarm tomorrow skipped; the next is for 7 AM on Wednesday.
        no stop | Okay, I took that back.
        cancel tomorrow's alarm | Alarm tomorrow skipped; the next is for 7 AM on Wednesday.
        skip friday's alarm | I can only skip the next alarm, for 7 AM on Wednesday.
        what alarms do i have | The alarm is for 7 AM every weekday.
        cancel my alarm | Alarm for 7 AM every weekday cancelled.
        set an alarm for 8 am | Alarm set for 8 AM tomorrow.
        skip tomorrow's alarm | Alarm for 8 AM tomorrow cancelled.
        remind me every day at 8 pm to floss | I'll remind you every day at 8 PM: floss.
        skip the floss reminder | Skipped once: floss. The next is tomorrow at 8 PM.
        cancel the floss reminder tomorrow | Skipped once: floss. The next is on Wednesday at 8 PM.
        do i have any reminders | There is one: floss, every day at 8 PM.
    """,
    "moved by so much, and from one day to another": """
        set an alarm for 8 am | Alarm set for 8 AM tomorrow.
        set an alarm for 9 am | Alarm set for 9 AM tomorrow.
        set the 8 o'clock alarm ten minutes later | Alarm moved to 8:10 AM tomorrow.
        make my 9 am alarm five minutes earlier | Alarm moved to 8:55 AM tomorrow.
        remind me of class on tuesday at 5 pm | I'll remind you tomorrow at 5 PM: class.
        move Tuesday's class to Thursday | Moved: class, on Thursday at 5 PM.
        move the class from thursday to friday at six | Moved: class, on Friday at 6 PM.
        move the class from monday to tuesday | There is no such reminder.
        make the class ten minutes earlier | Moved: class, on Friday at 5:50 PM.
        push the class reminder back an hour | Moved: class, on Friday at 6:50 PM.
    """,
    "an alarm ahead of what is to come": """
        remind me of class on wednesday at 5 pm | I'll remind you on Wednesday at 5 PM: class.
        set an alarm two hours before the class | Alarm set for 3 PM on Wednesday.
        wake me up an hour before the class on wednesday | Alarm set for 4 PM on Wednesday.
        set an alarm twenty minutes before my flight | When is that?
        tomorrow at noon | Alarm set for 11:40 AM tomorrow.
    """,
    "told at a time": """
        tell me in two hours | What should I remind you of?
        to call mum | I'll remind you at 2 PM: call mum.
        no stop | Okay, I took that back.
        tell me in two hours to call dad | I'll remind you at 2 PM: call dad.
        no don't | Okay, I took that back.
        no stop | Okay.
        do i have any reminders | There are no reminders.
        remind me when it's six to leave | I'll remind you at 6 PM: leave.
    """,
    "whether a day is near": """
        is it joe's birthday soon | There are no reminders.
        remind me of joe's birthday on friday | I'll remind you on Friday at 9 AM: joe's birthday.
        is it joe's birthday soon | There is one: joe's birthday, on Friday at 9 AM.
        is it christmas soon | 298 days, until Friday, December 25th.
        remember that ann's birthday is on may fifth | I'll remember that ann's birthday is on may\
 fifth.
    """,
    "a number without its unit": """
        what's minus 40 in celsius | -40 degrees Fahrenheit is -40 degrees Celsius.
        what's 100 in fahrenheit | 100 degrees Celsius is 212 degrees Fahrenheit.
        what's 30 in kilos | 30 of what?
        pounds | 30 pounds is 13.61 kilograms.
    """,
    "rounded": """
        round that | I have not worked anything out yet.
        what's 10 divided by 3 | 10 divided by 3 is 3.3333.
        round that | 3.3333 rounded is 3.
        times 5 | 3 times 5 is 15.
        round it to the nearest ten | 15 rounded is 20.
        round 3.14159 to two decimals | 3.1416 rounded is 3.14.
        round that up | 3.14 rounded is 4.
    """,
}


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES)
def test_dialogue(talk, dialogue):
    """Each line is answered so."""
    say = talk(*ALL)
    for line in dialogue.strip().splitlines():
        said, _, answer = line.strip().partition(" | ")
        assert (said, say(said)) == (said, answer)


def test_what_happens_cannot_be_noticed(talk):
    """A reminder for what happens is asked for its time; it says what it is about."""
    say = talk(*ALL)
    assert say("remind me when the rice is done").startswith("I can't tell when the rice is done")
    assert say("in ten minutes") == "I'll remind you at 12:10 PM: the rice is done."
