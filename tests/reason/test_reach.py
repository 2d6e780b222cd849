"""What is out of reach: real sentences through the real model, and what is decided around it."""

import pytest

from edge.reason.encoder import MODEL, Encoder
from edge.reason.reach import SAYINGS, Reach

UNSEEN = SAYINGS["unseen"]


class Says:
    """A model that finds everything out of reach, or nothing."""

    threshold = 0.8

    def __init__(self, kind="unseen", probability=0.9):
        self.ranked = [(kind, probability), ("other", 0.0)]

    def rank(self, text, templates=()):
        return self.ranked


def test_what_is_out_of_reach_is_said():
    assert Reach(Says()).declined("is the front door locked") == UNSEEN
    assert Reach(Says("deed")).declined("find my phone") == "Sorry, I can't do that."
    assert Reach(Says(probability=0.7)).declined("who wrote hamlet") == ""


@pytest.mark.parametrize(
    "text",
    [
        "is my garage door still open",
        "who called me last?",
        "did the Lakers win last night",
        "what time is church",
    ],
)
def test_what_has_never_been_seen_needs_no_probability(text):
    """Unless it was told."""
    assert Reach(Says(probability=0.1)).declined(text) == UNSEEN
    assert Reach(Says(probability=0.1), lambda text: True).declined(text) == ""


def test_a_question_is_no_deed():
    assert Reach(Says("deed")).declined("are the lights on") == UNSEEN


def test_both_kinds_count_together():
    """Nobody has to know which of the two it is."""
    model = Says("deed", 0.5)
    model.ranked = [("deed", 0.5), ("unseen", 0.4)]
    assert Reach(model).declined("read my messages") == SAYINGS["deed"]


@pytest.mark.parametrize(
    "text",
    [
        "I paid the bill",
        "my phone is old",
        "we've had pizza",
        "that song is lovely",
        "I have chest pain, who is at the door?",
        "Tom has twelve apples at home and gives three of them to the girl next door who has two of"
        " her own how many are left",
    ],
)
def test_what_is_told_is_not_declined(text):
    """Nor a story, nor an urgent sign."""
    assert Reach(Says()).declined(text) == ""


@pytest.mark.parametrize(
    "text", ["I need my balance", "I'd like to hear the news", "can you see me"]
)
def test_a_wish_is_no_tale(text):
    assert Reach(Says()).declined(text) == UNSEEN


def test_a_question_about_the_answer_before_is_for_the_model():
    """ "When did it open?" after the Eiffel tower."""
    reach = Reach(Says())
    assert reach.declined("when did it open", follows=True) == ""
    assert reach.declined("and where is that", follows=True) == ""
    assert reach.declined("when did it open") == UNSEEN
    assert reach.declined("when does the pharmacy open", follows=True) == UNSEEN


def test_what_was_told_is_known():
    """The wearer said where the car is."""
    reach = Reach(Says(), lambda text: "car" in text)
    assert reach.declined("where did I park my car") == ""
    assert reach.declined("where did I leave my glasses") == UNSEEN


@pytest.fixture(scope="module")
def reach(model_folder):
    """The one that ships."""
    return Reach.open(Encoder(model_folder(MODEL)))


@pytest.mark.parametrize(
    "text",
    [
        "Is the shop still open?",
        "When is the next bus?",
        "What's my bank balance?",
        "Do I have any new messages?",
        "What's the score of the game?",
        "What am I looking at?",
        "Has my flight been delayed?",
        "What's Apple's stock trading at?",
        "Where are my keys?",
        "What song is this?",
    ],
)
def test_nobody_can_know_it_from_here(reach, text):
    """None of these is among what it was trained on."""
    assert reach.declined(text) in SAYINGS.values()


@pytest.mark.parametrize(
    "text",
    [
        "Tell me a story.",
        "Give me a recipe for pancakes.",
        "What should I cook tonight?",
        "Recommend a book.",
        "Who painted the Mona Lisa?",
        "How many legs does a spider have?",
        "Which planet is the largest?",
        "What is the capital of Peru?",
        "How do I remove a red wine stain?",
        "Cheer me up.",
        "Can you help me?",
    ],
)
def test_a_model_may_try(reach, text):
    assert reach.declined(text) == ""


def test_a_game_may_be_a_battle():
    """Where something was spoken of before."""
    reach = Reach(Says(probability=0.1))
    assert reach.declined("did the Romans win", follows=True) == ""
    assert reach.declined("who called me Ishmael") == ""
