"""The tiny models of the language model's tests."""

from tests.reason.lm.conftest import folder, model, shared_model

__all__ = ["folder", "model", "shared_model"]
