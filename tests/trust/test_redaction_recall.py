"""How much of what is personal is kept back: the measurement of docs/privacy.md."""

import importlib.util
import sys

import pytest

from edge.trust.redact import Placeholders
from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def measure():
    """tools/measure_redaction.py"""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY / "tools"))
        path = REPOSITORY / "tools" / "measure_redaction.py"
        spec = importlib.util.spec_from_file_location("measure_redaction", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    sys.modules.pop("redaction_sentences", None)


@pytest.mark.parametrize(
    ("style", "least"),
    [("written", 0.95), ("lower case", 0.95), ("as heard", 0.94), ("as said", 0.94)],
)
def test_recall(measure, style, least):
    """Of 500 made-up sentences, with names of eleven countries that no rule lists."""
    made = measure.sentences(500, 1, measure.TEST)
    counts = measure.recall(made, measure.STYLES[style], False).values()
    hidden, total = (sum(column) for column in zip(*counts, strict=True))
    assert hidden >= least * total


@pytest.mark.data
def test_harmless_questions(measure, data):
    """At most one in twenty of others' questions is changed."""
    questions = measure.harmless(data, 500, 1)
    changed = [text for text in questions if Placeholders().redact(text) != text]
    assert len(changed) <= len(questions) / 20


def test_a_found_item_is_one(measure):
    """The measurement itself: what is left of a number in part counts as missed."""
    assert measure.left("12 Oak Street", "I live at [ADDRESS_1], Oak")
    assert not measure.left("12 Oak Street", "I live at [ADDRESS_1]")
    assert not measure.left(
        "two four", "born [DATE_1], how old in two zero", "born, how old in two zero"
    )
    assert measure.left("two four", "born two, how old in two zero", "born, how old in two zero")


def test_what_is_said_is_read_as_people_say_it(measure):
    """The last two ways of writing are what a recogniser makes of speech."""
    written = "I live at 42 Maple Street, born March 3rd, 1985, call 555-0142."
    assert measure.STYLES["as said"](written) == (
        "i live at forty two maple street born march third nineteen eighty five "
        "call five five five zero one four two"
    )
    assert measure.STYLES["as heard"](written).startswith("i live at four two maple street")


@pytest.mark.parametrize(
    "text",
    [
        "my address is " + "Aa " * 700,
        "call " + "1 " * 700,
        "my pin is " + "one " * 700,
        "a" * 2000,
        "a." * 700 + "@",
        "a at " * 400,
        "rue " + "de la " * 400,
        "born " + "march " * 400,
        "gb one two " + "ab one " * 400,
        "born " + "forty " * 400,
        "one rue " + "de la " * 400,
        "my password is " + "x yz " * 400,
        "mr " + "van der " * 400,
        "me at " + "one dash " * 400 + "dot",
    ],
)
def test_hostile_texts_end(text):
    """No rule searches for ever: this test would not end."""
    Placeholders(("my dog is " + "Rex " * 50,)).redact(text)
