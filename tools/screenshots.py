"""The pictures of docs/images: the simulator's page in Chromium, before the real assistant.

    python tools/screenshots.py [--folder docs/images] [--chromium /usr/bin/chromium]

Starts `edge sim` with a memory of its own, says a few things by typing, and takes a picture of
what is then shown. Nothing in the pictures is made up.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
WIDE, PHONE = (1440, 900), (390, 844)


def say(page: Any, text: str) -> None:
    """Type `text`, and wait until it was answered."""
    answers = page.locator("#log .assistant").count()
    page.fill("#text", text)
    page.press("#text", "Enter")
    page.locator("#log .assistant").nth(answers).wait_for(timeout=120_000)


def pictures(page: Any, folder: Path, name: str) -> None:
    """Both schemes at both widths."""
    page.evaluate("document.activeElement.blur()")
    for scheme in ("light", "dark"):
        for width, (w, h) in {"wide": WIDE, "phone": PHONE}.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": w, "height": h})
            page.evaluate("scrollTo(0, 0)")
            page.wait_for_timeout(200)
            page.screenshot(path=folder / f"{name}-{scheme}-{width}.png")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument("--council", help="a question for the council; takes its time")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    from tests.sim.page.product import SIM, running

    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as memory,
        running(*SIM, EDGE_MEMORY_PATH=str(Path(memory) / "memory.sqlite")) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=given.chromium, args=["--no-sandbox", "--mute-audio"]
        )
        page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
        page.goto(address)
        page.locator("#state", has_text="Ready").wait_for(timeout=60_000)
        page.select_option("#profile", "monochrome-576x288")
        say(page, "What time is it in Tokyo?")
        say(page, "Add milk, bread and eggs to my shopping list.")
        pictures(page, given.folder, "list")
        page.select_option("#profile", "colour-640x400")
        say(page, "Set a pasta timer for ten minutes.")
        say(page, "How long is left on my timer?")
        page.click("#tab-turns")
        pictures(page, given.folder, "timer")
        if given.council:
            page.click("#tab-device")
            page.select_option("#profile", "monochrome-640x400")
            say(page, f"Think hard about this: {given.council}")
            page.click("#tab-turns")
            pictures(page, given.folder, "council")
        browser.close()


if __name__ == "__main__":
    main()
