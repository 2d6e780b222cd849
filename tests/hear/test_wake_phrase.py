"""edge.hear.wake_phrase: whether a transcript begins with the phrase, roughly as it sounds."""

import pytest

from edge.hear.wake_phrase import heard_phrase, misheard


@pytest.mark.parametrize(
    ("transcript", "phrase", "rest"),
    [
        ("Jarvis, what time is it?", "jarvis", "what time is it?"),
        ("Jervis what time is it", "Jarvis", "what time is it"),
        ("Hey Jarvis. Stop.", "jarvis", "Stop."),
        ("Jarvis.", "jarvis", ""),
        ("He said: computer \u2014 \u201cplay it\u201d", "computer", "\u201cplay it\u201d"),
        ("Computers, play some music", "computer", "play some music"),
        ("Smartmere, good night.", "smart mirror", "good night."),
        ("view class, add milk", "View glass", "add milk"),
        ("V\u00edew glass", "v\u00edew glass", ""),
    ],
)
def test_phrase_is_found_and_the_rest_given_back(transcript, phrase, rest):
    """The question keeps its own letters and signs; a slightly misheard phrase counts."""
    assert heard_phrase(transcript, phrase) == rest


@pytest.mark.parametrize(
    ("transcript", "phrase"),
    [
        ("", "jarvis"),
        ("...", "jarvis"),
        ("What time is it?", "jarvis"),
        ("Genius, what time is it?", "jarvis"),
        ("The job is done", "jarvis"),
        ("Personally, Jeff is also in accord", "jarvis"),
        ("I prefer a better matter", "computer"),
        ("Come in, it is late", "computer"),
        ("A glass of water", "view glass"),
        ("She is smart and pretty", "smart mirror"),
    ],
)
def test_other_words_are_not_the_phrase(transcript, phrase):
    """Words that only share some sounds do not wake."""
    assert heard_phrase(transcript, phrase) is None


def test_what_the_phrase_was_written_as_before_counts_as_it():
    """A wearer whose name for the device is misheard in the same way each time is understood."""
    assert heard_phrase("Bloss, stop", "view glass") is None
    assert heard_phrase("Bloss, stop", "view glass", ["Bloss."]) == "stop"


def test_more_may_be_misheard_if_asked():
    """`alike` is the part of the phrase that may be wrong."""
    assert heard_phrase("Travis, stop", "jarvis") is None
    assert heard_phrase("Travis, stop", "jarvis", alike=0.6) == "stop"
    assert heard_phrase("The job is, stop", "jarvis", alike=0.4) == "stop"


def test_misheard_is_nothing_for_the_phrase_itself_and_grows():
    """0 for the phrase, more for what sounds less like it, 1 for nothing."""
    texts = ["so jarvis now", "so jervis now", "so job is now", "so travis now"]
    parts = [misheard(text, "jarvis") for text in texts]
    assert parts[0] == 0
    assert parts == sorted(parts)
    assert len(set(parts)) == 4
    assert misheard("", "jarvis") == 1


def test_phrase_without_letters_is_refused():
    """There is nothing to look for."""
    with pytest.raises(ValueError, match="words"):
        heard_phrase("hello", "?!")
