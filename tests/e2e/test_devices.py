"""Devices that are pulled out of a running assistant and put back: on a virtual sound card."""

import asyncio
import os
import shutil
import threading
import time

import numpy as np
import pytest

from edge.bench.card import MIC, SPEAKER, VirtualCard
from tests.conftest import missing

pytestmark = [pytest.mark.device, pytest.mark.slow]


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    """One server for all; PortAudio of this process finds it by the environment."""
    for tool in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")
    with (
        VirtualCard(tmp_path_factory.mktemp("card")) as card,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in card.environ.items():
            patch.setenv(name, value)
        from edge.devices import portaudio

        # It may have looked for devices before there was this card.
        sounddevice = portaudio()
        sounddevice._terminate()
        sounddevice._initialize()
        yield card
        sounddevice._terminate()
        sounddevice._initialize()


class Rig:
    """A microphone that is listened to and a speaker, and what happened to them."""

    def __init__(self, card):
        from edge.clock import SampleClock
        from edge.devices import find
        from edge.hear.mic import Microphone
        from edge.speak.speaker import Speaker

        self.card = card
        self.clock = SampleClock()
        self.offset = 0.0
        self.loudest = 0
        self.heard = []
        self.microphone = Microphone(find("", "input"), self.clock, wall=self.wall)
        self.speaker = Speaker(find("", "output"), self.clock, wall=self.wall)
        self.changes = []
        for device in (self.microphone, self.speaker):
            device.on_change(lambda change: self.changes.append((change.what, change.state)))

    def wall(self):
        return asyncio.get_running_loop().time() + self.offset

    async def __aenter__(self):
        await self.microphone.__aenter__()
        await self.speaker.__aenter__()
        self.listening = asyncio.create_task(self.listen())
        return self

    async def __aexit__(self, *exc):
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.speaker.__aexit__(None, None, None)
        await self.microphone.__aexit__(None, None, None)

    async def listen(self):
        async for frame in self.microphone:
            self.heard.append(frame.samples)
            self.loudest = max(self.loudest, int(np.abs(frame.samples.astype(np.int32)).max()))

    async def until(self, *wanted, seconds):
        """Wait until all of `wanted` has happened; how long that took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not set(wanted) <= set(self.changes):
            assert loop.time() - began < seconds, f"{wanted} within {seconds} s, not {self.changes}"
            await asyncio.sleep(0.02)  # Another process is at work.
        return loop.time() - began

    async def hears(self):
        """Wait until sound comes from the card, and a little longer."""
        until = time.monotonic() + 30
        while not await self.run(recording, self.card):
            assert time.monotonic() < until, "nobody records"
            await asyncio.sleep(0.02)  # Another process is at work.
        count = len(self.heard)
        while len(self.heard) < count + 10:
            assert time.monotonic() < until, "no sound comes"
            await asyncio.sleep(0.02)  # Another process is at work.

    async def run(self, call, *arguments):
        return await asyncio.to_thread(call, *arguments)


def recording(card):
    """Whether anybody records from it, as the sound server says."""
    return bool(card.pactl("list", "short", "source-outputs").stdout.strip())


def tone(seconds):
    from edge.events import AudioFrame

    count = int(seconds * 16000)
    return AudioFrame((6000 * np.sin(np.arange(count) * 0.3)).astype(np.int16))


@pytest.fixture(autouse=True)
def _whole(card):
    yield
    sinks = card.pactl("list", "short", "sinks").stdout
    for name in (MIC, SPEAKER):
        if name not in sinks:
            card.plug(name)


def test_both_devices_pulled_out_while_speaking_come_back(card):
    """The answer ends in its own time, unheard; the clock goes on; both are back within 2 s."""

    async def main():
        async with Rig(card) as rig:
            loop = asyncio.get_running_loop()
            await rig.speaker.play(tone(2))
            await rig.speaker.started()
            began, clock = loop.time(), rig.clock.seconds
            await rig.run(card.pull, SPEAKER)
            await rig.run(card.pull, MIC)
            await rig.until(("microphone", "lost"), ("speaker", "lost"), seconds=3)
            async with asyncio.timeout(6):
                await rig.speaker.drain()
            took = loop.time() - began
            passed = rig.clock.seconds - clock
            assert rig.microphone.state == rig.speaker.state == "lost"
            await rig.run(card.plug, MIC)
            await rig.run(card.plug, SPEAKER)
            back = await rig.until(("microphone", "back"), ("speaker", "back"), seconds=4)
            return took, passed, back

    took, passed, back = asyncio.run(main())
    assert took == pytest.approx(2, abs=0.8)
    assert passed == pytest.approx(took, abs=0.5)
    assert back < 2


def test_microphone_pulled_out_alone_is_not_replaced_by_the_speaker(card):
    """The sound server gives the speaker's own sound in its place: that is heard as silence."""

    async def main():
        async with Rig(card) as rig:
            await rig.hears()
            await rig.run(card.pull, MIC)
            await rig.until(("microphone", "lost"), seconds=3)
            rig.loudest = 0
            await rig.speaker.play(tone(0.5))
            await rig.speaker.drain()
            loudest = rig.loudest
            assert rig.microphone.state == "lost"
            await rig.run(card.plug, MIC)
            back = await rig.until(("microphone", "back"), seconds=4)
            return loudest, back

    loudest, back = asyncio.run(main())
    assert loudest == 0
    assert back < 2


def test_muted_microphone_has_no_stream(card):
    """The sound server itself says that nobody records; unmuted, somebody does."""

    async def main():
        async with Rig(card) as rig:
            assert await rig.run(recording, card)
            rig.microphone.mute()
            await rig.until(("microphone", "muted"), seconds=2)
            assert rig.microphone.state == "muted"
            assert not await rig.run(recording, card)
            clock = rig.clock.now
            rig.microphone.unmute()
            await rig.hears()
            assert rig.clock.now > clock

    asyncio.run(main())


def test_after_a_sleep_the_streams_are_opened_anew(card):
    """The lid was closed for an hour: lost and back within 2 s, without an hour of silence."""

    async def main():
        async with Rig(card) as rig:
            await rig.hears()
            clock = rig.clock.seconds
            rig.offset = 3600.0
            await rig.until(("microphone", "lost"), seconds=2)
            await rig.until(("microphone", "back"), seconds=2)
            return rig.clock.seconds - clock

    assert asyncio.run(main()) < 4


def test_playback_that_stalls_does_not_hang_the_answer(card):
    """The sink is suspended in the middle: the answer ends, and the next one is heard again."""

    async def main():
        async with Rig(card) as rig:
            await rig.speaker.play(tone(3))
            await rig.speaker.started()
            await rig.run(card.pactl, "suspend-sink", SPEAKER, "1")
            await rig.until(("speaker", "lost"), seconds=4)
            async with asyncio.timeout(8):
                await rig.speaker.drain()
            await rig.run(card.pactl, "suspend-sink", SPEAKER, "0")
            await rig.until(("speaker", "back"), seconds=4)

    try:
        asyncio.run(main())
    finally:
        card.pactl("suspend-sink", SPEAKER, "0")


def test_microphone_that_stalls_is_lost_and_comes_back(card):
    """The card is suspended: no sound, no error from PortAudio, and still it is noticed."""

    async def main():
        async with Rig(card) as rig:
            await rig.hears()
            await rig.run(card.pactl, "suspend-sink", MIC, "1")
            await rig.until(("microphone", "lost"), seconds=4)
            await rig.run(card.pactl, "suspend-sink", MIC, "0")
            await rig.until(("microphone", "back"), seconds=4)

    try:
        asyncio.run(main())
    finally:
        card.pactl("suspend-sink", MIC, "0")


def test_microphone_that_delivers_zeros_is_told_of(card):
    """Nobody plays to it: not even the noise of a room comes, and that is said once."""

    async def main():
        async with Rig(card) as rig:
            await rig.until(("microphone", "silent"), seconds=8)
            await asyncio.sleep(1)  # It goes on.
            return rig.changes

    assert asyncio.run(main()).count(("microphone", "silent")) == 1


def test_microphone_at_half_its_rate_is_heard_as_it_sounds(card):
    """A device promises 16 kHz and delivers 8: a tone of 500 Hz stays one."""
    fifo = card.home / "half"
    options = f"source_name=half file={fifo} format=s16le rate=16000 channels=1"
    module = card.pactl("load-module", "module-pipe-source", *options.split()).stdout.strip()
    card.pactl("set-default-source", "half")
    stop = threading.Event()

    def feed():
        step = 160
        angles = 2 * np.pi * 500 / 8000 * np.arange(step)
        block = (8000 * np.sin(angles)).astype(np.int16).tobytes()
        with fifo.open("wb", buffering=0) as pipe:
            until = time.monotonic()
            while not stop.is_set():
                pipe.write(block)
                until += step / 8000
                time.sleep(max(0.0, until - time.monotonic()))  # Sound takes time.

    async def main():
        async with Rig(card) as rig:
            await rig.until(("microphone", "rate"), seconds=20)
            rig.heard.clear()
            await asyncio.sleep(2)  # Sound comes.
            return np.concatenate(rig.heard)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        heard = asyncio.run(main())
    finally:
        card.pactl("set-default-source", f"{MIC}.monitor")
        stop.set()
        feeder.join()
        card.pactl("unload-module", module)
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * 16000 / len(heard) == pytest.approx(500, rel=0.05)


def test_speaker_is_closed_when_there_is_nothing_to_hear(card, monkeypatch):
    """No stream, no wake-ups; the next sound begins at once all the same."""
    from edge.speak import speaker as module

    monkeypatch.setattr(module, "_KEPT_OPEN", 0.3)

    async def main():
        async with Rig(card) as rig:
            await asyncio.sleep(1)  # It is real time after which it closes.
            assert rig.speaker.state == "closed"
            loop = asyncio.get_running_loop()
            began = loop.time()
            await rig.speaker.play(tone(0.3))
            await rig.speaker.started()
            took = loop.time() - began
            await rig.speaker.drain()
            return took, rig.changes

    took, changes = asyncio.run(main())
    assert took < 0.4
    assert ("speaker", "lost") not in changes


def test_environment_of_the_card_leads_nowhere_else(card):
    """The tests never touch the user's own sound server."""
    assert os.environ["PULSE_SERVER"].endswith("/native")
    assert str(card.home) in os.environ["PULSE_SERVER"]
