"""The seams of the assistant: what a stage must do to take part in the loop.

microphone -> Detector -> Endpointer -> Recognizer -> Responder -> Synthesizer -> speaker
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol, Self

from edge.events import (
    Ask,
    AudioFrame,
    Int16,
    Partial,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
    Transcript,
)


class AudioSource(Protocol):
    """A microphone: frames of `FRAME_SAMPLES` int16 mono samples at `SAMPLE_RATE`, in order.

    It owns the sample clock: each frame that it delivers moves the clock on.
    """

    ended_at: int | None
    """Sample at which a recording ended and silence began; None while it lasts, or for ever."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc: object) -> None: ...
    def __aiter__(self) -> AsyncIterator[AudioFrame]: ...


class Detector(Protocol):
    """Says how likely it is that a frame holds what it looks for; no I/O, no clock."""

    def score(self, frame: AudioFrame) -> float:
        """The latest probability, 0 to 1, after hearing `frame`."""

    def reset(self) -> None:
        """Forget everything heard."""


class Endpointer(Protocol):
    """Pure state machine: scores and positions in, the edges of speech out."""

    @property
    def paused(self) -> int | None:
        """Where the silence began in an utterance that is not over; None while there is speech."""

    def push(
        self, score: float, frame: AudioFrame
    ) -> list[SpeechStarted | SpeechPaused | SpeechResumed | SpeechEnded]:
        """The edges that this frame brings, in order; mostly none."""

    def finish(self) -> None:
        """Somebody knows that the turn is over: end it with the next silent frame."""

    def reset(self) -> None:
        """Back to silence."""


class TurnJudge(Protocol):
    """Says from the sound of a turn whether it is over. Synchronous, on its own thread."""

    def finished(self, samples: Int16) -> float:
        """The probability, 0 to 1, that whoever spoke `samples`, (n,), has finished."""


class Recognizer(Protocol):
    """Turns one utterance into text. Synchronous: it is called on its own thread."""

    def accept(self, frame: AudioFrame) -> Partial | None:
        """Take a frame of the utterance; perhaps say what is understood so far."""

    def finish(self) -> Transcript:
        """The whole utterance's text; afterwards ready for the next one."""

    def reset(self) -> None:
        """Drop the utterance in progress."""


class Responder(Protocol):
    """Answers a question: a skill, the language model, or several agents."""

    async def warm(self) -> None:
        """Do what can be done before the first question comes."""

    async def hint(self, ask: Ask) -> None:
        """Prepare for a question of which `ask` has what is understood so far; it may change.

        Cancelled when more is understood. It has no effect but that the answer comes sooner, and
        raises nothing that is wrong with the question.
        """

    def reply(self, ask: Ask) -> AsyncIterator[str]:
        """The answer, piece by piece. Closing the iterator stops the work.

        Nothing that can be noticed (a timer, a note, a request to another machine, an entry in a
        log of such requests) may happen before the question is certain:
        `await ask.confirmed.wait()` before it. If the wearer goes on speaking instead, the
        iterator is closed while it waits there, and the same is asked again with more words.
        Pieces may, and should, be given before: they are turned into sound, which is played only
        after the question is certain. So an answer that tells of an effect gives its text first,
        then waits, then acts::

            yield "The timer is set for ten minutes.\\n"
            await ask.confirmed.wait()
            timers.add(minutes=10)

        (the line break says that the sentence is complete), or waits first where the text depends
        on what happens.
        """


class Announcer(Protocol):
    """Somebody who can speak without having been asked: the assistant."""

    async def announce(self, text: str) -> bool:
        """Speak `text` as soon as nobody speaks; several are spoken in turn.

        Returns when it is over: True if it was spoken to its end, False if the wearer cut it off.
        Cancelling takes it back.
        """


class Synthesizer(Protocol):
    """Turns a sentence into sound."""

    def speak(self, sentence: str) -> AsyncIterator[AudioFrame]:
        """Mono frames at the voice's own rate. Closing the iterator stops the work."""


class AudioSink(Protocol):
    """A speaker on the sample clock."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc: object) -> None: ...

    async def play(self, frame: AudioFrame) -> None:
        """Queue a frame of any rate to be heard after those queued before."""

    async def started(self) -> int:
        """Wait for the next sound to begin; its first sample on the sample clock."""

    async def drain(self) -> int:
        """Wait until all that was queued has been heard; the sample just past its last one."""

    def flush(self) -> int:
        """Silence at once; how many samples at `SAMPLE_RATE` were heard since the last silence."""
