"""Writing sound into files: whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from edge.errors import AudioFileError
from edge.events import Int16


class Recording:
    """A mono file being written, in the format that its ending names (.wav, .flac, .ogg, ...).

    It lies under another name until `close`, so that a half file never has its name.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """`rate`: samples a second. Raises AudioFileError where `path` cannot be written."""
        import soundfile

        self.path = path
        name = path.suffix.lstrip(".").upper()
        if name not in soundfile.available_formats():
            raise AudioFileError(
                f"{path} cannot be written: its ending must be that of an audio format, "
                "such as .wav or .flac."
            )
        if path.is_dir():
            raise AudioFileError(f"{path} cannot be written: it is a folder.")
        self._partial = path.with_name(path.name + ".partial")
        try:
            # libsndfile does not say why it could not open a file; the system does.
            self._partial.touch()
            self._file: Any = soundfile.SoundFile(
                self._partial, "w", samplerate=rate, channels=1, format=name
            )
        except (OSError, ValueError, soundfile.LibsndfileError) as error:
            self._partial.unlink(missing_ok=True)
            raise AudioFileError(f"{path} cannot be written: {_reason(error)}.") from None

    def write(self, samples: Int16) -> None:
        """Append (n,) samples."""
        import soundfile

        try:
            self._file.write(samples)
        except (OSError, soundfile.LibsndfileError) as error:
            raise AudioFileError(f"{self.path} cannot be written: {_reason(error)}.") from None

    def close(self) -> None:
        """Finish the file and give it its name; a second call does nothing."""
        if not self._file.closed:
            self._file.close()
            os.replace(self._partial, self.path)

    def discard(self) -> None:
        """Give up: nothing is left."""
        self._file.close()
        self._partial.unlink(missing_ok=True)


def write_audio(path: Path, samples: Int16, rate: int) -> None:
    """Write (n,) `samples` at `rate` as the file `path`. Raises AudioFileError."""
    recording = Recording(path, rate)
    try:
        recording.write(samples)
    except BaseException:
        recording.discard()
        raise
    recording.close()


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    # libsndfile: "Error opening 'x.wav': System error."
    return str(error).rstrip(".").split(": ")[-1].strip()
