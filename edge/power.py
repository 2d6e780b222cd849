"""What is left in the battery, and whether to save it.

With little left no answer is begun before the question is over, and on the device one agent thinks
rather than several. Whoever measures the battery calls `Power.tell`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

LOOK: Final = 60.0
"""Seconds between two looks at this machine's battery."""
MORE: Final = 3
"""Percent above the limit at which saving ends, so that a reading that wavers is told once."""
_SUPPLIES: Final = Path("/sys/class/power_supply")


class Power:
    """All of it belongs to the event loop's thread."""

    def __init__(self, low_at: int = 15) -> None:
        """`low_at`: percent below which it is low; 0: never."""
        self.low_at = low_at
        self.percent: int | None = None
        """None: there is no battery, or nobody has told yet."""
        self.low = False
        """Save power."""
        self._listeners: list[Callable[[], None]] = []

    def on_low(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever `low` has changed."""
        self._listeners.append(listener)

    def tell(self, percent: int | None, *, charging: bool = False) -> None:
        """So much is left."""
        self.percent = percent
        limit = self.low_at + (MORE if self.low else 0)
        low = percent is not None and not charging and percent < limit
        if low != self.low:
            self.low = low
            log.info(
                "The battery is at %s percent: %s.", percent, "low" if low else "no longer low"
            )
            for listener in self._listeners:
                listener()

    async def watch(
        self,
        wait: Callable[[float], Awaitable[None]],
        read: Callable[[], tuple[int, bool] | None] | None = None,
    ) -> None:
        """Look at the battery until cancelled; `read` None: at this machine's."""
        while True:
            found = (read or machine)()
            if found is not None:
                self.tell(found[0], charging=found[1])
            await wait(LOOK)


def machine(supplies: Path = _SUPPLIES) -> tuple[int, bool] | None:
    """Percent left in this machine's battery, and whether it is charged; None: it has none.

    As Linux tells (Documentation/ABI/testing/sysfs-class-power); elsewhere it is not known.
    """
    for supply in sorted(supplies.glob("*")):
        try:
            if _line(supply / "type") != "Battery" or _line(supply / "scope") == "Device":
                # The scope "Device": that of a mouse.
                continue
            percent = int(_line(supply / "capacity"))
        except ValueError:
            continue
        return percent, _line(supply / "status") in ("Charging", "Full")
    return None


def _line(path: Path) -> str:
    """What the file says; empty where there is none."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
