"""The council's rounds, its early end, its deadline and its failures."""

import asyncio
from contextlib import aclosing

import pytest

from edge.errors import ContemplationError, TextError
from edge.reason.contemplate.budget import Budget
from edge.reason.contemplate.council import Council
from edge.reason.contemplate.happenings import Agreed, Proposed, Refining, Verdict
from edge.reason.lm.chat import Message
from tests.reason.contemplate.scripted import FakeClock, Scripted, fails, says


def hold(*rounds, hang=False, question="How many?", **options):
    """All events of a council, its provider, and what was traced."""
    clock = FakeClock()
    provider = Scripted(clock, *rounds, hang=hang)
    traced = []
    council = Council(
        clock=clock,
        sleep=clock.sleep,
        budget=Budget(seconds=10),
        trace=lambda kind, event: traced.append((kind, event)),
        **options,
    )

    async def collect():
        return [event async for event in council.run(question, provider)]

    return asyncio.run(collect()), provider, traced


def test_a_majority_decides():
    """The answer that most agents give is the verdict; the next one is the dissent."""
    words = ["Answer: 4", "Answer: 5", "Answer: $5", "Answer: 6", "Answer: 5 pens"]
    events, provider, _ = hold([says(n, text, n) for n, text in enumerate(words)])
    verdict = events[-1]
    assert isinstance(verdict, Verdict)
    assert (verdict.answer, verdict.agree, verdict.of, verdict.dissent) == ("5", 3, 5, "4")
    assert verdict.agreement == pytest.approx(0.6)
    assert (verdict.cost.tokens_in, verdict.cost.tokens_out, verdict.cost.seconds) == (50, 25, 4)
    assert verdict.reasoning == "Answer: 5"
    assert (verdict.cut, verdict.failed, provider.closed) == ("", 0, 1)


def test_a_count_is_never_negative():
    """Two that took one number from the other in unlike order agree, where it is asked how many."""
    words = ["5 - 11 = -6\nAnswer: -6 pens", "Answer: 6", "Answer: 7"]
    chains = [says(n, text) for n, text in enumerate(words)]
    events, _, _ = hold(chains, question="How many more pens has Ann?")
    assert (events[-1].answer, events[-1].agree) == ("6 pens", 2)
    events, _, _ = hold(chains, question="How many degrees is it?")
    assert (events[-1].answer, events[-1].agree) == ("-6 pens", 1)


def test_a_quorum_ends_it():
    """When three of five agree the others are stopped, and what they had made is counted."""
    events, provider, _ = hold(
        [says(3, "Let me see", end=""), *(says(n, "Answer: 7") for n in range(3))], hang=True
    )
    verdict = events[-1]
    assert (verdict.answer, verdict.agree, verdict.of, verdict.cut) == ("7", 3, 3, "quorum")
    assert verdict.cost.tokens_out == 3 * 5 + 1
    assert provider.closed == 1


def test_wrong_sums_make_no_quorum():
    """Chains with a sum that is wrong do not end the council, and weigh half."""
    bad = "2 * 3 = 7\nAnswer: 8"
    events, _, _ = hold(
        [*(says(n, bad) for n in range(3)), says(3, "Answer: 6"), says(4, "Answer: 6")]
    )
    verdict = events[-1]
    assert (verdict.answer, verdict.agree, verdict.of, verdict.cut) == ("6", 2, 5, "")


def test_at_the_deadline_it_keeps_what_it_has():
    """An agent that never comes back costs the others nothing."""
    events, provider, _ = hold(
        [says(0, "Answer: 3"), (10.0, says(1, "Still thinking", end="")[1])], hang=True
    )
    verdict = events[-1]
    assert (verdict.answer, verdict.of, verdict.cut) == ("3", 1, "deadline")
    assert verdict.cost.seconds == 10
    assert provider.closed == 1


def test_an_unfinished_chain_counts_only_where_it_has_said_its_answer():
    """A whole line with "Answer:" is enough; half a number or a sentence in the middle is not."""
    events, _, _ = hold(
        [
            says(3, "Answer: 1", end=""),
            says(0, "There are 3 boxes.", end=""),
            says(1, "Answer: 9\n", end=""),
            says(2, "Hm", at=10, end=""),
        ]
    )
    assert (events[-1].answer, events[-1].of) == ("9", 1)


