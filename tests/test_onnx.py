"""edge.onnx: sessions, and what is said of files that are no models."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from edge.errors import ModelCorrupt, ModelMissing
from edge.onnx import open_session, require_io, runtime_errors
from tests.hear import make_models


@pytest.fixture
def model(tmp_path):
    return make_models.silero(tmp_path / "tiny.onnx")


def test_opens_a_model_and_runs_it(model):
    """A session computes what the file says."""
    session = open_session(model, threads=1)
    inputs = {
        "input": np.array([[0.25, -0.5]], np.float32),
        "state": np.zeros((2, 1, 128), np.float32),
        "sr": np.array(16000, np.int64),
    }
    (output,) = session.run(["output"], inputs)
    assert output == pytest.approx(0.5)


def test_threads_do_not_spin(model):
    """An idle pool costs nothing, and has the threads that were asked for."""
    options = open_session(model, threads=2).get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (2, 1)


def test_no_plan_is_kept_for_each_length(model):
    """Memory does not grow with every new length of sound."""
    assert not open_session(model, threads=1).get_session_options().enable_mem_pattern


def test_missing_file(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(ModelMissing, match=r"There is no model file .*none\.onnx\."):
        open_session(tmp_path / "none.onnx", threads=1)


@pytest.mark.parametrize("ort_format", [False, True])
@pytest.mark.parametrize("content", [b"", b"<html>", bytes(4096), b"\xff" * 100])
def test_foreign_file(tmp_path, capfd, content, ort_format):
    """What is no model is refused in one sentence, and ONNX Runtime prints nothing of its own."""
    file = tmp_path / "odd.onnx"
    file.write_bytes(content)
    with pytest.raises(ModelCorrupt, match=r"odd\.onnx is damaged or is not a model") as caught:
        open_session(file, threads=1, ort_format=ort_format)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_truncated_file(model):
    """A file that breaks off is damaged."""
    model.write_bytes(model.read_bytes()[:-100])
    with pytest.raises(ModelCorrupt, match="damaged"):
        open_session(model, threads=1)


def test_the_other_format_is_refused(model):
    """An ONNX file is not taken for one in ONNX Runtime's own format."""
    with pytest.raises(ModelCorrupt, match="damaged"):
        open_session(model, threads=1, ort_format=True)


def test_require_io_names_what_the_model_takes(model):
    """A sound model in the wrong place is refused with its inputs and outputs."""
    session = open_session(model, threads=1)
    require_io(session, model, inputs=("input", "state", "sr"), outputs=("output",))
    with pytest.raises(ModelCorrupt, match="another model: it takes input, sr, state"):
        require_io(session, model, inputs=("input",), outputs=("output",))
    with pytest.raises(ModelCorrupt, match="gives output, stateN"):
        require_io(session, model, inputs=("input", "state", "sr"), outputs=("logits",))


def test_runtime_errors_cover_a_wrong_input(model):
    """What a session raises can be caught by `runtime_errors`."""
    session = open_session(model, threads=1)
    inputs = {
        "input": np.zeros((1, 2, 3), np.float32),
        "state": np.zeros((2, 1, 128), np.float32),
        "sr": np.array(16000, np.int64),
    }
    with pytest.raises(runtime_errors(), match="input"):
        session.run(None, inputs)


def test_importing_hear_is_light():
    """No engine is loaded by importing the modules around it."""
    code = (
        "import sys, edge.onnx, edge.hear.vad, edge.hear.asr_moonshine, edge.hear.asr_vosk, "
        "edge.hear.listen, edge.hear.transcribe, edge.hear.files\n"
        "heavy = {'onnxruntime', 'soundfile', 'soxr', 'vosk', 'sounddevice'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
