"""What is known of an echo, kept from one session to the next."""

import numpy as np
import pytest

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from edge.hear.echo import PROBE, EchoCanceller
from edge.hear.echo_path import EchoPath, file_for
from edge.hear.kalman import KalmanEcho
from tests.conftest import needed
from tests.hear.test_kalman import speechlike
from tests.room import response

ROOM = response(gain=0.5, seconds=0.15)


def heard(played, room):
    hiss = np.random.default_rng(3).normal(0, 8, len(played))
    return (np.convolve(played, room)[: len(played)] + hiss).astype(np.int16)


def listen(echo, played, room):
    """`played` in `room`, block by block; the canceller's own view of the echo's last second."""
    microphone = heard(played, room)
    for at in range(0, len(played) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        echo.played(played[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        echo.clean(AudioFrame(microphone[at : at + FRAME_SAMPLES], at))


@pytest.fixture(scope="module")
def known():
    needed("pywebrtc_audio")
    echo = EchoCanceller()
    listen(echo, speechlike(8, 1), ROOM)
    assert echo.path is not None
    return echo.path


def taught(before, room, blocks=PROBE + 8):
    """Blocks that the linear canceller counts as known, after so many in `room`."""
    echo = EchoCanceller(before)
    listen(echo, speechlike(blocks * 0.02 + 0.1, 2), room)
    return echo._linear.taught


@pytest.mark.parametrize("later", [-100, 0, 37, 800])
def test_the_same_room_is_known_after_a_fifth_of_a_second(known, later):
    """Though the devices opened with another delay."""
    room = np.concatenate([np.zeros(later), ROOM]) if later >= 0 else ROOM[-later:]
    assert taught(known, room) > 100


@pytest.mark.parametrize("room", [response(gain=0.5) * -1, np.zeros(400)], ids=["other", "none"])
def test_another_room_is_learnt_anew(known, room):
    """What was known adds an echo there: it counts for nothing."""
    assert taught(known, room) < 50


def test_an_echo_that_has_moved_is_found_again():
    """The speaker ran out of sound for 30 ms: deaf for a fifth of a second, and not for good."""
    needed("pywebrtc_audio")
    echo, late = EchoCanceller(), np.zeros(480, np.int16)
    played = speechlike(8, 1)
    microphone = heard(played, ROOM)
    torn, size = 6 * SAMPLE_RATE, len(played)
    microphone = np.concatenate([microphone[:torn], late, microphone[torn:]])[:size]
    known = []
    for at in range(0, size - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        if at == torn:
            before = echo._linear.taught
            echo.torn()
        echo.played(played[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
        echo.clean(AudioFrame(microphone[at : at + FRAME_SAMPLES], at))
        known.append(echo._linear.taught)
    again = next(n for n, taught in enumerate(known) if taught > before + 100)
    assert torn + PROBE * FRAME_SAMPLES <= again * FRAME_SAMPLES < torn + SAMPLE_RATE // 2


def test_what_is_recalled_takes_the_echo_out_at_once(known):
    """The first block is as clean as if the session had never ended."""
    played = speechlike(1, 4)
    microphone = heard(played, ROOM)
    fresh, recalled = KalmanEcho(), KalmanEcho()
    recalled.recall(known.response, known.unsure)
    left = {}
    for canceller in (fresh, recalled):
        parts = [
            canceller.step(microphone[at : at + FRAME_SAMPLES], played[at : at + FRAME_SAMPLES])[0]
            for at in range(0, SAMPLE_RATE // 4, FRAME_SAMPLES)
        ]
        left[canceller] = np.mean(np.concatenate(parts) ** 2)
    assert left[recalled] < 0.1 * left[fresh]


def test_little_is_not_kept():
    """A session in which hardly anything was said knows nothing for the next."""
    needed("pywebrtc_audio")
    echo = EchoCanceller()
    listen(echo, speechlike(1, 1), ROOM)
    assert echo.path is None


def test_what_is_forgotten_is_not_kept():
    """Nothing of it comes back at the session's end."""
    needed("pywebrtc_audio")
    echo = EchoCanceller()
    listen(echo, speechlike(6, 1), ROOM)
    assert echo.path is not None
    echo.forget()
    assert echo.path is None
    assert not echo._linear.response.any()


def test_it_is_read_as_it_was_written(known, tmp_path):
    """In a folder that is made for it, with nothing half-written beside it."""
    file = file_for(tmp_path / "echo", ("Microphone", "Speaker"))
    known.save(file)
    again = EchoPath.load(file)
    assert (again.response == known.response).all()
    assert (again.unsure == known.unsure).all()
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "Microphone" not in file.name
    assert file != file_for(tmp_path / "echo", ("Microphone", "Headphones"))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_a_damaged_file_is_told_and_not_used(tmp_path, caplog, damage):
    """The session begins as the first one did."""
    file = tmp_path / "echo.npz"
    file.write_bytes(damage)
    assert EchoPath.load(file) is None
    assert "cannot be read" in caplog.text
    assert EchoPath.load(tmp_path / "absent.npz") is None


def test_a_file_of_another_shape_is_not_used(known, tmp_path):
    """As an older program may have left."""
    file = tmp_path / "echo.npz"
    EchoPath(known.response[:-320], known.unsure[:-1], known.usual).save(file)
    assert EchoPath.load(file) is None


def test_what_cannot_be_written_is_told(known, tmp_path, caplog):
    """And the session ends as it would have."""
    (tmp_path / "file").touch()
    known.save(tmp_path / "file" / "echo.npz")
    assert "cannot be kept" in caplog.text
