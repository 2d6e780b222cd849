import errno

import click
import pytest

from edge import exits
from edge.errors import ConfigError, DeviceError


def outcome(capsys, error):
    """Exit status and standard error of a command that raises `error`."""

    def command():
        raise error

    with pytest.raises(SystemExit) as stop:
        exits.run(command)
    return stop.value.code, capsys.readouterr().err


@pytest.fixture(autouse=True)
def _logs(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (ConfigError("There is no key x."), 2, "edge: There is no key x.\n"),
        (click.UsageError("No such option."), 2, "Error: No such option.\n"),
        (OSError(errno.ENOSPC, "No space left on device", "x"), 2, "edge: x: No space left"),
        (KeyboardInterrupt(), 130, "\n"),
        (BaseExceptionGroup("", [ValueError(), DeviceError("Gone.")]), 2, "edge: Gone.\n"),
        (BaseExceptionGroup("", [ExceptionGroup("", [DeviceError("Gone.")])]), 2, "edge: Gone.\n"),
        (BaseExceptionGroup("", [KeyboardInterrupt()]), 130, ""),
    ],
)
def test_error_has_its_status_and_sentence(capsys, error, status, sentence):
    """What a user can act on is 2 and its sentence; Ctrl-C is 130; groups tell what matters."""
    code, err = outcome(capsys, error)
    assert code == status
    assert sentence in err
    assert "Traceback" not in err


def test_fault_of_ours_is_one_sentence_and_its_traceback_is_kept(capsys, tmp_path):
    """A bug is status 1, and the file that is named holds the traceback."""
    code, err = outcome(capsys, ZeroDivisionError("division by zero"))
    assert code == 1
    assert err.count("\n") == 1
    (kept,) = tmp_path.rglob("last-error.txt")
    assert str(kept) in err
    assert "ZeroDivisionError" in kept.read_text()


def test_interrupt_that_a_library_turned_into_its_own_error_is_130(capsys):
    """Ctrl-C while an extension is being imported arrives as an ImportError caused by it."""
    error = ImportError("initialization failed")
    error.__cause__ = KeyboardInterrupt()
    assert outcome(capsys, error) == (130, "")


def test_success_is_status_0(capsys):
    """A command that returns ends with 0."""
    with pytest.raises(SystemExit) as stop:
        exits.run(lambda: None)
    assert stop.value.code == 0
