"""A wake word of the wearer's own, made of a handful of recordings, without any network.

The recordings are put into many rooms and among other speech and noise; what they are told from is
speech of many people, of which the embeddings are in `edge/wake/background`, and the phrase
itself cut short or turned round: neither the wearer's voice nor half of the phrase is to wake.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge.errors import EnrolError, ModelCorrupt
from edge.events import SAMPLE_RATE, AudioFrame, Float32, Int16
from edge.hear.files import read_blocks
from edge.hear.vad import WINDOW
from edge.hear.wake_augment import Surroundings, varied
from edge.hear.wake_front import STEP, WIDTH, FrontEnd
from edge.hear.wake_head import HEADS, SPAN, Head
from edge.hear.wake_phrase import ALIKE, misheard
from edge.hear.wake_train import Examples, Recipe, calibrated, fit
from edge.stages import Detector, Recognizer

log = logging.getLogger(__name__)

FEWEST, MOST = 3, 8
"""Recordings of the phrase."""
SHORTEST, LONGEST = 0.25, 2.0
"""Seconds of a phrase: less is no word, more does not fit into what a head looks at."""

VARIANTS = 24
"""Of each recording."""
EARLY, LATE = 1, 5
"""Steps after the phrase's end in which it has to be noticed."""
LIKELY, SURE = 3.0, 8.0
"""Logits that become the scores 0.5 and 0.9."""
RECIPE = Recipe(steps=800, batch=384)


def check_phrase(phrase: str) -> None:
    """Raises EnrolError for what is no phrase."""
    letters = sum(c.isalpha() for c in phrase)
    if letters < 4 or len(phrase) > 60:
        raise EnrolError(
            f"{phrase!r} cannot be a wake word: it should have 4 letters at least, better 6, "
            "and no more than a few words."
        )


def check_count(count: int) -> None:
    """Raises EnrolError for too few recordings, or too many."""
    if not FEWEST <= count <= MOST:
        raise EnrolError(
            f"A wake word is made of {FEWEST} to {MOST} recordings of its phrase; "
            f"{count} {'was' if count == 1 else 'were'} given."
        )


def read(path: Path) -> Int16:
    """(n,) A recording. Raises AudioFileError, or EnrolError where it is long."""
    blocks = []
    for block in read_blocks(path, STEP):
        blocks.append(block.samples)
        if len(blocks) * STEP > 20 * SAMPLE_RATE:
            raise EnrolError(f"{path} is too long: it should hold the phrase once and no more.")
    return np.concatenate(blocks)


def spoken(samples: Int16, detector: Detector) -> tuple[int, int]:
    """Where in `samples`, (n,), somebody speaks: first sample, and the one past the last.

    (0, 0) where nobody does.
    """
    detector.reset()
    padded = np.pad(samples, (0, 4 * WINDOW))
    scores = np.array(
        [
            detector.score(AudioFrame(padded[at : at + WINDOW], at))
            for at in range(0, len(padded) - WINDOW + 1, WINDOW)
        ]
    )
    speech = np.flatnonzero(scores > 0.5)
    if not len(speech):
        return 0, 0
    begin, end = (int(speech[0]) - 2) * WINDOW, (int(speech[-1]) + 1) * WINDOW
    return max(0, begin), min(len(samples), end)


