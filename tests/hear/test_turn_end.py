import asyncio

import numpy as np

from edge.clock import SampleClock
from edge.events import AudioFrame
from edge.hear.turn_end import KEPT, TurnEnd
from edge.worker import Worker

FRAME = 320
MS = 16


class Judge:
    """Gives the answers of a script, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def finished(self, samples):
        self.asked.append(len(samples))
        return self.answers.pop(0)


def decide(judge, quiet, *, whole=False):
    """Milliseconds into the sound at which the turn was taken for over, or None.

    `quiet` are (from, to) in ms; time stands still while the judge works.
    """

    async def main():
        clock = SampleClock()
        with Worker("judge") as worker:
            end = TurnEnd(judge, worker, sure=0.9, hold=clock.hold)
            end.begin()
            for at in range(0, 4000 * MS, FRAME):
                now = (at + FRAME) // MS
                pause = next((a for a, b in quiet if a < now <= b), None)
                end.hear(AudioFrame(np.zeros(FRAME, np.int16), at))
                since = None if pause is None else pause * MS
                if end.complete(since, at + FRAME, whole=whole):
                    return now
                for _ in range(4):
                    await asyncio.sleep(0)
                await clock.released()
                await asyncio.sleep(0)
            await end.drop()
        return None

    return asyncio.run(main())


def test_finished_turn_ends_after_the_first_look():
    """100 ms into the pause the judge is asked; its word counts with the next frame."""
    judge = Judge(0.95)
    assert decide(judge, [(1000, 4000)]) == 1120
    assert judge.asked == [1100 * MS]


def test_unfinished_turn_is_asked_about_again():
    """Every 100 ms of further silence, until the judge is sure."""
    judge = Judge(0.2, 0.5, 0.99)
    assert decide(judge, [(1000, 4000)]) == 1320
    assert len(judge.asked) == 3


def test_the_longer_the_silence_the_less_sure_it_must_be():
    """0.8 is not believed at first, and is after almost half a second."""
    judge = Judge(*[0.8] * 20)
    ended = decide(judge, [(1000, 4000)])
    assert 1380 < ended < 1480


def test_short_pause_is_not_asked_about():
    """Less than 100 ms of silence is no pause."""
    judge = Judge()
    assert decide(judge, [(1000, 1080), (2000, 2090)]) is None
    assert judge.asked == []


def test_answer_about_an_earlier_pause_does_not_count():
    """Speech went on before the answer was looked at: it is about another pause."""
    judge = Judge(0.99, 0.1, 0.99)
    assert decide(judge, [(1000, 1100), (2000, 4000)]) == 2220


def test_the_last_answer_counts_as_the_silence_grows():
    """What was nearly enough when it was asked is enough a moment later, without asking again."""
    judge = Judge(0.88, 0.0)
    assert 1120 < decide(judge, [(1000, 4000)]) <= 1200
    assert len(judge.asked) <= 2


def test_a_judge_that_is_never_sure_is_overruled_by_silence():
    """It takes until shortly before the endpointer's own silence."""
    assert 2350 < decide(Judge(*[0.1] * 100), [(1000, 4000)]) < 2500


def test_whole_words_need_less_silence():
    """Neither as sure a judge, nor as long a silence; a short pause alone is still none."""
    assert decide(Judge(*[0.1] * 100), [(1000, 1500)], whole=True) is None
    assert 1600 < decide(Judge(*[0.1] * 100), [(1000, 4000)], whole=True) <= 1700
    assert 1400 < decide(Judge(*[0.75] * 100), [(1000, 4000)], whole=True) < 1460


def test_memory_is_bounded():
    """However long the turn, the judge hears its last eight seconds."""
    judge = Judge(0.99)

    async def main():
        with Worker("judge") as worker:
            end = TurnEnd(judge, worker)
            end.begin()
            for at in range(0, 3 * KEPT, FRAME):
                end.hear(AudioFrame(np.zeros(FRAME, np.int16), at))
            end.complete(0, 3 * KEPT)
            await asyncio.sleep(0)
            await end.drop()

    asyncio.run(main())
    assert judge.asked == [KEPT]
