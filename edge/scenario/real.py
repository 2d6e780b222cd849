"""The same scenario at real pace on real devices: a sound server of its own, with two null sinks.

What is played to the first is what the microphone hears; the second is the speaker. Both are opened
through PortAudio as any sound card is, and unloading one is a device that is pulled out. In a room
with an echo the server plays what the speaker gives to the microphone, too, later and quieter;
noise and the wearer's lines are mixed in by it.
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
from edge.scenario.devices import Noise, made_noise
from edge.speak.recording import write_audio
from edge.speak.speaker import Speaker

_SINKS = {"microphone": "edge_scenario_mic", "speaker": "edge_scenario_spk"}
_ECHO_GAIN = "0.3"
"""Of the speaker at the microphone, as in virtual time."""
_ECHO_MS = 40
"""Milliseconds that the server may take from one to the other."""
_NOISE_TENS = 60
"""Times that ten seconds of noise are repeated."""
_STARTS_IN = 10.0
"""Seconds that the sound server may take to start."""
_ALSA = """</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """A PulseAudio for this process alone, as a context. Before PortAudio is first used."""

    def __init__(self, *, echo: bool = False) -> None:
        """`echo`: the microphone hears the speaker."""
        self._echo = echo
        self._modules: dict[str, str] = {}
        self._noise: tuple[Noise, float] = ("off", 0.0)
        self._sounding: subprocess.Popen[bytes] | None = None
        """Plays the noise."""
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
        self._hush()
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
        # Sound that goes to a sink which is not there would be given to the other one.
        self._hush()
        if "echo" in self._modules:
            _pactl("unload-module", self._modules.pop("echo"))
        if not plugged:
            _pactl("unload-module", self._modules.pop(what))
            return
        # Without rewinds the sink works in steps of 50 ms, as hardware does, and not of 2 s.
        sizes = ("rate=48000", "norewinds=1")
        self._modules[what] = _pactl("load-module", "module-null-sink", f"sink_name={sink}", *sizes)
        if what == "microphone":
            _pactl("set-default-source", f"{sink}.monitor")
        else:
            _pactl("set-default-sink", sink)
        self._fill()

    def surround(self, noise: Noise, level: float) -> None:
        """The room sounds so from now on, at `level` decibels below full scale."""
        self._noise = noise, level
        self._hush()
        self._fill()

    def _fill(self) -> None:
        """The room's echo and its noise, as far as there is what they need."""
        if "microphone" not in self._modules:
            return
        speaker, microphone = f"{_SINKS['speaker']}.monitor", _SINKS["microphone"]
        if self._echo and "speaker" in self._modules and "echo" not in self._modules:
            _pactl("set-source-volume", speaker, _ECHO_GAIN)
            self._modules["echo"] = _pactl(
                "load-module",
                "module-loopback",
                f"source={speaker}",
                f"sink={microphone}",
                f"latency_msec={_ECHO_MS}",
                # Otherwise the delay drifts by about 100 ppm, as no room's does.
                "adjust_time=0",
                "source_dont_move=true",
                "sink_dont_move=true",
            )
        kind, level = self._noise
        if kind != "off":
            path = Path(self._home.name) / "noise.wav"
            ten = np.clip(np.rint(made_noise(kind, level)), -32768, 32767).astype(np.int16)
            # Longer than a scenario lasts.
            write_audio(path, np.tile(ten, _NOISE_TENS), SAMPLE_RATE)
            self._sounding = _played(path)

    def _hush(self) -> None:
        """No noise any more."""
        if self._sounding is not None:
            self._sounding.terminate()
            self._sounding.wait()
            self._sounding = None

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
        self._playing = _played(path)

    def plug(self, plugged: bool) -> None:
        """It is pulled out, or comes back."""
        self._server.plug("microphone", plugged)

    def surround(self, noise: Noise, level: float) -> None:
        """The room sounds so from now on, at `level` decibels below full scale."""
        self._server.surround(noise, level)

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


def _played(path: Path) -> subprocess.Popen[bytes]:
    """What is in `path` is played to the microphone from now on."""
    command = ["paplay", f"--device={_SINKS['microphone']}", str(path)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def _pactl(*command: str) -> str:
    """What `pactl` answers. Raises ScenarioError."""
    done = subprocess.run(["pactl", *command], capture_output=True, text=True, timeout=10)
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise ScenarioError(f"pactl {' '.join(command)} does not work: {reason[-1]}")
    return done.stdout.strip()
