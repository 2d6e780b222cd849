import numpy as np
import pytest
import soundfile

from edge.errors import AudioFileError
from edge.speak.recording import Recording, write_audio

SOUND = np.arange(-500, 500, dtype=np.int16)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "A.WAV"])
def test_what_is_written_is_read_back(tmp_path, name):
    """The format is that of the ending, the samples and the rate are kept."""
    write_audio(tmp_path / name, SOUND, 22050)
    samples, rate = soundfile.read(tmp_path / name, dtype="int16")
    assert rate == 22050
    assert np.array_equal(samples, SOUND)


def test_half_a_file_never_has_the_name(tmp_path):
    """Until it is closed it lies under another name; given up, nothing is left."""
    recording = Recording(tmp_path / "a.wav", 16000)
    recording.write(SOUND)
    assert not (tmp_path / "a.wav").exists()
    recording.discard()
    assert list(tmp_path.iterdir()) == []


def test_existing_file_is_replaced_only_by_a_whole_one(tmp_path):
    """A failed write leaves what was there."""
    path = tmp_path / "a.wav"
    write_audio(path, SOUND, 16000)
    with pytest.raises(AudioFileError):
        write_audio(path, SOUND, 0)
    assert len(soundfile.read(path)[0]) == len(SOUND)
    assert list(tmp_path.iterdir()) == [path]


def test_folder_is_no_file(tmp_path):
    """A folder with an audio ending is refused by name."""
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(AudioFileError, match="it is a folder"):
        write_audio(tmp_path / "a.wav", SOUND, 16000)
