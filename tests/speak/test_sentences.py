"""Sentences from a stream of Markdown."""

# ruff: noqa: RUF005, SIM905 - fragments read best as words with the odd ones after them

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.speak.boundary import ends_sentence
from edge.speak.plain import CODE_NOTE
from edge.speak.sentences import LONGEST, Splitter, sentences, split


def whole(text):
    splitter = Splitter()
    return splitter.push(text) + splitter.finish()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("Dr. Lee met Mrs. Jones.", ["Dr. Lee met Mrs. Jones."]),
        ("It is 3.14. Pi.", ["It is 3.14.", "Pi."]),
        ("Come at 5 p.m. Bring it.", ["Come at 5 p.m.", "Bring it."]),
        ("Come at 5 p.m. Monday.", ["Come at 5 p.m. Monday."]),
        ("The U.S. Army came.", ["The U.S. Army came."]),
        ("He left the U.S. The end.", ["He left the U.S.", "The end."]),
        ("J. R. R. Tolkien wrote.", ["J. R. R. Tolkien wrote."]),
        ("Take vitamin C. It helps.", ["Take vitamin C.", "It helps."]),
        ("No. It is not.", ["No.", "It is not."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("Well... Maybe.", ["Well...", "Maybe."]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ('"Really?" she asked.', ['"Really?" she asked.']),
        ("Two. (Maybe three.) Yes.", ["Two.", "(Maybe three.)", "Yes."]),
        ("1. Open it. 2. Close it.", ["1. Open it.", "2. Close it."]),
        ("See example.com/a.b now. Fine.", ["See example.com/a.b now.", "Fine."]),
        ("Born in 1990. 25 came.", ["Born in 1990.", "25 came."]),
        ("Good! 😀 Next.", ["Good!", "Next."]),
        ("你好。你好吗？很好！", ["你好。", "你好吗？", "很好！"]),  # noqa: RUF001 - wide stops
        ("안녕하세요. 반갑습니다.", ["안녕하세요.", "반갑습니다."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("- one\n- two. Three\n", ["one.", "two.", "Three"]),
        ("# Title\nText.", ["Title.", "Text."]),
        ("**Note. This.** Then.", ["Note.", "This.", "Then."]),
        ("See [it. Now](http://a.b/c. d) or not.", ["See it.", "Now (a.b. d) or not."]),
        ("| Name | Age |\n|--|--|\n| Ann | 9 |\nEnd.", ["Name, Age.", "Ann, 9.", "End."]),
        ("... — !", []),
        ("", []),
    ],
)
def test_boundaries(text, expected):
    """Abbreviations, numbers, initials, quotes, lists and lines; nothing without a word."""
    assert whole(text) == expected


def test_code_never_leaks():
    """A block's lines are not sentences, whatever stops they hold; one note stands for all."""
    text = "Here.\n```py\nx = 1. Y\n```\nDone.\n~~~\nz. Z\n~~~\nEnd."
    for pieces in (text, *[[text]], list(text)):
        splitter = Splitter()
        found = [one for piece in pieces for one in splitter.push(piece)] + splitter.finish()
        assert found == ["Here.", CODE_NOTE, "Done.", "End."]


def test_an_unclosed_code_block_is_code_to_the_end():
    """An answer cut off inside a block says nothing of it."""
    assert whole("```\nx = 1. Y\nz") == [CODE_NOTE]


def test_a_sentence_comes_while_the_rest_is_still_being_written():
    """The first sentence is out as soon as the next one's first letters are in."""
    splitter = Splitter()
    assert splitter.push("It is ten.") == []
    assert splitter.push(" Th") == ["It is ten."]
    assert splitter.finish() == ["Th"]


def test_only_the_first_sentence_is_spoken_from_its_first_clause():
    """A clause of 25 characters starts the answer; later sentences stay whole."""
    first = "The capital of the country is Paris, "
    splitter = Splitter()
    assert splitter.push(first) == [first.strip()]
    rest = splitter.push("which is large. The capital of the other is Rome, which is old. ")
    assert rest == ["which is large."]
    assert splitter.finish() == ["The capital of the other is Rome, which is old."]


def test_a_short_first_clause_waits():
    """ "Sure," alone would leave a gap before the rest."""
    assert Splitter().push("Sure, it is so ") == []


def test_a_long_first_sentence_without_a_clause_begins_before_a_conjunction():
    """From 40 characters on; it depends on the text alone, and later sentences stay whole."""
    text = "Wales is a country in Europe with a beautiful landscape and many castles that are old. "
    later = "Its capital is a large city on the coast of the south and it is called Cardiff."
    assert whole(text + later) == [
        "Wales is a country in Europe with a beautiful landscape",
        "and many castles that are old.",
        later,
    ]
    splitter = Splitter()
    assert not splitter.push("Wales is a country in Europe with a beautiful landscape and")
    assert splitter.push(" ") == ["Wales is a country in Europe with a beautiful landscape"]


def test_long_sentences_are_cut_between_words():
    """At a clause where there is one, else at a space; no word is lost."""
    text = "word " * 100 + "and this, " * 30 + "end."
    found = whole(text)
    assert all(len(sentence) <= LONGEST + 1 for sentence in found)
    assert " ".join(found) == text


def test_wrapped_prose_stays_together():
    """A long line that goes on in lower case is one sentence over the line's end."""
    text = "The quick brown fox jumps over the lazy dog and\nthen it rests. Good."
    assert whole(text) == [
        "The quick brown fox jumps over the lazy dog and then it rests.",
        "Good.",
    ]


def test_the_async_form_gives_the_same():
    """`sentences` reads pieces as they come."""

    async def pieces():
        for piece in ("One. T", "wo. Thr", "ee"):
            yield piece

    async def run():
        return [sentence async for sentence in sentences(pieces())]

    assert asyncio.run(run()) == ["One.", "Two.", "Three"]


FRAGMENTS = st.sampled_from(
    'Hello world e.g. Dr. 5 p.m. 3.14 . ! ? ... … ``` ~~~ ` * ** _ [ ]( ] ( ) <b> | 。 ” " é 안녕 '
    "iPhone I. The http://a.b/c?d".split()
    + [", ", "; ", ": ", " - ", "\n", "\n\n", "```py\n", "| a | b |\n", "- ", "1. ", "# ", "> "]
    + ["a" * 60, "word " * 10, " ", "  ", "\t", "\r\n"]
)
TEXTS = st.one_of(
    st.lists(FRAGMENTS, max_size=40).map("".join),
    st.lists(FRAGMENTS, max_size=40).map(" ".join),
    st.text(max_size=120),
)


@given(TEXTS, st.lists(st.integers(1, 30), max_size=30))
@settings(max_examples=200, deadline=None)
def test_sentences_do_not_depend_on_the_pieces(text, lengths):
    """All at once, letter by letter or in any pieces: the same sentences."""
    expected = whole(text)
    splitter = Splitter()
    assert [s for letter in text for s in splitter.push(letter)] + splitter.finish() == expected
    splitter = Splitter()
    found = []
    for length in lengths:
        found += splitter.push(text[:length])
        text = text[length:]
    assert found + splitter.push(text) + splitter.finish() == expected


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_splitting_plain_text_loses_nothing(text):
    """White space aside, the sentences are the text."""
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@pytest.mark.parametrize("cut", range(1, len(" Smith Jones")))
def test_an_undecided_stop_is_decided_the_same_way_later(cut):
    """None, or what the whole text gives: never another answer."""
    for before in ("Mr.", "the U.S.", "at 5 p.m.", "Really?", "It ends."):
        for after in (" Smith Jones", " The end is", ' "Then we', " iPhones are"):
            early = ends_sentence(before, after[:cut], complete=False)
            assert early in (None, ends_sentence(before, after))
