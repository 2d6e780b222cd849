from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from edge.errors import SkillError
from edge.reason import grammar
from edge.reason.grammar import Grammar, bare
from edge.reason.skill import Answer, Intent, Slot
from edge.reason.when import When

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))


class Lamp:
    """A skill as anybody might write one."""

    name = "lamp"
    about = "switch lamps"

    def __init__(self, *intents):
        self.intents = intents

    async def handle(self, request):
        return Answer("Done.")


ON = Intent(
    "on",
    ("(turn|switch) on [the] {which} lamp", "(turn|switch) on [the] lamp in [the] {room}"),
    {
        "which": Slot(choices=("red", "blue")),
        "room": Slot(),
        "when": Slot("when"),
        "length": Slot("duration"),
    },
)


def matches(text, *intents):
    return Grammar([Lamp(*(intents or (ON,)))]).match(text, NOW)


def test_a_template_fills_its_slots_with_the_words_that_were_said():
    """Politeness around the question does not matter."""
    (match,) = matches("Could you turn on the red lamp, please?")
    assert match.name == "lamp.on"
    assert match.slots["which"].value == "red"
    assert match.slots["which"].said == "red"


def test_a_time_is_found_wherever_it_stands():
    """Templates need not say where; its words are not another slot's."""
    (match,) = matches("tomorrow at nine am turn on the lamp in the kitchen")
    assert isinstance(match.slots["when"].value, When)
    assert match.slots["room"].said == "kitchen"
    (match,) = matches("turn on the lamp in the kitchen for ten minutes")
    assert match.slots["room"].said == "kitchen"
    assert match.slots["length"].value.total_seconds() == 600


def test_words_that_do_not_fit_a_slot_fit_no_template():
    """Only the choices are choices."""
    assert matches("turn on the purple lamp") == []


def test_a_time_that_does_not_exist_is_told_with_the_match():
    """The intent is clear, and what is wrong is one sentence."""
    (match,) = matches("turn on the red lamp on february 31")
    assert "There is no 31 February" in match.problem


def test_what_one_slot_lacks_loses_no_other():
    """Somewhere that is not known is asked back for, and the day stays as it was said."""
    sky = Intent("sky", ("is it clear in {place}",), {"place": Slot("place"), "when": Slot("when")})
    (match,) = matches("is it clear in qwertyville tomorrow", sky)
    assert "qwertyville" in match.problem
    assert match.slots["when"].said == "tomorrow"
    assert match.slots["place"].value is None


def test_the_template_that_names_most_of_the_question_comes_first():
    """A free slot that swallows everything is worth less."""
    anything = Intent("any", ("turn {what}",), {"what": Slot()})
    assert [m.name for m in matches("turn on the red lamp", anything, ON)] == [
        "lamp.on",
        "lamp.any",
    ]


def test_a_broken_template_is_one_sentence():
    """Said when the skills are loaded, not when somebody speaks."""
    with pytest.raises(SkillError, match="cannot be read"):
        Grammar([Lamp(Intent("bad", ("turn (on",)))])
    with pytest.raises(SkillError, match="unknown slot"):
        Grammar([Lamp(Intent("bad", ("turn on {what}",)))])


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("Hey Edge, can you tell me the time please?", "tell me the time"),
        ("What time is it now?", "What time is it"),
        ("five minutes from now", "five minutes from now"),
        ("please", "please"),
    ],
)
def test_what_is_only_politeness_is_left_out(text, core):
    """But never all of it."""
    assert bare(text) == core


def test_what_is_wrong_in_a_long_text_is_found_by_halves(monkeypatch):
    """Not word by word, each time reading all that comes before."""
    read = []
    find = grammar.find_when
    monkeypatch.setattr(grammar, "find_when", lambda *what: read.append(what) or find(*what))
    text = "tell them all about it " * 100 + "on the 31st of february and then go home"
    assert grammar._before_time(text, NOW).endswith("tell them all about it")
    assert len(read) < 15


def test_what_is_very_long_is_only_dictated(monkeypatch):
    """Nothing is looked for in it, whose time would grow faster than its length."""
    note = Intent("note", ("note {text}",), {"text": Slot()}, dictated=True)
    add = Intent("add", ("note {what} to {where}",), {"what": Slot(), "where": Slot()})
    monkeypatch.setattr(grammar, "find_when", lambda *what: pytest.fail("a time was looked for"))
    assert [one.name for one in matches("note " + "a to b " * 300, note, add)] == ["lamp.note"]
    monkeypatch.undo()
    assert {one.name for one in matches("note a to b", note, add)} == {"lamp.note", "lamp.add"}
