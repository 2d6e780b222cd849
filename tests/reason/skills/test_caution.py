"""What is said before a model's answer about somebody's own health."""

import pytest

from edge.reason.caution import CAUTION, caution
from edge.reason.skills.clock import Clock


@pytest.mark.parametrize(
    "question",
    [
        "I have a headache.",
        "Should I take ibuprofen with aspirin?",
        "I feel dizzy.",
        "My daughter has a fever, what do I do?",
        "how much paracetamol can I take",
    ],
)
def test_of_ones_own_health(question):
    """A small model's advice is not to be relied on."""
    assert caution(question) == CAUTION


@pytest.mark.parametrize(
    "question",
    [
        "What is diabetes?",
        "What should I cook tonight?",
        "Where are my glasses?",
        "How many legs does a spider have?",
        "Call my mother.",
        "How do I boil an egg?",
        "I'm bored.",
        "I have a question.",
        "Do I have time to take a walk?",
        "My back door is open.",
    ],
)
def test_of_anything_else(question):
    """Nothing is said."""
    assert caution(question) == ""


def test_it_comes_before_the_answer(talk):
    """Also before the model has said a word; skills answer without it."""
    say = talk(Clock)
    assert say("I have a headache") == f"{CAUTION} <model>"
    assert say("I'm late, what time is it") != f"{CAUTION} <model>"
