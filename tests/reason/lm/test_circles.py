"""When an answer goes round in circles."""

import pytest

from edge.reason.lm.circles import in_circles


@pytest.mark.parametrize(
    "text",
    [
        "Raindrops fall from the sky,\nA gentle breeze, a gentle breeze,\nA gentle breeze, a gentle"
        " breeze,",
        "4. Be prepared for questions.\n5. Be prepared for interviews.\n6. Be prepared for"
        " interviews.",
        "It is a long road, a long road, a long road,",
        "- Stir the soup for a while.\n- Stir the soup for a while.\n",
    ],
)
def test_what_was_just_said(text):
    """Twice for what is long, three times for what is short."""
    assert in_circles(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No, no, no,",
        "It is a long road, a long road,",
        "A rose is a rose is a rose.",
        "Half a cup of sugar. Half a cup of milk.",
        "The capital of Peru is Lima. The capital of Chile is Santiago.",
        "Be prepared for interviews. Be prepared for int",
    ],
)
def test_what_only_sounds_like_it(text):
    """A word may be said twice, and so may a list's lines begin."""
    assert not in_circles(text)


def test_where_it_is_noticed():
    """At the end of the second time."""
    line = "A gentle breeze goes over the sea. "
    said = line * 3
    ends = [n for n in range(len(said)) if in_circles(said[: n + 1])]
    assert ends[0] == 2 * len(line) - 2
