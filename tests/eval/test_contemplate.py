"""The scoreboard of contemplation: its questions, traces and figures."""

import asyncio
import itertools
import json
from contextlib import aclosing
from dataclasses import replace

import pytest
from click.testing import CliRunner

from edge.cli import cli
from edge.errors import BenchError, ModelCorrupt
from edge.eval import contemplate_traces as kept
from edge.eval.contemplate import ORDER, VARIANTS, Recorder, run
from edge.eval.contemplate_command import names
from edge.eval.contemplate_figures import sureness, table, unity
from edge.eval.contemplate_sets import Question, read
from edge.eval.contemplate_together import Lockstep, run_together
from edge.eval.contemplate_traces import Chain, Trace, chain
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.provider import Chunk, Request
from edge.reason.lm.chat import Message
from tests.conftest import REPOSITORY

HEADER = {"model": "m", "format": 4, "sha256": "00", "seed": 7, "max_tokens": 256}


class Same:
    """Says the same of everything."""

    name = "same"

    def __init__(self):
        self.asked = []

    async def stream(self, requests):
        self.asked.append(requests)
        for agent, _ in enumerate(requests):
            yield Chunk(agent, "2 + 2 =")
            yield Chunk(agent, " 4\nAnswer:", -0.2)
            yield Chunk(agent, " 4", -0.4, end="stop", tokens_in=9, tokens_out=3)


FOUR = Chain("4", True, 3, -0.3, -0.4, "stop", 0)


def trace(id_, variant, right, seconds=1.0, sitting=1):
    """One trace; `id_` odd: of the judging half."""
    chains = (replace(FOUR, right=right),)
    return Trace(
        "svamp", f"{id_:016x}", variant, "4", right, seconds, 2 * seconds, 3, 1.0, sitting,
        chains, "m",
    )  # fmt: skip


def write(file, traces):
    kept.begin(file, HEADER)
    for one in traces:
        kept.append(file, one)


def answer(file, questions, provider):
    """Run all variants, at a clock that stands still."""
    kept.begin(file, HEADER)

    async def collect():
        found = run(questions, list(VARIANTS), provider, file, clock=lambda: 0.0, wall=lambda: 5.0)
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
    assert all(one.right and one.chains and one.sitting == 5 for one in made)
    asked = len(provider.asked)
    assert answer(file, [question], provider) == []
    assert len(provider.asked) == asked
    assert kept.read(file) == [replace(one, model="m") for one in made]


@pytest.mark.parametrize("variant", ["vote", "refine"])
def test_a_run_that_stands_still_for_days(tmp_path, monkeypatch, variant):
    """Its chains are not cut off by a clock."""
    days = itertools.count(step=24 * 3600)
    monkeypatch.setitem(Council.__init__.__kwdefaults__, "clock", lambda: next(days))
    file = tmp_path / "traces.jsonl"
    kept.begin(file, HEADER)

    async def collect():
        return [
            one async for one in run([Question("svamp", "2 + 2?", "4")], [variant], Same(), file)
        ]

    [made] = asyncio.run(collect())
    assert made.right
    assert {one.end for one in made.chains} == {"stop"}


def test_what_is_kept_has_no_word_of_the_question(tmp_path):
    """Only figures, short answers and names that the program gave."""
    file = tmp_path / "traces.jsonl"
    answer(file, [Question("svamp", "Which pears did Zorana pick?", "4")], Same())
    content = file.read_text()
    assert not any(word in content for word in ("pears", "Zorana", "Answer", "2 +"))
    assert len(content) < 200 * (1 + len(VARIANTS)) + 60 * 25


def test_a_long_chain_uses_the_tokens_of_five(tmp_path):
    """It checks itself until then."""
    made = answer(tmp_path / "t", [Question("svamp", "2 + 2?", "4")], Same())
    tokens = {one.variant: one.tokens for one in made}
    assert tokens["long"] == tokens["vote"] == 15


def test_a_long_chain_keeps_its_answer_until_it_gives_another(tmp_path):
    """Words that are none do not count; what it says last does."""

    class Doubtful(Same):
        texts = ("Answer: 4", "I apologize, but I cannot.", "So it is 5.", "Is that all?")

        async def stream(self, requests):
            text = self.texts[len(self.asked)]
            self.asked.append(requests)
            yield Chunk(0, text, -0.1, end="stop", tokens_out=3 if len(self.asked) == 1 else 4)

    file = tmp_path / "t"
    kept.begin(file, HEADER)

    async def collect():
        found = run([Question("svamp", "2 + 2?", "5")], ["long"], Doubtful(), file)
        return [one async for one in found]

    [made] = asyncio.run(collect())
    assert (made.said, made.right, made.tokens) == ("5", True, 15)


