"""The installed package, away from its sources."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The `edge` command of a wheel installed into an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, REPOSITORY],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = folder / "env" / scripts / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # The libraries come from here, so that the test does not fetch them again; `edge` does not:
    # the checkout is not on the path of an environment that sees only this folder.
    Path(site, "libraries.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel],
        check=True,
    )
    return [python, "-m", "edge"], folder


def run(installed, *arguments):
    command, folder = installed
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "EDGE_OFFLINE": "1"},
    )


def test_manifests_ship_inside(installed):
    """An installed package knows its models and runs from its own files."""
    outcome = run(installed, "models", "list")
    assert outcome.returncode == 0, outcome.stderr
    assert "moonshine-tiny-en" in outcome.stdout
    where = subprocess.run(
        [installed[0][0], "-c", "import edge; print(edge.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=installed[1],
    ).stdout
    assert str(installed[1]) in where


@pytest.mark.model
def test_loop_works_from_the_installed_package(installed):
    """Speech out and in again, in another folder than the sources."""
    assert run(installed, "say", "Good morning.", "--out", "x.wav").returncode == 0
    outcome = run(installed, "hear", "x.wav")
    assert "morning" in outcome.stdout.lower(), outcome.stderr
