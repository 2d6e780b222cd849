"""Tiny exported models that several tests run."""

import pytest

from edge.reason.lm import export, grids
from edge.reason.lm.description import Grid
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.quantise import BLOCK
from tests.reason.lm import make_gguf

MIXED = {
    name: Grid(bits=4 if name in ("gate_up", "down") else 8, block=BLOCK) for name in grids.CLASSES
}


@pytest.fixture(scope="session", params=["llama", "qwen2"])
def folder(request, tmp_path_factory):
    """An exported model of each architecture; not to be written to."""
    base = tmp_path_factory.mktemp(request.param)
    source = make_gguf.write(base / "tiny.gguf", request.param)
    # The mixture that the real models have; by their size these would be 8 bit throughout.
    return export.build(source, base / "onnx", precision=MIXED)


@pytest.fixture(scope="session")
def shared_model(folder):
    model = LanguageModel(folder, threads=1)
    yield model
    model.close()


@pytest.fixture
def model(shared_model):
    """A running model with an empty cache."""
    shared_model.forget()
    return shared_model
