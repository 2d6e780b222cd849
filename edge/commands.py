"""What the simple commands do: ask, hear, say, devices, models."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click
import numpy as np

from edge.aio import closing
from edge.app import App
from edge.errors import AudioFileError, EdgeError, TextError
from edge.events import Ask, AudioFrame


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))


def ask(app: App, text: str, *, depth: str = "", agreed: bool = False, as_json: bool) -> None:
    """Answer `text`, streaming the answer to standard output.

    `agreed`: the question may be sent to a service that the settings name.
    """
    question = _text(text, "There is no question.")
    # A skill's answer needs no model.
    responder = app.responder(late=True)

    async def said(asked: Ask) -> str:
        pieces = []
        async with closing(responder.reply(asked)) as reply:
            async for piece in reply:
                pieces.append(piece)
                if not as_json:
                    click.echo(piece, nl=False)
                    sys.stdout.flush()
        return "".join(pieces)

    async def answer() -> str:
        asked = Ask(question, depth=cast(Any, depth))
        if depth != "contemplating" and responder.needs_model(asked):
            # What an earlier start left on disk is read rather than computed.
            await responder.warm()
        reply = await said(asked)
        if responder.asks_permission():
            # Nobody to say yes but whoever typed the command, or who sits at the terminal.
            if not agreed and sys.stdin.isatty() and not as_json:
                yes = await asyncio.to_thread(click.confirm, "Send it?")
            else:
                yes = agreed
            reply += await said(Ask("yes" if yes else "no"))
        return reply.strip()

    began = time.perf_counter()
    reply = asyncio.run(answer())
    if as_json:
        seconds = round(time.perf_counter() - began, 3)
        model = app.config.lm.model
        print_json({"question": question, "text": reply, "model": model, "seconds": seconds})
    else:
        click.echo()


def hear(app: App, files: tuple[Path, ...], *, as_json: bool) -> bool:
    """Print the transcript of each file, in order; False if any of them could not be used."""
    from edge.hear.transcribe import transcribe_file

    detector, recognizer = app.detector(), app.recognizer()
    ok = True
    for file in files:
        row: dict[str, Any] = {"file": str(file), "text": ""}
        try:
            heard = transcribe_file(file, detector, recognizer)
        except AudioFileError as error:
            row["error"] = str(error)
        else:
            row["text"] = heard.text
            row["seconds"] = round(heard.seconds_of_audio, 3)
            row["took"] = round(heard.seconds_taken, 3)
            if not heard.text:
                row["error"] = f"No speech was found in {file}."
        if as_json:
            print_json(row)
        elif "error" not in row:
            click.echo(f"{file}: {row['text']}" if len(files) > 1 else row["text"])
        if "error" in row:
            ok = False
            click.echo(f"edge: {row['error']}", err=True)
        sys.stdout.flush()
    return ok


def say(app: App, text: str, out: Path | None, *, as_json: bool) -> None:
    """Speak `text` into the file `out`, or aloud."""
    from edge.speak.plain import plain_text

    words = plain_text(_text(text, "There is nothing to say."))
    if not words:
        raise TextError("There is nothing in this text that can be spoken.")
    if out is None:
        _aloud(app, words)
        seconds = None
    else:
        seconds = _into_file(app, words, out)
    if as_json:
        row = {"text": words, "file": str(out) if out else None, "seconds": seconds}
        print_json(row)
    elif out is not None:
        click.echo(f"{out}: {seconds} s")


def _into_file(app: App, words: str, out: Path) -> float:
    from edge.speak.recording import write_audio

    frames = asyncio.run(_sound(app, words))
    rate = frames[0].rate
    samples = np.concatenate([frame.samples for frame in frames])
    write_audio(out, samples, rate)
    return round(len(samples) / rate, 3)


def _aloud(app: App, words: str) -> None:
    from edge.clock import SampleClock
    from edge.devices import find
    from edge.speak.speaker import Speaker

    device = find(app.config.audio.output, "output")

    async def speak() -> None:
        async with Speaker(device, SampleClock()) as speaker:
            for frame in await _sound(app, words):
                await speaker.play(frame)
            await speaker.drain()

    asyncio.run(speak())


async def _sound(app: App, words: str) -> list[AudioFrame]:
    from edge.speak.sentences import sentences

    async def pieces() -> Any:
        yield words

    synthesizer = app.synthesizer()
    frames = []
    async for sentence in sentences(pieces()):
        async with closing(synthesizer.speak(sentence)) as sound:
            frames += [frame async for frame in sound]
    if not frames:
        raise TextError("There is nothing in this text that can be spoken.")
    return frames


def devices(*, as_json: bool) -> None:
    """List the sound devices."""
    from edge.devices import devices as all_devices

    found = all_devices()
    if as_json:
        print_json([asdict(device) for device in found])
        return
    if not found:
        click.echo("This machine has no sound devices; `--mic FILE` and `--speaker FILE` work.")
    for d in found:
        default = f"  (default {' and '.join(d.default)})" if d.default else ""
        channels = f"{d.inputs} in, {d.outputs} out, {d.rate} Hz, {d.host}"
        click.echo(f"{d.index:3}  {d.name}  [{channels}]{default}")


def models_list(app: App, *, as_json: bool) -> None:
    """List the models that have a manifest."""
    from edge.models import manifests

    wanted = set(app.models())
    rows = []
    for name, manifest in sorted(manifests().items(), key=lambda item: (item[1].stage, item[0])):
        rows.append(
            {
                "name": name,
                "stage": manifest.stage,
                "status": str(app.store.status(name)),
                "used": name in wanted,
                "licence": manifest.licence,
            }
        )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        mark = "*" if row["used"] else " "
        line = f"{mark} {row['name']:26} {row['stage']:8} {row['status']:12} {row['licence']}"
        click.echo(line.rstrip())
    click.echo(f"* used by the settings. Store: {app.store.root}")


def models_verify(app: App, names: tuple[str, ...], *, as_json: bool) -> bool:
    """Check models against their checksums; False if any is damaged or missing."""
    from edge.models import manifests

    chosen = names or tuple(n for n in manifests() if str(app.store.status(n)) != "absent")
    ok = True
    for name in chosen:
        try:
            problems = app.store.verify(name)
        except EdgeError as error:
            problems = [str(error)]
        ok = ok and not problems
        if as_json:
            print_json({"name": name, "problems": problems})
        else:
            click.echo(f"{name}: {'; '.join(problems) if problems else 'fine'}")
    return ok


def _text(text: str, empty: str) -> str:
    if text == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError:
            raise TextError("Standard input is not text in UTF-8.") from None
    if not text.strip():
        raise TextError(empty)
    # A terminal may hand over bytes that are not text; they arrive as lone surrogates.
    return text.encode("utf-8", "replace").decode("utf-8").strip()
