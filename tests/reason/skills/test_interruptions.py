"""What the wearer says to an announcement."""

from __future__ import annotations

import pytest

from edge.reason.classifier import Linear
from edge.reason.skills.interruptions import Interruptions
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.timers import Timers
from edge.remind.announcement import Suggestion
from edge.remind.scheduler import SUGGEST


@pytest.fixture
def say(talk):
    """A conversation about announcements."""
    return talk(Interruptions, Reminders, Timers)


class Milk:
    """Thinks of milk."""

    def suggestions(self, now):
        return [Suggestion("milk", "You may be running out of milk.", "Because 8 days passed.")]


@pytest.mark.parametrize("question", ["why now", "Why now?", "why", "why did you tell me that"])
def test_why(say, question):
    """ "Why now?" has an answer with the times it comes from."""
    say("set a tea timer for one minute")
    say.wait(60)
    assert say(question) == "Because you set a timer for 1 minute at noon."


def test_stop_telling_about(say):
    """A topic that was told once can be named; another one is none of ours."""
    say.scheduler.sources.append(Milk())
    assert say.wait(SUGGEST) == ["You may be running out of milk."]
    assert say("stop telling me about the weather") == "<model>"
    assert say("stop telling me about milk") == "Okay, I won't suggest that again: milk."
    assert say.memory.told.muted() == ["milk"]


def test_why_without_announcement(say):
    """Without an announcement a bare "why" is a question for the model."""
    assert say("why") == "<model>"
    for question in ("why did you tell me that", "Why now?"):
        assert say(question) == "I haven't told you anything unasked."


def test_snooze(say):
    """Put off by as long as is said, or by ten minutes; it knows so."""
    say("remind me at one pm to stretch")
    assert say.wait(3600) == ["A reminder: stretch."]
    assert say("snooze for five minutes") == "Okay, again in 5 minutes."
    assert say.wait(299) == []
    assert say.wait(1) == ["A reminder: stretch."]
    assert say("why now") == "Because you put this reminder off, to 1:05 PM."
    assert say("not now") == "Okay, again in 10 minutes."
    assert say.wait(600) == ["A reminder: stretch."]


def test_snooze_a_repetition(say):
    """A repetition that is put off goes on as it was."""
    say("remind me every day at two pm to stretch")
    say.wait(7200)
    say("snooze")
    assert say.wait(600) == ["A reminder: stretch."]
    assert say.wait(24 * 3600 - 600) == ["A reminder: stretch."]


def test_never_again_reminder(say):
    """ "Stop telling me that" ends a repetition."""
    say("remind me every day at two pm to stretch")
    say.wait(7200)
    assert say("stop reminding me of that") == "Okay, no more of that reminder."
    assert say.wait(48 * 3600) == []


def test_never_again_suggestion(say):
    """ "Stop telling me that" is learned for a suggestion, for good."""
    say.scheduler.sources.append(Milk())
    assert say.wait(SUGGEST) == ["You may be running out of milk."]
    assert say("why now") == "Because 8 days passed."
    assert say("stop telling me that") == "Okay, I won't suggest that again: milk."
    assert say.memory.told.muted() == ["milk"]
    for _ in range(5):
        assert say.wait(24 * 3600) == []


def test_what_was_it(say):
    """After an earcon the wearer asks what it was."""
    say.scheduler.sources.append(Milk())
    say.wait(SUGGEST)
    assert say("what was that sound") == "You may be running out of milk."


def test_snooze_a_suggestion(say):
    """A suggestion that is put off comes as a reminder."""
    say.scheduler.sources.append(Milk())
    say.wait(SUGGEST)
    assert say("later") == "Okay, again in 10 minutes."
    assert say.wait(600) == ["A reminder: You may be running out of milk."]


def test_do_not_disturb(say):
    """Undisturbed there are no suggestions; what was asked for comes all the same."""
    say.scheduler.sources.append(Milk())
    assert say("do not disturb until five") == "Only what you asked for until 5 PM."
    assert say.wait(SUGGEST) == []
    say("set a timer for one minute")
    assert say.wait(60) == ["Your 1 minute timer is done."]
    assert say.wait(6 * 3600) == ["You may be running out of milk."]


def test_speak_again(say):
    """The wearer lets it speak again."""
    say.scheduler.sources.append(Milk())
    say("do not disturb")
    say("you can talk again")
    assert say.wait(SUGGEST) == ["You may be running out of milk."]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("quiet mode for an hour", "Only what you asked for until 1 PM."),
        ("i need silence until five", "Only what you asked for until 5 PM."),
        (
            "quiet mode on until i am home from work",
            "Only what you asked for until 2 PM, or until you say that I can speak.",
        ),
    ],
)
def test_quiet_until(talk, text, answer):
    """Also until something of which nobody knows when it is."""
    assert talk(Interruptions)(text) == answer


def test_who_asks_about_quiet_does_not_wish_it(say):
    """A question changes nothing."""
    say.router.classifier = Linear.open()
    assert "until" not in say("when can you interrupt me")