@pytest.mark.parametrize("failing", range(1, 5))
def test_some_may_fail(failing):
    """One to four of five: the others answer, and the failures are told."""
    events, _, _ = hold(
        [fails(n) for n in range(failing)] + [says(n, "Answer: 8") for n in range(failing, 5)]
    )
    verdict = events[-1]
    assert (verdict.answer, verdict.failed) == ("8", failing)
    errors = [event.error for event in events if isinstance(event, Proposed)]
    assert errors[:failing] == ["The line is dead."] * failing


def test_all_fail():
    """Then there is one sentence: why."""
    with pytest.raises(ContemplationError, match=r"^The line is dead\.$"):
        hold([fails(n) for n in range(5)])


def test_nobody_comes_to_an_answer_in_time():
    """Nor is a council that only thought taken for one that answered."""
    with pytest.raises(ContemplationError, match="in time"):
        hold([says(0, "Hm", at=10, end="")])


def test_an_inside_error_passes():
    """What the provider raises is not hidden, and the provider is closed."""

    class Breaking(Scripted):
        async def stream(self, requests):
            raise TextError("The prompt is too long.")
            yield

    async def collect():
        clock = FakeClock()
        council = Council(clock=clock, sleep=clock.sleep)
        return [event async for event in council.run("?", Breaking(clock))]

    with pytest.raises(TextError, match="too long"):
        asyncio.run(collect())


def test_they_refine_where_they_disagree():
    """Once, seeing the others' candidates without names; who says nothing keeps to what it said."""
    first = [says(n, f"Answer: {n}") for n in range(5)]
    second = [*(says(n, "Answer: 4") for n in range(3)), fails(3), fails(4)]
    events, provider, _ = hold(first, second, refine=True, quorum=5)
    assert [type(event) for event in events].count(Refining) == 1
    assert (events[-1].answer, events[-1].agree, events[-1].of) == ("4", 4, 5)
    asked = provider.asked[1][0].messages[-1].content
    assert "0; 1; 2; 3; 4" in asked
    assert "straight" not in asked


@pytest.mark.parametrize(("refine", "same"), [(True, True), (False, False)])
def test_there_is_no_second_round(refine, same):
    """Where they agree, or by default."""
    rounds = [says(n, f"Answer: {1 if same else n}") for n in range(5)]
    events, provider, _ = hold(rounds, refine=refine, quorum=5)
    assert len(provider.asked) == 1
    assert isinstance(events[-1], Verdict)


def test_a_majority_of_the_first_spares_the_others():
    """Two of three that say the same are enough, and nobody else is asked."""
    events, provider, _ = hold([says(0, "Answer: 7"), says(1, "Answer: 7")], hang=True, first=3)
    verdict = events[-1]
    assert [len(asked) for asked in provider.asked] == [3]
    assert (verdict.answer, verdict.agree, verdict.of, verdict.cut) == ("7", 2, 2, "quorum")


def test_the_others_are_asked_where_the_first_disagree():
    """Their votes count together; three that say the same end it."""
    first = [says(n, f"Answer: {n}") for n in range(3)]
    second = [says(0, "Answer: 2"), says(1, "Answer: 9")]
    events, provider, _ = hold(first, second, first=3)
    verdict = events[-1]
    assert [len(asked) for asked in provider.asked] == [3, 2]
    assert (verdict.answer, verdict.agree, verdict.of, verdict.cut) == ("2", 2, 5, "")
    assert [e.agent for e in events if isinstance(e, Proposed)] == [0, 1, 2, 3, 4]
    assert len({one.seed for asked in provider.asked for one in asked}) == 5


def test_the_others_are_asked_where_the_first_fail():
    """Whoever has not been asked may do better."""
    events, _, _ = hold([fails(n) for n in range(3)], [says(0, "Answer: 2")], first=3)
    assert (events[-1].answer, events[-1].failed) == ("2", 3)


def test_open_answers_need_no_more_drafts():
    """What cannot be counted does not come to a majority by asking more."""
    texts = [f"Answer: a long text about bees, flowers and honey number {n}" for n in range(3)]
    events, provider, _ = hold(
        [says(n, text) for n, text in enumerate(texts)], [says(0, "Bees make honey.")], first=3
    )
    assert events[-1].answer == "Bees make honey."
    assert [len(asked) for asked in provider.asked] == [3, 1]


def test_open_answers_are_put_together():
    """They cannot be counted; one more request makes one of them."""
    texts = [f"Answer: a long text about bees, flowers and honey number {n}" for n in range(3)]
    events, provider, _ = hold(
        [says(n, text) for n, text in enumerate(texts)], [says(0, "Bees make honey.")]
    )
    assert events[-1].answer == "Bees make honey."
    assert (events[-1].drafts, events[-1].dissent) == (3, "")
    asked = provider.asked[1][0].messages[-1].content
    assert all(text.removeprefix("Answer: ") in asked for text in texts)


