import asyncio

import numpy as np
import pytest
import soundfile

from edge.clock import SampleClock
from edge.errors import AudioFileError
from edge.events import AudioFrame
from edge.speak.speaker import FileSpeaker


def tone(samples, rate=16000, level=1000):
    return AudioFrame(np.full(samples, level, np.int16), 0, rate)


async def tick(clock, samples=320):
    clock.advance(samples)
    await asyncio.sleep(0)


def test_sound_lies_where_it_was_heard_with_silence_around_it(tmp_path):
    """Sample n of the file is the moment n of the clock."""
    path = tmp_path / "out.wav"

    async def main():
        clock = SampleClock()
        async with FileSpeaker(path, clock) as speaker:
            await tick(clock, 640)
            await speaker.play(tone(480))
            started = asyncio.create_task(speaker.started())
            drained = asyncio.create_task(speaker.drain())
            for _ in range(3):
                await tick(clock)
            return await started, await drained

    assert asyncio.run(main()) == (640, 1120)
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == 16000
    assert len(samples) == 1600
    assert list(np.flatnonzero(samples)[[0, -1]]) == [640, 1119]


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_file_has_the_rate_asked_for_and_the_clocks_length(tmp_path, rate):
    """A speaker file of any rate is as long as the clock ran, and the sound keeps its length."""
    path = tmp_path / "out.wav"

    async def main():
        clock = SampleClock()
        async with FileSpeaker(path, clock, rate=rate) as speaker:
            await tick(clock)
            for _ in range(10):
                await speaker.play(tone(2205, 22050))  # A second in all.
            drained = asyncio.create_task(speaker.drain())
            for _ in range(60):
                await tick(clock)
            return await drained

    end = asyncio.run(main())
    samples, found = soundfile.read(path, dtype="int16")
    assert found == rate
    assert len(samples) == 61 * 320 * rate // 16000
    assert end == pytest.approx(320 + 16000, abs=40)
    assert np.count_nonzero(samples > 500) == pytest.approx(rate, rel=0.01)


def test_flush_is_silence_at_once(tmp_path):
    """After `flush` nothing queued is heard, and the answer is what was."""
    path = tmp_path / "out.wav"

    async def main():
        clock = SampleClock()
        async with FileSpeaker(path, clock) as speaker:
            await speaker.play(tone(16000))
            await tick(clock)
            await tick(clock)
            heard = speaker.flush()
            await tick(clock)
            return heard

    assert asyncio.run(main()) == 640
    samples, _ = soundfile.read(path, dtype="int16")
    assert np.count_nonzero(samples) == 640


def test_drain_with_nothing_to_hear_returns_at_once(tmp_path):
    """An answer without sound does not hang."""

    async def main():
        async with FileSpeaker(tmp_path / "out.wav", SampleClock()) as speaker:
            return await asyncio.wait_for(speaker.drain(), 1)

    assert asyncio.run(main()) == 0


def test_drain_after_everything_was_heard_returns_at_once(tmp_path):
    """Sound that ran out before `drain` was called does not hang it, and a second answer counts."""

    async def main():
        clock = SampleClock()
        async with FileSpeaker(tmp_path / "out.wav", clock) as speaker:
            ends = []
            for _ in range(2):
                await speaker.play(tone(320))
                await tick(clock)
                await tick(clock)
                ends.append(await asyncio.wait_for(speaker.drain(), 1))
            return ends

    assert asyncio.run(main()) == [640, 1280]


def test_interrupted_session_leaves_a_whole_file(tmp_path):
    """The file is written under another name and complete once it has its own."""
    path = tmp_path / "out.wav"

    async def main():
        clock = SampleClock()
        async with FileSpeaker(path, clock) as speaker:
            await speaker.play(tone(320))
            await tick(clock)
            assert not path.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
    assert len(soundfile.read(path)[0]) == 320
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("out.docx", "its ending must be that of an audio format"),
        ("out", "its ending must be that of an audio format"),
        ("nowhere/out.wav", "cannot be written"),
    ],
)
def test_file_that_cannot_be_written_is_refused(tmp_path, name, sentence):
    """An unknown ending or a missing folder is one clear sentence, and nothing is left."""

    async def main():
        async with FileSpeaker(tmp_path / name, SampleClock()):
            pass

    with pytest.raises(AudioFileError, match=sentence):
        asyncio.run(main())
    assert list(tmp_path.iterdir()) == []
