"""`edge ledger`: what left this device."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from edge.cli import Group, _app, json_option, shared
from edge.trust.ledger import Entry, Ledger


@click.group(cls=Group)
@shared
def ledger() -> None:
    """What left this device: to whom, about what, and every byte of it."""


@ledger.command("show")
@click.option("--today", is_flag=True, help="Only what left since midnight.")
@click.option("--bytes", "with_bytes", is_flag=True, help="With what was sent, as it was sent.")
@json_option
@shared
def ledger_show(today: bool, with_bytes: bool, as_json: bool) -> None:
    """Print the entries, the oldest first."""
    with _app() as app:
        gate = app.gate()
        since = gate.midnight() if today else None
        entries = list(gate.ledger.entries(since))
        _warn(gate.ledger)
    if as_json:
        click.echo(json.dumps([_plain(entry) for entry in entries], ensure_ascii=False, indent=1))
        return
    if not any(entry.kind == "sent" for entry in entries):
        click.echo("Nothing has left this device" + (" today." if today else "."))
    for line in _lines(entries, with_bytes):
        click.echo(line)


@ledger.command("verify")
@shared
def ledger_verify() -> None:
    """Say whether the entries are those that were written."""
    with _app() as app:
        complaint = app.gate().ledger.verify()
    if complaint:
        click.echo(complaint, err=True)
        sys.exit(1)
    click.echo("The ledger is whole.")


@ledger.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@shared
def ledger_export(file: Path) -> None:
    """Write all entries to FILE as JSON."""
    from edge.memory.files import write_private

    with _app() as app:
        whole = app.gate().ledger
        entries = [_plain(entry) for entry in whole.entries()]
        _warn(whole)
    write_private(file, json.dumps(entries, ensure_ascii=False, indent=1))
    click.echo(f"{file}: {len(entries)} entries", err=True)


def _warn(ledger: Ledger) -> None:
    """What is shown may not be what was written."""
    if complaint := ledger.verify():
        click.echo(complaint, err=True)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        **entry.fields,
    }


def _lines(entries: Iterable[Entry], with_bytes: bool) -> Iterable[str]:
    entries = list(entries)
    ends = {entry.fields["of"]: entry for entry in entries if entry.kind == "ended"}
    for entry in entries:
        if entry.kind != "sent":
            continue
        end = ends.get(entry.number)
        became = "no end is on record"
        if end is not None:
            became = f"{end.fields['how']}, status {end.fields['status']}"
            became += f", {end.fields['received']} bytes back"
        yield (
            f"{entry.number:5}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.fields['recipient']}"
            f"  ({entry.fields['topic']})  {len(entry.content)} bytes; {became}"
        )
        yield f"       {entry.fields['question']}"
        if with_bytes:
            for line in entry.content.decode("utf-8", errors="backslashreplace").splitlines():
                yield f"       | {line}"
