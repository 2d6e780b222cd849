"""What refers to the answer before: corrections, "and tomorrow?", "cancel that"."""

import pytest

from edge.errors import StorageError
from edge.reason.classifier import Linear
from edge.reason.skills.alarms import Alarms
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.maths import Maths
from edge.reason.skills.notes import Notes
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.timers import Timers
from edge.shopping.purchases import Purchases


@pytest.fixture
def say(talk):
    return talk(Alarms, Timers, Reminders, Lists, Notes, Clock, Maths)


def left(say, kind):
    return [(due.name, due.at - say.wall.now().timestamp()) for due in say.memory.due.open(kind)]


@pytest.mark.parametrize(
    ("first", "then", "answer"),
    [
        ("remind me at six to call mum", "no i meant seven", "at 7 PM: call mum"),
        ("remind me at six to call mum", "not six seven", "at 7 PM: call mum"),
        ("remind me tomorrow at nine to run", "actually at ten", "tomorrow at 10 AM: run"),
        ("remind me tomorrow at nine to run", "no on friday", "on Friday at 9 AM: run"),
        ("remind me in ten minutes to look", "make it fifteen minutes", "at 12:15 PM: look"),
        ("remind me at six to call mum", "sorry i meant call dad", "at 6 PM: call dad"),
        ("set an alarm for seven pm", "make it eight", "Alarm set for 8 PM today."),
        ("set a timer for five minutes", "no ten", "Timer set for 10 minutes."),
        ("set a timer for five minutes", "wait make that an hour", "Timer set for 1 hour."),
        ("add eggs to the shopping list", "no i meant bread", "Added bread"),
    ],
)
def test_a_correction_takes_the_place_of_what_it_corrects(say, first, then, answer):
    """What was done is taken back, and done anew with what was meant."""
    say(first)
    assert answer in say(then)
    assert len(say.memory.due.open()) + len(say.memory.lists.open("shopping")) == 1


@pytest.mark.parametrize(
    "first",
    [
        "set an alarm for seven pm",
        "set a timer for five minutes",
        "remind me at six to call mum",
        "add eggs and milk to the shopping list",
        "take a note that the door sticks",
        "set alarms for 8 am and 8 pm",
    ],
)
def test_what_was_done_last_is_taken_back(say, first):
    """ "Cancel that", right after it; all of what was several."""
    say(first)
    assert say("no cancel that") == "Okay, I took that back."
    assert say.memory.due.open() == []
    assert say.memory.lists.open("shopping") == []
    assert say.memory.notes.all() == []


def test_a_move_and_a_longer_time_are_taken_back(say):
    """To what they were."""
    say("set an alarm for seven pm")
    assert say("move my alarm to nine pm") == "Alarm moved to 9 PM today."
    say("cancel that")
    assert left(say, "alarm") == [("", 7 * 3600)]
    say("set a timer for five minutes")
    say("add two minutes to the timer")
    say("undo that")
    assert left(say, "timer") == [("", 300)]


@pytest.mark.parametrize(
    ("before", "mistake"),
    [
        (["set a timer for five minutes"], "cancel the timer"),
        (["set a tea timer for five minutes", "set a timer for one hour"], "cancel all timers"),
        (["set an alarm for seven pm"], "cancel the alarm"),
        (["set an alarm for seven pm", "set an alarm for nine pm"], "cancel all my alarms"),
        (["remind me at six to call mum"], "cancel the reminder to call mum"),
        (["add eggs and milk to the shopping list"], "remove eggs from the shopping list"),
        (["add eggs and milk to the shopping list"], "i bought the eggs"),
    ],
)
def test_what_was_cancelled_or_removed_comes_back(say, before, mistake):
    """Also a mistake that takes something away is taken back, and leaves no trace."""

    def kept():
        items = say.memory.lists.open("shopping")
        bought = Purchases(say.memory).last("eggs")
        return say.memory.due.open(), items, bought

    for said in before:
        say(said)
    there = kept()
    say(mistake)
    assert kept() != there
    assert say("undo") == "Okay, I took that back."
    assert kept() == there


def test_a_list_that_was_cleared_comes_back(say):
    """After the yes, too."""
    say("add eggs and milk to the shopping list")
    there = say.memory.lists.open("shopping")
    say("clear the shopping list")
    assert say("yes") == "The shopping list is empty now."
    say("undo that")
    assert say.memory.lists.open("shopping") == there


def test_more_is_put_on_the_list_that_was_spoken_of(say):
    """Without its name; but a length is for a timer, and numbers are a sum."""
    say("what's on my packing list")
    answer = say("Add toilet paper, dog food and half a kilo of rice.")
    assert answer == "Added toilet paper, dog food and half a kilo of rice to the packing list."
    assert say("And socks, too.") == "Added socks to the packing list."
    assert say("add five minutes") == "There is no timer."
    say("what's on my packing list")
    assert say("add 5 and 7") == "5 plus 7 is 12."
    assert len(say.memory.lists.open("packing")) == 4


