"""The process in which pyttsx3 renders sentences; run as a script by `tts_pyttsx3`.

One JSON object a line. In: `{"text": ..., "path": ..., "rate": words a minute}`; out: `{}` once the
sound is in the file `path`, or `{"error": ...}`. It ends with its input.

It imports nothing of `edge`, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

_ESPEAK_RATE = 22_050


def main() -> None:
    # Ctrl-C goes to the whole group; the parent decides, and its end is the end of our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # pyttsx3 prints "Audio saved to ..."
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        _prepare_espeak()
        import pyttsx3

        engine = pyttsx3.init()
    except Exception as error:  # whatever the platform's driver raises
        _reply(replies, error=f"{type(error).__name__}: {error}")
        return
    _reply(replies)
    path = ""
    for line in sys.stdin:
        request = json.loads(line)
        path = request["path"]
        try:
            _render(engine, request["text"], path, request["rate"])
        except Exception as error:  # likewise
            _reply(replies, error=f"{type(error).__name__}: {error}")
        else:
            _reply(replies)
    if path:  # a parent that was killed has not tidied up
        with suppress(OSError):
            Path(path).unlink(missing_ok=True)
            Path(path).parent.rmdir()


def _prepare_espeak() -> None:
    """Make pyttsx3's espeak driver work alone: with its own library, and without a thread.

    The driver asks for `libespeak-ng.so.1`: a library with that name which is loaded already is
    the one it gets, here that of espeakng-loader. On macOS and Windows pyttsx3 speaks with the
    system's own voices.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        import espeakng_loader

        ctypes.CDLL(espeakng_loader.get_library_path())
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError):
        pass  # the system's, if it has one
    from pyttsx3.drivers import _espeak

    # "Retrieval" gives the sound on a thread of the library, which the driver's event loop does not
    # wait for: now and then (once in 300 sentences tried) a file came out without sound.
    _espeak.AUDIO_OUTPUT_RETRIEVAL = _espeak.AUDIO_OUTPUT_SYNCHRONOUS


def _render(engine: Any, text: str, path: str, rate: int) -> None:
    espeak = sys.modules.get("pyttsx3.drivers._espeak")
    if espeak is not None:
        _render_with_espeak(espeak, text, path, rate)
        return
    engine.setProperty("rate", rate)
    engine.save_to_file(text, path)
    engine.runAndWait()
    if not Path(path).is_file():
        raise RuntimeError("no sound was written")


def _render_with_espeak(espeak: Any, text: str, path: str, rate: int) -> None:
    """What `save_to_file` does, without the driver's event loop, which waits for that thread."""
    heard: list[bytes] = []
    parent = os.getppid()

    def on_sound(samples: Any, count: int, events: Any) -> int:
        if count > 0:
            heard.append(ctypes.string_at(samples, count * 2))
        return 0 if os.getppid() == parent else 1  # nobody waits for the rest any more

    espeak.SetSynthCallback(on_sound)
    espeak.SetParameter(espeak.RATE, rate, 0)
    if espeak.Synth(text.encode(), flags=espeak.CHARS_UTF8) != espeak.EE_OK:
        raise RuntimeError("espeak-ng refused the text")
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_ESPEAK_RATE)
        file.writeframes(b"".join(heard))


def _reply(replies: TextIO, **values: str) -> None:
    with suppress(BrokenPipeError):  # the end of our input follows
        replies.write(json.dumps(values) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
