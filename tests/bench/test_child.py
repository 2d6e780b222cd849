import json
import sys

import pytest

from edge.bench.child import Child
from edge.errors import BenchError

ECHO = """
import json, os, signal, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if request["do"] == "leave":
        sys.exit("no such thing")
    if request["do"] == "refuse":
        request = {"error": "It cannot."}
    print(json.dumps(request), flush=True)
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def child(tmp_path):
    script = tmp_path / "echo.py"
    script.write_text(ECHO)
    with Child("the echo", sys.executable, script) as child:
        yield child


def test_answers(child):
    """A request comes back with what it was sent with."""
    assert child.ask("repeat", ids=[1, 2]) == {"do": "repeat", "ids": [1, 2]}


def test_refusal(child):
    """What the process says it cannot do is the error's sentence; it can be asked again."""
    with pytest.raises(BenchError, match=r"^It cannot\.$"):
        child.ask("refuse")
    assert child.seconds("time", seconds=2) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no signals")
def test_crash(child):
    """A crash is one sentence that names the signal."""
    with pytest.raises(BenchError, match=r"^The process of the echo died with SIGSEGV\.$"):
        child.ask("die")


def test_last_words(child):
    """A process that gives up is quoted."""
    with pytest.raises(BenchError, match="status 1; its last words: no such thing"):
        child.ask("leave")


def test_no_such_python(tmp_path):
    """A Python that is not there is one sentence."""
    with pytest.raises(BenchError, match="cannot be started"):
        Child("llama.cpp", str(tmp_path / "python"), tmp_path / "script.py")


def test_missing_llama(tmp_path):
    """Without llama-cpp-python the process says what to install."""
    from edge.bench import llama_child

    hidden = tmp_path / "run.py"
    hidden.write_text(
        "import sys, runpy\n"
        "sys.modules['llama_cpp'] = None\n"
        f"runpy.run_path({json.dumps(llama_child.__file__)}, run_name='__main__')\n"
    )
    with (
        Child("llama.cpp", sys.executable, hidden) as child,
        pytest.raises(BenchError, match=r"has no llama-cpp-python .* --llama-python"),
    ):
        child.ask("open", path="x", threads=1, context=8)
