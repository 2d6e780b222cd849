"""Sound devices: which there are, and keeping a stream open while they come and go."""

from edge.devices.listing import (
    Chosen,
    Device,
    Direction,
    devices,
    find,
    find_again,
    opened,
    portaudio,
)

__all__ = [
    "Chosen",
    "Device",
    "Direction",
    "devices",
    "find",
    "find_again",
    "opened",
    "portaudio",
]
