"""The product as its users run it: the `edge` command in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from edge.app import App
from edge.hear.transcribe import transcribe_file
from edge.models import Store
from edge.settings import Config
from edge.speak.recording import write_audio
from edge.speak.sentences import sentences
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


class Voice:
    """Speaks and listens for tests that are about something else: as `edge say` and `edge hear`
    do, with models that are loaded once."""

    def __init__(self, app: App) -> None:
        self._synthesizer = app.synthesizer()
        self._ears = app.detector(), app.recognizer()

    def say(self, text: str, out: Path) -> Path:
        """What is said in the file `out`."""

        async def sound():
            pieces = [
                frame
                for sentence in [one async for one in sentences(_once(text))]
                async for frame in self._synthesizer.speak(sentence)
            ]
            write_audio(out, np.concatenate([piece.samples for piece in pieces]), pieces[0].rate)

        asyncio.run(sound())
        return out

    def hear(self, file: Path) -> str:
        """The words in `file`."""
        return transcribe_file(file, *self._ears).text


async def _once(text):
    yield text


@pytest.fixture(scope="session")
def voice(model_folder):
    """A `Voice`."""
    for name in ("silero-vad", "moonshine-tiny-en", "piper-en-us-joe-medium"):
        model_folder(name)
    with App(Config(), Store(offline=True)) as app:
        yield Voice(app)


def lend_caches(home: Path) -> None:
    """Let a home of a test's own have what was made of the models before."""
    own = home / ".cache" / "edge"
    own.mkdir(parents=True)
    for name in ("voices", "prefixes"):
        usual = platformdirs.user_cache_path("edge", appauthor=False) / name
        usual.mkdir(parents=True, exist_ok=True)
        (own / name).symlink_to(usual, target_is_directory=True)


def recorders(environ: dict[str, str]) -> int:
    """Streams that record from the sound server to which `environ` leads."""
    command = ["pactl", "list", "short", "source-outputs"]
    return len(subprocess.check_output(command, env={**os.environ, **environ}).splitlines())


def until_it_records(process, environ: dict[str, str], *, others: int = 0) -> None:
    """Wait until `process` has opened its microphone; `others` recorded before."""
    until = time.monotonic() + 60
    while recorders(environ) <= others:
        assert process.poll() is None, "it has ended"
        assert time.monotonic() < until, "it does not record"
        time.sleep(0.02)  # Another process is at work.


@pytest.fixture(scope="module")
def pulse(tmp_path_factory):
    """A sound card without hardware: what is played to `glasses_mic` is what the microphone hears,
    and `glasses_spk.monitor` is what the speaker plays."""
    for tool in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")
    home = tmp_path_factory.mktemp("pulse")
    lend_caches(home)
    socket = f"unix:{home}/native"
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    environ = {
        "PULSE_SERVER": socket,
        "XDG_RUNTIME_DIR": str(home),
        "XDG_CONFIG_HOME": str(home),
        "HOME": str(home),
    }
    if "EDGE_MODELS" not in os.environ:
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
