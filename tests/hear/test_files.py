"""edge.hear.files: recordings of every kind, and what is said of those that are none."""

from __future__ import annotations

import io
import os
import re
import signal
import struct
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from edge.errors import AudioFileError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE
from edge.hear import files
from edge.hear.files import FileInfo, info, read_blocks


def tone(rate, seconds=0.5, level=0.5):
    """A 440 Hz sine."""
    return level * np.sin(2 * np.pi * 440 * np.arange(round(rate * seconds)) / rate)


def whole(path, frames=FRAME_SAMPLES):
    """All samples of a recording."""
    return np.concatenate([block.samples for block in read_blocks(path, frames)])


def wav(data=bytes(3200), *, rate=16000, channels=1, bits=16, code=1, claim=None):
    """A WAV file's bytes, truthful or not."""
    claim = len(data) if claim is None else claim
    width = channels * bits // 8
    fields = (16, code, channels, rate, rate * width & 0xFFFFFFFF, width & 0xFFFF, bits)
    header = b"RIFF" + struct.pack("<I", min(36 + claim, 2**32 - 1)) + b"WAVEfmt "
    return header + struct.pack("<IHHIIHH", *fields) + b"data" + struct.pack("<I", claim) + data


def loudest_frequency(samples):
    """In hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return np.argmax(spectrum) * SAMPLE_RATE / len(samples)


def test_16_bit_at_16_khz_is_taken_as_it_is(tmp_path):
    """No sample of a recording in the native format changes, and the last frame is filled up."""
    sound = np.random.default_rng(0).integers(-32768, 32767, 1000).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", sound, SAMPLE_RATE)
    blocks = list(read_blocks(tmp_path / "a.wav"))
    assert [block.start for block in blocks] == [0, 320, 640, 960]
    assert {len(block.samples) for block in blocks} == {FRAME_SAMPLES}
    heard = np.concatenate([block.samples for block in blocks])
    assert np.array_equal(heard[:1000], sound)
    assert not heard[1000:].any()
    assert heard.dtype == np.int16


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 32000, 44100, 48000, 96000, 192000])
def test_any_rate(tmp_path, rate):
    """A tone keeps its pitch, its loudness and its length at any rate."""
    soundfile.write(tmp_path / "a.wav", tone(rate), rate)
    heard = whole(tmp_path / "a.wav")
    assert abs(len(heard) - SAMPLE_RATE // 2) < FRAME_SAMPLES
    assert loudest_frequency(heard[1000:7000]) == pytest.approx(440, abs=4)
    assert np.abs(heard[1000:7000]).max() == pytest.approx(16384, rel=0.02)


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        *(("WAV", s) for s in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")),
        *(("WAV", s) for s in ("ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM", "GSM610")),
        *(("FLAC", s) for s in ("PCM_S8", "PCM_16", "PCM_24")),
        *(("AIFF", "PCM_16"), ("AU", "PCM_16"), ("RF64", "PCM_16"), ("W64", "PCM_24")),
        *(("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III"), ("CAF", "PCM_16")),
    ],
)
def test_any_format(tmp_path, kind, subtype):
    """A tone comes through every format that libsndfile reads."""
    rate = 48000 if subtype == "OPUS" else SAMPLE_RATE
    soundfile.write(tmp_path / "a.bin", tone(rate), rate, format=kind, subtype=subtype)
    heard = whole(tmp_path / "a.bin")
    assert loudest_frequency(heard[1000:7000]) == pytest.approx(440, abs=4)
    assert np.abs(heard[1000:7000]).max() == pytest.approx(16384, rel=0.15)


@pytest.mark.parametrize("channels", [2, 6, 1000])
def test_channels_are_mixed_down(tmp_path, channels):
    """Each channel counts alike, however many there are."""
    sound = np.zeros((1600, channels), np.int16)
    sound[:, 0] = 20000
    (tmp_path / "a.wav").write_bytes(wav(sound.tobytes(), channels=channels))
    assert whole(tmp_path / "a.wav")[0] == round(20000 / channels)


@pytest.mark.parametrize(("code", "bits"), [(3, 32), (3, 64)])
def test_no_numbers_are_silence_and_too_loud_is_clipped(tmp_path, caplog, code, bits):
    """NaN and infinity become silence, floats beyond 1 are clipped, and the log counts both."""
    caplog.set_level("INFO", "edge.hear.files")
    sound = np.array([np.nan, np.inf, -np.inf, 0.5, 2, -3e38] * 100, f"<f{bits // 8}")
    (tmp_path / "a.wav").write_bytes(wav(sound.tobytes(), bits=bits, code=code))
    assert whole(tmp_path / "a.wav")[:6].tolist() == [0, 0, 0, 16384, 32767, -32768]
    assert "300 values are not numbers" in caplog.text
    assert "200 samples are louder than full scale" in caplog.text


def test_frames_of_another_size(tmp_path):
    """Frames have the size that was asked for."""
    (tmp_path / "a.wav").write_bytes(wav())
    assert [len(block.samples) for block in read_blocks(tmp_path / "a.wav", 512)] == [512] * 4


def test_info(tmp_path):
    """The header's rate, channels and length."""
    (tmp_path / "a.wav").write_bytes(wav(rate=8000, channels=2))
    assert info(tmp_path / "a.wav") == FileInfo(rate=8000, channels=2, frames=800)
    assert info(tmp_path / "a.wav").seconds == 0.1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.wav", b"", r"empty\.wav is empty\."),
        ("text.wav", b"hello " * 100, r"text\.wav is not a recording that can be read: "),
        ("text.raw", b"hello " * 100, r"text\.raw is not a recording that can be read: "),
        ("no.wav", wav(b""), r"no\.wav holds no sound: it has no samples\."),
        ("one.wav", wav(bytes(2)), r"one\.wav holds only 1 sample at 16 kHz, less than 10 ms"),
        ("few.wav", wav(bytes(318)), r"few\.wav holds only 159 samples at 16 kHz"),
        ("header.wav", wav()[:44], r"header\.wav holds no sound"),
        ("half.wav", wav()[:20], r"half\.wav is not a recording that can be read: "),
        ("rate0.wav", wav(rate=0), r"rate0\.wav is not a recording that can be read: "),
        ("rate1.wav", wav(rate=1), r"rate1\.wav is damaged: it claims 1 samples a second\."),
        ("rate2e9.wav", wav(rate=2 * 10**9), r"it claims 2000000000 samples a second\."),
        ("rate4e9.wav", wav(rate=4 * 10**9), r"rate4e9\.wav is not a recording"),
        ("none.wav", wav(channels=0), r"none\.wav is not a recording that can be read: "),
        ("many.wav", wav(channels=65535), r"many\.wav is not a recording that can be read: "),
    ],
)
def test_refused_in_one_sentence(tmp_path, name, content, sentence):
    """What holds no sound is refused by name, with the reason."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AudioFileError, match=sentence) as caught:
        whole(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_no_such_file_and_a_folder(tmp_path):
    """Both are named."""
    with pytest.raises(AudioFileError, match=r"There is no file .*none\.wav\."):
        info(tmp_path / "none.wav")
    with pytest.raises(AudioFileError, match="is a folder, not a recording"):
        info(tmp_path)
    with pytest.raises(AudioFileError, match="cannot be read: embedded null byte"):
        info("a\0.wav")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    """A named pipe without a writer is refused at once."""
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(AudioFileError, match=r"pipe\.wav is not a file\."):
        whole(tmp_path / "pipe.wav")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    """A file of somebody else's is refused with the system's reason."""
    (tmp_path / "a.wav").write_bytes(wav())

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "open", refuse, raising=False)
    with pytest.raises(AudioFileError, match=r"a\.wav cannot be read: permission denied\."):
        whole(tmp_path / "a.wav")


def test_a_recording_that_breaks_off(tmp_path, caplog):
    """What is there of a truncated recording is used, and the log says so."""
    (tmp_path / "a.wav").write_bytes(wav(bytes(3200))[:2044])
    assert len(whole(tmp_path / "a.wav")) == 1280
    assert "a.wav breaks off; what is there (1000 samples) is used" in caplog.text


def test_a_flac_that_breaks_off(tmp_path, caplog):
    """A truncated FLAC gives its first part, or a refusal; never all of it."""
    noise = np.random.default_rng(0).integers(-9000, 9000, 160000).astype(np.int16)
    soundfile.write(tmp_path / "a.flac", noise, SAMPLE_RATE)
    content = (tmp_path / "a.flac").read_bytes()
    (tmp_path / "a.flac").write_bytes(content[: len(content) // 2])
    heard = whole(tmp_path / "a.flac")
    assert 40000 < len(heard) < 100000
    assert np.array_equal(heard[:40000], noise[:40000])
    assert re.search(r"a\.flac (is damaged after|breaks off)", caplog.text)


def test_a_header_that_claims_billions(tmp_path, caplog):
    """Memory and time depend on what is there, not on what is claimed."""
    (tmp_path / "a.wav").write_bytes(wav(claim=2**32 - 2))
    assert len(whole(tmp_path / "a.wav")) == 1600
    assert "breaks off" in caplog.text


def test_standard_input(monkeypatch):
    """A dash is standard input, pipe or not."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(wav())))
    assert len(whole("-")) == 1600
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"hello")))
    with pytest.raises(AudioFileError, match="Standard input is not a recording"):
        whole("-")


