"""`edge sim`."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from edge.cli import _app, shared


@click.command()
@click.option("--host", help="Address to listen on; all but loopback ones need a token.")
@click.option("--port", type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--noise", type=click.Path(path_type=Path), help="A recording of a room's noise.")
@click.option("--no-browser", is_flag=True, help="Only print the page's address.")
@shared
def sim(host: str | None, port: int | None, noise: Path | None, no_browser: bool) -> None:
    """Try the assistant in the browser, as if it were on the device."""
    from edge.sim.session import simulate

    with _app() as app:
        given = {"host": host, "port": port, "noise": None if noise is None else str(noise)}
        changed = {name: value for name, value in given.items() if value is not None}
        section = app.config.sim.model_copy(update=changed)
        app.config = app.config.model_copy(update={"sim": section})
        _log_for_the_inspector()

        def show(address: str) -> None:
            click.echo(f"The simulator is at {address} (Ctrl-C ends it).")
            if not no_browser:
                import webbrowser

                if not webbrowser.open(address):
                    click.echo("No browser could be opened; open the address yourself.", err=True)

        simulate(app, show)


def _log_for_the_inspector() -> None:
    """The page sees INFO, and the terminal what it was asked for."""
    root = logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(root.level)
    logging.getLogger("edge").setLevel(logging.INFO)
