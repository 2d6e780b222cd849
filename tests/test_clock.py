import asyncio

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
