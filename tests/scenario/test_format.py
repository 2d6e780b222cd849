"""The file of a scenario: what is wrong in it is told with its line."""

import pytest

from edge.errors import ScenarioError
from edge.scenario.file import library, load
from edge.scenario.format import Happening

GOOD = 'about = "x"\n\n[[step]]\nsay = "Hello."\n'


def write(folder, text):
    path = folder / "one.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("expect = { sadi = 'x' }", r"one.toml:5: there is no key sadi; did you mean said\?"),
        ("plugg = 'microphone'", r"one.toml:5: there is no key plugg; did you mean plug\?"),
        ("wait = 'long'", "one.toml:5: wait: "),
        ("wait = 3", "one.toml:3: .*a step is one thing, and not say and wait"),
        ("at = '7 am'", "one.toml:5: at: "),
        ("expect = { said = '(' }", "one.toml:5: said: it is no regular expression"),
        ("expect = { between = ['09:00'] }", "one.toml:5: between: "),
        ("unplug = 'keyboard'", "one.toml:5: unplug: "),
        ("[room]\nechoes = true", r"one.toml:6: there is no key echoes; did you mean echo\?"),
        ("[cloud]\nanswer = '24'", r"one.toml:6: there is no key answer; did you mean answers\?"),
        ("[cloud]\nanswers = []", "one.toml:6: answers: "),
        ("[[step]]\ncloud = 3", r"a step makes the service slow, and there is no \[cloud\]"),
        ("[[step]]\nbattery = 130", "one.toml:6: battery: "),
        ("[[step]]\nrestart = -1", "one.toml:6: restart: "),
        ("[[step]]\nrestart = 5\npress = true", "a step is one thing, and not press and restart"),
        ("say = ", "one.toml:5: not valid TOML"),
        ("expect = { said = 'x' }\n[expect]\nsadi = 'x'", "one.toml:7: there is no key sadi"),
        ("zz = 1", "one.toml:5: there is no key zz; known are at, "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, more, sentence):
    """File, line, and the nearest key or the reason."""
    with pytest.raises(ScenarioError, match=sentence):
        load(write(tmp_path, GOOD + more + "\n"))


def test_a_file_without_steps_or_a_sentence_is_refused(tmp_path):
    """A scenario says what it shows, and something happens in it."""
    with pytest.raises(ScenarioError, match=r"one.toml:1: step is missing"):
        load(write(tmp_path, 'about = "x"\n'))
    with pytest.raises(ScenarioError, match=r"one.toml:1: about is missing"):
        load(write(tmp_path, "[[step]]\nwait = 1\n"))


def test_the_nearest_shipped_scenario_is_named():
    """A name that is none of them, and no file."""
    with pytest.raises(ScenarioError, match=r"did you mean timer\?"):
        load("timmer")


def test_shipped_scenarios_are_read_and_many():
    """At least fifteen come with edge, each with a sentence about it and something expected."""
    scenarios = {name: load(name)[1] for name in library()}
    assert len(scenarios) >= 15
    for name, scenario in scenarios.items():
        assert scenario.about.endswith("."), name
        expected = [step.expect for step in scenario.step] + [scenario.expect]
        assert any(expect.model_fields_set for expect in expected), name


def test_an_event_fits_by_its_fields():
    """Words are looked for whatever their case; other values are the same."""
    happening = Happening.model_validate({"event": "device", "state": "LOST", "turn": 1})
    assert happening.fits({"event": "device", "state": "lost", "turn": 1})
    assert not happening.fits({"event": "device", "state": "lost", "turn": 2})
    assert not happening.fits({"event": "mute", "state": "lost", "turn": 1})