def test_what_was_computed_is_not_computed_again():
    """A batch that was asked for before is played again, with its seconds."""
    now = iter(range(100))
    provider = Same()
    recorder = Recorder(provider, lambda: float(next(now)), lambda: 0.0)
    requests = [Request((Message("user", "?"),))]

    async def play():
        recorder.begin()
        chunks = [chunk async for chunk in recorder.stream(requests)]
        return chunks, recorder.seconds, recorder.chains

    assert asyncio.run(play()) == asyncio.run(play())
    assert len(provider.asked) == 1
    assert recorder.seconds == 3


class Various:
    """Says something else of each question and to each seed, in answers of unlike lengths."""

    name = "various"

    def __init__(self):
        self.asked = []
        self.now = self.most = 0

    async def stream(self, requests):
        self.asked += requests
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        answers = []
        for agent, request in enumerate(requests):
            text = request.messages[-1].content.partition("\n")[0]
            number = (len(text) + request.seed * (request.temperature > 0)) % 3 + 3
            pieces = ["so"] * number + [f"\nAnswer: {number}"]
            chunks = [Chunk(agent, piece, -0.1) for piece in pieces]
            chunks.append(Chunk(agent, end="stop", tokens_in=9, tokens_out=number + 1))
            answers.append(chunks)
        # A step of each at a time, as a batch brings them.
        for step in itertools.zip_longest(*answers):
            for chunk in step:
                if chunk is not None:
                    yield chunk
        self.now -= 1


def test_many_questions_at_once_come_to_the_same(tmp_path):
    """The same traces, but for their seconds; no chain is made twice, and so many are at once."""
    questions = [Question("svamp", "2 + 2?" + "?" * n, "4") for n in range(7)]
    wanted = answer(tmp_path / "single", questions, Various())
    file = tmp_path / "together"
    kept.begin(file, HEADER)
    provider = Various()

    async def collect():
        found = run_together(questions, list(VARIANTS), provider, file, 3, wall=lambda: 5.0)
        return [one async for one in found]

    made = asyncio.run(collect())
    assert {t.agreement < 1 for t in wanted if t.variant == "council"} == {True, False}
    plain = {(t.id, t.variant): replace(t, seconds=None, cpu=None) for t in wanted}
    assert {(t.id, t.variant): t for t in made} == plain
    # In the questions' order, whoever was through first.
    assert list(dict.fromkeys(t.id for t in made)) == [q.id for q in questions]
    assert {replace(t, model="") for t in kept.read(file)} == set(made)
    for question in questions:
        mine = [r for r in provider.asked if r.messages[-1].content == question.text]
        assert len(mine) == len(set(mine))
    assert provider.most >= 3
    # Nothing is left to do.
    asked = len(provider.asked)
    assert asyncio.run(collect()) == []
    assert len(provider.asked) == asked


def test_a_run_of_many_can_be_stopped(tmp_path):
    """Nothing goes on behind whoever has left, and what was done is kept."""
    questions = [Question("svamp", "2 + 2?" + "?" * n, "4") for n in range(7)]
    file = tmp_path / "t"
    kept.begin(file, HEADER)

    async def leave():
        found = run_together(questions, ["greedy"], Various(), file, 3)
        async with aclosing(found):
            await anext(found)
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(leave()) == set()
    assert 1 <= len(kept.read(file)) < 7


def test_a_chain_that_fails_ends_the_run(tmp_path):
    """With its own error, and no other one."""

    class Broken(Various):
        async def stream(self, requests):
            if requests[0].temperature:
                raise ModelCorrupt("It broke.")
            async for chunk in super().stream(requests):
                yield chunk

    file = tmp_path / "t"
    kept.begin(file, HEADER)

    async def fail():
        lockstep = Lockstep(Broken())
        request = Request((Message("user", "?"),))
        try:
            with pytest.raises(ModelCorrupt):
                async for _ in lockstep.stream([request, replace(request, temperature=1.0)]):
                    pass
        finally:
            await lockstep.close()
        questions = [Question("svamp", "2 + 2?", "4")]
        async for _ in run_together(questions, ["greedy", "vote"], Broken(), file, 3):
            pass

    with pytest.raises(ModelCorrupt):
        asyncio.run(fail())


