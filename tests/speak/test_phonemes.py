"""Phonemes from the real espeak-ng."""

# ruff: noqa: RUF001 - phonetic letters are the matter

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.errors import ModelError
from edge.speak import phonemes
from edge.speak.phonemes import PhonemeIds, Phonemizer


@pytest.fixture(scope="module")
def english():
    return Phonemizer("en-us")


def test_punctuation_is_put_back(english):
    """Each clause keeps the mark that ended it; sentences come apart."""
    assert english.phonemes("Hello, world; this is: a test. Really? Yes!") == [
        "həlˈoʊ, wˈɜːld; ðɪs ɪz: ɐ tˈɛst.",
        "ɹˈiəli?",
        "jˈɛs!",
    ]


def test_abbreviations_bring_no_full_stop(english):
    """espeak-ng ends a clause after "Mr."; the voice must not pause there."""
    (spoken,) = english.phonemes("Mr. Jones met Dr. Smith and J. R. Tolkien.")
    assert spoken.count(".") == 1


def test_a_text_without_an_end_sounds_finished(english):
    """A full stop is added, but not after a clause that goes on."""
    assert english.phonemes("No end") == ["nˈoʊ ˈɛnd."]
    assert english.phonemes("Well,") == ["wˈɛl,"]


def test_marks_inside_a_sentence(english):
    """A quoted question keeps its tone; an ellipsis is a pause, or an end."""
    assert english.phonemes('"Really?" she said.') == ["ɹˈiəli? ʃiː sˈɛd."]
    assert english.phonemes("Wait... what?") == ["wˈeɪt, wˌʌt?"]
    assert english.phonemes("No...") == ["nˈoʊ."]


def test_other_scripts_have_no_language_flags(english):
    """espeak-ng marks Korean words with (ko) and (en-us): nobody wants to hear that."""
    (spoken,) = english.phonemes("안녕하세요 hello.")
    assert "(" not in spoken
    assert spoken.endswith("həlˈoʊ.")


@pytest.mark.parametrize("text", ["", "   ", "...", "—", "\0", "\ud800", "\u200b", "?!"])
def test_nothing_to_say(english, text):
    """No phonemes, no error."""
    assert english.phonemes(text) == []


def test_threads_do_not_mix(english):
    """espeak-ng's state is global; calls from many threads give what one gives."""
    texts = [f"This is sentence {number}, said by a thread." for number in range(40)]
    expected = [english.phonemes(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(english.phonemes, texts)) == expected


def test_an_unknown_voice_is_an_error():
    """One sentence that names it."""
    with pytest.raises(ModelError, match="no voice 'klingon-x'"):
        Phonemizer("klingon-x")


def test_without_the_library_the_error_says_how_to_install(monkeypatch):
    """No library at all, or none that finds its data."""
    monkeypatch.setattr(phonemes, "_candidates", lambda: iter([("/no/libespeak-ng.so", None)]))
    with pytest.raises(ModelError, match="pip install espeakng-loader"):
        phonemes._load()


def test_ids_are_padded_and_framed():
    """^ _ a _ b _ $, as Piper's models were trained."""
    ids = PhonemeIds({"_": [0], "^": [1], "$": [2], "a": [7], "b": [8, 9]})
    assert ids.encode("ab") == [1, 0, 7, 0, 8, 9, 0, 2]


def test_unknown_phonemes_are_left_out_and_logged_once(caplog):
    """A warning for each kind, not for each time."""
    ids = PhonemeIds({"_": [0], "^": [1], "$": [2], "a": [7]})
    with caplog.at_level(logging.WARNING):
        assert ids.encode("axa") == [1, 0, 7, 0, 7, 0, 2]
        ids.encode("xxx")
    assert len(caplog.records) == 1
