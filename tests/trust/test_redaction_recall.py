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


@pytest.mark.parametrize(("style", "least"), [("written", 0.95), ("lower case", 0.90)])
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
    ],
)
def test_hostile_texts_end(text):
    """No rule searches for ever: this test would not end."""
    Placeholders(("my dog is " + "Rex " * 50,)).redact(text)