def test_what_was_not_timed_is_not_compared():
    """The accuracy counts, the seconds do not."""
    traces = [trace(n, "greedy", True) for n in range(4)]
    traces += [trace(n, "council", True, 2.0) for n in range(3)]
    traces += [replace(trace(3, "council", False), seconds=None, cpu=None)]
    _, _, council = table(traces, ORDER)
    assert (council["questions"], council["right"]) == (4, 0.75)
    assert (council["times_baseline"], council["timed"]) == (2, 3)
    assert (council["cpu_baseline"], council["worked"]) == (2, 3)
    _, _, council = table([traces[3], traces[-1]], ORDER)
    assert (council["seconds"], council["cpu_baseline"]) == (None, None)


def test_what_is_kept_of_a_chain():
    """Its answer, how sure the model was of all and of the answer, and how it ended."""
    chunks = [Chunk(0, "2 + 2 = 5"), Chunk(0, "\nAnswer:", -0.2), Chunk(0, " 5", -0.4)]
    assert chain(chunks, "4") == Chain("5", False, 3, -0.3, -0.4, "", 1)
    ended = [*chunks[:2], Chunk(0, " 5", -0.6, end="stop", tokens_out=7)]
    assert chain(ended, "5") == Chain("5", True, 7, -0.4, -0.6, "stop", 1)
    assert chain([Chunk(0, end="failed")], "5").said == ""
    assert chain([], "5") == Chain("", False, 0, 0.0, 0.0, "", 0)


def test_figures_are_paired():
    """A variant is compared on the questions that the baseline has answered, too; its time only
    where both were run in one sitting."""
    traces = [trace(n, "greedy", n % 2 == 0) for n in range(10)]
    traces += [trace(n, "council", True, 2.0, sitting=1 if n < 8 else 2) for n in range(4, 14)]
    greedy, _, council = table(traces, ORDER)
    assert (greedy["questions"], greedy["right"], greedy["gain"]) == (10, 0.5, 0)
    assert (council["questions"], council["right"], council["gain"]) == (6, 1.0, 0.5)
    assert (council["times_baseline"], council["timed"]) == (2, 4)
    assert council["cpu_baseline"] == 2
    low, high = council["gain_interval"]
    assert 0 <= low < 0.5 < high <= 1


def test_a_single_sample_is_one_of_the_vote():
    """The mean over its five chains; its seconds are not known."""
    five = tuple(replace(FOUR, right=n < 2) for n in range(5))
    vote = replace(trace(1, "vote", True), chains=five)
    rows = {row["variant"]: row for row in table([trace(1, "greedy", False), vote], ORDER)}
    assert (rows["vote"]["right"], rows["sampled"]["right"]) == (1.0, 0.4)
    assert (rows["sampled"]["tokens"], rows["sampled"]["seconds"]) == (3.0, None)


def test_what_three_would_have_come_to():
    """The first, where all three differ, whatever two more said; else what the council said."""
    chains = [replace(FOUR, said=said, right=said == "4") for said in "45655"]
    five = replace(trace(1, "council", False), chains=tuple(chains))
    rows = {row["variant"]: row for row in table([trace(1, "greedy", False), five], ORDER)}
    assert (rows["council"]["right"], rows["three"]["right"]) == (0, 1)
    assert rows["three"]["tokens"] == 9
    stopped = replace(five, chains=five.chains[:3])
    rows = {row["variant"]: row for row in table([trace(1, "greedy", False), stopped], ORDER)}
    assert rows["three"]["right"] == 0


def test_votes_are_counted_again_by_what_the_model_thought_of_them():
    """Two that were unsure against one that was sure; a wrong sum halves a vote, too."""
    five = (
        replace(FOUR, said="5", right=False, logprob=-2.0),
        replace(FOUR, said="5", right=False, logprob=-2.0),
        FOUR,
        replace(FOUR, said="", right=False),
        replace(FOUR, said="6", right=False, logprob=-0.1, wrong=1),
    )
    traces = [replace(trace(1, v, False), chains=five) for v in ("greedy", "vote", "refine")]
    rows = {row["variant"]: row["right"] for row in table(traces, ORDER)}
    assert (rows["vote"], rows["vote-sure"]) == (0, 1)
    assert (rows["unlike"], rows["unlike-sure"]) == (0, 1)


