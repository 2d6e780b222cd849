"""The page before the real assistant: a recording as the microphone, and its speaker is heard."""

import os
import re
import subprocess
import sys
from difflib import SequenceMatcher

import numpy as np
import pytest

pytestmark = [pytest.mark.model, pytest.mark.data, pytest.mark.slow]

NEEDED = ("silero-vad", "moonshine-tiny-en", "piper-en-us-joe-medium", "smollm2-135m")
LISTEN_IN = """
    window.heard = [];
    const connect = AudioNode.prototype.connect;
    AudioNode.prototype.connect = function (to, ...more) {
        if (to instanceof AudioDestinationNode && this.context.sampleRate === 24000) {
            const tap = this.context.createScriptProcessor(4096, 1, 1);
            tap.onaudioprocess = ({ inputBuffer }) => {
                for (const value of inputBuffer.getChannelData(0)) window.heard.push(value);
            };
            connect.call(this, tap);
            connect.call(tap, to);
        }
        return connect.call(this, to, ...more);
    };
"""


@pytest.fixture(scope="module")
def recording(data):
    return data / "commands" / "misc" / "voice2json__what_time_is_it.flac"


@pytest.fixture(scope="module")
def spoken(recording, tmp_path_factory):
    """The recording with two seconds of silence before it, as a browser's microphone wants it."""
    import soundfile

    samples, rate = soundfile.read(recording, dtype="int16")
    file = tmp_path_factory.mktemp("spoken") / "spoken.wav"
    silence = np.zeros(2 * rate, np.int16)
    soundfile.write(file, np.concatenate([silence, samples, silence]), rate, subtype="PCM_16")
    return file


@pytest.fixture(scope="module")
def product(model_folder, tmp_path_factory):
    """The address of `edge sim`."""
    for name in NEEDED:
        model_folder(name)
    memory = tmp_path_factory.mktemp("memory") / "memory.sqlite"
    environment = {
        **os.environ,
        "EDGE_MEMORY_PATH": str(memory),
        "EDGE_LM_MODEL": "smollm2-135m",
    }
    command = [sys.executable, "-m", "edge", "sim", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            found = None
            while found is None:
                line = process.stdout.readline()
                assert line, "edge sim gave no address"
                found = re.search(r"http://\S+", line)
            yield found[0]
        finally:
            process.terminate()


@pytest.fixture
def page(browsers, spoken, product):
    """A page of the product; it may not have complained."""
    complaints = []
    with browsers(spoken) as browser:
        page = browser.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.add_init_script(LISTEN_IN)
        page.goto(product)
        page.locator("#state", has_text="Listening").wait_for()
        yield page
    assert complaints == []


def plain(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def test_a_question_to_the_browser_is_answered_aloud(page, tmp_path):
    """What the browser's microphone hears becomes a caption, and what its speaker plays says what
    the answer says."""
    import soundfile
    import soxr

    from edge.app import App
    from edge.config import load
    from edge.hear.transcribe import transcribe_file
    from edge.models import Store

    page.click("#microphone")
    page.locator("#log .wearer", has_text=re.compile("what time is it", re.IGNORECASE)).wait_for()
    page.locator("#log .assistant").wait_for()
    page.locator("#state", has_text="Listening").wait_for()
    answer = page.locator("#log .assistant").first.inner_text().removeprefix("edge: ")
    heard = np.array(page.evaluate("window.heard"), np.float32)
    sounding = np.flatnonzero(np.abs(heard) > 0.01)
    heard = heard[max(0, sounding[0] - 4800) : sounding[-1] + 4800]
    file = tmp_path / "answer.wav"
    soundfile.write(file, soxr.resample(heard, 24_000, 16_000), 16_000)
    with App(load(), Store(offline=True)) as app:
        again = transcribe_file(file, app.detector(), app.recognizer()).text
    assert SequenceMatcher(None, plain(answer), plain(again)).ratio() > 0.7, (answer, again)
    page.click("#tab-turns")
    page.locator(".turn .total", has_text="Voice to voice").wait_for()
    assert "clock.time" in page.locator(".turn .route").first.inner_text()


def test_a_dropped_recording_cuts_a_long_answer(page, recording):
    """A recording that is played while the assistant speaks is a barge-in: silence in the page at
    once, and then its own answer."""
    page.fill("#text", "What can you do?")
    page.press("#text", "Enter")
    page.locator("#state", has_text="Speaking").wait_for()
    page.set_input_files("#file", recording)
    # Cut before its first word was heard, it is not in the conversation.
    page.click("#tab-turns")
    cut = page.locator(".turn", has_text="What can you do?")
    cut.filter(has_text="(interrupted)").first.wait_for()
    asked = page.locator("#log .wearer", has_text=re.compile("what time is it", re.IGNORECASE))
    asked.last.wait_for()


def test_a_timer_a_mute_and_no_network_are_seen(page):
    """A card is on the display, the clock can be moved, and the ring says muted and offline."""
    page.fill("#text", "Set a pasta timer for ten minutes.")
    page.press("#text", "Enter")
    page.locator("#log .assistant", has_text="timer").last.wait_for()
    page.locator("#state", has_text="Listening").wait_for()
    page.click("#network")
    page.locator("#state", has_text="Offline").wait_for()
    page.click("#network")
    page.click("#mute")
    page.locator("#state", has_text="Muted").wait_for()
    page.click("#mute")
    page.locator("#state", has_text="Listening").wait_for()
    page.click("[data-add='600']")
    page.locator("#display", has_text=re.compile("timer", re.IGNORECASE)).wait_for()
