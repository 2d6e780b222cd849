"""A device that goes is opened again."""

import asyncio
from concurrent.futures import Executor, Future

import pytest

from edge.devices import Device
from edge.devices import keeper as keeper_module
from edge.devices import ports as ports_module
from edge.devices.keeper import RETRY, Keeper
from edge.devices.ports import Ports
from edge.errors import DeviceError

GLASSES = Device(0, "Glasses", "ALSA", 1, 1, 16000, ())


class Inline(Executor):
    """The device thread, without a thread."""

    def submit(self, call, /, *arguments, **named):
        future = Future()
        try:
            future.set_result(call(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Stream:
    closed = False

    def close(self):
        self.closed = True


class Rig:
    """A keeper on a device that can be pulled out, and a PortAudio that counts its restarts."""

    def __init__(self, monkeypatch, cards="same"):
        self.there = True
        self.streams = []
        self.changes = []
        self.restarts = 0
        self.cards = cards
        self.now = 0.0
        monkeypatch.setattr(keeper_module, "find_again", lambda device, direction: device)
        monkeypatch.setattr(ports_module, "portaudio", lambda: self)
        self.ports = Ports(Inline(), lambda: self.cards, lambda: self.now)
        self.keeper = self.another()
        self.keeper.on_change(lambda change: self.changes.append(change.state))

    def another(self):
        return Keeper("microphone", GLASSES, self.make, self.ports, lambda: None)

    def make(self, device):
        if not self.there:
            raise DeviceError("not there")
        self.streams.append(Stream())
        return self.streams[-1]

    def _terminate(self):
        assert all(stream.closed for stream in self.streams), "a stream is open"
        self.restarts += 1

    def _initialize(self):
        pass

    async def tend(self, now):
        self.now = now
        self.keeper.tend(now)
        for _ in range(20):
            await asyncio.sleep(0)
        self.keeper.tend(now)


@pytest.fixture
def rig(monkeypatch):
    return Rig(monkeypatch)


def test_lost_device_is_opened_again_once_it_is_there(rig):
    """Told once when it goes and once when it delivers again; tried at every retry."""

    async def main():
        rig.keeper.enter()
        rig.there = False
        rig.keeper.lose("pulled out")
        for step in range(5):
            await rig.tend(10 + step * RETRY)
            assert rig.keeper.stream is None
        rig.there = True
        await rig.tend(20)
        assert rig.keeper.stream is rig.streams[1]
        assert rig.keeper.lost
        rig.keeper.delivers()
        rig.keeper.delivers()
        await rig.keeper.leave()

    asyncio.run(main())
    assert rig.changes == ["lost", "back"]
    assert all(stream.closed for stream in rig.streams)


def test_device_is_not_tried_more_often_than_every_retry(rig):
    """Between two attempts nothing happens."""

    async def main():
        rig.keeper.enter()
        rig.keeper.lose("pulled out")
        rig.there = False
        await rig.tend(10.0)
        rig.there = True
        await rig.tend(10.0 + RETRY / 2)
        between = rig.keeper.stream
        await rig.tend(10.0 + RETRY)
        await rig.keeper.leave()
        return between

    assert asyncio.run(main()) is None
    assert len(rig.streams) == 2


def test_changed_sound_cards_restart_portaudio_while_nothing_is_open(rig):
    """The other stream is closed for it, and is told to open again."""

    async def main():
        other = rig.another()
        rig.keeper.enter()
        other.enter()
        rig.keeper.lose("pulled out")
        rig.cards = "another"
        await rig.tend(10)
        assert other.stream is None
        other.tend(10)
        await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        other.tend(10)
        assert other.stream is not None
        await rig.keeper.leave()
        await other.leave()

    asyncio.run(main())
    assert rig.restarts == 1
    assert all(stream.closed for stream in rig.streams)


def test_released_device_is_closed_and_stays_closed(rig):
    """Muted: no stream, whatever time passes, until it is wanted."""

    async def main():
        rig.keeper.enter()
        await rig.keeper.release()
        assert rig.streams[0].closed
        for now in range(10, 20):
            await rig.tend(now)
        assert len(rig.streams) == 1
        rig.keeper.want()
        await rig.tend(21)
        assert rig.keeper.stream is rig.streams[1]
        await rig.keeper.leave()

    asyncio.run(main())
    assert rig.changes == []
