"""The scoreboard of contemplation: its questions, traces and figures."""

import asyncio
import json
from dataclasses import asdict, replace

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.errors import BenchError
from edge.eval.contemplate import VARIANTS, Trace, read_traces, run, table
from edge.eval.contemplate_command import names
from edge.eval.contemplate_sets import Question, read
from edge.reason.contemplate.provider import Chunk


class Same:
    """Says the same of everything."""

    name = "same"

    def __init__(self):
        self.asked = 0

    async def stream(self, requests):
        self.asked += 1
        for agent, _ in enumerate(requests):
            yield Chunk(agent, "Answer: 4", end="stop", tokens_in=9, tokens_out=3)


def trace(id_, variant, right, seconds=1.0):
    """One trace."""
    return Trace("svamp", id_, variant, "m", "4", "4", right, seconds, 3, 1.0, ["Answer: 4"])


def answer(file, questions, provider):
    """Run all variants, at a clock that stands still."""

    async def collect():
        found = run(questions, list(VARIANTS), provider, "m", file, clock=lambda: 0.0)
        return [one async for one in found]

    return asyncio.run(collect())


def test_questions_are_read(data):
    """With the right answer in the form in which answers are compared."""
    for name in ("svamp", "gsm8k"):
        questions = read(data / "qa", name)
        assert all(q.gold.replace(".", "").lstrip("-").isdigit() for q in questions)
    arc = read(data / "qa", "arc-challenge")
    assert {q.gold for q in arc} <= {f"choice {letter}" for letter in "abcde"}
    assert "A) " in arc[0].text
    assert 0.4 < sum(q.judging for q in arc) / len(arc) < 0.6


def test_a_damaged_set(tmp_path):
    """One sentence that names the line."""
    (tmp_path / "svamp.jsonl").write_text("{}\n")
    with pytest.raises(BenchError, match="line 1, is no question of svamp"):
        read(tmp_path, "svamp")
    with pytest.raises(BenchError, match="cannot be read"):
        read(tmp_path, "gsm8k")


def test_a_run_goes_on_where_the_last_one_ended(tmp_path):
    """What has a trace is not answered again."""
    file = tmp_path / "traces.jsonl"
    provider = Same()
    question = Question("svamp", "2 + 2?", "4")
    made = answer(file, [question], provider)
    assert [one.variant for one in made] == list(VARIANTS)
    assert all(one.right and one.chains for one in made)
    asked = provider.asked
    assert answer(file, [question], provider) == []
    assert provider.asked == asked
    assert read_traces(file) == made


def test_a_long_chain_uses_the_tokens_of_five(tmp_path):
    """It checks itself until then."""
    made = answer(tmp_path / "t", [Question("svamp", "2 + 2?", "4")], Same())
    tokens = {one.variant: one.tokens for one in made}
    assert tokens["long"] == tokens["vote"] == 15


def test_figures_are_paired():
    """A variant is compared on the questions that the baseline has answered, too."""
    traces = [trace(str(n), "greedy", n % 2 == 0) for n in range(10)]
    traces += [trace(str(n), "council", True, 2.0) for n in range(4, 14)]
    greedy, council = table(traces)
    assert (greedy["questions"], greedy["right"], greedy["gain"]) == (10, 0.5, 0)
    assert (council["questions"], council["right"], council["gain"]) == (6, 1.0, 0.5)
    assert council["times_baseline"] == 2
    low, high = council["gain_interval"]
    assert 0 <= low < 0.5 < high <= 1


def test_what_the_chains_could_have_reached():
    """How many single chains are right, and how often at least one is."""
    one = trace("1", "greedy", True)
    other = replace(trace("2", "greedy", False), chains=["Answer: 4", "Answer: 5"])
    (row,) = table([one, other])
    assert (row["right"], row["chain_right"], row["any_right"]) == (0.5, 0.75, 1.0)


def test_damaged_traces(tmp_path):
    """One sentence that names the line."""
    file = tmp_path / "t"
    file.write_text(json.dumps(asdict(trace("1", "greedy", True))) + "\n{}\n")
    with pytest.raises(BenchError, match="line 2, is no trace"):
        read_traces(file)


def test_the_command_judges_what_is_there(data, tmp_path):
    """Without a model, by `--questions 0`."""
    question = next(q for q in read(data / "qa", "svamp") if q.judging)
    file = tmp_path / "traces.jsonl"
    lines = [asdict(trace(question.id, name, True)) for name in ("greedy", "council")]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines))
    arguments = ["eval", "contemplate", "--data", str(data / "qa"), "--questions", "0"]
    result = CliRunner().invoke(cli, [*arguments, "--traces", str(file), "--json"])
    assert result.exit_code == 0, result.output
    assert [row["variant"] for row in json.loads(result.output)["rows"]] == ["greedy", "council"]


def test_an_unknown_variant():
    """The known ones are named."""
    assert names("greedy, council") == ["greedy", "council"]
    with pytest.raises(Exception, match="known are greedy"):
        names("nobody")