@pytest.mark.parametrize("text", ["undo", "Undo that.", "no, take that back"])
def test_nothing_to_take_back(say, text):
    """The model is not asked to undo what nobody did; it would say that it has."""
    assert say(text) == "There is nothing that I could take back."
    say("what time is it")
    assert say(text) == "There is nothing that I could take back."


def test_what_was_asked_about_is_cancelled(say):
    """ "Cancel it" after "how long is left on the tea timer" is the tea timer."""
    say("set a tea timer for five minutes")
    say("set a timer for one hour")
    say("how much time is left on the tea timer")
    assert say("cancel it") == "Tea timer cancelled."
    say("what alarms do i have")
    assert say("cancel it") == "There is no alarm."
    assert left(say, "timer") == [("", 3600)]


def test_cancel_it_out_of_the_blue_cancels_nothing(say):
    """Not the only reminder that there is, which was not spoken of."""
    say.router.classifier = Linear.open()
    say("remind me at six to call mum")
    say("what time is it in paris")
    assert say("cancel it") == "There is nothing that I could take back."
    assert len(say.memory.due.open()) == 1


@pytest.mark.parametrize("text", ["never mind", "Forget it.", "okay, cancel"])
def test_never_mind_is_answered_by_nobody(say, text):
    """Where nothing was asked either; what was done stays."""
    say("set an alarm for seven pm")
    assert say(text) == "Okay."
    assert len(say.memory.due.open()) == 1


def test_only_the_answer_before_is_meant(say):
    """Not what was done before another answer, nor minutes ago."""
    say("set an alarm for seven pm")
    say("what time is it")
    assert say("cancel that") == "There is nothing that I could take back."
    say("set a timer for one hour")
    say.wall.go(301)
    assert say("no two hours") == "<model>"
    assert len(say.memory.due.open()) == 2


def test_a_full_disk(say, monkeypatch):
    """One sentence; what was set stays, and a correction that cannot be kept does nothing."""
    assert say("set an alarm for seven pm") == "Alarm set for 7 PM today."

    def full(*_):
        raise StorageError("The disk is full, so this could not be saved.")

    with monkeypatch.context() as patched:
        patched.setattr(say.memory.database, "write", full)
        assert say("no i meant eight") == "The disk is full, so this could not be saved."
        assert say("set an alarm for nine pm") == "The disk is full, so this could not be saved."
    assert left(say, "alarm") == [("", 7 * 3600)]


def test_more_than_a_value_is_a_question_of_its_own(say):
    """A correction is nothing but what is put right."""
    say("set an alarm for seven pm")
    assert say("no seven is my favourite number") == "<model>"
    assert len(say.memory.due.open("alarm")) == 1


def test_a_question_is_asked_again_with_something_else(say):
    """ "And tomorrow?", "what about London?"."""
    assert say("what time is it in paris") == "It's noon in Paris."
    assert say("and in new york") == "It's 6 AM in New York."
    assert say("what day is the fourth of july") == "That is Saturday, July 4th."
    assert say("what about the fifth of july") == "That is Sunday, July 5th."
    assert say("what reminders do i have today") == "There is nothing today."
    assert say("and tomorrow") == "There is nothing tomorrow."
    assert say("and in case of fire") == "<model>"


def test_more_goes_on_the_list_that_was_spoken_of(say):
    """ "Add socks to it"."""
    say("make a packing list")
    assert say("add socks to it") == "Added socks to the packing list."
    assert say("and my passport too") == "Added my passport to the packing list."
    assert say("and you too") == "<model>"
    say("what's on the packing list")
    assert say("add my razor too") == "Added my razor to the packing list."


def test_a_sum_goes_on(say):
    """With the result before."""
    assert say("what is 17 times 23") == "17 times 23 is 391."
    assert say("and plus nine") == "391 plus 9 is 400."
    assert say("divided by 20") == "400 divided by 20 is 20."


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("set alarms for 8 am and 8 pm", "alarm", 2),
        ("wake me at seven tomorrow and nine on sunday", "alarm", 2),
        ("remind me at 8 am and 8 pm to take my pills", "reminder", 2),
    ],
)
def test_several_in_one_breath(say, text, kind, count):
    """Each is set, and told."""
    answer = say(text)
    assert answer.count(". ") == count - 1
    assert len(say.memory.due.open(kind)) == count


def test_which_alarm_is_moved_is_asked(say):
    """Where there are several."""
    say("set alarms for 8 am and 8 pm")
    assert say("move my alarm to nine").startswith("Which one: 8 PM today or 8 AM tomorrow?")
    assert say("the 8 pm one") == "<model>"
    say("move my alarm to nine pm")
    assert say("8 pm") == "Alarm moved to 9 PM today."
    assert say("move my 9 pm alarm to 10 pm") == "Alarm moved to 10 PM today."
