"""A sound card without hardware: PulseAudio's null sinks, which the product sees as real devices.

What is played to `glasses_mic` is what the microphone hears; what the speaker plays comes out of
`glasses_spk.monitor`. Unloading a sink is a device that is pulled out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Self

from edge.errors import BenchError

MIC: Final = "glasses_mic"
SPEAKER: Final = "glasses_spk"

_START: Final = 10.0
"""Seconds that the server may take to start."""


class VirtualCard:
    """A PulseAudio server of its own with a microphone and a speaker, while the block lasts."""

    def __init__(self, home: Path | None = None) -> None:
        """`home`: where the server's socket and the configuration of its clients lie; else a
        folder that is removed."""
        self._temporary = None
        if home is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="edge-card-")
            home = Path(self._temporary.name)
        self.home = home
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """What leads a program to this card, and to nothing else of PulseAudio or ALSA."""
        home = str(self.home)
        return {
            "PULSE_SERVER": f"unix:{home}/native",
            "XDG_RUNTIME_DIR": home,
            "XDG_CONFIG_HOME": home,
            "HOME": home,
        }

    def __enter__(self) -> Self:
        for tool in ("pulseaudio", "pactl", "paplay"):
            if shutil.which(tool) is None:
                raise BenchError(f"A virtual sound card needs {tool}, which is not installed.")
        routed = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
        (self.home / ".asoundrc").write_text(routed, encoding="ascii")
        socket = f"module-native-protocol-unix socket={self.home}/native auth-anonymous=1"
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", f"-L{socket}"],
            env={**os.environ, **self.environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START
        while self.pactl("info").returncode:
            if self._server.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise BenchError("PulseAudio does not start on this machine.")
            time.sleep(0.05)
        self.plug(MIC)
        self.plug(SPEAKER)
        self.pactl("set-default-source", f"{MIC}.monitor")
        self.pactl("set-default-sink", SPEAKER)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
        if self._temporary is not None:
            self._temporary.cleanup()

    def plug(self, name: str) -> None:
        """Put the device in."""
        # Without rewinds the sink works in steps of 50 ms, as hardware does, and not of 2 s.
        sink = ("module-null-sink", f"sink_name={name}", "rate=48000", "norewinds=1")
        self.pactl("load-module", *sink)

    def pull(self, name: str) -> None:
        """Pull the device out."""
        for line in self.pactl("list", "short", "modules").stdout.splitlines():
            number, _, arguments = line.partition("\t")
            if f"sink_name={name} " in arguments + " ":
                self.pactl("unload-module", number)

    def play(self, file: Path) -> subprocess.Popen[bytes]:
        """Say what is in `file` to the microphone."""
        return subprocess.Popen(
            ["paplay", f"--device={MIC}", str(file)], env={**os.environ, **self.environ}
        )

    def pactl(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run the server's control program."""
        return subprocess.run(
            ["pactl", *command],
            env={**os.environ, **self.environ},
            capture_output=True,
            text=True,
            check=False,
        )
