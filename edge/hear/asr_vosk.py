"""Speech recognition with Vosk (Kaldi): other languages, and words as they are spoken."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path
from typing import Any

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.events import SAMPLE_RATE, AudioFrame, Partial, Transcript

_LAYOUTS = (
    ("am/final.mdl", "conf/model.conf", "conf/mfcc.conf"),
    ("final.mdl", "mfcc.conf"),
)
"""Files of a model folder, as it is today and as it used to be."""
_GRAPHS = (("HCLG.fst",), ("HCLr.fst", "Gr.fst"))


class VoskRecognizer:
    """A `Recognizer` over a Vosk model of any language."""

    def __init__(self, folder: Path) -> None:
        """`folder` is an unpacked Vosk model, or holds one in a folder of its own.

        Raises ModelMissing, ModelCorrupt, or ModelError where the package is not installed.
        """
        folder = find_model(folder)
        check_folder(folder)
        vosk = _vosk()
        vosk.SetLogLevel(-1)  # it writes to stderr
        try:
            self._model = vosk.Model(str(folder))
            self._recognizer = vosk.KaldiRecognizer(self._model, SAMPLE_RATE)
        except Exception as error:  # the package raises no narrower class
            raise ModelCorrupt(f"Vosk cannot use the model in {folder}: {error}.") from error
        self._texts: list[str] = []
        self._latest = ""
        self._start: int | None = None
        self._end = 0

    def accept(self, frame: AudioFrame) -> Partial | None:
        """Take a frame; what is understood so far, where that has changed."""
        if self._start is None:
            self._start = frame.start
        self._end = frame.end
        try:
            ended = self._recognizer.AcceptWaveform(frame.samples.astype("<i2").tobytes())
        except Exception as error:  # the package raises no narrower class
            raise ModelError(f"Vosk failed: {error}; its model may be damaged.") from error
        if ended:
            # Vosk ends a sentence of its own accord; the utterance may go on.
            self._add(self._recognizer.Result())
            latest = ""
        else:
            latest = str(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        text = " ".join(filter(None, [*self._texts, latest]))
        if text == self._latest:
            return None
        self._latest = text
        return Partial(text)

    def finish(self) -> Transcript:
        """The text of all frames since the last `finish` or `reset`."""
        began = time.perf_counter()
        self._add(self._recognizer.FinalResult())
        transcript = Transcript(
            " ".join(self._texts), self._start or 0, self._end, time.perf_counter() - began
        )
        self.reset()
        return transcript

    def reset(self) -> None:
        """Drop the utterance in progress."""
        self._recognizer.Reset()
        self._texts = []
        self._latest = ""
        self._start = None
        self._end = 0

    def _add(self, result: str) -> None:
        text = str(json.loads(result).get("text", ""))
        if text:
            self._texts.append(text)


def find_model(folder: Path) -> Path:
    """`folder`, or the one in it that holds the model: archives wrap it in one more."""
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    for place in (folder, *inside):
        if any((place / files[0]).is_file() for files in _LAYOUTS):
            return place
    return folder


def check_folder(folder: Path) -> None:
    """Raises ModelMissing or ModelCorrupt where Vosk would end the process, or say nothing useful.

    Kaldi's loader aborts on some files that are not what it expects.
    """
    if not folder.is_dir():
        raise ModelMissing(f"There is no Vosk model folder {folder}.")
    layout = next((files for files in _LAYOUTS if (folder / files[0]).is_file()), None)
    if layout is None:
        raise ModelCorrupt(f"{folder} is not a Vosk model: it has no {_LAYOUTS[0][0]}.")
    graph = folder / "graph" if layout is _LAYOUTS[0] else folder
    files = [folder / name for name in layout]
    if not any(all((graph / name).is_file() for name in names) for names in _GRAPHS):
        raise ModelCorrupt(f"{folder} is not a whole Vosk model: it has no graph of words.")
    files += [graph / name for names in _GRAPHS for name in names if (graph / name).is_file()]
    for file in files:
        if not file.is_file() or not file.stat().st_size:
            raise ModelCorrupt(f"{folder} is not a whole Vosk model: {file.name} is missing.")
    with files[0].open("rb") as model:
        if model.read(2) != b"\0B":  # how Kaldi begins its binary files
            raise ModelCorrupt(f"The model file {files[0]} is damaged or is not a Vosk model.")


def _vosk() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its dependencies; nothing that we could change
            import vosk
    except ImportError as error:
        raise ModelError(
            "Speech recognition with Vosk needs the package vosk "
            f"({error}); install it with: pip install 'edge[vosk]'"
        ) from None
    return vosk
