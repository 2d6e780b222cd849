"""The product as its users run it: the `edge` command in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import missing


@dataclass
class Outcome:
    """How a run of the command ended."""

    status: int
    out: str
    err: str

    @property
    def rows(self):
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def refused(self, *words):
        """Assert that it ended with status 2 and one sentence that holds `words`."""
        assert self.status == 2, self.err
        assert "Traceback" not in self.err
        lines = self.err.strip().splitlines()
        assert lines[-1].startswith(("edge: ", "Error: ")), self.err
        for word in words:
            assert word in lines[-1]


class Edge:
    """Runs `edge` in a folder of its own, offline, with the store as it is."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.environ = {**os.environ, "EDGE_OFFLINE": "1", **(environ or {})}

    def start(self, *arguments):
        """The running process."""
        return subprocess.Popen(
            [sys.executable, "-m", "edge", *map(str, arguments)],
            cwd=self.folder,
            env=self.environ,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __call__(self, *arguments, timeout=120):
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            pytest.fail(f"edge {arguments} still ran after {timeout} s.\n{out}\n{err}")
        return Outcome(process.returncode, out, err)


@pytest.fixture
def edge(tmp_path):
    """The command, run in an empty folder."""
    return Edge(tmp_path)


@pytest.fixture(scope="module")
def pulse(tmp_path_factory):
    """A sound card without hardware: what is played to `glasses_mic` is what the microphone hears,
    and `glasses_spk.monitor` is what the speaker plays."""
    for tool in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")
    home = tmp_path_factory.mktemp("pulse")
    socket = f"unix:{home}/native"
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environ = {
        "PULSE_SERVER": socket,
        "XDG_RUNTIME_DIR": str(home),
        "XDG_CONFIG_HOME": str(home),
        "HOME": str(home),
    }
    if "EDGE_MODELS" not in os.environ:
        from edge.models import Store

        environ["EDGE_MODELS"] = str(Store(offline=True).root)
    loads = [
        f"module-native-protocol-unix socket={home}/native auth-anonymous=1",
        "module-null-sink sink_name=glasses_mic rate=48000",
        "module-null-sink sink_name=glasses_spk rate=48000",
    ]
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", *(f"-L{x}" for x in loads)],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def pactl(*command):
        asked = ["pactl", *command]
        return subprocess.run(asked, env={**os.environ, **environ}, capture_output=True, text=True)

    try:
        for _ in range(200):
            if "glasses_spk" in pactl("list", "short", "sinks").stdout:
                break
            time.sleep(0.05)  # Another process starts; nothing of ours to wait for.
        assert pactl("set-default-source", "glasses_mic.monitor").returncode == 0
        assert pactl("set-default-sink", "glasses_spk").returncode == 0
        yield environ
    finally:
        server.terminate()
        server.wait()
