import json

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.eval.command import skill_router
from edge.eval.intents import Judged, Report, judge
from edge.eval.slots import mistakes
from edge.events import Ask
from edge.reason.mapping import Entity, Example, Mapping
from tests.conftest import needed

ROWS = [
    {"text": "roll a die", "intent": "roll_dice"},
    {"text": "what time is it in tokyo", "intent": "time"},
    {"text": "move a thousand dollars to my savings account", "intent": "transfer"},
]


@pytest.fixture
def folder(tmp_path):
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    tmp_path.joinpath("clinc150.jsonl").write_text(lines)
    return tmp_path


@pytest.fixture(scope="module")
def router():
    with skill_router() as made:
        yield made


def test_a_folder_is_judged(router, folder):
    """What is in scope, and what is not."""
    table = judge(router, folder).table()
    assert (table["in_scope"], table["in_scope_accuracy"]) == (2, 1.0)
    assert (table["everything_else"], table["false_take"]) == (1, 0.0)
    assert table["slot_accuracy"] is None


def test_shares_are_counted_by_skill_and_by_mistake():
    """A false take counts against precision, a miss against what was reached."""

    def one(target, taken_by, slots=(), collection="slurp"):
        return Judged(Example("x", collection, "l", target), taken_by, "template", 0.001, slots)

    report = Report(
        [one("a.b", "a"), one("a.b", "a", ("wrong",)), one("a.b", ""), one("", "a"), one("", "")]
    )
    table = report.table()
    assert table["in_scope_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert table["false_take"] == 0.5
    assert table["slot_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert table["slot_accuracy_where_reached"] == 0.5
    assert table["skills"]["a"] == {"sentences": 3, "reached": 0.6667, "precision": 0.6667}
    assert report.confusion() == (["a", "else"], [[2, 1], [1, 1]])


@pytest.mark.parametrize(
    ("entities", "wrong"),
    [
        ([Entity("place_name", "tokyo")], 0),
        ([Entity("place_name", "kyoto")], 1),
        ([Entity("food_type", "sushi")], 0),
        ([], 0),
    ],
)
def test_a_slot_is_right_if_it_was_read_from_the_marked_words(router, entities, wrong):
    """What no skill takes in is not judged."""
    text = "what time is it in tokyo"
    match = router.decide(Ask(text)).match
    example = Example(text, "slurp", "datetime_query", "clock.time", tuple(entities))
    assert len(mistakes(example, match, Mapping().slots)) == wrong


def test_a_time_that_nobody_marked_is_a_mistake(router):
    """Reading too much is wrong as well."""
    text = "what is the weather like tomorrow"
    match = router.decide(Ask(text)).match
    example = Example(text, "slurp", "weather_query", "weather.forecast")
    assert len(mistakes(example, match, Mapping().slots)) == 1


def test_the_command_prints_json_and_draws(folder):
    """`in_scope_accuracy`, `false_take`, `slot_accuracy`, and a picture."""
    needed("matplotlib")
    picture, errors = folder / "confusion.png", folder / "errors.txt"
    arguments = ["eval", "intents", "--data", str(folder), "--plot", str(picture), "--json"]
    done = CliRunner().invoke(cli, [*arguments, "--errors", str(errors)])
    assert done.exit_code == 0, done.output
    table = json.loads(done.output)
    assert {"in_scope_accuracy", "false_take", "slot_accuracy"} <= set(table)
    assert picture.stat().st_size > 1000
    assert errors.read_text() == ""


def test_the_command_prints_a_table(folder):
    """For a person."""
    done = CliRunner().invoke(cli, ["eval", "intents", "--data", str(folder), "--no-plot"])
    assert "100.0% of 2 reach their skill" in done.output


@pytest.mark.data
def test_most_requests_of_the_public_collections_reach_their_skill(router, data):
    """The classifier has seen these sentences, so this only guards against breaking it."""
    table = judge(router, data / "intents").table()
    assert table["in_scope_accuracy"] > 0.95
    assert table["false_take"] < 0.02
    assert table["slot_accuracy"] > 0.85