def enrol(
    phrase: str,
    recordings: Sequence[Int16],
    front: FrontEnd,
    detector: Detector,
    recognizer: Recognizer,
    *,
    background: Examples | None = None,
    seed: int = 0,
) -> Head:
    """A head for `phrase`, of `recordings` in which it is said once each, (n,).

    `background`: what it is told from, else the project's own. Takes a minute at most. Raises
    EnrolError, naming the recording by its number, where one of them does not hold a phrase.
    """
    check_phrase(phrase)
    check_count(len(recordings))
    pieces, written = [], []
    for number, samples in enumerate(recordings, 1):
        begin, end = spoken(samples, detector)
        seconds = (end - begin) / SAMPLE_RATE
        if seconds < SHORTEST:
            raise EnrolError(f"No phrase is heard in recording {number}: say it once, clearly.")
        if seconds > LONGEST:
            raise EnrolError(
                f"Recording {number} holds {seconds:.1f} s of speech; a wake word lasts no longer "
                f"than {LONGEST:.0f} s."
            )
        pieces.append(samples[begin:end])
        written.append(_written(samples, recognizer))
    background = background or load_background()
    positive, own = _positive(pieces, front, seed), _alike(pieces, front, seed)
    layers = fit(positive, _joined(background, own), seed, RECIPE)
    # What was written for one recording only may be chance, and is no word to wake for by itself.
    heard_as = tuple(sorted({text for text in written if text and misheard(text, phrase) > ALIKE}))
    log.info("the recogniser wrote %s", written)
    return Head(phrase, calibrated(layers, LIKELY, SURE), heard_as)


def load_background(path: Path = HEADS / "background" / "speech.npz") -> Examples:
    """The windows that the project ships. Raises ModelCorrupt."""
    try:
        with np.load(path, allow_pickle=False) as file:
            rows = file["rows"].astype(np.float32) * file["scale"] + file["shift"]
            lengths = file["lengths"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelCorrupt(f"{path} is missing or damaged ({error}).") from error
    return windows(np.split(rows, np.cumsum(lengths)[:-1]))


def windows(sequences: Sequence[Float32]) -> Examples:
    """All windows of the sequences of embeddings, each (n, WIDTH)."""
    starts, offset = [], 0
    for rows in sequences:
        starts.append(offset + np.arange(len(rows) - SPAN + 1, dtype=np.int64))
        offset += len(rows)
    return Examples(np.concatenate(list(sequences)), np.concatenate(starts))


def _positive(pieces: Sequence[Int16], front: FrontEnd, seed: int) -> Examples:
    """Windows that end just after the phrase."""
    rows, starts, offset = [], [], 0
    for number, piece in enumerate(pieces):
        for variant in range(VARIANTS):
            rng = np.random.default_rng((seed, number, variant))
            sound, end = varied(piece, _among(pieces, rng), rng)
            embeddings = front.embeddings(sound)
            # Window i ends with the samples up to (i + SPAN) * STEP.
            ends = np.arange(len(embeddings) - SPAN + 1, dtype=np.int64) + SPAN
            chosen = (ends >= end / STEP + EARLY) & (ends < end / STEP + LATE)
            rows.append(embeddings)
            starts.append(offset + np.flatnonzero(chosen))
            offset += len(embeddings)
    return Examples(np.concatenate(rows), np.concatenate(starts))


def _alike(pieces: Sequence[Int16], front: FrontEnd, seed: int) -> Examples:
    """The same voice, but not the phrase: its first half, turned round, its halves exchanged."""
    rows = []
    for number, piece in enumerate(pieces):
        half = len(piece) // 2
        for kind, wrong in enumerate(
            (piece[:half], piece[::-1], np.concatenate([piece[half:], piece[:half]]))
        ):
            for variant in range(max(1, VARIANTS // 6)):
                rng = np.random.default_rng((seed, number, kind, variant))
                sound, _ = varied(wrong, Surroundings(), rng)
                rows.append(front.embeddings(sound))
    return windows(rows)


def _among(pieces: Sequence[Int16], rng: np.random.Generator) -> Surroundings:
    """The wearer's voice, saying something else: the recordings turned round, in any order."""
    order = rng.permutation(len(pieces))
    return Surroundings(speech=[np.concatenate([pieces[i][::-1] for i in order])])


def _joined(one: Examples, other: Examples) -> Examples:
    return Examples(
        np.concatenate([one.embeddings, other.embeddings]).reshape(-1, WIDTH),
        np.concatenate([one.starts, other.starts + len(one.embeddings)]),
    )


def _written(samples: Int16, recognizer: Recognizer) -> str:
    """What the recogniser takes the recording for."""
    recognizer.reset()
    recognizer.accept(AudioFrame(samples))
    return recognizer.finish().text.strip()
