"""What a page's microphone hears and its speaker plays, caught in the page on one clock."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

_TAP = """
registerProcessor("tap", class extends AudioWorkletProcessor {
    constructor() {
        super();
        this.parts = [];
    }
    process([channels]) {
        // Where nothing is connected, time goes on.
        const samples = new Int16Array(128);
        if (channels.length) for (let i = 0; i < 128; i++) samples[i] = 32767 * channels[0][i];
        this.at ??= { frame: currentFrame, ms: Date.now() };
        this.parts.push(samples);
        if (this.parts.length < 16) return true;
        this.port.postMessage({ ...this.at, rate: sampleRate, parts: this.parts });
        this.parts = [];
        this.at = null;
        return true;
    }
});
"""
_LISTEN_IN = (
    f"""
    const TAP = {json.dumps(_TAP)};
"""
    + """
    window.taps = { microphone: [], speaker: [] };
    window.latencies = {};
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (to, ...more) {
        const name = this instanceof MediaStreamAudioSourceNode ? "microphone"
            : to instanceof AudioDestinationNode ? "speaker" : null;
        if (name) this.context.audioWorklet.addModule(URL.createObjectURL(new Blob([TAP], {
            type: "text/javascript",
        }))).then(() => {
            const tap = new AudioWorkletNode(this.context, "tap", { numberOfOutputs: 0 });
            tap.port.onmessage = ({ data }) => {
                window.taps[name].push(data);
                window.latencies[name] = this.context.outputLatency;
            };
            connect.call(this, tap);
        });
        return connect.call(this, to, ...more);
    };
"""
)
_COLLECT = """(name) => {
    const parts = window.taps[name].flatMap((one) => one.parts);
    const samples = new Int16Array(128 * parts.length);
    parts.forEach((part, i) => samples.set(part, 128 * i));
    const bytes = new Uint8Array(samples.buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768)
        text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    const [first] = window.taps[name];
    return {
        rate: first?.rate ?? 0, samples: btoa(text), latency: window.latencies[name] ?? 0,
        stamps: window.taps[name].map(({ frame, ms }) => [frame - first.frame, ms]),
    };
}"""


@dataclass(frozen=True, slots=True)
class Caught:
    """All that was heard in one of the page's two sound graphs so far."""

    samples: np.ndarray
    """(n,) int16"""
    rate: int
    """Samples a second; 0: nothing was heard yet."""
    latency: float
    """Seconds from here to the device, as the browser says."""
    stamps: np.ndarray
    """(m, 2): position of a sample, and when it was there, in milliseconds."""

    def when(self, position: int) -> float:
        """When the sample was there, in seconds since 1970."""
        place = int(np.searchsorted(self.stamps[:, 0], position))
        near = self.stamps[max(0, place - 32) : place + 32]
        # Blocks come in bursts: the median of their neighbours is their clock.
        began = np.median(near[:, 1] - near[:, 0] * 1000 / self.rate)
        return float(began / 1000 + position / self.rate)

    def position(self, when: float) -> int:
        """The sample that was there at that time."""
        times = self.stamps[:, 1] / 1000
        place = min(int(np.searchsorted(times, when)), len(times) - 1)
        at = int(self.stamps[place, 0])
        return at + round((when - self.when(at)) * self.rate)


def listen_in(page: Any) -> None:
    """From the next page on, what is heard is kept."""

    def allow(route: Any) -> None:
        """The page's policy allows no script but its server's, and ours comes from the test."""
        answer = route.fetch()
        policy = answer.headers["content-security-policy"]
        policy = policy.replace("script-src 'self'", "script-src 'self' blob:")
        headers = {**answer.headers, "content-security-policy": policy}
        route.fulfill(response=answer, headers=headers)

    # What a test answers in a server's place counts as coming from elsewhere.
    page.context.grant_permissions(["local-network-access", "microphone"])
    page.route(lambda address: urlsplit(address).path == "/", allow)
    page.add_init_script(_LISTEN_IN)


def caught(page: Any, name: str) -> Caught:
    """`name`: microphone or speaker."""
    data = page.evaluate(_COLLECT, name)
    samples = np.frombuffer(base64.b64decode(data["samples"]), "<i2")
    stamps = np.array(data["stamps"], float).reshape(-1, 2)
    return Caught(samples, round(data["rate"]), float(data["latency"]), stamps)
