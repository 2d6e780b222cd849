import asyncio

import numpy as np
import pytest
import soundfile

from edge.clock import SampleClock
from edge.errors import AudioFileError
from edge.hear.mic import FileMicrophone


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "question.wav"
    soundfile.write(path, np.full(1000, 1000, np.int16), 16000)
    return path


async def take(microphone, count):
    frames = []
    async with microphone:
        stream = aiter(microphone)
        async for frame in stream:
            frames.append(frame)
            if len(frames) == count:
                break
        await stream.aclose()
    return frames


def test_recording_goes_on_as_silence(recording):
    """After its last sample the microphone delivers silence on the same clock."""
    clock = SampleClock()
    microphone = FileMicrophone(recording, clock, pace="fast")
    frames = asyncio.run(take(microphone, 8))
    assert [frame.start for frame in frames] == [320 * i for i in range(8)]
    sound = np.concatenate([frame.samples for frame in frames])
    assert np.count_nonzero(sound) == 1000
    assert np.all(sound[:1000] == 1000)
    assert microphone.ended_at == 1280
    assert clock.now == 8 * 320


def test_virtual_time_waits_while_the_clock_is_held(recording):
    """No frame comes while somebody thinks."""

    async def main():
        clock = SampleClock()
        async with FileMicrophone(recording, clock, pace="fast") as microphone:
            stream = aiter(microphone)
            with clock.hold():
                frame = asyncio.ensure_future(anext(stream))
                for _ in range(100):
                    await asyncio.sleep(0)
                held = frame.done()
            await frame
            await stream.aclose()
            return held

    assert asyncio.run(main()) is False


def test_real_time_runs_on_while_nobody_listens(recording):
    """The clock of a paced recording does not wait for a listener that is busy."""

    async def main():
        clock = SampleClock()
        loop = asyncio.get_running_loop()
        async with FileMicrophone(recording, clock) as microphone:
            stream = aiter(microphone)
            await anext(stream)
            began = loop.time()
            reached = loop.create_future()
            clock.on_advance(
                lambda _: clock.now >= 1600 and not reached.done() and reached.set_result(None)
            )
            await asyncio.wait_for(reached, 5)
            took = loop.time() - began
            frame = await anext(stream)
            await stream.aclose()
            return frame.start, took

    start, took = asyncio.run(main())
    assert start == 320
    assert took > 0.07  # 1600 - 320 samples are 80 ms: it cannot be quicker than the clock.


def test_what_is_no_recording_is_refused_before_anything_starts(tmp_path):
    """Opening the microphone reads the first block."""
    path = tmp_path / "notes.wav"
    path.write_text("not audio")
    with pytest.raises(AudioFileError, match=r"notes\.wav"):
        asyncio.run(take(FileMicrophone(path, SampleClock()), 1))
