import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.reason.lm.text_stream import TextStream


def stream(pieces, stops=()):
    """What is shown of the pieces, and the rest."""
    text = TextStream(stops)
    return [text.push(piece) for piece in pieces], text.finish(), text.stopped


@given(st.text(), st.integers(1, 5))
def test_whole_characters(content, size):
    """However the bytes are cut, the text comes out whole, and never half a character."""
    data = content.encode(errors="surrogatepass")
    pieces, rest, _ = stream([data[i : i + size] for i in range(0, len(data), size)])
    assert "".join(pieces) + rest == content


def test_half_a_character_waits():
    """The first bytes of a character show nothing; the last shows it."""
    assert stream(["é".encode()[:1], "é".encode()[1:]])[0] == ["", "é"]


def test_half_a_character_at_the_end_is_dropped():
    """An answer cut off amid a character is still text."""
    assert stream([b"a", "😀".encode()[:3]]) == (["a", ""], "", False)


def test_bytes_that_are_no_text():
    """A byte that begins nothing becomes the replacement character."""
    assert stream([b"a\xffb"])[0] == ["a\ufffdb"]


@given(st.text("abX", max_size=12), st.integers(1, 3))
def test_stops_before_the_first_stop_string(content, size):
    """Wherever the pieces are cut, the text ends where the first stop string begins."""
    stops = ("abX", "XX")
    data = content.encode()
    pieces, rest, stopped = stream([data[i : i + size] for i in range(0, len(data), size)], stops)
    places = [content.find(stop) for stop in stops if stop in content]
    assert "".join(pieces) + rest == content[: min(places, default=len(content))]
    assert stopped == bool(places)


@pytest.mark.parametrize(("pieces", "shown"), [([b"a#", b"#b"], ["a", ""]),
                                               ([b"a#", b"b"], ["a", "#b"])])  # fmt: skip
def test_holds_back_what_may_stop(pieces, shown):
    """The beginning of a stop string is shown once it turns out to be none."""
    assert stream(pieces, ("##",))[0] == shown
