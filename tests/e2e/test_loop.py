"""The whole loop on real models: spoken question in, spoken answer out, listened to again.

Each question has a session of its own, as `edge run` has it (tests/e2e/test_cli.py runs the command
itself); the models are loaded once for all.
"""

import json
import re

import pytest

from edge.config import load
from edge.models import Store
from edge.scenario.engines import Engines, SceneApp
from edge.session import Session, converse

pytestmark = pytest.mark.model

QUESTIONS = [
    ("What is the capital of France?", "paris"),
    ("What is the capital of Italy?", "rome"),
    ("What is the capital of Japan?", "tokyo"),
    ("What is two plus two?", r"four|4"),
    ("How many days are there in a week?", r"seven|7"),
    ("How many hours are there in a day?", r"24|twenty.four"),
    ("What color is the sky on a clear day?", "blue"),
    ("How many days are there in a year?", "365|three hundred"),
    ("Which planet do we live on?", "earth"),
    ("What is the largest ocean on Earth?", "pacific"),
]


SPOKEN_BY_PEOPLE = [
    "google_sdk__whattimeisit",
    "azure__whatstheweatherlike",
    "rhasspy__what_time_is_it",
    "voice2json__turn_on_living_room_lamp",
]


def words(text):
    # "It's" is heard as "its" now and then, and "AM" as "a.m.".
    plain = re.sub(r"\b([ap])\.? ?m\b", r"\1m", text.lower().replace("'", ""))
    return re.findall(r"[a-z]+|[0-9]+", plain)


@pytest.fixture(scope="module")
def engines(model_folder):
    for name in ("smart-turn-v3.2", "minilm-l6-v2", "qwen2.5-coder-0.5b"):
        model_folder(name)
    with Engines(Store(offline=True), load()) as engines:
        yield engines


@pytest.fixture
def answered(engines, voice, tmp_path):
    """A function from a recorded question to the answer's text, and what is heard of it."""

    def answered(question):
        speaker, trace = tmp_path / "a.wav", tmp_path / "t.jsonl"
        session = Session(mic=question, speaker=speaker, fast=True, turns=1, trace=trace)
        with SceneApp(engines.config, engines, None, chance=True) as app:
            converse(app, session)
        rows = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
        (reply,) = [row["text"] for row in rows if row["event"] == "reply_text"]
        return reply, voice.hear(speaker)

    return answered


def same_words(reply, heard):
    # Digits are heard as words.
    said = [word for word in words(reply) if not word.isdigit()]
    return sum(word in words(heard) for word in said) >= 0.8 * len(said)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_spoken_question_is_answered_rightly_aloud(answered, voice, tmp_path, question, expected):
    """The answer is right, and what is heard from the speaker is the answer."""
    reply, heard = answered(voice.say(question, tmp_path / "q.wav"))
    assert re.search(expected, reply, re.IGNORECASE), reply
    assert re.search(expected, heard, re.IGNORECASE), heard
    assert same_words(reply, heard), (reply, heard)


@pytest.mark.data
@pytest.mark.parametrize("recording", SPOKEN_BY_PEOPLE)
def test_person_is_answered_aloud_and_honestly(answered, data, recording):
    """What the model cannot know or do it says so, and what is heard is what it says."""
    reply, heard = answered(data / "commands" / "misc" / f"{recording}.flac")
    assert re.search(r"can't|cannot|don't know|It's (\d+(:\d\d)? [AP]M|midnight|noon)", reply), (
        reply
    )
    assert same_words(reply, heard), (reply, heard)
