"""What the voice may read of Markdown."""

# ruff: noqa: RUF005, SIM905 - marks read best as words with the odd ones after them

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.speak.plain import CODE_NOTE, plain_inline, plain_text


@pytest.mark.parametrize(
    ("markdown", "spoken"),
    [
        ("# Title\n\nText", "Title. Text"),
        ("It is **very** *good* and ~~bad~~ `fine`.", "It is very good and bad fine."),
        ("- one\n- two\n  - three\n", "one. two. three."),
        ("1. Open it\n2. Close it", "1. Open it. 2. Close it."),
        ("• one\n• two", "one. two."),
        ("See [the manual](https://example.com/a?b=c) now.", "See the manual now."),
        ("Go to https://www.example.com/a?b=c.", "Go to example.com."),
        ("<https://example.com/x>", "example.com"),
        ("![a cat](cat.png) sits", "a cat sits"),
        ("> Quoted\n> text", "Quoted. text"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b. 1, 2."),
        ("Line one<br>line two <b>bold</b>", "Line one. line two bold"),
        ("Above\n\n---\n\nBelow", "Above. Below"),
        ("As said [1] before[^2].", "As said before."),
        ("", ""),
        (" \n\t ", ""),
        ("***", ""),
    ],
)
def test_markdown_becomes_sentences(markdown, spoken):
    """Marks vanish, and what stood on a line of its own is a sentence."""
    assert plain_text(markdown) == spoken


def test_code_blocks_are_left_out_and_said_to_be_once():
    """Two code blocks, one indented in a list: none is read, and one note says so."""
    markdown = "Look:\n\n```python\nprint('x')\n```\n\n- so\n  ~~~\n  y = 1\n  ~~~\n"
    spoken = plain_text(markdown)
    assert "print" not in spoken
    assert "y =" not in spoken
    assert spoken.count(CODE_NOTE) == 1


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("it's 3.5 * 2", "it's 3.5 times 2"),
        ("2*3*4", "2 times 3 times 4"),
        ("2**3 and 2^n", "2 cubed and 2 to the power of n"),
        ("snake_case and __init__", "snake case and init"),
        ("21 °C or 70°F", "21 degrees Celsius or 70 degrees Fahrenheit"),
        ("It is 1 °C.", "It is 1 degree Celsius."),
        ("20% off", "20 percent off"),
        ("$5", "5 dollars"),
        ("$1", "1 dollar"),
        ("$5.50", "5 dollars and 50 cents"),
        ("$0.05", "5 cents"),
        ("$1,200", "1,200 dollars"),
        ("€3 million", "3 million euros"),
        ("$2M", "2 million dollars"),
        ("100 km/h", "100 kilometers per hour"),
        ("5 km", "5 kilometers"),
        ("salt & pepper", "salt and pepper"),
        ("x^2 + y² = 5", "x squared plus y squared equals 5"),
        ("7 - 2 = 5", "7 minus 2 equals 5"),
        ("-5 degrees", "minus 5 degrees"),
        ("10–20 people", "10 to 20 people"),  # noqa: RUF001 - a range's dash
        ("1/2 cup and 2 1/2 cups", "one half cup and 2 and one half cups"),
        ("on 5/6/2024", "on 5/6/2024"),
        ("a -> b", "a to b"),
        ("a → b", "a to b"),
        ("5 < 6", "5 is less than 6"),
        ("~50 people", "about 50 people"),
        ("C# and C++", "C sharp and C plus plus"),
        ("#1", "number 1"),
        ("me@example.com", "me at example.com"),
        (r"\(x^2\)", "(x squared)"),
        (r"\frac{1}{2} \times 3", "1 over 2 times 3"),
        ("See No. 5, e.g. here", "See number 5, for example, here"),
        ("Fine 😀! Yes 👍🏽 1️⃣ 🇰🇷", "Fine! Yes 1"),
        ("zero\u200bwidth\x07bell", "zerowidthbell"),
        ("안녕하세요 **여러분**.", "안녕하세요 여러분."),
    ],
)
def test_signs_become_words(written, spoken):
    """Units, money, arithmetic, arrows and the like are read as one says them."""
    assert plain_text(written) == spoken


WORD = st.from_regex(r"[a-z]{1,9}(n't|'s)?", fullmatch=True)
PROSE = st.lists(
    st.tuples(WORD, st.sampled_from([" ", " ", " ", ", ", "; ", ". ", "? "])), min_size=1
)


@given(PROSE)
@settings(max_examples=100, deadline=None)
def test_plain_prose_passes_unchanged(words):
    """Letters, apostrophes and punctuation come out as they went in."""
    text = "".join(word + gap for word, gap in words).strip()
    assert plain_text(text) == text


MARKS = st.sampled_from(
    "* - 1. # > ``` ` ** __ ~~ [ ]( ) | <b> &amp; \\ ^ 😀 → \u200d $ word 3 x_y".split()
    + ["# ", "* ", "- ", "1. ", "> ", " ", "\n", "\n\n"]
)
MARKDOWN = st.lists(st.one_of(MARKS, st.text(max_size=3)), max_size=30).map("".join)


@given(MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_nothing_unspeakable_reaches_the_voice(markdown):
    """Whatever comes in: no Markdown marks, no emoji, no control characters come out."""
    for spoken in (plain_text(markdown), plain_inline(markdown)):
        assert not set("*_`#~|<>[]{}\\^") & set(spoken)
        categories = {unicodedata.category(character) for character in spoken}
        assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Zl", "Zp"}
        assert spoken == spoken.strip()
