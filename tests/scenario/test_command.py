"""The command, as far as it needs no model."""

import json

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.errors import ScenarioError


def invoke(*arguments):
    return CliRunner().invoke(cli, ["scenario", *map(str, arguments)])


def test_a_bad_file_is_refused_with_or_without_run(tmp_path):
    """`edge scenario FILE` plays it, as `edge scenario run FILE` does."""
    path = tmp_path / "bad.toml"
    path.write_text('about = "x"\nstepp = 1\n', encoding="utf-8")
    for arguments in ((path,), ("run", path)):
        outcome = invoke(*arguments)
        assert isinstance(outcome.exception, ScenarioError)
        assert "bad.toml:2: there is no key stepp; did you mean step?" in str(outcome.exception)


def test_what_is_no_scenario_is_no_command_either():
    """A word that is neither is refused."""
    outcome = invoke("nothing-of-the-kind")
    assert outcome.exit_code == 2


def test_diff_says_what_changed_and_ends_with_1(tmp_path):
    """And with 0 where nothing did."""
    paths = []
    for text in ("stop", "top"):
        paths.append(tmp_path / f"{text}.jsonl")
        row = {"t": 1.0, "event": "transcript", "text": text}
        paths[-1].write_text(json.dumps(row) + "\n", encoding="utf-8")
    outcome = invoke("diff", *paths)
    assert outcome.exit_code == 1
    assert outcome.output == '~ 1.00 transcript text: "stop" > "top"\n'
    assert invoke("diff", paths[0], paths[0]).exit_code == 0


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_list_names_those_that_come_with_edge(options):
    """Each with its sentence."""
    outcome = invoke("list", *options)
    assert outcome.exit_code == 0
    assert "hears-itself" in outcome.output
