"""The battery: when it is low, and how this machine's is read."""

from __future__ import annotations

import asyncio

import pytest

from edge.power import Power, machine


def test_low_once_though_the_reading_wavers():
    """It is told when it becomes low and when it is no longer, and not in between."""
    power, told = Power(15), []
    power.on_low(lambda: told.append((power.percent, power.low)))
    for percent in (80, 15, 14, 15, 14, 17, 9, 18, 16):
        power.tell(percent)
    assert told == [(14, True), (18, False)]


def test_a_charger_ends_it():
    """Whoever charges has done what there was to do."""
    power = Power(15)
    power.tell(5)
    assert power.low
    power.tell(5, charging=True)
    assert not power.low
    power.tell(None)
    assert not power.low


def test_never():
    """A limit of nothing is none."""
    power = Power(0)
    power.tell(0)
    assert not power.low


def supply(folder, name, **values):
    (folder / name).mkdir()
    for key, value in values.items():
        (folder / name / key).write_text(f"{value}\n")


def test_this_machines_battery(tmp_path):
    """As Linux has it in files: not the mains, not a mouse's, and not one that tells nothing."""
    assert machine(tmp_path / "none") is None
    supply(tmp_path, "AC", type="Mains", online=1)
    supply(tmp_path, "BAT0", type="Battery", capacity="")
    supply(tmp_path, "hid", type="Battery", scope="Device", capacity=3)
    assert machine(tmp_path) is None
    supply(tmp_path, "BAT1", type="Battery", capacity=42, status="Discharging")
    assert machine(tmp_path) == (42, False)
    (tmp_path / "BAT1" / "status").write_text("Charging\n")
    assert machine(tmp_path) == (42, True)


def test_it_is_looked_at_again_and_again():
    """Where there is none nothing is told."""
    power, readings = Power(15), [None, (20, False), (12, False)]

    class Enough(Exception):
        pass

    async def wait(seconds):
        if not readings:
            raise Enough

    with pytest.raises(Enough):
        asyncio.run(power.watch(wait, lambda: readings.pop(0)))
    assert (power.percent, power.low) == (12, True)