@pytest.mark.parametrize(
    "second",
    [
        fails(0),
        says(0, "Draft 1: bees make honey. Draft 2: flowers."),
        says(0, "As the second draft says, bees make honey."),
        says(0, "Stones are hard and heavy, and nobody can eat them! Bees make honey."),
        says(0, "honey " * 200),
        says(0, " "),
        says(0, "Bees make", end="length"),
    ],
)
def test_open_answers_that_cannot_be_put_together(second):
    """Then the one that shares most with the others is given, as one that nothing was made of."""
    texts = [
        "Stones are hard and heavy, and nobody can eat them.",
        "Bees fly to flowers and make honey of their nectar.\nAnswer: honey is from bees of course",
        "Of the nectar of flowers bees make their honey, all summer.",
    ]
    events, _, _ = hold([says(n, text) for n, text in enumerate(texts)], [second])
    assert events[-1].answer == "Bees fly to flowers and make honey of their nectar."
    assert events[-1].drafts == 1


def test_closing_stops_all():
    """Whoever loses interest closes the iterator, and the provider with it."""
    clock = FakeClock()
    provider = Scripted(clock, [says(0, "Answer: 1")], hang=True)

    async def leave():
        async with aclosing(Council(clock=clock, sleep=clock.sleep).run("?", provider)) as events:
            async for _ in events:
                break
        return len(asyncio.all_tasks())

    assert asyncio.run(leave()) == 1
    assert provider.closed == 1


def test_cancelling_stops_all():
    """Barge-in: the task is cancelled while all agents are silent."""
    clock = FakeClock()
    provider = Scripted(clock, [], hang=True)

    async def interrupt():
        async def listen():
            async for _ in Council(clock=clock, sleep=clock.sleep).run("?", provider):
                pass

        task = asyncio.ensure_future(listen())
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(interrupt()) == 1
    assert provider.closed == 1


def test_it_is_traced():
    """From the start to the verdict, with who said what and how the votes stand."""
    events, _, traced = hold([says(n, "Answer: 2") for n in range(3)], hang=True)
    assert {kind for kind, _ in traced} == {"contemplation"}
    phases = [event["phase"] for _, event in traced]
    assert phases == ["started", *["proposal", "agreement"] * 3, "verdict"]
    assert traced[1][1] | {} == {
        "phase": "proposal",
        "provider": "script",
        "agent": 0,
        "strategy": "straight",
        "candidate": "2",
    }
    assert traced[-1][1]["agree"] == 3
    assert [event.agree for event in events if isinstance(event, Agreed)] == [1, 2, 3]


def test_what_was_said_before_comes_before_the_question():
    """So that "and twice that?" can be understood, in both rounds."""
    clock = FakeClock()
    rounds = [[says(n, f"Answer: {n}") for n in range(5)] for _ in range(2)]
    provider = Scripted(clock, *rounds)
    said = (Message("user", "What is 2 plus 2?"), Message("assistant", "4"))
    council = Council(clock=clock, sleep=clock.sleep, refine=True)

    async def collect():
        return [event async for event in council.run("And twice that?", provider, context=said)]

    asyncio.run(collect())
    assert all(one.messages[-3:-1] == said for asked in provider.asked for one in asked)


def test_seeds_are_told_apart():
    """Agents that draw must not draw the same."""
    _, provider, _ = hold([says(n, "Answer: 2") for n in range(5)])
    seeds = [request.seed for request in provider.asked[0]]
    assert len(set(seeds)) == 5


def test_a_wrong_sum_is_worked_out_again():
    """Whoever set it up rightly is right, and agrees with the others."""
    texts = ["6 * 12 = 62\nAnswer: 62", "6 * 12 = 72\nAnswer: 72"]
    events, _, _ = hold([says(n, text) for n, text in enumerate(texts)], question="6 times 12?")
    assert (events[-1].answer, events[-1].agree) == ("72", 2)


def test_an_answer_that_does_not_follow_from_a_wrong_sum_stands():
    """But it counts for less."""
    texts = ["6 * 12 = 62\nAnswer: 70", "Answer: 72"]
    events, _, _ = hold([says(n, text) for n, text in enumerate(texts)], question="6 times 12?")
    assert (events[-1].answer, events[-1].dissent) == ("72", "70")
