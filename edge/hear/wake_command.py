"""`edge wake`: the wake words there are, and one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.cli import Group, _app, json_option, shared

if TYPE_CHECKING:
    from edge.app import App
    from edge.events import Int16

_SECONDS = 3.0
"""Length of a recording made here."""


@click.group(cls=Group)
@shared
def wake() -> None:
    """Wake words: what is said before a question."""


@wake.command("list")
@json_option
@shared
def wake_list(as_json: bool) -> None:
    """List the wake words that can be chosen."""
    with _app() as app:
        _list(app, as_json=as_json)


@wake.command("enrol")
@click.argument("phrase")
@click.argument("recordings", nargs=-1, type=click.Path(path_type=Path))
@click.option("--record", is_flag=True, help="Record it now, five times, with the microphone.")
@json_option
@shared
def wake_enrol(phrase: str, recordings: tuple[Path, ...], record: bool, as_json: bool) -> None:
    """Make a wake word of PHRASE from 3 to 8 RECORDINGS of you saying it."""
    if record == bool(recordings):
        raise click.UsageError("Give 3 to 8 recordings of the phrase, or --record.")
    with _app() as app:
        _enrol(app, phrase, recordings, as_json=as_json)


@wake.command("forget")
@click.argument("phrase")
@shared
def wake_forget(phrase: str) -> None:
    """Delete a wake word that you have enrolled."""
    from edge.hear.wake_heads import forget

    click.echo(f"{forget(phrase)} is deleted.")


def _list(app: App, *, as_json: bool) -> None:
    from edge.commands import print_json
    from edge.hear.wake_head import HEADS, load, slug
    from edge.hear.wake_heads import known

    chosen = {slug(phrase) for phrase in app.config.wake.phrase.split(",")}
    rows = [
        {
            "phrase": load(file).phrase,
            "used": name in chosen,
            "yours": file.parent != HEADS,
            "file": str(file),
        }
        for name, file in known().items()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        mark = "*" if row["used"] else " "
        click.echo(f"{mark} {row['phrase']}{'  (yours)' if row['yours'] else ''}")
    click.echo(
        "* used by the settings" if chosen - {""} else "None is used: [wake] phrase is empty."
    )


def _enrol(app: App, phrase: str, files: tuple[Path, ...], *, as_json: bool) -> None:
    from edge.commands import print_json
    from edge.hear.wake_enrol import check_count, check_phrase, enrol, read
    from edge.hear.wake_head import save, slug
    from edge.hear.wake_heads import enrolled_folder

    check_phrase(phrase)
    if files:
        check_count(len(files))
        recordings = [read(file) for file in files]
    else:
        recordings = _record(app)
    head = enrol(phrase, recordings, app.wake_front(), app.detector(), app.recognizer())
    target = enrolled_folder() / f"{slug(phrase)}.npz"
    save(head, target)
    if as_json:
        print_json({"phrase": head.phrase, "file": str(target), "heard_as": list(head.heard_as)})
        return
    click.echo(f"{target} is made of {len(recordings)} recordings.")
    click.echo(f'Use it with `phrase = "{head.phrase}"` in [wake] of edge.toml.')


def _record(app: App) -> list[Int16]:
    """Five recordings, made one after the other."""
    import asyncio

    import numpy as np

    from edge.clock import SampleClock
    from edge.devices import find
    from edge.events import SAMPLE_RATE
    from edge.hear.mic import Microphone

    async def one() -> Int16:
        device = find(app.config.audio.input, "input")
        heard: list[Int16] = []
        async with Microphone(device, SampleClock()) as microphone:
            async for frame in microphone:
                heard.append(frame.samples)
                if sum(map(len, heard)) >= _SECONDS * SAMPLE_RATE:
                    break
        return np.concatenate(heard)

    recordings = []
    for number in range(1, 6):
        click.pause(f"{number} of 5: press a key, and say the phrase.")
        recordings.append(asyncio.run(one()))
    return recordings
