"""What a question cannot be, whatever the classifier thinks of it."""

import pytest

from edge.eval.command import skill_router
from edge.events import Ask


@pytest.fixture(scope="module")
def router():
    with skill_router() as asked:
        yield asked


@pytest.mark.parametrize(
    ("question", "skill"),
    [
        ("show me concerts in sacramento", None),
        ("are there any local events coming up", None),
        ("any festivals in town this weekend", None),
        ("what events do i have this weekend", "reminder"),
        ("do i have a concert on friday", "reminder"),
        ("add ashley to the wedding invite list", "list"),
        ("delete the list item about the meeting", "list"),
        ("the latest climate and weather news", None),
    ],
)
def test_words_that_an_intent_never_has_rule_it_out(router, question, skill):
    """What goes on in town is no question for the wearer's calendar; what is on a list is no
    reminder."""
    match = router.decide(Ask(question)).match
    assert (match.skill.name if match else None) == skill
