"""What the words say: nobody has finished, or a question is whole."""

import pytest

from edge.hear.wording import question, unfinished


@pytest.mark.parametrize("text", ["Remind me to.", "Add bread and", "Five plus.", "Um"])
def test_a_word_has_to_come(text):
    """The article, the conjunction, the "to" that stops."""
    assert unfinished(text)


@pytest.mark.parametrize("text", ["", "Stop.", "Turn it on.", "Where does it lead to?", "Alto."])
def test_it_may_be_the_end(text):
    """Whole words, and questions that end so."""
    assert not unfinished(text)


@pytest.mark.parametrize(
    "text",
    [
        "Why is the sky blue?",
        "And what's the time?",
        "Can I get a triple shot?",
        "Isn't it late?",
        "Think hard about how many legs three spiders have.",
    ],
)
def test_a_whole_question(text):
    """It begins as one and stops after a word that may be the last."""
    assert question(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "Why?", "What is the?", "How far is it from?", "You said what?", "Who was?"),
        *("Whatever is the time?", "What is the time", "Remind me to call Ann."),
        "Think hard about spiders.",
    ],
)
def test_no_whole_question(text):
    """Too short, not asked, or about to go on."""
    assert not question(text)
