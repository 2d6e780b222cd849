"""`edge health`: bring numbers in from other programs, and see what there is."""

from __future__ import annotations

from pathlib import Path

import click

from edge.cli import Group, _app, json_option, shared


@click.group(cls=Group)
@shared
def health() -> None:
    """Your own health numbers, on this device."""


@health.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--id", "person", help="Whose data, where a Fitbit folder holds several people's.")
@json_option
@shared
def health_import(path: Path, person: str | None, as_json: bool) -> None:
    """Read PATH: Apple Health's export.xml or export.zip, or a folder of Fitbit CSV files."""
    from edge.commands import print_json
    from edge.health.imports import bring

    with _app() as app:
        result = bring(app.memory(), path, person)
    if as_json:
        print_json({"readings": dict(result.counts), "impossible": result.impossible})
        return
    for metric, count in sorted(result.counts.items()):
        click.echo(f"{metric}: {count}")
    if not result.counts:
        click.echo("There was nothing in it that is used.")
    if result.impossible:
        click.echo(f"{result.impossible} readings with impossible values were left out.", err=True)


@health.command("show")
@json_option
@shared
def health_show(as_json: bool) -> None:
    """List the numbers there are, with their first and last day."""
    from edge.commands import print_json
    from edge.health.readings import Readings

    with _app() as app:
        counts = Readings(app.memory()).counts()
    if as_json:
        print_json(
            {name: {"readings": n, "first": a, "last": b} for name, (n, a, b) in counts.items()}
        )
        return
    for name, (count, first, last) in counts.items():
        click.echo(f"{name}: {count} readings, {first} to {last}")
    if not counts:
        click.echo("There are no health numbers.")
