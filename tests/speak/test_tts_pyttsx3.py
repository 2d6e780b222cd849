"""pyttsx3 in its own process: the real one, and scripts in its place that go wrong."""

import asyncio
import logging
import sys

import numpy as np
import psutil
import pytest

from edge.errors import ModelError
from edge.speak.tts_pyttsx3 import Pyttsx3Voice


def script(code):
    return (sys.executable, "-c", code)


async def listen(voice, text):
    return [frame async for frame in voice.speak(text)]


def test_it_speaks():
    """Frames follow each other over two sentences, at one loudness."""

    async def run():
        with Pyttsx3Voice() as voice:
            return await listen(voice, "Hello there.") + await listen(voice, "Yes, indeed.")

    frames = asyncio.run(run())
    position = 0
    for frame in frames:
        assert frame.start == position
        position = frame.end
    sound = np.concatenate([frame.samples for frame in frames]).astype(np.int32)
    assert 1.0 < len(sound) / frames[0].rate < 5.0
    assert 5_000 < np.abs(sound).max() < 32_000


def test_speed_makes_it_shorter():
    """Twice as fast is clearly shorter."""

    async def run(speed):
        with Pyttsx3Voice(speed=speed) as voice:
            return sum(len(f.samples) for f in await listen(voice, "One two three four five six."))

    assert asyncio.run(run(2.0)) < 0.75 * asyncio.run(run(1.0))


@pytest.mark.parametrize("text", ["", "...", "😀", "\n"])
def test_nothing_to_say_starts_no_process(text, caplog):
    """No frame, no error, no process."""

    async def run():
        with Pyttsx3Voice(command=("/no/such/program",)) as voice:
            return await listen(voice, text)

    with caplog.at_level(logging.DEBUG):
        assert asyncio.run(run()) == []
    assert "Nothing to say" in caplog.text


def test_cancelling_kills_the_process_and_the_next_sentence_starts_another():
    """Interrupted in the middle of a long text, it is gone at once, and speaks again later."""

    async def run():
        with Pyttsx3Voice() as voice:
            await listen(voice, "Yes.")
            (before,) = psutil.Process().children()
            task = asyncio.create_task(listen(voice, "word " * 50_000))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not before.is_running()
            return await listen(voice, "Yes.")

    assert asyncio.run(run())
    assert psutil.Process().children() == []


def test_a_text_cannot_leave_its_line():
    """Newlines and quotes in a text do not break the exchange with the process."""

    async def run():
        with Pyttsx3Voice() as voice:
            first = await listen(voice, 'one\n{"text": "x"}\r\n two "three" \u2028 \ud800')
            return first, await listen(voice, "Yes.")

    assert all(asyncio.run(run()))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("/no/such/program",), "cannot be started"),
        (script("pass"), "its process has ended"),
        (script("""print('{"error": "no espeak"}')"""), "no espeak.*install"),
        (script("print('{}'); print('{}'); input()"), "no sound"),
    ],
)
def test_a_broken_engine_is_one_clear_sentence(command, says):
    """Not to be started, ended, complaining or without result."""

    async def run():
        with Pyttsx3Voice(command=command) as voice:
            await listen(voice, "Yes.")

    with pytest.raises(ModelError, match=says) as raised:
        asyncio.run(run())
    assert str(raised.value).endswith(".")


def test_an_engine_that_hangs_is_given_up():
    """After the time allowed it is an error, and the process is gone."""

    async def run():
        with Pyttsx3Voice(command=script("input(); input()"), timeout=0.01) as voice:
            await listen(voice, "Yes.")

    with pytest.raises(ModelError, match=r"within 0\.01 seconds"):
        asyncio.run(run())
    assert psutil.Process().children() == []


def test_the_process_ends_with_its_input():
    """Nobody has to kill it: when the program dies, so does it."""
    import subprocess

    from edge.speak import tts_pyttsx3

    child = subprocess.Popen(
        (sys.executable, "-P", str(tts_pyttsx3._CHILD)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(timeout=10) == 0