READ_ALL = """
import resource, signal, sys
from pathlib import Path
import numpy, soundfile, soxr
from edge.errors import AudioFileError
from edge.hear.files import read_blocks

used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = used + 64 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for file in map(Path, sys.argv[1:]):
    signal.setitimer(signal.ITIMER_REAL, 10)  # kills: no handler
    try:
        result = f"ok {sum(len(block.samples) for block in read_blocks(file))}"
    except AudioFileError as error:
        result = f"refused {error}"
    print(result, flush=True)
"""


def read_in_64_mb(paths):
    """What becomes of each file, read in a process that may take 64 MB more than it has."""
    command = [sys.executable, "-W", "error", "-c", READ_ALL, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    results = done.stdout.splitlines()
    stopped = paths[len(results)] if len(results) < len(paths) else "none"
    assert done.returncode != -signal.SIGALRM, f"took more than ten seconds: {stopped}"
    assert done.returncode == 0, f"at {stopped}: {done.stderr}"
    return dict(zip(paths, results, strict=True))


linux = pytest.mark.skipif(sys.platform != "linux", reason="measures memory through /proc")


@linux
def test_memory_does_not_depend_on_the_length(tmp_path):
    """Two hours of silence and liars of every kind are read within 64 MB."""
    hours = tmp_path / "hours.wav"
    size = 2 * 3600 * SAMPLE_RATE * 2
    hours.write_bytes(wav(b"", claim=size))
    os.truncate(hours, 44 + size)  # the silence takes no room on the disk
    wide = tmp_path / "wide.wav"
    wide.write_bytes(wav(b"", channels=1000, rate=1000, claim=2**31))
    os.truncate(wide, 44 + 200_000_000)
    liar = tmp_path / "liar.wav"
    liar.write_bytes(wav(claim=2**32 - 2))
    results = read_in_64_mb([hours, wide, liar])
    assert list(results.values()) == [f"ok {2 * 3600 * SAMPLE_RATE}", "ok 1600000", "ok 1600"]


@linux
@pytest.mark.data
def test_odd_and_hostile_files(data):
    """Every odd, broken or hostile file is decoded or refused, quickly and within 64 MB."""
    paths = sorted((data / "malformed_audio").iterdir())
    assert len(paths) > 90
    results = read_in_64_mb(paths)
    for path, result in results.items():
        assert re.match(rf"ok \d+$|refused .*{re.escape(path.name)}", result), result
    decoded = sum(result.startswith("ok") for result in results.values())
    assert decoded > len(paths) * 2 // 3
    assert results[data / "malformed_audio" / "faulty__01_-_wrong_max_blocksize.flac"] == "ok 68160"