def test_how_often_a_council_is_right_that_agrees():
    """Where all do, where most do, and where fewer do."""
    shares = ((1.0, True), (1.0, False), (0.667, True), (0.5, False), (0.2, False))
    traces = [
        replace(trace(n, "council", right), agreement=share)
        for n, (share, right) in enumerate(shares)
    ]
    rows = unity(traces)
    assert [(row["agree"], row["questions"], row["right"]) for row in rows] == [
        ("all", 2, 0.5),
        ("most", 1, 1.0),
        ("fewer", 2, 0.0),
    ]


def test_the_traces_that_come_with_it_can_be_read():
    """So that anybody can compute the page's tables, and go on."""
    files = sorted((REPOSITORY / "docs" / "contemplation").glob("traces-*.jsonl"))
    assert files
    traces = [one for file in files for one in kept.read(file)]
    assert {t.variant for t in traces} <= set(VARIANTS)
    assert all(t.judging for t in traces)
    assert len({(t.model, t.set, t.id, t.variant) for t in traces}) == len(traces)


def test_how_often_sure_chains_are_right():
    """By the geometric mean of their tokens' probabilities."""
    sure = replace(trace(1, "greedy-sums", True), chains=(replace(FOUR, logprob=-0.1),))
    unsure = replace(trace(3, "greedy-sums", False), chains=(replace(FOUR, logprob=-1.0),))
    rows = sureness([sure, unsure], levels=(0.0, 0.9, 0.95))
    assert [(row["sure"], row["share"], row["right"]) for row in rows] == [
        (0.0, 1.0, 0.5),
        (0.9, 0.5, 1.0),
    ]


def test_what_the_chains_could_have_reached():
    """How many single chains are right, and how often at least one is."""
    one = trace(1, "greedy", True)
    other = replace(trace(2, "greedy", False), chains=(FOUR, replace(FOUR, right=False)))
    (row,) = table([one, other], ORDER)
    assert (row["right"], row["chain_right"], row["any_right"]) == (0.5, 0.75, 1.0)


def test_damaged_traces(tmp_path):
    """One sentence that names the line, or says what the file is not."""
    file = tmp_path / "t"
    write(file, [trace(1, "greedy", True)])
    good = file.read_text()
    for damage in ("{}", "[1, 2]", "[]", "null", "x"):
        file.write_text(f"{good}{damage}\n")
        with pytest.raises(BenchError, match="line 3, is no trace"):
            kept.read(file)
    file.write_text("[]\n")
    with pytest.raises(BenchError, match="does not begin with the model"):
        kept.read(file)


def test_traces_of_another_build_do_not_mix(tmp_path):
    """A run into a file of other weights is refused before it begins."""
    file = tmp_path / "t"
    write(file, [trace(1, "greedy", True)])
    with pytest.raises(BenchError, match="another sha256"):
        kept.begin(file, HEADER | {"sha256": "11"})


def judged(folder, *more):
    arguments = ["eval", "contemplate", "--questions", "0", "--traces", str(folder), "--json"]
    result = CliRunner().invoke(cli, [*arguments, *more])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["rows"]


def test_the_command_judges_what_is_there(tmp_path):
    """Without a model and without the questions, by `--questions 0`; and draws it."""
    traces = [trace(n, name, True) for n in range(6) for name in ("greedy", "council")]
    write(kept.file_of(tmp_path, "m"), traces)
    rows = judged(tmp_path, "--plot", str(tmp_path / "plot.svg"))
    assert [(row["variant"], row["questions"]) for row in rows] == [
        ("greedy", 3),
        ("three", 3),
        ("council", 3),
    ]
    assert (tmp_path / "plot.svg").read_text().count("svg")
    assert judged(tmp_path, "--half", "choosing")[0]["questions"] == 3
    assert judged(tmp_path, "--set", "gsm8k") == []


def test_an_unknown_variant():
    """The known ones are named."""
    assert names("greedy, council") == ["greedy", "council"]
    with pytest.raises(Exception, match="known are greedy"):
        names("nobody")
