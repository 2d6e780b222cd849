"""Text to phonemes with espeak-ng, as Piper voices were trained on them.

espeak-ng splits text into clauses and gives the phonemes of each without the punctuation that ended
it. Piper voices need it back: it makes the pause and the tone. Two things differ from Piper on
purpose: a dot that ends no sentence ("Mr. Jones", "J. R. R.") brings no full stop's pause, and a
text that ends without punctuation gets a full stop's tone.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from edge.errors import ModelError
from edge.speak.boundary import ends_sentence
from edge.speak.numerals import as_read

log = logging.getLogger(__name__)

_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000  # report missing data; by default the library ends the whole process
_UTF8: Final = 1
_IPA: Final = 2

_PAD, _BEGIN, _END = "_", "^", "$"

_INSTALL = (
    "install it with `pip install espeakng-loader`, or from the system "
    "(`apt install espeak-ng`, `brew install espeak-ng`)"
)
_LANGUAGE_SWITCH = re.compile(r"\([^)]*\)")
_NEXT_CHARACTER = re.compile(r"(?<=\s)\S$")
"""What espeak-ng has read ahead, of the next clause."""
_TERMINATOR = re.compile(r"([.,;:!?…—–。、！？，；：]+)[\s\"'”’»)\]」』]*$")  # noqa: RUF001
_ASCII = str.maketrans("—–。、！？，；：", ";;.,!?,;:")  # noqa: RUF001


class _Espeak:
    """The library. Its state is global and not safe for threads: one lock around every use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._library: ctypes.CDLL | None = None
        self._voice = ""

    def clauses(self, text: str, voice: str) -> list[tuple[str, str]]:
        """Each clause of `text`: its source, and its phonemes in IPA."""
        raw = text.encode()
        buffer = ctypes.create_string_buffer(raw)
        base = ctypes.addressof(buffer)
        at = ctypes.c_void_p(base)
        found: list[tuple[str, str]] = []
        begin = 0
        with self._lock:
            library = self._ready(voice)
            while at.value is not None:
                phonemes: bytes = (
                    library.espeak_TextToPhonemes(ctypes.byref(at), _UTF8, _IPA) or b""
                )
                end = len(raw) if at.value is None else at.value - base
                source = raw[begin:end].decode("utf-8", "ignore")
                found.append((source, phonemes.decode("utf-8", "ignore")))
                begin = end
        return found

    def _ready(self, voice: str) -> ctypes.CDLL:
        if self._library is None:
            self._library = _load()
        if voice != self._voice:
            if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                raise ModelError(f"espeak-ng has no voice {voice!r}.")
            self._voice = voice
        return self._library


_ESPEAK = _Espeak()


class Phonemizer:
    """Phonemes of one espeak-ng voice, such as "en-us"."""

    def __init__(self, voice: str) -> None:
        """Raises ModelError where espeak-ng or its voice is missing."""
        self._voice = voice
        _ESPEAK.clauses("", voice)

    def phonemes(self, text: str) -> list[str]:
        """The phonemes of each sentence of `text`, decomposed (NFD), punctuation included.

        Empty where there is nothing to say.
        """
        text = text.replace("\0", " ").encode("utf-8", "ignore").decode()
        if self._voice.startswith("en"):
            text = as_read(text)
        found: list[str] = []
        sentence = ""
        before = ""
        clauses = _ESPEAK.clauses(text, self._voice)
        for place, (source, phonemes) in enumerate(clauses):
            before += source
            phonemes = _LANGUAGE_SWITCH.sub("", phonemes).strip()
            if not phonemes:
                continue
            last = place == len(clauses) - 1
            mark = _terminator(source, last=last)
            ends = mark != "" and mark in ".!?"
            if ends and not last:
                spoken = _NEXT_CHARACTER.sub("", before)
                ends = bool(ends_sentence(spoken.rstrip(), text[len(spoken) :]))
                if not ends and mark == ".":
                    mark = ""
            sentence = f"{sentence} {phonemes}{mark}" if sentence else phonemes + mark
            if ends:
                found.append(sentence)
                sentence = ""
        if sentence:
            found.append(sentence if sentence[-1] in ",;:" else f"{sentence}.")
        return [unicodedata.normalize("NFD", one) for one in found]


class PhonemeIds:
    """A voice's map from phonemes to the numbers that its model takes."""

    def __init__(self, ids: Mapping[str, Sequence[int]]) -> None:
        """`ids` is `phoneme_id_map` of the voice's configuration."""
        self._ids = ids
        self._unknown: set[str] = set()

    def encode(self, phonemes: str) -> list[int]:
        """`^`, a pad, each phoneme with a pad after it, and `$`."""
        pad = self._ids[_PAD]
        encoded = [*self._ids[_BEGIN], *pad]
        for phoneme in self._known(phonemes):
            encoded += [*self._ids[phoneme], *pad]
        return [*encoded, *self._ids[_END]]

    def _known(self, phonemes: str) -> Iterator[str]:
        for phoneme in phonemes:
            if phoneme in self._ids:
                yield phoneme
            elif phoneme not in self._unknown:
                self._unknown.add(phoneme)
                log.warning("The voice has no phoneme %r; it is left out.", phoneme)


def _terminator(source: str, *, last: bool) -> str:
    """The punctuation that ended a clause, as one of `.,;:!?`, or nothing."""
    if not last:
        source = source[:-1] if not source[-1:].isspace() and not _ends(source) else source
    match = _TERMINATOR.search(source.rstrip())
    if match is None:
        return ""
    marks = match[1]
    if "…" in marks or ".." in marks:  # trails off
        return "." if last else ","
    marks = marks.translate(_ASCII)
    return next((mark for mark in "?!" if mark in marks), marks[0])


def _ends(source: str) -> bool:
    return _TERMINATOR.search(source) is not None


def _load() -> ctypes.CDLL:
    """The library of espeakng-loader, which brings its data along, or else the system's."""
    reasons: list[str] = []
    for path, data in _candidates():
        try:
            library = ctypes.CDLL(path)
            library.espeak_TextToPhonemes.restype = ctypes.c_char_p
            library.espeak_TextToPhonemes.argtypes = [
                ctypes.c_void_p,
                ctypes.c_int,
                ctypes.c_int,
            ]
            rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT)
        except (OSError, AttributeError) as error:
            reasons.append(str(error))
            continue
        if rate > 0:
            log.debug("Phonemes from %s", path)
            return library
        reasons.append(f"{path} found no data in {(data or b'its folder').decode()}")
    raise ModelError(
        f"The espeak-ng library is needed for speech ({'; '.join(reasons) or 'none found'}): "
        f"{_INSTALL}."
    )


def _candidates() -> Iterator[tuple[str, bytes | None]]:
    """Libraries to try, each with its folder of data (None: where it was built to look)."""
    try:
        import espeakng_loader

        yield espeakng_loader.get_library_path(), espeakng_loader.get_data_path().encode()
    except (ImportError, RuntimeError) as error:
        log.debug("No espeakng-loader: %s", error)
    names = {
        "win32": (r"C:\Program Files\eSpeak NG\libespeak-ng.dll",),
        "darwin": (
            "/opt/homebrew/lib/libespeak-ng.1.dylib",
            "/usr/local/lib/libespeak-ng.1.dylib",
        ),
    }.get(sys.platform, ("libespeak-ng.so.1",))
    found = ctypes.util.find_library("espeak-ng")
    for name in (*names, *((found,) if found else ())):
        yield name, None
