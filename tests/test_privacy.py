import os
import subprocess
import sys

import pytest

SESSION = """
import numpy, onnx, onnxruntime
helper = onnx.helper
value = helper.make_tensor_value_info
graph = helper.make_graph(
    [helper.make_node("Identity", ["x"], ["y"])],
    "g", [value("x", 1, [1])], [value("y", 1, [1])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
session = onnxruntime.InferenceSession(model.SerializeToString())
session.run(None, {"x": numpy.zeros(1, numpy.float32)})
"""


def left_behind(tmp_path, statement):
    """What a process that runs a model leaves in an empty home."""
    names = ("CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "TF_BUILD")
    environ = {k: v for k, v in os.environ.items() if k not in names}
    environ |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", statement + SESSION], check=True, env=environ)
    return sorted(path.name for path in tmp_path.rglob("*"))


def test_the_runtime_collects_nothing_about_its_use(tmp_path):
    """ONNX Runtime's own telemetry is off as soon as `edge` is imported: it stores no events."""
    assert left_behind(tmp_path, "import edge") == []


def test_without_us_the_runtime_would(tmp_path):
    """The check above can fail: by itself this build of ONNX Runtime does store events."""
    if not left_behind(tmp_path, ""):
        pytest.xfail("this build of ONNX Runtime has no telemetry")
