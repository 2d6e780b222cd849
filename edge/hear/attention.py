"""Whether what is said is meant for the assistant: asleep until it is called, then listening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from edge.events import SAMPLE_RATE, AudioFrame
from edge.hear.wake import WakeRule
from edge.hear.wake_head import Head

REACH = 5 * SAMPLE_RATE // 2
"""Samples before the call was noticed that belong to it: the phrase, and what went before it."""
PRESSED = 10 * SAMPLE_RATE
"""Samples for which a key that was pressed waits for speech."""
_SPEECH = 0.2
"""Score of the voice detector from which the wake word is listened for."""
_AFTER = SAMPLE_RATE
"""Samples after that for which it still is."""
_PEAK = SAMPLE_RATE * 2 // 5
"""Samples after a call is noticed in which its score still rises: five of the detector's steps."""


class Wake(Protocol):
    """What hears a phrase: see edge.hear.wake.WakeDetector."""

    @property
    def head(self) -> Head | None: ...
    def score(self, frame: AudioFrame) -> float: ...
    def skip(self, frame: AudioFrame) -> None: ...
    def reset(self) -> None: ...


class Attention:
    """A state machine on the sample clock, which the listener asks about every frame.

    It is awake while the assistant speaks (the wearer may interrupt), for a while after that, and
    when it has been called; else what is said is not even recognised. With a key in place of a
    wake word (`detector` None) it is awake for one utterance.
    """

    def __init__(self, detector: Wake | None, rule: WakeRule, *, follow_up_s: float) -> None:
        self._detector = detector
        self._rule = rule
        self._follow_up = round(follow_up_s * SAMPLE_RATE)
        self._until = 0
        """Awake up to here."""
        self._speaking = False
        self._speech_at = -_AFTER
        self._now = 0
        self._heard: tuple[Head, float] | None = None
        """The call that was heard last."""
        self._called: tuple[Head, float] | None = None
        """The same, with its highest score, while the utterance that it belongs to is in progress:
        that counts only if the phrase is in it."""
        self._peak_until = 0
        """Up to here its score may still rise."""
        self._told = False
        self._awake = False
        self.speaking: Callable[[], bool] = lambda: False
        """Whether the assistant speaks."""
        self.emit: Callable[..., Any] = lambda event, at=None, **fields: None
        """Told of `wake` (phrase, score), `wake_rejected`, `listening` and `asleep`."""

    def awake(self) -> bool:
        """Whether speech that begins now is meant for the assistant."""
        return self._now < self._until or (self._speaking and self._detector is not None)

    def asleep(self) -> bool:
        """Whether only a call is waited for; what is heard a moment later is early enough."""
        return self._called is None and not self.awake()

    def press(self) -> None:
        """The key: listen now."""
        self._until = self._now + PRESSED
        self._tell()

    def hear(self, frame: AudioFrame, speech: float) -> bool:
        """Take a frame of which the voice detector says `speech`; whether it was a call."""
        self._now = frame.end
        speaking = self.speaking()
        if self._speaking and not speaking and self._detector is not None:
            self._until = max(self._until, frame.end + self._follow_up)
        self._speaking = speaking
        self._tell()
        if speech >= _SPEECH:
            self._speech_at = frame.end
        if self._detector is None:
            return False
        if self._called is not None:
            self._rise(frame)
            return False
        if self.awake() or frame.end - self._speech_at > _AFTER:
            self._detector.skip(frame)
            return False
        score = self._detector.score(frame)
        if not self._rule.roused(score) or self._detector.head is None:
            return False
        self._heard = self._detector.head, score
        return True

    def _rise(self, frame: AudioFrame) -> None:
        """Follow the score of the call to its highest."""
        assert self._detector is not None
        if frame.end > self._peak_until:
            self._detector.skip(frame)
            return
        score = self._detector.score(frame)
        if self._called is not None and self._detector.head is not None:
            self._called = max(self._called, (self._detector.head, score), key=lambda call: call[1])

    def begin(self, *, called: bool) -> None:
        """An utterance begins that is listened to: because of a call, or without one."""
        self._told = False
        self._called = self._heard if called else None
        self._peak_until = self._now + _PEAK

    def question(self, text: str) -> str:
        """What is asked in `text`, which may change yet; empty: nothing, so far."""
        if self._called is None:
            return text
        question = self._rule.question(text, *self._called)
        if question is None:
            return ""
        if not self._told:
            self._told = True
            head, score = self._called
            self.emit("wake", phrase=head.phrase, score=round(score, 3))
        return question

    def end(self, text: str) -> str:
        """The utterance is over: what is asked in it."""
        question = self.question(text)
        if self._detector is None:
            self._until = 0
        elif self._called is not None and not self._told:
            self.emit("wake_rejected", text=text)
        elif not question and self._called is not None:
            # Only the phrase: the question is still to come.
            self._until = self._now + self._follow_up
        if self._called is not None and self._detector is not None:
            # The phrase is still in its window.
            self._detector.reset()
        self._called = None
        self._tell()
        return question

    def _tell(self) -> None:
        awake = self.awake()
        if awake != self._awake:
            self._awake = awake
            self.emit("listening" if awake else "asleep")
