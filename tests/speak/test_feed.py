"""Sound between the event loop and PortAudio's thread."""

import numpy as np

from edge.speak.feed import Feed
from edge.speak.playback import Overlay


def feed(open_end=False):
    overlay = Overlay()
    return Feed(overlay, lambda: open_end), overlay


def test_sound_is_taken_in_order_and_silence_follows():
    """Chunks of any length fill blocks of any other; the end is the first silent block."""
    queue, _ = feed()
    queue.push(np.arange(1, 6).astype(np.int16))
    queue.push(np.arange(6, 8).astype(np.int16))
    taken = [queue.take(4) for _ in range(3)]
    assert np.concatenate([t[0] for t in taken]).tolist() == [1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0]
    assert [t[1] for t in taken] == [True, False, False]
    assert [t[2] for t in taken] == [False, False, True]


def test_running_dry_is_no_end_while_more_is_to_come():
    """A gap between two sentences."""
    queue, _ = feed(open_end=True)
    queue.push(np.ones(4, np.int16))
    assert [queue.take(4)[2] for _ in range(3)] == [False, False, False]


def test_taking_nothing_changes_nothing():
    """No time has passed: that is not the end."""
    queue, _ = feed()
    queue.push(np.ones(4, np.int16))
    queue.take(4)
    assert queue.take(0)[1:] == (False, False)
    assert queue.take(1)[1:] == (False, True)


def test_discarded_sound_is_gone_with_the_part_that_was_begun():
    """Silence at once; what comes after is a new beginning."""
    queue, _ = feed()
    queue.push(np.ones(100, np.int16))
    queue.take(10)
    queue.discard()
    assert not queue.take(10)[0].any()
    queue.push(np.full(4, 2, np.int16))
    sound, began, _ = queue.take(4)
    assert sound.tolist() == [2, 2, 2, 2]
    assert began


def test_overlay_is_mixed_in_and_does_not_overflow():
    """An earcon on top of an answer, in steps, at full scale too."""
    queue, overlay = feed()
    queue.push(np.full(6, 30000, np.int16))
    overlay.push(np.array([100, 10000, -10000], np.int16))
    assert queue.take(2)[0].tolist() == [30100, 32767]
    assert queue.take(4)[0].tolist() == [20000, 30000, 30000, 30000]
    assert not overlay


def test_queued_sound_keeps_its_length_for_a_device_of_another_rate():
    """The speaker that came in place of the other runs at 48 kHz."""
    queue, _ = feed()
    queue.push(np.full(16000, 1000, np.int16))
    queue.take(4000)
    queue.resample(16000, 48000)
    sound, _, _ = queue.take(48000)
    assert abs(np.count_nonzero(sound > 500) - 36000) < 50
