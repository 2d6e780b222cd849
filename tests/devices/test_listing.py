import pytest

from edge.devices import listing as devices
from edge.devices.listing import Device, find
from edge.errors import DeviceError

CARDS = [
    Device(0, "Glasses: USB Audio", "ALSA", 1, 0, 16000, ()),
    Device(1, "Glasses: Speaker", "ALSA", 0, 2, 48000, ()),
    Device(2, "default", "ALSA", 32, 32, 44100, ("input", "output")),
    Device(3, "HDMI", "ALSA", 0, 8, 48000, ()),
]


@pytest.fixture(autouse=True)
def _cards(monkeypatch):
    monkeypatch.setattr(devices, "devices", lambda: CARDS)


@pytest.mark.parametrize(
    ("name", "direction", "index"),
    [
        ("", "input", 2),
        ("", "output", 2),
        ("1", "output", 1),
        ("Glasses: USB Audio", "input", 0),
        ("glasses", "output", 1),
        ("hdmi", "output", 3),
    ],
)
def test_device_is_found_by_number_name_or_part_of_it(name, direction, index):
    """Empty is the system's default; a part of a name fits whatever its case."""
    assert find(name, direction).index == index


@pytest.mark.parametrize(
    ("name", "direction", "sentence"),
    [
        ("hearing aid", "input", "There is no microphone 'hearing aid'"),
        ("9", "output", "There is no speaker '9'"),
        ("HDMI", "input", "There is no microphone 'HDMI'"),
        ("l", "output", "More than one speaker"),
    ],
)
def test_unknown_or_ambiguous_device_is_refused_with_the_choice(name, direction, sentence):
    """The error lists what there is."""
    with pytest.raises(DeviceError) as caught:
        find(name, direction)
    assert sentence in str(caught.value)
    assert "default" in str(caught.value)


def test_machine_without_a_microphone_is_told_of_files(monkeypatch):
    """No device at all: a file can take its place."""
    monkeypatch.setattr(devices, "devices", lambda: [])
    with pytest.raises(DeviceError, match="--mic FILE"):
        find("", "input")
