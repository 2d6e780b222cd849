import pytest

from edge.reason.beyond import beyond, unclear


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Open the garage door.", "Sorry, I can't open the garage door."),
        ("could you please lock my car for me?", "Sorry, I can't lock your car."),
        ("Turn the kitchen lights off, please", "Sorry, I can't turn the kitchen lights off."),
        ("turn on bedroom lamp", "Sorry, I can't turn on bedroom lamp."),
        ("play some jazz", "Sorry, I can't play some jazz."),
        ("Call me a taxi", "Sorry, I can't call you a taxi."),
        ("Text Anna", "Sorry, I can't text Anna."),
        ("Email my boss that I am late", "Sorry, I can't email your boss that you are late."),
        ("order a pizza", "Sorry, I can't order a pizza."),
        ("Book a table for two", "Sorry, I can't book a table for two."),
        ("make me a cup of tea", "Sorry, I can't make you a cup of tea."),
        ("open the door and then tell me a joke", "Sorry, I can't do that."),
    ],
)
def test_deeds_are_declined(asked, said):
    assert beyond(asked) == said


@pytest.mark.parametrize(
    "asked",
    [
        "How do I open the garage door?",
        "Who opened the first door?",
        "Call me Al.",
        "Play devil's advocate.",
        "Order the planets by size.",
        "Write an email to my boss.",
        "Text generation, how does it work?",
        "Take the square root of nine.",
        "Put on your thinking cap and tell me why the sky is blue",
        "What does it take to book a flight?",
        "Make me laugh.",
        "",
    ],
)
def test_questions_are_not(asked):
    assert beyond(asked) == ""


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ("push it back fifteen minutes", True),
        ("Make it ten minutes earlier.", True),
        ("move that to three hours later", True),
        ("make it a good day for me", False),
        ("take it one day at a time", False),
        ("move it", False),
    ],
)
def test_what_changes_nothing_that_is_known(asked, unknown):
    """It is no new timer either."""
    assert bool(unclear(asked)) == unknown
