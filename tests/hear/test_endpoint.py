"""edge.hear.endpoint: the state machine, by example and by property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.events import (
    SAMPLE_RATE,
    AudioFrame,
    SpeechEnded,
    SpeechPaused,
    SpeechResumed,
    SpeechStarted,
)
from edge.hear.endpoint import SilenceEndpointer

MS = SAMPLE_RATE // 1000
FRAME = 20


def run(scores, endpointer=None, frame_ms=FRAME):
    """The edges of frames of `frame_ms` with these scores."""
    endpointer = endpointer or SilenceEndpointer()
    size = frame_ms * MS
    sound = np.zeros(size, np.int16)
    return [
        edge
        for number, score in enumerate(scores)
        for edge in endpointer.push(score, AudioFrame(sound, number * size))
    ]


def test_one_utterance():
    """Speech of a second gives a start, a pause and an end, each where it was."""
    edges = run([0] * 10 + [1] * 50 + [0] * 50)
    assert edges == [
        SpeechStarted(200 * MS),
        SpeechPaused(1200 * MS),
        SpeechEnded(1200 * MS, 1900 * MS),
    ]


def test_a_click_is_no_speech():
    """What is shorter than start_ms is forgotten."""
    assert run([1] * 4 + [0] + [1] * 4 + [0] * 60) == []
    assert run([1] * 5)[0] == SpeechStarted(0)


def test_speech_goes_on_through_short_silences():
    """A pause shorter than silence_ms does not end the utterance; both its ends are told."""
    edges = run([1] * 10 + [0] * 20 + [1] * 10 + [0] * 40)
    assert edges == [
        SpeechStarted(0),
        SpeechPaused(200 * MS),
        SpeechResumed(600 * MS),
        SpeechPaused(800 * MS),
        SpeechEnded(800 * MS, 1500 * MS),
    ]


def test_hysteresis():
    """A score a little below the threshold cannot begin speech, but carries it on."""
    assert run([0.4] * 100) == []
    edges = run([0.9] * 3 + [0.4] * 100)
    assert edges == [SpeechStarted(0)]
    assert len(run([0.9] * 10 + [0.3] * 100)) == 3


def test_the_longest_utterance_is_cut():
    """After longest_s the utterance ends whatever is heard, and the next begins at once."""
    edges = run([1] * 250, SilenceEndpointer(longest_s=2))
    assert edges == [
        SpeechStarted(0),
        SpeechEnded(2000 * MS, 2000 * MS),
        SpeechStarted(2000 * MS),
        SpeechEnded(4000 * MS, 4000 * MS),
        SpeechStarted(4000 * MS),
    ]


def test_silence_shorter_than_a_pause():
    """Where silence_ms is below the pause, the utterance ends without one."""
    edges = run([1] * 10 + [0] * 20, SilenceEndpointer(silence_ms=20, pause_ms=40))
    assert edges == [SpeechStarted(0), SpeechEnded(200 * MS, 220 * MS)]


def test_reset_forgets_the_utterance():
    """After a reset, silence ends nothing."""
    endpointer = SilenceEndpointer()
    run([1] * 10, endpointer)
    endpointer.reset()
    assert run([0] * 100, endpointer) == []


def test_a_gap_counts_as_time():
    """Frames that were lost move the clock on all the same."""
    endpointer = SilenceEndpointer(pause_ms=40)
    run([1] * 10, endpointer)
    sound = np.zeros(320, np.int16)
    assert endpointer.push(0, AudioFrame(sound, 4000)) == []
    (paused, ended) = endpointer.push(0, AudioFrame(sound, 40000))
    assert (paused.at, ended.at, ended.noticed) == (4000, 4000, 40320)


scores = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 0.4, 0.6, 1.0]), st.integers(1, 60)), max_size=30
).map(lambda runs: [score for score, times in runs for _ in range(times)])
settings = st.fixed_dictionaries(
    {
        "start_ms": st.integers(20, 400),
        "silence_ms": st.integers(100, 1500),
        "longest_s": st.floats(1.5, 10),
    }
)


@given(scores, settings)
def test_edges_alternate_and_never_go_back(values, numbers):
    """Started and Ended take turns, pauses lie between them, and positions never decrease."""
    speaking = False
    latest = 0
    for edge in run(values, SilenceEndpointer(**numbers)):
        assert edge.at >= latest
        latest = edge.at
        match edge:
            case SpeechStarted():
                assert not speaking
                speaking = True
                begun = edge.at
            case SpeechPaused():
                assert speaking
            case SpeechEnded():
                assert speaking
                speaking = False
                assert edge.at <= edge.noticed
                assert edge.noticed - begun <= numbers["longest_s"] * SAMPLE_RATE + FRAME * MS


frames = st.integers(1, 30).map(lambda count: count * FRAME)


@given(scores, frames, frames, st.integers(100, 500), st.sampled_from([2, 4, 5, 10]))
def test_the_size_of_the_frames_does_not_matter(values, start_ms, silence_ms, longest, parts):
    """Cut into smaller frames, the same sound has the same edges."""
    numbers = {
        "start_ms": start_ms,
        "silence_ms": silence_ms,
        "longest_s": longest * FRAME / 1000,
    }
    whole = run(values, SilenceEndpointer(**numbers))
    fine = [score for score in values for _ in range(parts)]
    assert run(fine, SilenceEndpointer(**numbers), FRAME // parts) == whole


@given(st.floats(0.05, 0.95))
def test_any_threshold_lets_speech_end(threshold):
    """Certain speech begins and silence ends it, whatever the threshold."""
    edges = run([1] * 50 + [0] * 50, SilenceEndpointer(threshold=threshold))
    assert [type(edge) for edge in edges] == [SpeechStarted, SpeechPaused, SpeechEnded]


@pytest.mark.parametrize("score", [0.35, 0.5])
def test_thresholds_are_inclusive(score):
    """A score just at the threshold counts."""
    endpointer = SilenceEndpointer()
    run([0.5] * 5, endpointer)
    assert endpointer.push(score, AudioFrame(np.zeros(320, np.int16), 1600)) == []


def test_turn_known_to_be_over_ends_with_the_next_silent_frame():
    """`finish` in a pause spares the rest of the silence; `paused` says where it began."""
    endpointer = SilenceEndpointer()
    run([1] * 50 + [0] * 11, endpointer)
    assert endpointer.paused == 1000 * MS
    endpointer.finish()
    frame = AudioFrame(np.zeros(FRAME * MS, np.int16), 1220 * MS)
    assert endpointer.push(0, frame) == [SpeechEnded(1000 * MS, 1240 * MS)]
    assert endpointer.paused is None


def test_turn_goes_on_if_speech_does():
    """Speech after `finish` is stronger, and `finish` without a pause means nothing."""
    endpointer = SilenceEndpointer(pause_ms=40)
    run([1] * 50, endpointer)
    endpointer.finish()
    assert run([1] * 5 + [0], endpointer) == []
    endpointer.finish()
    assert run([1] * 5 + [0], endpointer) == []
