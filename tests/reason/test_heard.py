"""What recognisers write for what was said."""

import pytest

from edge.reason.heard import heard


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Alarm to morrow six.", "Alarm tomorrow six."),
        ("What are my to do's?", "What are my to-dos?"),
        ("Wake up call for seven-thirty.", "Wake up call for seven thirty."),
        ("wake me at five a m please", "wake me at five am please"),
        ("At five minutes to the timer.", "add five minutes to the timer."),
        ("Ad milk to my shopping list.", "add milk to my shopping list."),
        ("Set a daily alarm for seven of them.", "Set a daily alarm for seven am."),
        ("Remind me too call Bob.", "Remind me to call Bob."),
        ("set a time for five minutes", "set a timer for five minutes"),
        ("Um, set a, uh, timer for five minutes.", "set a, timer for five minutes."),
        ("remind me uh to call mum at um six", "remind me to call mum at six"),
        ("remind me to call at, let me see, seven", "remind me to call at seven"),
        ("wake me at six... no wait, half past six", "wake me at half past six"),
        ("set a timer for five minutes, no make that six", "set a timer for six minutes"),
        ("set a timer for five, no, sorry, six minutes", "set a timer for six minutes"),
        ("Set a timer for five minutes. No, six.", "Set a timer for six minutes."),
        ("hmm what's the the time", "what's the time"),
        ("add eggs, no wait, add milk", "add milk"),
        ("Set a timer for five minutes. No, set an alarm for six.", "set an alarm for six."),
        ("remind me in five to check the rice", "remind me in five minutes to check the rice"),
        (
            "wake me at six on weekdays but not on friday",
            "wake me at six every monday tuesday wednesday and thursday",
        ),
        ("alarm every weekend at 9 except sunday", "alarm every saturday at 9"),
        ("wake me in 20", "wake me in 20 minutes"),
        ("remind me who called", "who called"),
        ("Remind me what the wifi password is.", "what is the wifi password."),
        ("please remind me again where i parked", "where have i parked"),
        ("can you remind me where the car is parked", "where is the car parked"),
        ("remind me what i said about the car", "what have i said about the car"),
        ("remind me what i need to buy", "what do i need to buy"),
        ("remind me what time my meeting is", "what time is my meeting"),
        ("remind me when the meeting is", "when is the meeting"),
        ("remind me how to tie a tie", "how to tie a tie"),
        ("set  a    timer", "set a timer"),
        ("Remove seven amal arm.", "Remove seven am alarm."),
        ("A warm 5 p.m. Tuesday.", "alarm 5 p.m. Tuesday."),
        ("A warm welcome at 5 p.m.", "A warm welcome at 5 p.m."),
    ],
)
def test_set_right(written, said):
    """Where the words around it leave no other sense."""
    assert heard(written) == said


@pytest.mark.parametrize(
    "text",
    [
        "at five remind me of my list of names",
        "remind me at five to check the rice",
        "remind me in five days to call",
        "is it true, no, I mean really",
        "I said no, put it there",
        "remind me every day to eat but not sweets",
        "wake me on weekdays but not on sunday",
        "at the store put milk on my shopping list",
        "at noon tomorrow schedule lunch in my calendar",
        "twenty-five minus twelve",
        "is five a prime number, no?",
        "the bus at five. Actually seven of us came",
        "I want seven of them on the table",
        "set a time for the meeting",
        "remind me too",
        "remind me when the rice is done",
        "remind me when it is six to leave",
        "remind me who to call at five",
        "remind me what to buy",
        "remind me to ask who called",
        "open my calendar and delete all",
        "go to my reminders and clear them",
        "play I'm a m c",
        "Um.",
        "uh-huh",
        "how do you spell um",
        "open my calendar and delete everything",
        "open my reminders and clear all of them",
        "how many mm in an inch",
        "convert 5 um to mm",
    ],
)
def test_left_alone(text):
    """Where they may be meant."""
    assert heard(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "remind me to ask Ann what I meant when I said no at six",
        "take a note I said sorry no remind me later",
        "remind me of the day of the party, not Friday to buy balloons",
    ],
)
def test_what_is_meant_so_is_left(text):
    """Nobody begins again there, and no other days are meant."""
    assert heard(text) == text
