"""What left this device, and consent, by voice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.reason.skills.privacy import Privacy
from edge.trust.consent import Wishes
from edge.trust.gate import Gate, Plan
from edge.trust.ledger import Ledger


@pytest.fixture
def gate(tmp_path):
    def now():
        return datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))

    return Gate(Wishes(), Ledger(tmp_path / "ledger.jsonl", now), now)


@pytest.fixture
def say(talk, gate):
    conversation = talk(Privacy, parts={Gate: gate})
    gate.wishes.state = conversation.memory.state
    return conversation


LEFT = ["What left my glasses today?", "what did you send", "what has left my device so far",
        "show me my ledger"]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_nothing_left(say, text):
    """It says so."""
    assert say(text) == "Nothing has left this device today."


@pytest.mark.parametrize(
    "text",
    [
        "do you record what I say",
        "Are you recording me?",
        "who can hear this",
        "is anybody else listening",
        "are you always listening to me",
        "is this private",
        "where does my voice go",
        "do you sell my data",
    ],
)
def test_what_becomes_of_the_sound(say, text):
    """Code says it: a model would say what it likes."""
    answer = say(text)
    assert answer.startswith("I save no recordings, and no sound leaves this device.")


def test_what_left(say, gate):
    """How often, to whom, how much; the card has the questions, each once."""
    for question in ("how far is the moon", "how far is the moon", "who is [NAME_1]"):
        gate.ledger.sent("home box", "general", "http://x/", question, b"x" * 1000)
    gate.ledger.sent("Open-Meteo", "weather", "https://y/", "weather", b"y" * 500)
    assert say("what left my glasses today?") == (
        "Today I sent something 3 times to home box and once to Open-Meteo, 4 kilobytes in all."
    )
    assert say.cards[-1]["lines"] == [
        "12:00 home box: how far is the moon",
        "12:00 home box: who is [NAME_1]",
        "12:00 Open-Meteo: weather",
    ]


def test_a_record_that_was_changed_is_no_record(say, gate):
    """Who asks hears it, whether the record has something of today or not."""
    gate.ledger.sent("home box", "general", "http://x/", "how far is the moon", b"x" * 10)
    path = gate.ledger.path
    path.write_text(path.read_text().replace("moon", "mars"))
    assert say("what left my glasses today?") == (
        "Today I sent something once to home box, 10 bytes in all."
        " But the record is not as it was written."
    )
    assert say.cards[-1]["lines"][-1] == "But the record is not as it was written."
    path.write_text("gone\n")
    assert say("what left my glasses today?") == (
        "The record says that nothing has left this device today."
        " But the record is not as it was written."
    )


@pytest.mark.parametrize(
    ("text", "topic", "consent"),
    [
        ("never send questions about my health", "health", "never"),
        ("don't send anything about shopping", "shopping", "never"),
        ("never send anything", "general", "never"),
        ("always ask me before you send questions about the weather", "weather", "ask"),
    ],
)
def test_wishes(say, gate, text, topic, consent):
    """They hold from then on, and for another session, too."""
    assert say(text).startswith("Okay, ")
    assert gate.standing(Plan("home box", topic, "x")) == consent
    assert Wishes(state=say.memory.state).standing("home box", topic) == consent


def test_always_is_confirmed(say, gate):
    """What cannot be taken back is asked once more."""
    plan = Plan("home box", "weather", "x")
    assert say("always send questions about the weather").endswith("without asking you, always?")
    assert gate.standing(plan) == "ask"
    assert say("no") == "Okay, I'll go on asking."
    assert gate.standing(plan) == "ask"
    say("always send questions about the weather")
    say("yes")
    assert gate.standing(plan) == "always"


def test_what_may_leave(say, gate):
    """Each topic as it stands; and nothing without a network."""
    assert say("what may leave my glasses?") == (
        "I never send questions about health."
        " I ask before I send questions about shopping, yourself, the weather and anything else."
    )
    say("never send anything about shopping")
    say("always send questions about the weather")
    say("yes")
    assert say("what may you send?") == (
        "I never send questions about health and shopping."
        " I ask before I send questions about yourself and anything else."
        " I send questions about the weather without asking."
    )
    gate.network = False
    assert say("what may you send") == (
        "The network is switched off, so nothing leaves this device."
    )


def test_never_anything_counts_before_the_settings(say, gate):
    """What is said comes before what was written down; a later exception before that."""
    gate.wishes.topics = {"weather": "always"}
    say("never send anything")
    assert gate.standing(Plan("home box", "weather", "x")) == "never"
    say("always ask me before you send questions about the weather")
    assert gate.standing(Plan("home box", "weather", "x")) == "ask"
