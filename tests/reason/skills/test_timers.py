"""Timers by voice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from edge.memory import Memory
from edge.memory.due import MOST
from edge.reason.classifier import Linear
from edge.reason.skill import Missing, Request, Services, Value
from edge.reason.skills.timers import Timers


@pytest.fixture
def say(talk):
    """A conversation with the timers."""
    return talk(Timers)


@pytest.mark.parametrize(
    ("text", "answer", "seconds", "name"),
    [
        ("Set a timer for ten minutes.", "Timer set for 10 minutes.", 600, ""),
        ("set a tea timer for five minutes", "Tea timer set for 5 minutes.", 300, "tea"),
        ("start a 10 minute pasta timer", "Pasta timer set for 10 minutes.", 600, "pasta"),
        ("give me a 10 minute timer", "Timer set for 10 minutes.", 600, ""),
        ("set a timer to go off in 1 hour", "Timer set for 1 hour.", 3600, ""),
        ("in 15 minutes the timer should go off", "Timer set for 15 minutes.", 900, ""),
        ("could you set a timer for 5 minutes from now", "Timer set for 5 minutes.", 300, ""),
        ("set a timer for an hour and a half", "Timer set for 1 hour and 30 minutes.", 5400, ""),
        (
            "set a timer for the eggs for seven minutes",
            "Eggs timer set for 7 minutes.",
            420,
            "eggs",
        ),
    ],
)
def test_set(say, text, answer, seconds, name):
    """A timer has the length and the name that were said."""
    assert say(text) == answer
    due = say.memory.due.open("timer")[0]
    assert (due.seconds, due.name) == (seconds, name)
    assert due.at == say.wall.now().timestamp() + seconds


def test_ask_back(say):
    """Without a length it is asked for, and nothing is set before the answer."""
    assert say("set a timer") == "For how long?"
    assert say.memory.due.open() == []
    assert say("three minutes") == "Timer set for 3 minutes."


def test_several_and_left(say):
    """Several timers run, each with its own time left."""
    say("set a tea timer for five minutes")
    say("set a timer for ten minutes")
    say.wait(60)
    assert say("how much time is left on the tea timer") == "There are 4 minutes on the tea timer."
    assert (
        say("how much time is left")
        == "There are 4 minutes on the tea timer and 9 minutes on the 10 minute timer."
    )
    assert say.wait(240) == ["Your tea timer is done."]
    assert say.wait(300) == ["Your 10 minute timer is done."]
    assert say("how much time is left") == "There is no timer."


def test_cancel(say):
    """Which one is asked where several run; a name or a length tells."""
    say("set a tea timer for five minutes")
    say("set a timer for ten minutes")
    assert say("cancel the timer") == "Which one: the tea timer or the 10 minute timer?"
    assert say("the tea timer") == "Tea timer cancelled."
    assert say("cancel the ten minute timer") == "10 minute timer cancelled."
    assert say("cancel the timer") == "There is no timer."
    assert say.wait(600) == []


def test_cancel_all(say):
    """All are cancelled at once where all are named."""
    say("set a tea timer for five minutes")
    say("set a timer for ten minutes")
    assert say("cancel all timers") == "2 timers cancelled."


def test_cancel_unknown(say):
    """A timer that does not run is not mistaken for one that does."""
    say("set a tea timer for five minutes")
    assert say("cancel the pasta timer") == "There is no pasta timer."
    assert len(say.memory.due.open()) == 1


def test_longer(say):
    """A timer is lengthened, and tells what it has left."""
    say("set a tea timer for five minutes")
    assert say("add two minutes to the tea timer") == "Tea timer has 7 minutes left."
    assert say("add five minutes to the timer") == "Tea timer has 12 minutes left."
    assert say("add another minute") == "Tea timer has 13 minutes left."
    assert len(say.memory.due.open()) == 1


@pytest.mark.parametrize(
    ("pause", "resume"),
    [
        ("pause the timer", "resume the timer"),
        ("put my tea timer on hold, please", "let the tea timer run on"),
        ("freeze the tea timer for a moment", "continue the timer"),
        ("pause the tea", "unpause the tea"),
    ],
)
def test_pause_and_resume(say, pause, resume):
    """A paused timer does not run out, says that it is paused, and goes on with what it had."""
    say("set a tea timer for five minutes")
    say.wait(60)
    assert say(pause) == "Tea timer paused, with 4 minutes left."
    assert say.wait(3600) == []
    assert say("how much time is left") == "The tea timer is paused, with 4 minutes left."
    assert say(resume) == "Tea timer running again, with 4 minutes left."
    assert say.wait(239) == []
    assert say.wait(1) == ["Your tea timer is done."]


def test_pause_one_of_several(say):
    """Which one is asked where several could be meant; one that cannot is not."""
    say("set a tea timer for five minutes")
    say("set an egg timer for ten minutes")
    assert say("pause the timer") == "Which one: the tea timer or the egg timer?"
    assert say("the egg one") == "Egg timer paused, with 10 minutes left."
    assert say("pause the egg timer") == "The egg timer is paused already."
    assert say("how much time is left") == (
        "There are 5 minutes on the tea timer and 10 minutes on the paused egg timer."
    )
    assert say("pause the timer") == "Tea timer paused, with 5 minutes left."
    assert say("resume all timers") == "2 timers running again."
    assert say("resume the tea timer") == "The tea timer is not paused."
    assert say("pause the pasta timer") == "There is no pasta timer."


def test_a_paused_timer_is_lengthened_and_cancelled(say):
    """What can be done with one that runs can be done with it, and taken back."""
    say("set a tea timer for five minutes")
    say("pause the timer")
    assert say("add two minutes to the timer") == "Tea timer has 7 minutes left."
    assert say("cancel the timer") == "Tea timer cancelled."
    assert say("undo") == "Okay, I took that back."
    assert say("is the timer paused") == "The tea timer is paused, with 7 minutes left."
    say("resume the timer")
    assert say("undo") == "Okay, I took that back."
    assert say.wait(600) == []


def test_undo_of_a_pause(say):
    """It is as if it had run on."""
    say("set a tea timer for five minutes")
    say("pause the timer")
    say.wait(60)
    assert say("undo") == "Okay, I took that back."
    assert say("how much time is left") == "There are 4 minutes on the tea timer."


def test_a_paused_timer_outlives_a_restart(say):
    """It is in the file, and its card says that it does not count down."""
    say("set a tea timer for five minutes")
    say("pause the timer")
    assert say.cards[-1]["lines"] == ["tea timer: 5 minutes, paused"]
    assert say.cards[-1]["data"]["timers"][0]["left"] == 300
    with Memory(say.memory.path) as again:
        assert [(due.name, due.remaining) for due in again.due.paused()] == [("tea", 300)]
        assert again.due.open() == []


def test_it_is_the_timer_that_was_spoken_of(say):
    """Whatever else runs."""
    say("set an egg timer for ten minutes")
    say("set a timer for five minutes")
    assert say("pause it") == "5 minute timer paused, with 5 minutes left."
    assert say("resume it") == "5 minute timer running again, with 5 minutes left."
    say("how long is left on the egg timer")
    assert say("hold that one") == "Egg timer paused, with 10 minutes left."


def test_nothing_to_pause(say):
    """No timer, none to pause."""
    assert say("pause the timer") == "There is no timer."


def test_nonsense(say):
    """No time at all and a month are no timers."""
    assert say("set a timer for zero seconds").endswith("For how long?")
    assert "a week at most" in say("set a timer for 300 days")
    assert say.memory.due.open() == []


def test_a_hundred(say):
    """At some number it is a mistake, and said in one sentence."""
    for _ in range(MOST):
        say("set a timer for ten minutes")
    assert say("set a timer for ten minutes") == (
        f"{MOST} timers are running already; cancel one first."
    )
    assert say("how much time is left").startswith(f"There are {MOST} timers; the next one")
    assert say("cancel all timers") == f"{MOST} timers cancelled."


def test_by_order(say):
    """The first, the second and the last are those that were set so."""
    say("set a pasta timer for ten minutes")
    say("set an egg timer for five minutes")
    say("set a timer for twenty minutes")
    assert say("cancel the second timer") == "Egg timer cancelled."
    assert say("cancel the last timer") == "20 minute timer cancelled."
    assert say("cancel the third timer") == "There is no third timer."


def test_a_timer_that_runs_needs_not_be_called_one(say):
    """By its name alone while it runs; a name that no timer has is none of ours."""
    assert say("how long left on the pasta") == "<model>"
    say("set a pasta timer for ten minutes")
    say("set a timer for twenty minutes")
    assert say("how long left on the pasta") == "There are 10 minutes on the pasta timer."
    assert say("is the pasta done") == "There are 10 minutes on the pasta timer."
    assert say("how long left on the film") == "<model>"
    assert say("cancel the pasta") == "Pasta timer cancelled."


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("set a timer for minus five minutes", "For how long"),
        ("set two timers for ten and five minutes", "one timer at a time"),
    ],
)
def test_what_a_classifier_may_bring(say, text, complaint):
    """Less than no time, and one of two lengths, are asked back."""
    slots = {"length": Value("five minutes", timedelta(minutes=5))}
    timers = Timers(Services({Memory: say.memory}))
    with pytest.raises(Missing, match=complaint):
        asyncio.run(timers.handle(Request("set", text, say.wall.now(), slots)))
    assert say.memory.due.open() == []


def test_how_long_it_has_been(talk):
    """Since it was set, paused or not."""
    say = talk(Timers)
    say("set a tea timer for ten minutes")
    say.wait(120)
    assert say("how long has the timer been running") == "You set the tea timer 2 minutes ago."
    say("pause")
    say.wait(60)
    assert say("how long has it been on") == "You set the tea timer 3 minutes ago."


def test_who_needs_no_timer_sets_none(say):
    """It is one to be rid of, if there is any; who needs one is asked for how long."""
    say.router.classifier = Linear.open()
    assert say("i don't need a timer") == "There is no timer."
    assert say("i need a timer") == "For how long?"


def test_who_wants_none_of_several_is_asked(say):
    """They may not know of those that run."""
    say("set a timer for ten minutes")
    say("set a timer for an hour")
    assert say("i don't need any timers") == "2 timers are running. Shall I cancel them?"
    assert say("no") == "I'll keep them."
    assert say("i don't need any timers anymore") == "2 timers cancelled."


def test_what_time_it_will_be_sets_none(talk):
    """However near that is to how long one is to run."""
    say = talk(Timers)
    say.router.classifier = Linear.open()
    assert say("what time is ten minutes from now") == "<model>"
    assert say("set a timer for ten minutes") == "Timer set for 10 minutes."


def test_a_timer_is_pushed_back(say):
    """And not a second one set."""
    say.router.classifier = Linear.open()
    say("set a timer for ten minutes")
    for words in (
        "push the timer back for five minutes",
        "push back my timer by five minutes",
        "keep it going for five minutes more",
        "let the timer run for another five minutes longer",
        "extend the timer for five more minutes",
    ):
        say(words)
    assert say("how much time is left") == "There are 35 minutes on the 10 minute timer."
    assert say("cancel the timer").endswith("cancelled.")
    assert say("how much time is left") == "There is no timer."
