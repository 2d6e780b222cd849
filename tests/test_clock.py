import asyncio

import pytest

from edge.clock import SampleClock


def test_advance_moves_the_clock_and_tells_listeners():
    """Whoever listens is told by how many samples the clock has moved."""
    clock = SampleClock()
    moved = []
    clock.on_advance(moved.append)
    clock.advance(320)
    clock.advance(160)
    assert clock.now == 480
    assert clock.seconds == 0.03
    assert moved == [320, 160]


def test_hold_keeps_virtual_time_still():
    """`released` waits until the last holder has let go."""

    async def main():
        clock = SampleClock()
        order = []

        async def microphone():
            await clock.released()
            order.append("tick")

        with clock.hold():
            with clock.hold():
                task = asyncio.create_task(microphone())
                for _ in range(5):
                    await asyncio.sleep(0)
            for _ in range(5):
                await asyncio.sleep(0)
            order.append("released")
        await task
        return order

    assert asyncio.run(main()) == ["released", "tick"]


def test_hold_lets_go_when_its_block_fails():
    """An error inside a hold does not stop time for ever."""
    clock = SampleClock()
    try:
        with clock.hold():
            raise ValueError
    except ValueError:
        pass
    asyncio.run(asyncio.wait_for(clock.released(), 1))


def test_time_passes_for_one_who_waits_for_another_machine():
    """Inside `let` one hold is not one; a second, for work of this machine, stops time again."""

    async def main():
        clock = SampleClock(160)
        order = [clock.now]

        async def microphone():
            for _ in range(2):
                await clock.released()
                order.append("tick")
                await asyncio.sleep(0)

        async def some():
            for _ in range(5):
                await asyncio.sleep(0)

        with clock.hold(), clock.let():
            with clock.hold():
                task = asyncio.create_task(microphone())
                await some()
                order.append("waits")
            await task
            order.append("over")
        return order

    assert asyncio.run(main()) == [160, "waits", "tick", "tick", "over"]


def test_in_virtual_time_every_moment_is_now():
    """No microphone has said when it delivered anything."""
    clock = SampleClock()
    clock.advance(320)
    assert clock.at(12345.0) == 320


def test_a_busy_loop_does_not_move_what_was_recorded_when():
    """A second passes in which the clock stands still: the moments in it have their samples."""
    clock = SampleClock()
    for step in range(50):
        clock.advance(320)
        clock.delivered(clock.now, 100 + (step + 1) * 0.02)
    assert clock.at(101.0) == 16_000
    assert clock.at(101.7) == 16_000 + 11_200


def test_late_deliveries_do_not_count():
    """Buffers come in bursts, late and never early; a device's clock that is slow is followed."""
    clock = SampleClock()
    for step in range(500):
        late = 0.03 if step % 3 else 0.0
        clock.delivered((step + 1) * 320, (step + 1) * 0.02 + late)
    assert clock.at(10.0) == pytest.approx(160_000, abs=16)
    slow = SampleClock()
    for step in range(5000):
        slow.delivered((step + 1) * 320, (step + 1) * 0.020002)
    assert slow.at(5000 * 0.020002) == pytest.approx(5000 * 320, abs=16)


def test_after_a_sleep_the_clock_is_placed_anew():
    """Hours for which there is no sound: what comes then is now."""
    clock = SampleClock()
    clock.delivered(16_000, 1.0)
    clock.delivered(32_000, 5000.0)
    assert clock.at(5000.0) == 32_000
