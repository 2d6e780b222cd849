"""`edge serve`: answer other programs and machines."""

from __future__ import annotations

import click

from edge.cli import _app, shared


@click.command()
@click.option("--host", help="Address to listen on; else the one of the settings.")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes any that is free.")
@click.option("--model", help="A model of the store, or a folder; else the one of the settings.")
@click.option("--json-log", is_flag=True, help="A line of JSON a request on standard error.")
@shared
def serve(host: str | None, port: int | None, model: str | None, json_log: bool) -> None:
    """Answer other programs, or other machines, in OpenAI's form, until Ctrl-C."""
    from edge.serve.limits import read_tokens
    from edge.serve.server import listen, run

    with _app() as app:
        given = {"host": host, "port": port}
        settings = app.config.serve.model_copy(
            update={name: value for name, value in given.items() if value is not None}
        )
        tokens = read_tokens(settings.tokens)
        # What is wrong with the address is said before the model is loaded.
        listen(settings.host, settings.port, tokens=bool(tokens)).close()
        run(app.service(settings, tokens, model), json_log=json_log)
