"""Switching the microphone off by voice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.hear.mute import Mute
from edge.reason.skills.microphone import Microphone
from edge.wall import SetClock


class Switch:
    """A microphone that is on or off."""

    state = "open"

    def mute(self):
        self.state = "muted"

    def unmute(self):
        self.state = "open"


@pytest.fixture
def say(talk):
    """A conversation with the skill; `changes` are the seconds for which it was switched off."""
    changes = []

    def emit(event, at=None, **fields):
        if fields["muted"]:
            changes.append(fields["seconds"])

    wall = SetClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    made = talk(Microphone, parts={Mute: Mute(Switch(), wall, emit)})
    made.changes = changes
    return made


@pytest.mark.parametrize(
    ("text", "answer", "seconds"),
    [
        ("mute the microphone", "The microphone is off until you press the key.", None),
        (
            "stop listening for ten minutes",
            "The microphone is off for 10 minutes, or until you press the key.",
            600,
        ),
        (
            "turn your mic off until one pm",
            "The microphone is off for 1 hour, or until you press the key.",
            3600,
        ),
    ],
)
def test_mute(say, text, answer, seconds):
    """It is off for as long as was said, and the answer says how it comes on again."""
    assert say(text) == answer
    assert say.changes == [seconds]


def test_too_long(say):
    """A week is asked back, and what is said then counts."""
    assert say("stop listening for a week") == "For how long? A day at most."
    assert say.changes == []
    assert say("an hour") == "The microphone is off for 1 hour, or until you press the key."
    assert say.changes == [3600]


def test_on(say):
    """Whoever is heard is told that it is on."""
    assert say("unmute the microphone").startswith("The microphone is on.")
    assert say("are you listening").startswith("The microphone is on.")
    assert say.changes == []


def test_no_microphone(talk):
    """Where nothing can be switched, it says so."""
    assert talk(Microphone)("mute the mic").startswith("There is no live microphone")
