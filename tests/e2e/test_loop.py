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
    ("What is the opposite of hot?", "cold"),
    ("Which planet do we live on?", "earth"),
    ("What is the largest ocean on Earth?", "pacific"),
]


def words(text):
    return re.findall(r"[a-z0-9']+", text.lower())


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_spoken_question_is_answered_rightly_aloud(edge, tmp_path, question, expected):
    """The answer is right, and what is heard from the speaker is the answer."""
    assert edge("say", question, "--out", "q.wav").status == 0
    outcome = edge(
        *("run", "--mic", "q.wav", "--speaker", "a.wav", "--pace", "fast", "--once"),
        *("--trace", "t.jsonl"),
    )
    assert outcome.status == 0, outcome.err
    trace = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    (reply,) = [row["text"] for row in trace if row["event"] == "reply_text"]
    assert re.search(expected, reply, re.IGNORECASE), reply
    heard = edge("hear", "a.wav").out
    assert re.search(expected, heard, re.IGNORECASE), heard
    said = words(reply)
    assert sum(word in words(heard) for word in said) >= 0.8 * len(said), (reply, heard)
