"""What the simulator's page costs: bytes, first paint, frames while a council is drawn, idle CPU.

    python tools/measure_page.py [--chromium /usr/bin/chromium] [--address http://127.0.0.1:8765/]

Without an address the page is served by the scripted server of the tests. CPU is that of all of
Chromium's processes together.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
IDLE_S = 20
PAINTS = 5
FRAMES = """() => new Promise((done) => {
    const times = [];
    const step = (time) => {
        times.push(time);
        if (times.length > 180) done(times);
        else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})"""
SWITCHES = (
    "--no-sandbox",
    "--mute-audio",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def busy(browser: Any) -> float:
    """Seconds of CPU that all processes of the browser have used."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(float(one["cpuTime"]) for one in processes)


def idle(browser: Any, page: Any, scripted: Any) -> float:
    """Percent of a core, while nothing is said."""
    before = busy(browser)
    for _ in range(IDLE_S // 2):
        page.wait_for_timeout(2000)
        if scripted is not None:
            # As the simulator does.
            scripted.say("metrics", memory_mb=1, cpu=0.1, tokens_per_second=None, uptime_s=1)
    return 100 * (busy(browser) - before) / IDLE_S


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
        browser = playwright.chromium.launch(executable_path=given.chromium, args=SWITCHES)
        paints = []
        for _ in range(PAINTS):
            # Of its own context, so that nothing is there already.
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(given.address or scripted.address)
            page.wait_for_timeout(1500)
            paints.append(
                page.evaluate(
                    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
                )
            )
            if len(paints) < PAINTS:
                page.context.close()
        print(
            f"first contentful paint: {statistics.median(paints):.0f} ms "
            f"(median of {PAINTS}, at most {max(paints):.0f})"
        )
        print(f"idle: {idle(browser, page, scripted):.1f} % of a core")
        if scripted is not None:
            scripted.say("state", ring="contemplating")
            scripted.say("event", event="contemplation", phase="started", of=5)
            page.evaluate(f"window.frames_ = ({FRAMES})()")
            before = busy(browser)
            for agent in range(5):
                proposal = {"agent": agent, "strategy": "tools", "candidate": "42"}
                scripted.say("event", event="contemplation", phase="proposal", **proposal)
                page.wait_for_timeout(400)
            times = page.evaluate("window.frames_")
            seconds = (times[-1] - times[0]) / 1000
            longest = max(b - a for a, b in pairwise(times))
            print(
                f"council: {(len(times) - 1) / seconds:.1f} frames a second, longest frame "
                f"{longest:.0f} ms, {100 * (busy(browser) - before) / seconds:.0f} % of a core"
            )
            scripted.say("state", ring="listening")
        page.click("#microphone")
        page.wait_for_timeout(1500)
        print(f"listening, with the microphone open: {idle(browser, page, scripted):.1f} %")
        browser.close()


if __name__ == "__main__":
    main()
