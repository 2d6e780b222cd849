"""What the tests share: skips that say what is missing, and fail where nothing may be missing."""

from __future__ import annotations

import importlib.util
import os
import signal
from pathlib import Path

import pytest

from edge.trust import guard

REPOSITORY = Path(__file__).parents[1]
DATA = REPOSITORY.parent / "shared" / "data"


def missing(what: str) -> None:
    """Skip the test for lack of `what`; under EDGE_REQUIRE_ALL, fail it."""
    if os.environ.get("EDGE_REQUIRE_ALL"):
        pytest.fail(f"EDGE_REQUIRE_ALL is set and {what}")
    pytest.skip(what)


def needed(module: str) -> None:
    """Skip the test for lack of an optional package; under EDGE_REQUIRE_ALL, fail it."""
    if importlib.util.find_spec(module) is None:
        missing(f"the package {module} is not installed")


# Every test runs with it, so that whatever opens a connection beside the gate is found.
guard.install()

# A shell starts what it runs in the background deaf to Ctrl-C; what the tests start must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def own_client():
    """For a test that is itself a client of a server on this machine: (host, port) in `with`."""
    return guard.allowed


@pytest.fixture(scope="session", autouse=True)
def memory_of_its_own(tmp_path_factory):
    """No test reads or writes what the user of this machine had remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGE_MEMORY_PATH", str(tmp_path_factory.mktemp("memory") / "memory.sqlite"))
        yield


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of recordings and questions."""
    if not DATA.is_dir():
        missing(f"there are no recordings in {DATA}")
    return DATA


@pytest.fixture(scope="session")
def model_folder():
    """A function from a model's name to its folder in the store; skips where it is not there."""
    from edge.errors import ModelError
    from edge.models import Store

    def folder(name: str) -> Path:
        try:
            return Store(offline=True).path(name)
        except ModelError as error:
            missing(str(error))
            raise AssertionError from None

    return folder
