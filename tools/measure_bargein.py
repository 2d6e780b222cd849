"""How soon the assistant is silent when the wearer speaks, and what is understood of the words.

    python tools/measure_bargein.py DATA [--count N] [--trace]

DATA is the folder with bargein, speech and rir. Two things are measured:

- in a room, in virtual time: the assistant speaks, its sound comes back through a recorded room,
  and the wearer interrupts with a recorded sentence, 0, 5 and 10 dB below that echo. The wait is
  from the sentence's first sound, where the detector of speech finds it in the clean recording, to
  silence at the speaker; what is understood is compared with what is understood of the same
  sentence without playback. Once 1.5, 3 and 5 s into the first answer that these devices ever
  give, and then in a session whose devices have spoken for 12 s in an earlier one (and have opened
  2 ms later now), also 0.6 s into its first answer.
- on the recordings of bargein, where the playback goes on whatever is said: the microphone's
  sound, cancelled with the playback as reference, compared in the same way.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from edge.app import App
from edge.assistant import Assistant
from edge.bench.onset import speech_begin
from edge.clock import SampleClock
from edge.events import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from edge.fakes import ScriptedResponder
from edge.hear.echo import EchoCanceller
from edge.hear.files import read_blocks
from edge.models import Store
from edge.settings import Config
from edge.speak.speaker import FileSpeaker
from edge.timeline import Timeline
from tests.room import RoomMicrophone, learnt, response

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("data", type=Path)
parser.add_argument("--count", type=int, default=12, help="sentences a level")
parser.add_argument("--trace", action="store_true", help="print each sentence")
arguments = parser.parse_args()

SITUATIONS = (
    ("first session", False, (1.5, 3.0, 5.0)),
    ("second session", True, (1.5, 3.0, 5.0)),
    ("second session, soon", True, (0.6,)),
)
"""Whether the devices have spoken in an earlier session, and the seconds into the answer at which
it is interrupted."""
LATER = 32
"""Samples by which they are later than in the earlier one."""


def sound(path):
    return np.concatenate([frame.samples for frame in read_blocks(path)])


def words(text):
    return re.findall(r"[a-z0-9']+", text.lower())


def understood(text, plain):
    """The part of the words of `plain` that are in `text`, in order."""
    heard, meant = words(text), words(plain)
    blocks = SequenceMatcher(None, heard, meant, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), len(meant)


class Recording:
    """A voice that plays a recording for whatever it is to say."""

    def __init__(self, samples):
        self.samples = samples

    async def speak(self, sentence):
        for at in range(0, len(self.samples), 1600):
            await asyncio.sleep(0)
            yield AudioFrame(self.samples[at : at + 1600], at)


def interrupted(ears, clock, wearer, begin, voice, room, after, before):
    """(wait in s or None, transcripts, false pauses): the wearer speaks `after` s into the answer,
    `begin` samples into the recording; `before` is what an earlier session knew of the echo."""
    heard, trace = [], []
    timeline = Timeline(clock)
    timeline.watch(lambda event, fields: trace.append((clock.now, event, fields)))
    with tempfile.TemporaryDirectory() as folder:
        sink = FileSpeaker(Path(folder) / "speaker.wav", clock)
        question = np.zeros(SAMPLE_RATE, np.int16)
        microphone = RoomMicrophone(question, clock, sink, room)
        echo = EchoCanceller(before)
        sink.on_played(echo.played)
        assistant = Assistant(
            microphone=microphone,
            ears=ears,
            responder=ScriptedResponder([""] * 99),
            synthesizer=Recording(voice),
            sink=sink,
            clock=clock,
            timeline=timeline,
            barge_in=True,
            echo=echo,
        )
        begun = []

        async def run():
            def watch(event, fields):
                if event == "audio_started" and not begun:
                    begun.append(clock.now + round(after * SAMPLE_RATE))

            timeline.watch(watch)

            def speak(_):
                if begun and begun[0] > 0 and clock.now >= begun[0]:
                    begun[0] = -clock.now
                    microphone.say(wearer)

            clock.on_advance(speak)
            session = asyncio.create_task(assistant.run())
            asyncio.get_running_loop().create_task(assistant.announce("Something long."))
            await asyncio.wait_for(session, 300)

        asyncio.run(run())
    start = -begun[0] + begin
    early = [at for at, event, _ in trace if event == "held" and at < -begun[0]]
    held = [at for at, event, _ in trace if event == "held" and at >= -begun[0]]
    heard = [f["text"] for at, event, f in trace if event == "transcript" and at > start]
    played = np.concatenate(microphone.played)
    wait = None
    if held:
        silent = np.flatnonzero(played[start : start + 5 * SAMPLE_RATE] == 0)
        run_of = next((i for i in silent if not played[start + i : start + i + 800].any()), None)
        wait = None if run_of is None else run_of / SAMPLE_RATE
    return wait, heard, len(early)


def in_rooms(app, sentences, voices, rooms, title, known, afters):
    ear, detector = app.recognizer(), app.detector()
    for level in (0, -5, -10):
        waits, right, meant, early, seconds = [], 0, 0, 0, 0.0
        for number, wearer in enumerate(sentences[: arguments.count]):
            plain = ear.transcribe(wearer)
            clock = SampleClock()
            before, room = known[number % len(rooms)], rooms[number % len(rooms)]
            if before is not None:
                room = np.concatenate([np.zeros(LATER), room])
            voice = voices[number % len(voices)]
            echo = np.convolve(voice[: 4 * SAMPLE_RATE].astype(float), room)
            loud = np.sqrt(np.mean(wearer.astype(float) ** 2))
            gain = np.sqrt(np.mean(echo**2)) * 10 ** (level / 20) / loud
            mixed = np.clip(wearer * gain, -32768, 32767).astype(np.int16)
            ears = app.listener(clock)
            after = afters[number // len(rooms) % len(afters)]
            begin = speech_begin(wearer, detector) or 0
            wait, heard, held = interrupted(ears, clock, mixed, begin, voice, room, after, before)
            seconds += after
            got, all_words = understood(" ".join(heard), plain)
            right, meant, early = right + got, meant + all_words, early + held
            waits.append(wait)
            if arguments.trace:
                print(f"  {level} dB {wait} s, {held} early: {plain!r} -> {heard!r}", flush=True)
        stopped = [wait for wait in waits if wait is not None]
        p50, p95 = np.percentile(stopped, [50, 95]) if stopped else (float("nan"),) * 2
        print(
            f"{title}, {level} dB: {len(stopped)} of {len(waits)} stopped, after {p50:.3f} s "
            f"(95 %: {p95:.3f} s, within 0.2 s: {sum(w <= 0.2 for w in stopped)}); "
            f"{100 * right / max(1, meant):.0f} % of the words; "
            f"held {early} times in {seconds:.0f} s before",
            flush=True,
        )


def aligned(mixed, playback):
    """`playback` where it is in `mixed`: its loudest correlation."""
    size = 1 << (len(mixed) + len(playback)).bit_length()
    product = np.fft.rfft(mixed.astype(float), size) * np.conj(
        np.fft.rfft(playback.astype(float), size)
    )
    lag = int(np.argmax(np.abs(np.fft.irfft(product, size))))
    lag = lag if lag < size // 2 else lag - size
    reference = np.zeros(len(mixed), np.int16)
    begin, end = max(0, lag), min(len(mixed), lag + len(playback))
    reference[begin:end] = playback[begin - lag : end - lag]
    return reference


def on_recordings(app, folders):
    ear = app.recognizer()
    right = raw = meant = 0
    for folder in folders:
        mixed, playback = sound(folder / "mixed.flac"), sound(folder / "playback.flac")
        plain = ear.transcribe(sound(folder / "user_clean.flac"))
        reference = aligned(mixed, playback)
        canceller, parts = EchoCanceller(), []
        for at in range(0, len(mixed), FRAME_SAMPLES):
            canceller.played(reference[at : at + FRAME_SAMPLES], at, SAMPLE_RATE)
            frame = AudioFrame(mixed[at : at + FRAME_SAMPLES], at)
            parts.append(canceller.clean(frame).samples)
        text = ear.transcribe(np.concatenate(parts))
        got, all_words = understood(text, plain)
        right, meant = right + got, meant + all_words
        raw += understood(ear.transcribe(mixed), plain)[0]
        if arguments.trace:
            print(f"  {got} of {all_words}: {plain!r} -> {text!r}", flush=True)
    print(
        f"recordings, playback going on: {100 * right / meant:.0f} % of the words "
        f"({100 * raw / meant:.0f} % without cancelling), n {len(folders)}"
    )


app = App(Config(), Store(offline=True))
speech = sorted((arguments.data / "speech" / "librispeech_test_other").rglob("*.flac"))
spoken = [s for s in map(sound, speech) if len(s) < 6 * SAMPLE_RATE]
voices = [np.concatenate([sound(p) for p in speech[n : n + 3]]) for n in (0, 7, 14)]
rooms = [
    response(path, gain=0.5, delay_ms=20 + 30 * n)
    for n, path in enumerate(sorted((arguments.data / "rir").glob("*.flac")))
]
on_recordings(app, [p for p in sorted((arguments.data / "bargein").iterdir()) if p.is_dir()])
earlier = np.concatenate([sound(path) for path in speech[30:33]])[: 12 * SAMPLE_RATE]
for title, known, afters in SITUATIONS:
    paths = [learnt(earlier, room) if known else None for room in rooms]
    in_rooms(app, spoken, voices, rooms, title, paths, afters)
