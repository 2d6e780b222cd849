"""`edge sim` and `edge serve` as their users start them, and pages of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager

from tests.conftest import needed
from tests.sim.page.listening import listen_in

MODEL = "smollm2-135m"
SIM = ("sim", "--port", "0", "--no-browser")
NEEDED = ("silero-vad", "moonshine-tiny-en", "piper-en-us-joe-medium", MODEL)


@contextmanager
def running(*arguments, **environment):
    """`edge ARGUMENTS` in a process of its own; the address that it gives."""
    command = [sys.executable, "-m", "edge", *map(str, arguments)]
    environment = {**os.environ, **environment}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            found = None
            while found is None:
                line = process.stdout.readline()
                assert line, f"edge {arguments} gave no address"
                found = re.search(r"http://[^\s/]+/", line)
            yield found[0]
        finally:
            process.terminate()


@contextmanager
def opened(browser, address, *scripts):
    """A page of the product whose sound is caught; it may not have complained at the end.

    `scripts` run before its own."""
    complaints = []
    page = browser.new_context().new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
    listen_in(page)
    for script in scripts:
        page.add_init_script(script)
    page.goto(address)
    page.locator("#state", has_text=re.compile("^(Listening|Ready)")).wait_for()
    try:
        yield page
    finally:
        page.context.close()
    assert complaints == [], complaints


def say(page, text):
    """Type it."""
    page.fill("#text", text)
    page.press("#text", "Enter")


def shuts_nobody_out(page):
    """Assert that the rules of axe-core find nothing."""
    needed("axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    bad = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
    assert bad == [], "\n".join(bad)
