"""Words after which nobody has finished."""

import pytest

from edge.hear.unfinished import unfinished


@pytest.mark.parametrize("text", ["Remind me to.", "Add bread and", "Five plus.", "Um"])
def test_a_word_has_to_come(text):
    """The article, the conjunction, the "to" that stops."""
    assert unfinished(text)


@pytest.mark.parametrize("text", ["", "Stop.", "Turn it on.", "Where does it lead to?", "Alto."])
def test_it_may_be_the_end(text):
    """Whole words, and questions that end so."""
    assert not unfinished(text)
