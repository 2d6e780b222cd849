"""edge.hear.asr_moonshine: utterances, partial results and long sound."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from edge.events import SAMPLE_RATE, AudioFrame, Transcript
from edge.hear.asr_moonshine import (
    CUT_AFTER,
    LONGEST,
    PAD,
    PARTIAL_EVERY,
    PARTIAL_FIRST,
    WIDTH,
    MoonshineRecognizer,
    cut,
    padded,
)
from edge.hear.files import read_blocks
from edge.hear.moonshine import Interrupted


class FakeNetwork:
    """Understands how many tenths of a second it is given, without the padding."""

    def __init__(self, clock=None, cost=0.0):
        self.runs = []
        self.interrupted = False
        self._clock = clock
        self._cost = cost

    def text(self, sound, *, width=1):
        if self.interrupted:
            raise Interrupted
        tenths = (len(sound) - 2 * PAD) // (SAMPLE_RATE // 10)
        self.runs.append((tenths, width))
        if self._clock:
            self._clock.now += self._cost * tenths / 10
        return f"t{tenths}"

    def interrupt(self):
        self.interrupted = True

    def allow(self):
        self.interrupted = False


class FakeClock:
    now = 0.0

    def __call__(self):
        return self.now


def sound(seconds):
    """Some noise."""
    return np.random.default_rng(0).integers(-999, 999, round(seconds * SAMPLE_RATE)).astype("i2")


def feed(recognizer, samples, start=0):
    """The partial results with the samples they came after."""
    partials = []
    for at in range(0, len(samples), 320):
        frame = AudioFrame(samples[at : at + 320], start + at)
        if partial := recognizer.accept(frame):
            partials.append((at + len(frame.samples), partial.text))
    return partials


def test_an_utterance():
    """The transcript covers all frames, and knows where they were."""
    recognizer = MoonshineRecognizer(FakeNetwork())
    feed(recognizer, sound(2), start=8000)
    assert recognizer.finish() == Transcript("t20", 8000, 40000, pytest.approx(0, abs=0.1))
    feed(recognizer, sound(1), start=90000)
    assert recognizer.finish().text == "t10"


def test_finish_searches_wide_and_partials_do_not():
    """Only the text that counts is worth the wide search."""
    network = FakeNetwork()
    recognizer = MoonshineRecognizer(network)
    feed(recognizer, sound(1.1))
    recognizer.finish()
    assert network.runs == [(10, 1), (11, WIDTH)]


def test_finish_without_sound():
    """Nothing, and digital silence, are no words, and the model is not asked."""
    network = FakeNetwork()
    recognizer = MoonshineRecognizer(network)
    assert recognizer.finish() == Transcript("", 0, 0, pytest.approx(0, abs=0.1))
    recognizer.accept(AudioFrame(np.zeros(320, np.int16), 640))
    assert recognizer.finish().text == ""
    assert network.runs == []


def test_reset_drops_the_utterance():
    """After a reset only new frames count."""
    recognizer = MoonshineRecognizer(FakeNetwork())
    feed(recognizer, sound(1))
    recognizer.reset()
    feed(recognizer, sound(0.3), start=50000)
    assert recognizer.finish() == Transcript("t3", 50000, 54800, pytest.approx(0, abs=0.1))


def test_partial_results_come_further_and_further_apart():
    """Half a second apart from one second on, later a quarter of what is recognised again."""
    partials = feed(MoonshineRecognizer(FakeNetwork()), sound(8))
    places = [at for at, _ in partials]
    assert places[:4] == [PARTIAL_FIRST + PARTIAL_EVERY * n for n in range(4)]
    steps = np.diff(places) / places[:-1]
    assert steps[2:].min() >= 0.24
    assert partials[0] == (16000, "t10")


def test_partial_results_cost_no_more_than_their_share():
    """On a machine where recognising takes as long as speaking, they take 15 % all the same."""
    clock = FakeClock()
    recognizer = MoonshineRecognizer(FakeNetwork(clock, cost=1.0), clock=clock)
    partials = feed(recognizer, sound(24))
    spent = sum(at for at, _ in partials[:-1]) / SAMPLE_RATE
    assert len(partials) > 1
    assert spent <= 0.16 * partials[-1][0] / SAMPLE_RATE


def test_hurry_stops_partial_results_until_the_next_utterance():
    """After `hurry`, none is made and `finish` still gives the whole text."""
    recognizer = MoonshineRecognizer(FakeNetwork())
    recognizer.hurry()
    assert feed(recognizer, sound(2)) == []
    assert recognizer.finish().text == "t20"
    assert feed(recognizer, sound(1)) != []


def test_hurry_cuts_a_partial_result_short():
    """A partial result under way is given up when another thread asks for it."""
    running, hurried = threading.Event(), threading.Event()

    class Slow(FakeNetwork):
        def text(self, sound, *, width=1):
            if width == 1:
                running.set()
                assert hurried.wait(10)
            return super().text(sound, width=width)

    recognizer = MoonshineRecognizer(Slow())
    partials = []
    thread = threading.Thread(target=lambda: partials.extend(feed(recognizer, sound(1))))
    thread.start()
    assert running.wait(10)
    recognizer.hurry()
    hurried.set()
    thread.join(10)
    assert partials == []
    assert recognizer.finish().text == "t10"


def test_hurry_during_finish_loses_nothing():
    """The transcript is needed all the same."""
    network = FakeNetwork()

    class Late(FakeNetwork):
        def text(self, sound, *, width=1):
            if not network.runs:
                network.runs.append("begun")
                recognizer.hurry()
            return super().text(sound, width=width)

    recognizer = MoonshineRecognizer(Late())
    recognizer.accept(AudioFrame(sound(0.3)))
    assert recognizer.finish().text == "t3"


def test_long_sound_is_cut_and_joined():
    """A minute is recognised in parts of at most 25 s, with no sample lost or doubled."""
    network = FakeNetwork()
    recognizer = MoonshineRecognizer(network)
    parts = recognizer.transcribe(sound(60)).split()
    assert [LONGEST >= int(part[1:]) * 1600 >= 1600 for part in parts] == [True] * len(parts)
    assert sum(int(part[1:]) for part in parts) == pytest.approx(600, abs=len(parts))
    assert len(parts) in (3, 4)


def test_long_utterances_are_recognised_as_they_grow():
    """What is cut off is recognised at once and not kept; the text is that of the whole."""
    network = FakeNetwork()
    recognizer = MoonshineRecognizer(network)
    partials = feed(recognizer, sound(60))
    wide = [run for run in network.runs if run[1] == WIDTH]
    assert len(wide) >= 2
    transcript = recognizer.finish()
    assert transcript.text == recognizer.transcribe(sound(60))
    assert (transcript.start, transcript.end) == (0, 60 * SAMPLE_RATE)
    assert partials[-1][1].startswith(transcript.text.split()[0])


def test_a_frame_may_be_a_whole_recording():
    """One long frame is as good as many short ones."""
    recognizer = MoonshineRecognizer(FakeNetwork())
    recognizer.hurry()
    assert recognizer.accept(AudioFrame(sound(60))) is None
    assert recognizer.finish().text == recognizer.transcribe(sound(60))


def test_cut_in_the_quietest_place():
    """A silence between the limits is where the sound is cut."""
    samples = sound(30)
    middle = 20 * SAMPLE_RATE
    samples[middle - 2000 : middle + 2000] = 0
    head, tail = cut(samples)
    assert abs(len(head) - middle) < 800
    assert np.array_equal(np.concatenate([head, tail]), samples)


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 1, LONGEST * 3])
def test_cut_stays_within_the_limits(size):
    """Of loud sound of any length, the first part is between the limits."""
    head, tail = cut(np.full(size, -32768, np.int16))
    assert CUT_AFTER - 3200 <= len(head) <= LONGEST
    assert len(head) + len(tail) == size


def test_padded():
    """Full scale becomes 1, between two silences."""
    out = padded(np.array([-32768, 16384], np.int16))
    assert out[PAD : PAD + 2].tolist() == [-1, 0.5]
    assert (len(out), out.dtype) == (2 * PAD + 2, np.float32)
    assert not out[:PAD].any()
    assert not out[PAD + 2 :].any()


@pytest.fixture(scope="module")
def moonshine(model_folder):
    return MoonshineRecognizer.open(model_folder("moonshine-tiny-en"))


@pytest.mark.model
@pytest.mark.data
def test_real_speech(moonshine, data):
    """A clean sentence is understood word for word, with growing partial results before."""
    file = data / "speech" / "librispeech_clean" / "1272-128104-0001.flac"
    partials = [p.text for block in read_blocks(file) if (p := moonshine.accept(block))]
    assert moonshine.finish().text == (
        "Nor is Mr. Quilter's manner less interesting than his matter."
    )
    assert any(text.startswith("Nor is") for text in partials)


@pytest.mark.model
@pytest.mark.data
def test_real_speech_longer_than_the_model_takes(moonshine, data):
    """Sentences in a row of more than half a minute are understood to the last."""
    files = sorted((data / "speech" / "librispeech_clean").glob("*.flac")) * 2
    samples = np.concatenate([b.samples for file in files for b in read_blocks(file)])
    assert len(samples) > LONGEST
    text = moonshine.transcribe(samples)
    assert text.lower().count("quilter's manner less interesting than his matter") == 2
    assert text.lower().count("gospel") == 2
    assert text.endswith("the dreams built around it.")


@pytest.mark.model
def test_real_interruption(moonshine):
    """With the real network, a partial result under way ends early and the utterance stays."""
    noise = sound(12)
    recognizer = moonshine
    timer = threading.Timer(0.0, recognizer.hurry)
    timer.start()
    feed(recognizer, noise)
    timer.join()
    assert recognizer.finish().end == len(noise)


@pytest.mark.model
def test_a_tone_and_a_click_are_no_words_of_a_kind(moonshine, tmp_path):
    """Sound without speech, however short, neither fails nor goes on and on."""
    click = np.zeros(200, np.int16)
    click[100] = 32767
    tone = (np.sin(np.arange(32000) * 0.2) * 9000).astype(np.int16)
    for samples in (click, tone, np.ones(1, np.int16)):
        assert len(moonshine.transcribe(samples)) < 60
