"""Templates, and how few of them are tried."""

import pytest

from edge.errors import SkillError
from edge.reason.templates import Templates

SENTENCES = {
    "timer.set": ["(set|start) [a|the] [{name}] timer [for {length}]", "timer"],
    "list.add": ["(add|put) {items} (to|on) [my|the] list"],
    "units.convert": ["how many {unit} (is|are) [in] {measure}", "{measure} (to|in) {unit}"],
}
LISTS = {"name": (), "length": (), "items": (), "unit": ("miles", "feet"), "measure": ()}


@pytest.fixture(scope="module")
def templates():
    return Templates(SENTENCES, LISTS)


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("set a timer", "timer.set", {}),
        ("Set a Tea-time timer for 5 minutes!", "timer.set",
         {"name": "Tea-time", "length": "5 minutes"}),
        ("put bread and milk on my list", "list.add", {"items": "bread and milk"}),
        ("3 km in feet", "units.convert", {"measure": "3 km", "unit": "feet"}),
    ],
)  # fmt: skip
def test_fits(templates, text, intent, said):
    """The words in the places, as they stand in the text."""
    found = [(fit.intent, dict(fit.said)) for fit in templates.fitting(text)]
    assert (intent, said) in found
    assert {name for name, _ in found} == {intent}


def test_a_place_that_is_there_twice_holds_both():
    """Else what stands in the first would be lost without a word."""
    sentences = {"reminder.set": ["remind me [{when}] about {what} [on {when}]"]}
    both = Templates(sentences, {"when": (), "what": ()})
    found = [dict(fit.said) for fit in both.fitting("remind me to see ann about tea on friday")]
    assert {"when": "to see ann friday", "what": "tea"} in found
    assert all("ann" in " ".join(said.values()) for said in found)


@pytest.mark.parametrize("text", ["set a timer to the list", "put on my list", "settle", ""])
def test_what_fits_none(templates, text):
    """Not even where all words of a template are there."""
    assert list(templates.fitting(text)) == []


def test_a_way_is_told_once():
    """However many optional words can be there or not, and with the template tried first."""
    found = list(Templates({"a.b": ["play [the] {what}", "play {what}"]}, {"what": ()}).fitting(
        "play jazz"
    ))  # fmt: skip
    assert [(fit.template, dict(fit.said)) for fit in found] == [
        ("play [the] {what}", {"what": "jazz"})
    ]


@pytest.mark.parametrize("template", ["(one;two) {what}", "[a] [b] {what}", "what's {what}"])
def test_no_template_is_passed_over(template):
    """Neither one that no rough expression is made of, nor one without a word of its own."""
    text = {"(": "two one x", "[": "a x", "w": "What\u2019s x?"}[template[0]]
    assert any(
        fit.said["what"] for fit in Templates({"a.b": [template]}, {"what": ()}).fitting(text)
    )


def test_a_mistake_is_told():
    """At once, in a sentence."""
    with pytest.raises(SkillError, match="template cannot be read"):
        Templates({"a.b": ["(set a timer"]}, {})


def test_places_in_a_row_are_one_to_the_first_look():
    """Else a long word would be shared out between them in all ways that there are."""
    from edge.reason.templates import _rough

    for template in ("[a] {length} [{name}] timer", "{a} [up|on {b}] [{c}] timer"):
        word, passes = _rough(template)
        assert word == "timer"
        assert passes("fiveminuteeggtimer")
        assert passes.__self__.pattern.count(".*") == 1
