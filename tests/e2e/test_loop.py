"""The whole loop on real models: spoken question in, spoken answer out, listened to again."""

import json
import re

import pytest

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


def answered(edge, voice, folder, question):
    """The answer's text to a recorded question, and what is heard from the speaker."""
    outcome = edge(
        *("run", "--mic", question, "--speaker", "a.wav", "--pace", "fast", "--once"),
        *("--trace", "t.jsonl"),
    )
    assert outcome.status == 0, outcome.err
    trace = [json.loads(line) for line in (folder / "t.jsonl").read_text().splitlines()]
    (reply,) = [row["text"] for row in trace if row["event"] == "reply_text"]
    return reply, voice.hear(folder / "a.wav")


def same_words(reply, heard):
    # Digits are heard as words.
    said = [word for word in words(reply) if not word.isdigit()]
    return sum(word in words(heard) for word in said) >= 0.8 * len(said)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_spoken_question_is_answered_rightly_aloud(edge, voice, tmp_path, question, expected):
    """The answer is right, and what is heard from the speaker is the answer."""
    voice.say(question, tmp_path / "q.wav")
    reply, heard = answered(edge, voice, tmp_path, "q.wav")
    assert re.search(expected, reply, re.IGNORECASE), reply
    assert re.search(expected, heard, re.IGNORECASE), heard
    assert same_words(reply, heard), (reply, heard)


@pytest.mark.data
@pytest.mark.parametrize("recording", SPOKEN_BY_PEOPLE)
def test_person_is_answered_aloud_and_honestly(edge, voice, tmp_path, data, recording):
    """What the model cannot know or do it says so, and what is heard is what it says."""
    reply, heard = answered(edge, voice, tmp_path, data / "commands" / "misc" / f"{recording}.flac")
    assert re.search(r"can't|cannot|don't know|It's \d+(:\d\d)? [AP]M", reply), reply
    assert same_words(reply, heard), (reply, heard)
