"""Recordings: any file that libsndfile reads, as mono frames at `SAMPLE_RATE`, block by block."""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import AudioFileError
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Float32, Int16

if TYPE_CHECKING:
    import soundfile

log = logging.getLogger(__name__)

STDIN = "-"
"""In place of a file's name: the recording comes from standard input."""

SHORTEST = SAMPLE_RATE // 100
"""Samples: less than 10 ms is a click, and refused."""

RATES = range(1_000, 1_000_001)
"""Samples a second that are believed; a header that says otherwise is damaged."""

_SHORTENED = re.compile(r"^data : \d+ \(should be \d+\)", re.MULTILINE)

_BLOCK = 1 << 16
"""Values (frames times channels) read at once, so that memory does not depend on the header."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What a recording's header says; damaged headers lie."""

    rate: int
    """Samples a second."""
    channels: int
    frames: int
    """Samples in each channel."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate


def info(path: str | os.PathLike[str]) -> FileInfo:
    """What the header of `path` says. Raises AudioFileError."""
    with _opened(path) as file:
        return FileInfo(file.samplerate, file.channels, file.frames)


def read_blocks(path: str | os.PathLike[str], frames: int = FRAME_SAMPLES) -> Iterator[AudioFrame]:
    """The recording as mono 16 bit frames of exactly `frames` samples at `SAMPLE_RATE`.

    Channels are mixed down, any rate is converted, the last frame is filled with silence. What is
    not a number becomes silence and what is too loud is clipped; both are counted in the log, as
    is a recording that breaks off. Memory does not grow with the length.
    Raises AudioFileError (at the first frame) where there is nothing to decode.
    """
    start = 0
    rest = np.zeros(0, np.int16)
    for samples in _samples(path):
        rest = np.concatenate([rest, samples])
        whole = len(rest) - len(rest) % frames
        if start == 0 and len(rest) < SHORTEST:
            continue
        for at in range(0, whole, frames):
            yield AudioFrame(rest[at : at + frames], start)
            start += frames
        rest = rest[whole:]
    if start == 0 and len(rest) < SHORTEST:
        if not len(rest):
            raise AudioFileError(f"{_name(path)} holds no sound: it has no samples.")
        raise AudioFileError(
            f"{_name(path)} holds only {len(rest)} sample{'s' * (len(rest) > 1)} at "
            f"{SAMPLE_RATE // 1000} kHz, less than {SHORTEST * 1000 // SAMPLE_RATE} ms of sound."
        )
    if len(rest):
        yield AudioFrame(np.pad(rest, (0, frames - len(rest))), start)


def _samples(path: str | os.PathLike[str]) -> Iterator[Int16]:
    """(n,) runs of mono samples at SAMPLE_RATE, as they are decoded."""
    import soxr

    name = _name(path)
    with _opened(path) as file:
        resampler = (
            soxr.ResampleStream(file.samplerate, SAMPLE_RATE, 1, dtype="float32")
            if file.samplerate != SAMPLE_RATE
            else None
        )
        not_numbers = clipped = 0
        for mono, bad in _mono(file, name):
            not_numbers += bad
            sound = mono if resampler is None else resampler.resample_chunk(mono)
            samples, loud = _to_int16(sound)
            clipped += loud
            yield samples
        if resampler is not None:
            samples, loud = _to_int16(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
            clipped += loud
            yield samples
        if not_numbers:
            log.warning("%s: %d values are not numbers; taken as silence", name, not_numbers)
        if clipped:
            log.info("%s: %d samples are louder than full scale; clipped", name, clipped)


def _mono(file: soundfile.SoundFile, name: str) -> Iterator[tuple[Float32, int]]:
    """(n,) at the file's own rate, with the count of values that were no numbers."""
    import soundfile

    count = max(1, _BLOCK // file.channels)
    done = 0
    while True:
        try:
            block: Float32 = file.read(count, dtype="float32", always_2d=True)  # (n, channels)
        except (soundfile.LibsndfileError, RuntimeError) as error:
            if done == 0:
                raise AudioFileError(f"{name} is damaged: {_why(error)}.") from None
            log.warning("%s is damaged after %d samples: %s", name, done, _why(error))
            return
        if not len(block):
            break
        done += len(block)
        finite = np.isfinite(block)
        bad = block.size - int(np.count_nonzero(finite))
        if bad:
            block = np.where(finite, block, np.float32(0))
        # In double precision: the sum of many loud channels of single floats may overflow.
        mono = block[:, 0] if file.channels == 1 else block.mean(axis=1, dtype=np.float64)
        yield np.clip(mono, -1e6, 1e6).astype(np.float32), bad
    # libsndfile shortens the length of a WAV that breaks off, and notes it in its report.
    if done and (done < file.frames or _SHORTENED.search(file.extra_info)):
        log.warning("%s breaks off; what is there (%d samples) is used", name, done)


def _to_int16(sound: Float32) -> tuple[Int16, int]:
    """16 bit samples of (n,) floats, with the count of those beyond full scale."""
    scaled = np.rint(sound * 32768.0)
    # A quarter more than full scale by resampling is no fault of the recording's.
    loud = int(np.count_nonzero(np.abs(sound) > 1.25))
    return np.clip(scaled, -32768, 32767).astype(np.int16), loud


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[soundfile.SoundFile]:
    import soundfile

    class Stream(soundfile.SoundFile):  # type: ignore[misc]  # the package has no types
        """Read from the beginning to the end.

        Where it can seek, soundfile does so after each block, which some FLAC files do not bear.
        """

        def seekable(self) -> bool:
            return False

    name = _name(path)
    with _source(path, name) as source:
        try:
            file = Stream(source)
        except (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError) as error:
            raise AudioFileError(
                f"{name} is not a recording that can be read: {_why(error)}."
            ) from None
        with file:
            if file.samplerate not in RATES:
                raise AudioFileError(
                    f"{name} is damaged: it claims {file.samplerate} samples a second."
                )
            if file.channels < 1:
                raise AudioFileError(f"{name} is damaged: it claims no channels.")
            yield file


@contextmanager
def _source(path: str | os.PathLike[str], name: str) -> Iterator[Any]:
    """What libsndfile is to open: a path that is a readable file, or a copy of standard input."""
    if str(path) == STDIN:
        # Formats are told by seeking, which a pipe cannot.
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.seek(0)
            yield copy
        return
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise AudioFileError(f"{name} is a folder, not a recording.")
        if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer
            raise AudioFileError(f"{name} is not a file.")
        with open(path, "rb") as file:
            empty = not file.read(1)
    except FileNotFoundError:
        raise AudioFileError(f"There is no file {name}.") from None
    except (OSError, ValueError) as error:
        raise AudioFileError(f"{name} cannot be read: {_why(error)}.") from None
    if empty:
        raise AudioFileError(f"{name} is empty.")
    yield str(Path(path))


def _name(path: str | os.PathLike[str]) -> str:
    return "Standard input" if str(path) == STDIN else str(path)


def _why(error: Exception) -> str:
    text = getattr(error, "strerror", None) or getattr(error, "error_string", None) or str(error)
    lines = str(text).strip().splitlines() or [type(error).__name__]
    reason = lines[0].rstrip(".")
    return reason[:1].lower() + reason[1:]
