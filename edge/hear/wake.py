"""Wake words: the `Detector` that listens all the time, for a few percent of one core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge.events import AudioFrame, Float32
from edge.hear.wake_front import FrontEnd, Stream
from edge.hear.wake_head import SPAN, Head
from edge.hear.wake_phrase import heard_phrase

_DOUBTFUL = 0.65
"""Part of the phrase that may be misheard by the recogniser where the sound left no doubt."""


class WakeDetector:
    """A `Detector` for one phrase or several, whichever was said.

    The score rises about 0.1 s after the phrase's last sound and stays up for some steps of 80 ms:
    `reset` once it was acted on.
    """

    def __init__(self, folder: Path, heads: Sequence[Head], cache: Path | None = None) -> None:
        """`folder`, `cache`: see FrontEnd. Raises ModelMissing or ModelCorrupt."""
        self.heads = tuple(heads)
        self._stream = Stream(FrontEnd(folder, cache))
        self._latest = 0.0
        self._best: Head | None = None
        self._window: Float32
        self.reset()

    @property
    def head(self) -> Head | None:
        """Whose phrase the latest score is about; None before the first."""
        return self._best

    def score(self, frame: AudioFrame) -> float:
        """The probability, 0 to 1, that one of the phrases has just been said."""
        self._stream.hear(frame.samples)
        fresh = self._stream.take(SPAN)  # (n, WIDTH)
        if len(fresh):
            recent = np.concatenate([self._window, fresh])
            self._window = recent[-SPAN:]
            # (n, SPAN, WIDTH): one, unless sound came in long frames.
            ends = range(len(recent) - len(fresh) + 1, len(recent) + 1)
            windows = np.stack([recent[end - SPAN : end] for end in ends])
            self._latest, self._best = max(
                ((float(head.scores(windows).max()), head) for head in self.heads),
                key=lambda scored: scored[0],
                default=(0.0, None),
            )
        return self._latest

    def skip(self, frame: AudioFrame) -> None:
        """Hear `frame` without a score: nothing was said. Costs next to nothing.

        When `score` is called again, what was skipped of the last two seconds is caught up on.
        """
        self._stream.hear(frame.samples, keep=SPAN)
        self._latest = 0.0

    def reset(self) -> None:
        """Forget everything heard."""
        self._stream.reset()
        self._window = np.repeat(self._stream.silence, SPAN, axis=0)
        self._latest = 0.0
        self._best = None


@dataclass(frozen=True, slots=True)
class WakeRule:
    """When the device reacts: two stages, the sound and then the words."""

    threshold: float = 0.5
    """Score from which the sound is worth the recogniser's time."""
    sure: float = 0.9
    """Score from which the sound is enough."""
    second_stage: bool = True
    """Ask the recogniser where the score is below `sure`; else such a score does not count."""

    def roused(self, score: float) -> bool:
        """Somebody may have said the phrase: listen to what they say."""
        return score >= (self.threshold if self.second_stage else self.sure)

    def question(self, transcript: str, head: Head, score: float) -> str | None:
        """What was asked in an utterance in which `head` gave `score`; None: it was no call.

        Empty where there was nothing but the phrase: the question is still to come.
        """
        rest = heard_phrase(transcript, head.phrase, head.heard_as)
        if rest is not None or score < self.sure:
            return rest
        # The phrase was there, however it was written: near the beginning, if anywhere.
        beginning = " ".join(transcript.split()[: len(head.phrase.split()) + 1])
        rest = heard_phrase(beginning, head.phrase, head.heard_as, alike=_DOUBTFUL)
        if rest is None:
            return transcript
        after = transcript.split()[len(beginning.split()) :]
        return " ".join([*rest.split(), *after])
