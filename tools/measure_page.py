"""What the simulator's page costs: bytes, first paint, frames while a council is drawn, idle CPU.

    python tools/measure_page.py [--chromium /usr/bin/chromium] [--address http://127.0.0.1:8765/]

Without an address the page is served by the scripted server of the tests.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
IDLE_S = 20
FRAMES = """() => new Promise((done) => {
    const times = [];
    const step = (time) => {
        times.push(time);
        if (times.length > 180) done(times);
        else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})"""


def busy(session: Any) -> float:
    """Seconds of CPU that the page's main thread has used for all it did."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--address")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.sim.page.scripted import PAGE, Scripted

    size = sum(file.stat().st_size for file in PAGE.glob("*.*"))
    fonts = sum(file.stat().st_size for file in PAGE.glob("fonts/*.woff2"))
    print(f"size: {size / 1000:.0f} kB and {fonts / 1000:.0f} kB of fonts")
    with (
        sync_playwright() as playwright,
        Scripted() if given.address is None else nullcontext() as scripted,
    ):
        browser = playwright.chromium.launch(
            executable_path=given.chromium, args=["--no-sandbox", "--mute-audio"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        page.goto(given.address or scripted.address)
        page.wait_for_timeout(1500)
        paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        )
        print(f"first contentful paint: {paint:.0f} ms")
        before = busy(session)
        page.wait_for_timeout(IDLE_S * 1000)
        print(f"idle: {100 * (busy(session) - before) / IDLE_S:.1f} % of a core in the page")
        if scripted is not None:
            scripted.say("state", ring="contemplating")
            scripted.say("event", event="contemplation", phase="started", of=5)
            page.evaluate(f"window.frames_ = ({FRAMES})()")
            for agent in range(5):
                proposal = {"agent": agent, "strategy": "tools", "candidate": "42"}
                scripted.say("event", event="contemplation", phase="proposal", **proposal)
                page.wait_for_timeout(400)
            times = page.evaluate("window.frames_")
            rate = 1000 * (len(times) - 1) / (times[-1] - times[0])
            longest = max(b - a for a, b in pairwise(times))
            print(f"council: {rate:.1f} frames a second, longest frame {longest:.0f} ms")
        browser.close()


if __name__ == "__main__":
    main()
