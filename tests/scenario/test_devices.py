"""The microphone and the speaker of a scenario."""

import asyncio

import numpy as np

from edge.clock import SampleClock
from edge.events import FRAME_SAMPLES, AudioFrame
from edge.scenario.devices import SceneMicrophone, SceneSpeaker, between


def frames(microphone, count):
    """The next `count` frames."""

    async def take():
        found = []
        async for frame in microphone:
            found.append(frame)
            if len(found) == count:
                return found

    return asyncio.run(take())


def loud(frame):
    return bool(frame.samples.any())


def test_a_line_is_heard_once_and_then_it_is_silent():
    """What is said lasts as long as it is."""
    microphone = SceneMicrophone(SampleClock(), lambda: 0)
    microphone.hear(np.full(FRAME_SAMPLES * 2, 500, np.int16))
    assert [loud(frame) for frame in frames(microphone, 4)] == [True, True, False, False]
    assert not microphone.busy


def test_unplugged_or_muted_it_hears_nothing_and_tells():
    """What is said meanwhile is lost; whoever listens for changes is told each of them once."""
    microphone = SceneMicrophone(SampleClock(), lambda: 0)
    told = []
    microphone.on_change(lambda change: told.append(change.state))
    microphone.hear(np.full(FRAME_SAMPLES, 500, np.int16))
    microphone.plug(False)
    microphone.plug(False)
    assert microphone.state == "lost"
    assert not loud(frames(microphone, 1)[0])
    microphone.plug(True)
    microphone.mute()
    microphone.hear(np.full(FRAME_SAMPLES, 500, np.int16))
    assert not loud(frames(microphone, 1)[0])
    microphone.unmute()
    microphone.hear(np.full(FRAME_SAMPLES, 500, np.int16))
    assert loud(frames(microphone, 1)[0])
    assert told == ["lost", "back", "muted", "unmuted"]


def test_skipped_time_passes_on_the_clock_without_a_frame():
    """The next frame begins where the skipped stretch ends."""
    clock = SampleClock()
    skips = [0, 16_000, 0]
    microphone = SceneMicrophone(clock, lambda: skips.pop(0))
    assert [frame.start for frame in frames(microphone, 2)] == [0, FRAME_SAMPLES + 16_000]
    assert microphone.skipped == 16_000
    assert clock.now == 2 * FRAME_SAMPLES + 16_000


def test_the_room_gives_the_speaker_back_later_and_quieter():
    """What was played comes into the microphone after the delay of the room."""
    clock = SampleClock()
    microphone, speaker = SceneMicrophone(clock, lambda: 0), SceneSpeaker(clock)
    microphone.echo(speaker)

    async def play():
        await speaker.play(AudioFrame(np.full(FRAME_SAMPLES * 10, 8000, np.int16)))
        return [frame async for frame in _first(microphone, 6)]

    found = asyncio.run(play())
    assert [loud(frame) for frame in found] == [False, False, True, True, True, True]
    assert 1000 < np.abs(found[2].samples).max() < 8000
    assert between(speaker.heard, 0, FRAME_SAMPLES).tolist() == [8000] * FRAME_SAMPLES


async def _first(frames, count):
    async for frame in frames:
        yield frame
        count -= 1
        if count == 0:
            return


def test_an_unplugged_speaker_goes_on_unheard():
    """The sound passes, and nothing of it is heard."""
    clock = SampleClock()
    speaker = SceneSpeaker(clock)

    async def play():
        await speaker.play(AudioFrame(np.full(FRAME_SAMPLES * 2, 8000, np.int16)))
        speaker.plug(False)
        clock.advance(FRAME_SAMPLES * 2)

    asyncio.run(play())
    assert speaker.heard == []
    assert speaker.quiet


def test_noise_is_the_same_each_time_and_as_loud_as_asked():
    """So that a scenario gives the same trace twice."""
    both = []
    for _ in range(2):
        microphone = SceneMicrophone(SampleClock(), lambda: 0)
        microphone.surround("pink", -30)
        both.append(np.concatenate([f.samples for f in frames(microphone, 50)]))
    assert np.array_equal(*both)
    level = 20 * np.log10(np.sqrt(np.mean(np.square(both[0].astype(float)))) / 32768)
    assert -36 < level < -26
