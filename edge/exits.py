"""Every way out of the command: an exit status and, where it failed, one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import click

from edge import __version__
from edge.errors import EdgeError

FAULT = 1
"""Something went wrong inside, or nobody reads our output any more."""
BAD_INPUT = 2
INTERRUPTED = 130


def run(command: Callable[[], Any]) -> NoReturn:
    """Run a click command in its non-standalone mode and end the process."""
    try:
        status = command()
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; say nothing more, not even at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULT)
    except BaseExceptionGroup as group:
        _fail(_first(group))
    except Exception as error:
        _fail(error)
    sys.exit(status if isinstance(status, int) else 0)


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    """The error to tell the user: one meant for them if there is any."""
    errors: list[BaseException] = []
    for error in group.exceptions:
        errors.append(_first(error) if isinstance(error, BaseExceptionGroup) else error)
    for error in errors:
        if isinstance(error, EdgeError | KeyboardInterrupt):
            return error
    return errors[0]


def _fail(error: BaseException) -> NoReturn:
    if _interrupted(error):
        sys.exit(INTERRUPTED)
    if isinstance(error, EdgeError):
        click.echo(f"edge: {error}", err=True)
        sys.exit(BAD_INPUT)
    if isinstance(error, OSError) and error.filename:
        click.echo(f"edge: {error.filename}: {error.strerror}.", err=True)
        sys.exit(BAD_INPUT)
    where = _keep_traceback(error)
    sentence = f"edge: Something went wrong inside: {type(error).__name__}: {error}."
    click.echo(f"{sentence} Details are in {where}.", err=True)
    sys.exit(FAULT)


def _interrupted(error: BaseException | None) -> bool:
    """Ctrl-C, or what a library made of it: an extension that is interrupted while it is imported
    raises an ImportError."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _keep_traceback(error: BaseException) -> str:
    import traceback

    import platformdirs

    # Not the arguments: they may hold what the wearer said.
    text = "".join(traceback.format_exception(error))
    try:
        folder = platformdirs.user_log_path("edge", appauthor=False, ensure_exists=True)
        file = folder / "last-error.txt"
        file.write_text(f"edge {__version__}\n{text}", encoding="utf-8")
    except OSError:
        sys.stderr.write(text)
        return "the lines above"
    return str(file)
