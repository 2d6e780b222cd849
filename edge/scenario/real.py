"""The same scenario at real pace on real devices: a sound server of its own, with two null sinks.

What is played to the first is what the microphone hears; the second is the speaker. Both are opened
through PortAudio as any sound card is, and unloading one is a device that is pulled out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from edge.clock import SampleClock
from edge.devices import find
from edge.errors import ScenarioError
from edge.events import SAMPLE_RATE, AudioFrame, Int16
from edge.hear.mic import Microphone
from edge.scenario.devices import Noise
from edge.speak.recording import write_audio
from edge.speak.speaker import Speaker

_SINKS = {"microphone": "edge_scenario_mic", "speaker": "edge_scenario_spk"}
_STARTS_IN = 10.0
"""Seconds that the sound server may take to start."""
_ALSA = """</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """A PulseAudio for this process alone, as a context. Before PortAudio is first used."""

    def __init__(self) -> None:
        self._modules: dict[str, str] = {}
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        missing = [tool for tool in ("pulseaudio", "pactl", "paplay") if shutil.which(tool) is None]
        if missing:
            raise ScenarioError(f"--real needs PulseAudio; there is no {' and no '.join(missing)}.")
        if "sounddevice" in sys.modules:
            raise ScenarioError("--real is for one scenario a process.")
        self._home = tempfile.TemporaryDirectory(prefix="edge-sound-")
        home = Path(self._home.name)
        (home / "alsa.conf").write_text(_ALSA, encoding="ascii")
        values = {
            "PULSE_SERVER": f"unix:{home}/native",
            "PULSE_RUNTIME_PATH": str(home),
            "ALSA_CONFIG_PATH": str(home / "alsa.conf"),
        }
        self._before = {key: os.environ.get(key) for key in values}
        os.environ.update(values)
        load = f"module-native-protocol-unix socket={home}/native auth-anonymous=1"
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", f"-L{load}"],
            env={**os.environ, "XDG_CONFIG_HOME": str(home), "XDG_RUNTIME_DIR": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait()
            for what in _SINKS:
                self.plug(what, True)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        self._process.wait()
        for key, value in self._before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
        self._home.cleanup()

    def plug(self, what: str, plugged: bool) -> None:
        """The microphone or the speaker is pulled out, or comes back."""
        sink = _SINKS[what]
        if not plugged:
            _pactl("unload-module", self._modules[what])
            return
        self._modules[what] = _pactl("load-module", "module-null-sink", f"sink_name={sink}")
        if what == "microphone":
            _pactl("set-default-source", f"{sink}.monitor")
        else:
            _pactl("set-default-sink", sink)

    def _wait(self) -> None:
        until = time.monotonic() + _STARTS_IN
        while time.monotonic() < until:
            with suppress(ScenarioError):
                _pactl("info")
                return
            time.sleep(0.1)
        raise ScenarioError("The sound server for --real does not start.")


class RealMicrophone(Microphone):
    """The live microphone, and the wearer in front of it."""

    skipped = 0
    """No time is skipped here."""

    def __init__(
        self, clock: SampleClock, tick: Callable[[], int], server: SoundServer, folder: Path
    ) -> None:
        super().__init__(find("", "input"), clock)
        self._step = tick
        self._server = server
        self._folder = folder
        self._playing: subprocess.Popen[bytes] | None = None
        self._lines = 0

    @property
    def busy(self) -> bool:
        """Whether the wearer speaks."""
        return self._playing is not None and self._playing.poll() is None

    def hear(self, samples: Int16) -> None:
        """(n,) samples are played to it."""
        self._lines += 1
        path = self._folder / f"line-{self._lines}.wav"
        write_audio(path, samples, SAMPLE_RATE)
        command = ["paplay", f"--device={_SINKS['microphone']}", str(path)]
        self._playing = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def plug(self, plugged: bool) -> None:
        """It is pulled out, or comes back."""
        self._server.plug("microphone", plugged)

    def surround(self, noise: Noise, level: float) -> None:
        """Not here."""
        raise ScenarioError("There is no noise with --real.")

    async def __aexit__(self, *exc: object) -> None:
        await super().__aexit__(*exc)
        if self._playing is not None:
            self._playing.terminate()
            self._playing.wait()

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self._watched(super().__aiter__())

    async def _watched(self, frames: AsyncIterator[AudioFrame]) -> AsyncIterator[AudioFrame]:
        try:
            async for frame in frames:
                self._step()
                yield frame
        finally:
            close: Any = getattr(frames, "aclose", None)
            if close is not None:
                await close()


class RealSpeaker(Speaker):
    """The live speaker, with a recording of what it was given."""

    def __init__(self, clock: SampleClock) -> None:
        super().__init__(find("", "output"), clock)
        self.heard: list[tuple[int, Int16]] = []
        self._resampler: Any = None
        self.on_played(self._keep)

    @property
    def quiet(self) -> bool:
        """Nothing is being played."""
        return not self._pushed

    def plug(self, plugged: bool) -> None:
        """Not here: PulseAudio gives the sound to the sink that is left, the microphone's."""
        raise ScenarioError("The speaker cannot be unplugged with --real.")

    def _keep(self, samples: Int16, at: int, rate: int) -> None:
        if rate != SAMPLE_RATE:
            import soxr

            if self._resampler is None:
                self._resampler = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16")
            samples = self._resampler.resample_chunk(samples)
        # Callbacks come in bursts, and the sound is smooth.
        end = self.heard[-1][0] + len(self.heard[-1][1]) if self.heard else 0
        begin = end if self.heard and abs(at - end) < SAMPLE_RATE // 2 else at
        self.heard.append((begin, np.array(samples, np.int16)))


def _pactl(*command: str) -> str:
    """What `pactl` answers. Raises ScenarioError."""
    done = subprocess.run(["pactl", *command], capture_output=True, text=True, timeout=10)
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise ScenarioError(f"pactl {' '.join(command)} does not work: {reason[-1]}")
    return done.stdout.strip()
