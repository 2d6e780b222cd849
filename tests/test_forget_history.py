"""What was said is forgotten with everything else."""

from tests.test_assistant import SILENCE, SPEECH, Loop


def test_later_questions_come_without_what_was_forgotten(tmp_path):
    """After everything was forgotten, history begins anew."""
    loop = Loop(tmp_path, (SPEECH + SILENCE * 3) * 3, list("abc"), ["One.", "Two.", "Three."])
    answers = loop.assistant.answers
    loop.assistant.timeline.watch(
        lambda event, fields: (
            answers.forget_history()
            if event == "turn_done" and fields.get("question") == "b"
            else None
        )
    )
    loop.run()
    seen = [[exchange.question for exchange in ask.history] for ask in loop.responder.asked]
    assert seen[1] == ["a"]
    assert "a" not in seen[2]
