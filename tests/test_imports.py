import subprocess
import sys

import pytest

HEAVY = ["onnxruntime", "sounddevice", "numpy", "soundfile", "pydantic", "rich", "vosk", "onnx"]


@pytest.mark.parametrize("statement", ["import edge", "import edge.cli"])
def test_importing_pulls_in_nothing_heavy(statement):
    """Starting the command loads no runtime, no sound library and no model code."""
    code = f"import sys; {statement}; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not set(HEAVY) & set(out)


def test_help_pulls_in_nothing_heavy():
    """`edge --help` neither."""
    code = (
        "import sys, runpy; sys.argv = ['edge', '--help']\n"
        "try: runpy.run_module('edge', run_name='__main__')\n"
        "except SystemExit as stop: assert not stop.code\n"
        "print(*sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert "Commands:" in out
    assert not set(HEAVY) & set(out.split())
