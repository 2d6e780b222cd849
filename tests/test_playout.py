import asyncio

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame
from edge.playout import Playout
from edge.volume import Volume


class Sink:
    """Says that half a second was heard whenever it is silenced."""

    async def play(self, frame):
        pass

    def flush(self):
        return SAMPLE_RATE // 2


def second_of_sound():
    return AudioFrame(np.ones(SAMPLE_RATE, np.int16))


def test_held_before_its_first_sentence():
    """Nothing was said, so nothing was heard."""
    playout = Playout(Sink(), Volume())
    playout.hold()
    assert playout.heard() == ""


def test_held_in_the_middle_of_a_sentence():
    """Of a sentence cut in its middle the first half of the words was heard, and none after it."""

    async def main():
        playout = Playout(Sink(), Volume())
        playout.sentence("one two three four")
        await playout.play(second_of_sound())
        playout.sentence("five six")
        await playout.play(second_of_sound())
        playout.hold()
        return playout.heard()

    assert asyncio.run(main()) == "one two"
