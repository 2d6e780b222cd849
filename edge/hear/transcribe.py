"""Recordings to text: speech is cut out of the silence and recognised, sentence by sentence."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from edge.events import SAMPLE_RATE, AudioFrame, SpeechEnded, SpeechStarted
from edge.hear.endpoint import SilenceEndpointer
from edge.hear.files import read_blocks
from edge.hear.utterance import Hurried
from edge.hear.vad import silent
from edge.stages import Detector, Recognizer

FRAME = 512
"""Samples in a frame: what the voice activity model takes at once."""
THRESHOLD = 0.4
START_MS = 60
SURE = 0.6
"""Speech is more certain than this somewhere; noises that sound a little like it are not."""
SILENCE_MS = 1500
"""Only a long silence ends a segment: cut at its short pauses, a sentence loses its context."""
LONGEST_S = 60.0
"""Bounds the memory; the recogniser cuts long sound itself, in quiet places."""
MARGIN = SAMPLE_RATE // 2
"""Samples kept on either side of a segment."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech between long silences."""

    text: str
    start: float
    """Seconds since the recording began."""
    end: float
    """Likewise."""


@dataclass(frozen=True, slots=True)
class FileTranscript:
    """What was said in a recording."""

    file: str
    """As it was named."""
    text: str
    """Empty where no speech was found."""
    seconds_of_audio: float
    seconds_taken: float
    """Time for reading and recognising, without loading the models."""
    segments: tuple[Segment, ...] = ()


def transcribe_file(
    path: str | os.PathLike[str], detector: Detector, recognizer: Recognizer
) -> FileTranscript:
    """The words spoken in the recording `path`, whatever its length and format.

    Raises AudioFileError.
    """
    began = time.perf_counter()
    length = 0

    def frames() -> Iterator[AudioFrame]:
        nonlocal length
        for frame in read_blocks(path, FRAME):
            length = frame.end
            yield frame

    segments = tuple(transcribe(frames(), detector, recognizer))
    return FileTranscript(
        file=str(path),
        text=" ".join(segment.text for segment in segments),
        seconds_of_audio=length / SAMPLE_RATE,
        seconds_taken=time.perf_counter() - began,
        segments=segments,
    )


def transcribe(
    frames: Iterable[AudioFrame], detector: Detector, recognizer: Recognizer
) -> Iterator[Segment]:
    """The stretches of speech in `frames` with their text, where there is any."""
    for sound in speech(frames, detector):
        if isinstance(recognizer, Hurried):
            recognizer.hurry()  # nobody is waiting for partial results
        recognizer.accept(sound)
        text = recognizer.finish().text
        if text:
            yield Segment(text, sound.start / SAMPLE_RATE, sound.end / SAMPLE_RATE)


def speech(frames: Iterable[AudioFrame], detector: Detector) -> Iterator[AudioFrame]:
    """Each stretch of speech, as one long frame with MARGIN on either side."""
    endpointer = SilenceEndpointer(
        threshold=THRESHOLD, start_ms=START_MS, silence_ms=SILENCE_MS, longest_s=LONGEST_S
    )
    detector.reset()
    kept: deque[AudioFrame] = deque()
    begin: int | None = None
    """Where the stretch begins that is being heard."""
    floor = 0
    """Where the one before ends: no word is heard twice."""
    surest = 0.0
    """The highest score of the stretch."""
    for frame in frames:
        kept.append(frame)
        score = 0.0 if begin is None and silent(frame) else detector.score(frame)
        surest = score if begin is None and score < THRESHOLD else max(surest, score)
        for edge in endpointer.push(score, frame):
            if isinstance(edge, SpeechStarted):
                begin = max(edge.at - MARGIN, floor)
            elif isinstance(edge, SpeechEnded) and begin is not None:
                floor = min(edge.at + MARGIN, edge.noticed)
                if surest >= SURE:
                    yield _between(kept, begin, floor)
                begin = None
        if begin is None:
            while kept and kept[0].end <= frame.end - MARGIN - SAMPLE_RATE:
                kept.popleft()
    if begin is not None and surest >= SURE:
        yield _between(kept, begin, kept[-1].end)


def _between(frames: Iterable[AudioFrame], begin: int, end: int) -> AudioFrame:
    frames = list(frames)
    samples = np.concatenate([frame.samples for frame in frames])
    first = frames[0].start
    begin = max(begin, first)
    return AudioFrame(samples[begin - first : end - first], begin)
