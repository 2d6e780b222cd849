import pytest

from edge.reason.depth import wish


@pytest.mark.parametrize(
    ("text", "depth", "question"),
    [
        ("think harder", "contemplating", ""),
        ("Please think harder about that.", "contemplating", ""),
        ("think harder about who wrote hamlet", "contemplating", "who wrote hamlet"),
        ("Think about it.", "thinking", ""),
        ("think about it: is 91 a prime number", "thinking", "is 91 a prime number"),
        ("is 91 a prime number? Think about it", "thinking", "is 91 a prime number"),
        ("take your time", "thinking", ""),
        ("quick answer: who wrote hamlet", "instant", "who wrote hamlet"),
        ("who wrote hamlet, quick answer", "instant", "who wrote hamlet"),
    ],
)
def test_the_wearer_says_how_deeply(text, depth, question):
    """Alone it is about the question before; otherwise about the one that comes with it."""
    found = wish(text)
    assert found is not None
    assert (found.depth, found.question) == (depth, question)


@pytest.mark.parametrize(
    "text", ["what do you think about cats", "i think about it a lot", "how quick is a cheetah", ""]
)
def test_thinking_as_a_subject_is_no_wish(text):
    """Only an order is one."""
    assert wish(text) is None
