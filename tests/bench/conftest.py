"""The tiny models of the engine's tests."""

from tests.reason.lm.conftest import folder

__all__ = ["folder"]
