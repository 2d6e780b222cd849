"""A real Chromium, and pages in it that may not complain."""

import shutil
from contextlib import contextmanager

import numpy as np
import pytest

from tests.conftest import missing, needed
from tests.sim.page.scripted import Scripted

RATE = 48_000
SWITCHES = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=user-gesture-required",
)


@pytest.fixture(scope="module")
def browsers():
    """A function from the file that is the microphone to a browser, in `with`.

    For a module: as long as it is there, its event loop runs in this thread, and no test could run
    one of its own.
    """
    needed("playwright")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("there is no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:

        @contextmanager
        def started(sound):
            switch = f"--use-file-for-fake-audio-capture={sound}%noloop"
            arguments = [*SWITCHES, switch]
            browser = playwright.chromium.launch(executable_path=path, args=arguments)
            try:
                yield browser
            finally:
                browser.close()

        yield started


@pytest.fixture(scope="session")
def tones(tmp_path_factory):
    """A minute of 500 Hz, and of 11 kHz, that 16 000 samples a second cannot carry."""
    import soundfile

    file = tmp_path_factory.mktemp("sound") / "tones.wav"
    times = np.arange(60 * RATE) / RATE
    both = 0.3 * np.sin(2 * np.pi * 500 * times) + 0.3 * np.sin(2 * np.pi * 11_000 * times)
    soundfile.write(file, both, RATE, subtype="PCM_16")
    return file


@pytest.fixture(scope="module")
def browser(browsers, tones):
    with browsers(tones) as one:
        yield one


@pytest.fixture
def server():
    with Scripted() as one:
        yield one


@pytest.fixture
def opened(browser):
    """A function that opens a page; at the end none of them may have complained."""
    from playwright.sync_api import expect

    complaints = []
    contexts = []

    def open_page(address, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.goto(address)
        expect(page.locator("#state")).not_to_have_text("Connecting", timeout=30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
