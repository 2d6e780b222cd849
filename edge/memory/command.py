"""`edge memory`: see, take away and delete what is remembered."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from edge.cli import Group, _app, json_option, shared

if TYPE_CHECKING:
    from edge.memory import Memory


@click.group(cls=Group)
@shared
def memory() -> None:
    """What the assistant remembers of you, on this device."""


@memory.command("show")
@json_option
@shared
def memory_show(as_json: bool) -> None:
    """Print what is remembered, each fact with its origin."""
    with _app() as app:
        _show(app.memory(), as_json=as_json)


@memory.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@shared
def memory_export(file: Path | None) -> None:
    """Write everything to FILE as JSON, or to standard output."""
    with _app() as app:
        text = json.dumps(app.memory().export(), ensure_ascii=False, indent=1)
    if file is None:
        click.echo(text)
        return
    from edge.memory.files import write_private

    write_private(file, text)
    click.echo(f"{file}: {len(text.encode())} bytes", err=True)


@memory.command("forget")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared
def memory_forget(yes: bool) -> None:
    """Delete everything that is remembered, for good."""
    with _app() as app:
        store = app.memory()
        if not yes:
            if not sys.stdin.isatty():
                raise click.UsageError("This deletes everything; say --yes.")
            click.confirm(f"Delete everything in {store.path}?", abort=True)
        store.forget_everything()
        click.echo(f"{store.path} is empty.")


def _show(store: Memory, *, as_json: bool) -> None:
    from edge.commands import print_json
    from edge.memory.summary import summary

    value = summary(store)
    if as_json:
        print_json(value)
        return
    click.echo(f"File: {store.path}")
    # The time zone that was last seen is nothing of the wearer's own telling.
    if store.count().keys() <= {"state"}:
        click.echo("Nothing is remembered.")
        return
    for fact in value["facts"]:
        click.echo(f'Fact: {fact["fact"]}  ("{fact["said"]}", {fact["origin"]}, {fact["told"]})')
    for one in value["due"]:
        name = f" {one['name']}" if one["name"] else ""
        again = ", and again" if one["repeats"] else ""
        paused = one["paused_left_s"]
        at = f"at {one['at']}" if paused is None else f"paused, {paused:.0f} s left"
        click.echo(f"{str(one['kind']).capitalize()}:{name} {at}{again}")
    for title, items in value["lists"].items():
        if items:
            click.echo(f"List {title}: {', '.join(items)}")
    for note in value["notes"]:
        click.echo(f"Note ({note['written']}): {note['note']}")
    for topic in value["muted"]:
        click.echo(f"Never to be told: {topic}")
    others = {
        name: count for name, count in store.count().items() if name in ("readings", "purchases")
    }
    for name, count in others.items():
        click.echo(f"{name.capitalize()}: {count}")
