"""Takes the assistant's own voice out of the microphone.

Two cancellers work side by side on what was played. WebRTC's (`pywebrtc-audio`, Apache-2.0: AEC3
finds the delay, follows the room and suppresses what its filter leaves) lets nothing of the
assistant through, but tears the words of whoever speaks at the same time. The linear one
(`edge.hear.kalman`) leaves them whole, and a little of the echo with them. So the ears get
the linear one's while somebody else is heard (`edge.hear.near`), WebRTC's while somebody may be,
and nothing while nobody is: a canceller that has lost the room lets the assistant through.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any

import numpy as np

from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame, Int16
from edge.hear.echo_path import EchoPath
from edge.hear.kalman import KalmanEcho
from edge.hear.near import LEARNING, NearVoice

log = logging.getLogger(__name__)

KEPT = 4 * SAMPLE_RATE
"""Samples of what was played that are kept until the microphone has come so far."""
LINGER = SAMPLE_RATE
"""Samples after the last sound for which it may still come back."""
WARM_UP = 75
"""Frames (1.5 s) of the session's first sound in which what may be a voice is not enough: the
cancellers do not know the room yet."""
TAIL = SAMPLE_RATE * 2 // 5
"""Samples after the last speech played in which nobody heard means nothing heard: reverberation,
and the device's own delay. An earcon alone does not make deaf, as the wearer speaks over it."""
BEFORE = 16
"""Frames (320 ms) before a voice was noticed that may hold its beginning."""
ROOM = 10
"""Of so many frames in which nothing is played, one is looked at for the room's own noise."""
STRAY = SAMPLE_RATE // 5
"""Samples by which a live speaker's time may be off for a moment before its sound is placed anew:
callbacks come in bursts, and the sound is smooth."""
LATE = SAMPLE_RATE // 10
"""Samples by which it may tell late what it plays: 100 ms."""
STEADY = 16
"""Calls after each other in which it is off by MOVED before it is: the speaker ran out of sound."""
MOVED = SAMPLE_RATE * 3 // 100
"""Samples: an echo must not come before what is known of its sound."""


PROBE = 10
"""Blocks of the first speech that show whether the echo is as it was; and as many more, once or
twice, where they do not."""
PROBED = 150
"""Blocks of sound that are kept to see it."""


def canceller(before: EchoPath | None = None) -> EchoCanceller | None:
    """An EchoCanceller, or None (and a line in the log) where its package is not installed."""
    try:
        return EchoCanceller(before)
    except ImportError as error:
        log.warning(
            "Without echo cancelling the microphone is deaf while the assistant speaks (%s).", error
        )
        return None


