"""The sound devices of this machine, through PortAudio (package `sounddevice`)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any, Literal

from edge.errors import DeviceError

Direction = Literal["input", "output"]

_INSTALL = {
    "linux": "install it with `sudo apt install libportaudio2`, or as your system names it",
    "darwin": "install it with `brew install portaudio`",
}


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or a speaker."""

    index: int
    """PortAudio's number."""
    name: str
    host: str
    """The sound system it belongs to: ALSA, Core Audio, WASAPI..."""
    inputs: int
    """Channels that can be recorded."""
    outputs: int
    """Channels that can be played."""
    rate: int
    """The device's own samples a second."""
    default: tuple[Direction, ...]
    """What the system uses it for by default."""


@dataclass(frozen=True, slots=True)
class Chosen(Device):
    """A device, and what it was chosen by."""

    asked: str = ""
    """Name, part of a name or number; empty: whichever is the default."""


def portaudio() -> Any:
    """The module `sounddevice`; DeviceError with what to install where PortAudio is missing."""
    try:
        import sounddevice
    except OSError:
        how = _INSTALL.get(sys.platform, "reinstall the package sounddevice, which brings it")
        raise DeviceError(f"Live sound needs the PortAudio library: {how}.") from None
    return sounddevice


def devices() -> list[Device]:
    """All sound devices; an empty list where there is no sound card."""
    sounddevice = portaudio()
    hosts = sounddevice.query_hostapis()
    default_input, default_output = sounddevice.default.device
    found = []
    for info in sounddevice.query_devices():
        default: list[Direction] = []
        if info["index"] == default_input:
            default.append("input")
        if info["index"] == default_output:
            default.append("output")
        found.append(
            Device(
                index=info["index"],
                name=info["name"],
                host=hosts[info["hostapi"]]["name"],
                inputs=info["max_input_channels"],
                outputs=info["max_output_channels"],
                rate=int(info["default_samplerate"]),
                default=tuple(default),
            )
        )
    return found


def find(name: str, direction: Direction) -> Chosen:
    """The device called `name` (its number, its name, or a part of it), or the default one for "".

    Raises DeviceError where there is none, or more than one fits.
    """
    what = "microphone" if direction == "input" else "speaker"
    fit = [d for d in devices() if (d.inputs if direction == "input" else d.outputs) > 0]
    if not fit:
        raise DeviceError(f"This machine has no {what}; give a file instead with --{_FILE[what]}.")
    if not name:
        for device in fit:
            if direction in device.default:
                return _chosen(device, name)
        raise DeviceError(
            f"No {what} is the default; choose one of `edge devices` with --{direction}-device."
        )
    if name.isdigit():
        chosen = [d for d in fit if d.index == int(name)]
    else:
        chosen = [d for d in fit if d.name == name]
        chosen = chosen or [d for d in fit if name.lower() in d.name.lower()]
    if len(chosen) == 1:
        return _chosen(chosen[0], name)
    known = ", ".join(f"{d.index} {d.name}" for d in (chosen or fit))
    if chosen:
        raise DeviceError(f"More than one {what} is called {name!r}: {known}; give its number.")
    raise DeviceError(f"There is no {what} {name!r}; known are: {known}.")


def find_again(device: Device, direction: Direction) -> Chosen:
    """`device` after devices were looked for anew: its number may be another.

    What was chosen as the default is now whichever is. Raises DeviceError where it is not there.
    """
    if isinstance(device, Chosen) and not device.asked:
        return find("", direction)
    again = find(device.name, direction)
    asked = device.asked if isinstance(device, Chosen) else device.name
    return replace(again, asked=asked)


def _chosen(device: Device, asked: str) -> Chosen:
    fields = {name: getattr(device, name) for name in Device.__slots__}
    return Chosen(**fields, asked=asked)


_FILE = {"microphone": "mic FILE", "speaker": "speaker FILE"}


def opened(make: Any, what: str, device: Device, **settings: Any) -> Any:
    """`make(**settings)` on `device`; PortAudio's refusal becomes a DeviceError."""
    sounddevice = portaudio()
    stream = None
    try:
        stream = make(device=device.index, **settings)
        stream.start()
    except sounddevice.PortAudioError as error:
        if stream is not None:
            stream.close()
        reason = str(error).split(" [")[0]
        raise DeviceError(f"The {what} {device.name!r} cannot be opened: {reason}.") from None
    return stream
