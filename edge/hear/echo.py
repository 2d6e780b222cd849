"""Takes the assistant's own voice out of the microphone.

Two cancellers work side by side on what was played. WebRTC's (`pywebrtc-audio`, Apache-2.0: AEC3
finds the delay, follows the room and suppresses what its filter leaves) lets nothing of the
assistant through, but tears the words of whoever speaks at the same time. The linear one
(`edge.hear.kalman`) leaves them whole, and a little of the echo with them. So the ears get
WebRTC's, and the linear one's while somebody else is heard.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.kalman import Float64, KalmanEcho, NearVoice

log = logging.getLogger(__name__)

KEPT = 4 * SAMPLE_RATE
"""Samples of what was played that are kept until the microphone has come so far."""
LINGER = SAMPLE_RATE
"""Samples after the last sound for which it may still come back."""
WARM_UP = 75
"""Frames (1.5 s) of the session's first sound in which the microphone is deaf: the cancellers do
not know the room yet, and the assistant would hear itself."""
STRAY = SAMPLE_RATE // 5
"""Samples by which a live speaker's time may be off before its sound is placed anew: callbacks
come in bursts, and the sound is smooth."""


def _decibels(block: Float64) -> float:
    return float(10 * np.log10(np.mean(block**2) + 1))


def canceller() -> EchoCanceller | None:
    """An EchoCanceller, or None (and a line in the log) where its package is not installed."""
    try:
        return EchoCanceller()
    except ImportError as error:
        log.warning(
            "Without echo cancelling the microphone is deaf while the assistant speaks (%s).", error
        )
        return None


class EchoCanceller:
    """Give it what is played (`played`), and each frame of the microphone, in order (`clean`)."""

    def __init__(self) -> None:
        """Raises ImportError where pywebrtc-audio is not installed."""
        from pywebrtc_audio import AudioProcessor

        self._processor: Any = AudioProcessor(sample_rate=SAMPLE_RATE, echo_cancellation=True)
        self._reference = np.zeros(KEPT, np.int16)
        """Sample n of the clock is at n modulo KEPT."""
        self._until = -KEPT
        """Just past the last sample that was written."""
        self._sounding = -LINGER
        """Just past the last frame in which something was played."""
        self._known = 0
        """Frames with sound that the cancellers have learnt from."""
        self._linear = KalmanEcho()
        self._near = NearVoice()
        self.voice = False
        """Somebody beside the assistant is heard, while it speaks: sooner known than that it is
        speech."""
        self._resampler: Any = None
        self._rate = SAMPLE_RATE

    def played(self, samples: Int16, at: int, rate: int) -> None:
        """(n,) `samples` at `rate` are heard from the clock's sample `at` on."""
        if rate != SAMPLE_RATE:
            samples = self._resampled(samples, rate)
        begin = self._until if abs(at - self._until) <= STRAY else at
        if begin > self._until:
            gap = min(begin - self._until, KEPT)
            self._write(begin - gap, np.zeros(gap, np.int16))
        self._write(begin, samples[-KEPT:])
        self._until = begin + len(samples)

    def clean(self, frame: AudioFrame) -> AudioFrame:
        """`frame` without what was played; as it is, if nothing was for a second."""
        reference = self._read(frame.start, frame.end)
        if reference.any():
            self._sounding = frame.end
            self._known += 1
        if frame.start - self._sounding >= LINGER:
            self.voice = False
            return frame
        samples: Int16 = self._processor.process(frame.samples, reference)
        if len(reference) == FRAME_SAMPLES:
            linear, ratio = self._linear.step(frame.samples, reference)
            echo = frame.samples - linear
            self.voice = self._near.push(ratio, _decibels(linear), _decibels(echo))
            if self.voice:
                samples = np.clip(np.rint(linear), -32768, 32767).astype(np.int16)
        if self._known <= WARM_UP:
            self.voice = False
            samples = np.zeros_like(samples)
        return AudioFrame(samples, frame.start, frame.rate)

    def _write(self, at: int, samples: Int16) -> None:
        self._reference[np.arange(at, at + len(samples)) % KEPT] = samples

    def _read(self, begin: int, end: int) -> Int16:
        places = np.arange(begin, end)
        reference = self._reference[places % KEPT]
        reference[(places >= self._until) | (places < self._until - KEPT)] = 0
        return reference

    def _resampled(self, samples: Int16, rate: int) -> Int16:
        if self._resampler is None or rate != self._rate:
            import soxr

            self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")
            self._rate = rate
        converted: Int16 = self._resampler.resample_chunk(samples)
        return converted