class EchoCanceller:
    """Give it what is played (`played`), and each frame of the microphone, in order (`clean`)."""

    def __init__(self, before: EchoPath | None = None) -> None:
        """`before`: what another session knew of the echo. Raises ImportError where
        pywebrtc-audio is not installed."""
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
        self._whole: deque[AudioFrame] = deque(maxlen=BEFORE)
        """The last frames as the linear canceller leaves them, while no voice is heard."""
        self._begun: dict[int, AudioFrame] = {}
        """Those before the voice that was noticed last, by their first sample."""
        self._spoke = -TAIL
        """Just past the last frame in which speech was played."""
        self.voice = False
        """Somebody beside the assistant is heard, while it speaks: sooner known than that it is
        speech."""
        self._before = before
        """Not yet known to be right."""
        self._probe: deque[tuple[Int16, Int16]] = deque(maxlen=PROBED)
        """What the microphone heard and what was played, since the first sound."""
        self._probe_at = PROBE
        self._moved = 0
        """Blocks that the linear canceller had learnt from when the echo moved last."""
        self._resampler: Any = None
        self._rate = SAMPLE_RATE
        self._given = self._made = 0
        """Samples that went into the resampler, at its rate, and that came out, at ours."""
        self._held_back = 0
        """Samples that were in it before the latest ones came."""
        self._waiting: deque[AudioFrame] = deque()
        """Frames of which it is not told yet what was played meanwhile."""
        self._off: deque[int] = deque(maxlen=STEADY)
        """By how many samples the latest sounds were told to be later than those before end."""

    def played(self, samples: Int16, at: int, rate: int) -> None:
        """(n,) `samples` at `rate` are heard from the clock's sample `at` on."""
        if rate != SAMPLE_RATE:
            samples = self._resampled(samples, rate)
            # What the resampler holds back comes before that.
            at -= self._held_back
        off = at - self._until
        if abs(off) > STRAY:
            self._off.clear()
        else:
            # A callback may be late, and never early.
            self._off.append(off)
            off = min(self._off) if len(self._off) == STEADY else 0
            if abs(off) < MOVED:
                off = 0
            else:
                self._off.clear()
                self.torn()
        begin = self._until + off
        if begin > self._until:
            gap = min(begin - self._until, KEPT)
            self._write(begin - gap, np.zeros(gap, np.int16))
        self._write(begin, samples[-KEPT:])
        self._until = begin + len(samples)

    def clean(self, frame: AudioFrame) -> AudioFrame:
        """`frame` without what was played; as it is, if nothing was for a second.

        A live speaker may tell a moment late what it plays. Then the frame waits inside, for
        without that the echo in it would seem a voice; what is given for it is silence.
        """
        if frame.start >= self._until and frame.start - self._sounding >= LINGER:
            self._waiting.clear()
            return self._apart(frame)
        self._waiting.append(frame)
        while self._waiting and not self._is_early(self._waiting[0], now=frame.end):
            cleaned = self._cleaned(self._waiting.popleft())
        if not self._waiting:
            return cleaned
        if self.voice or frame.start - self._spoke >= TAIL:
            return frame
        return AudioFrame(np.zeros_like(frame.samples), frame.start, frame.rate)

    def _is_early(self, frame: AudioFrame, *, now: int) -> bool:
        """Whether it will yet be told what was played meanwhile."""
        sounding = frame.start - self._sounding < TAIL
        return sounding and self._until < frame.end and now <= self._until + LATE

    def _cleaned(self, frame: AudioFrame) -> AudioFrame:
        """`frame` without what is known, by now, to have been played."""
        reference = self._read(frame.start, frame.end)
        sounding = bool(reference.any())
        if sounding:
            self._sounding = frame.end
            self._known += 1
        if frame.start - self._sounding >= LINGER:
            return self._apart(frame)
        samples: Int16 = self._processor.process(frame.samples, reference)
        if len(reference) == FRAME_SAMPLES:
            if self._before is not None:
                self._remember(self._before, frame.samples, reference)
            linear, doubt = self._linear.step(frame.samples, reference)
            echo = frame.samples - linear
            if self._linear.speech:
                self._spoke = frame.end
            before, taught = self.voice, self._linear.taught - self._moved
            self.voice = self._near.push(linear, echo, doubt, sounding=sounding, taught=taught)
            whole = np.clip(np.rint(linear), -32768, 32767).astype(np.int16)
            if self.voice:
                samples = whole
                if not before:
                    self._begun = {earlier.start: earlier for earlier in self._whole}
                    self._whole.clear()
            else:
                self._whole.append(AudioFrame(whole, frame.start))
        likely = self._near.likely and self._known > WARM_UP
        if not self.voice and not likely and frame.start - self._spoke < TAIL:
            samples = np.zeros_like(samples)
        return AudioFrame(samples, frame.start, frame.rate)

    def _apart(self, frame: AudioFrame) -> AudioFrame:
        """Nothing is played, and nothing comes back any more."""
        self.voice = False
        if frame.start // FRAME_SAMPLES % ROOM == 0 and len(frame.samples) == FRAME_SAMPLES:
            self._near.room(frame.samples)
        return frame

    def revised(self, frame: AudioFrame) -> AudioFrame:
        """What `clean` has given, with what is known by now: the beginning of a voice was not yet
        taken for one, and is left whole here."""
        return self._begun.get(frame.start, frame)

    def mistaken(self) -> None:
        """The voice that was noticed was none: be less ready to hear one, for a while."""
        self.voice = False
        self._near.mistaken()

    def torn(self) -> None:
        """What is played comes later than it was told, from now on: be deaf until the echo has been
        found again, as in a session's first moments."""
        if self._before is None:
            self._before = self.path
        self._probe.clear()
        self._moved = self._linear.taught
        self._probe_at = self._moved + PROBE
        self._known = 0
        self.voice = False
        self._near.lost()

    def forget(self) -> None:
        """Know no more of the echo than in the beginning."""
        self._linear, self._near, self._before = KalmanEcho(), NearVoice(), None
        self._known = self._moved = 0
        self.voice = False

    @property
    def path(self) -> EchoPath | None:
        """What is known of the echo, for another session; None: too little."""
        if self._linear.taught < LEARNING:
            return None
        return EchoPath(self._linear.response, self._linear.unsure, self._near.usual)

    def _remember(self, before: EchoPath, microphone: Int16, played: Int16) -> None:
        """Go on with what was known `before`, as soon as it is seen to be right."""
        self._probe.append((microphone, played))
        if self._linear.taught < self._probe_at:
            return
        self._probe_at += PROBE
        heard, given = (np.concatenate(one) for one in zip(*self._probe, strict=True))
        path = before.placed(heard, given)
        if path is not None:
            self._linear.recall(path.response, path.unsure)
            self._near.recall(path.usual)
        if path is not None or self._linear.taught - self._moved > NearVoice.FIRST:
            self._before = None
            self._probe.clear()

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

            # A better one holds back 40 ms, which the microphone may be ahead of.
            # From whole numbers it would dither, and silence would no longer be silence.
            self._resampler = soxr.ResampleStream(
                rate, SAMPLE_RATE, 1, dtype="float32", quality="LQ"
            )
            self._rate, self._given, self._made = rate, 0, 0
        exact = self._resampler.resample_chunk(samples.astype(np.float32))
        converted: Int16 = np.clip(np.rint(exact), -32768, 32767).astype(np.int16)
        self._held_back = round(self._given * SAMPLE_RATE / rate) - self._made
        self._given += len(samples)
        self._made += len(converted)
        return converted
