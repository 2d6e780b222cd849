"""The page before the real assistant: a recording as the microphone, and its speaker is heard."""

import asyncio
import io
import json
import re
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.sim.page.listening import caught
from tests.sim.page.product import MODEL, NEEDED, SIM, opened, running, say, shuts_nobody_out
from tests.sim.words import alike

pytestmark = [pytest.mark.model, pytest.mark.data, pytest.mark.slow]

RATE = 16_000
ASKED = re.compile("what time is it", re.IGNORECASE)
BREAKABLE = """
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given);
            window.sockets.push(this);
        }
    };
"""


@pytest.fixture(scope="module")
def recording(data):
    return data / "commands" / "misc" / "voice2json__what_time_is_it.flac"


@pytest.fixture(scope="module")
def question(recording):
    """(n,) samples of the recording at RATE."""
    from edge.hear.files import read_blocks

    return np.concatenate([frame.samples for frame in read_blocks(recording)])


@pytest.fixture(scope="module")
def spoken(question, tmp_path_factory):
    """The recording with two seconds of silence around it, as a browser's microphone wants it."""
    return written(tmp_path_factory, [silence(2), question, silence(2)])


@pytest.fixture(scope="module")
def interrupting(question, product, tmp_path_factory):
    """A question with a long answer, and in the midst of that the recording.

    Gives the file, and the seconds from its beginning to the recording."""
    from edge.app import App
    from edge.bench.turn import synthesised
    from edge.config import load
    from edge.models import Store

    with App(load(), Store(offline=True)) as app, ThreadPoolExecutor(1) as apart:
        # Of its own thread: Playwright's event loop runs in this one.
        (first,) = apart.submit(asyncio.run, synthesised(app, ["What can you do?"])).result()
    before = [silence(2), first.samples, silence(4)]
    file = written(tmp_path_factory, [*before, question, silence(2)])
    return file, sum(map(len, before)) / RATE


def silence(seconds):
    return np.zeros(round(seconds * RATE), np.int16)


def written(folders, pieces):
    import soundfile

    file = folders.mktemp("spoken") / "spoken.wav"
    soundfile.write(file, np.concatenate(pieces), RATE, subtype="PCM_16")
    return file


@pytest.fixture(scope="module")
def product(model_folder, tmp_path_factory):
    """The address of `edge sim`."""
    for name in NEEDED:
        model_folder(name)
    memory = tmp_path_factory.mktemp("memory") / "memory.sqlite"
    environment = {"EDGE_MEMORY_PATH": str(memory), "EDGE_LM_MODEL": MODEL}
    with running(*SIM, **environment) as address:
        yield address


@pytest.fixture
def page(browsers, spoken, product):
    """A page of the product; it may not have complained."""
    with browsers(spoken) as browser, opened(browser, product) as page:
        yield page


def understood(samples, rate, folder):
    """What the recogniser hears in (n,) samples."""
    import soundfile
    import soxr

    from edge.app import App
    from edge.config import load
    from edge.hear.transcribe import transcribe_file
    from edge.models import Store

    file = folder / "heard.wav"
    soundfile.write(file, soxr.resample(samples, rate, RATE), RATE)
    with App(load(), Store(offline=True)) as app:
        return transcribe_file(file, app.detector(), app.recognizer()).text


def sounding(heard):
    """Positions of the audible samples of what was caught."""
    return np.flatnonzero(np.abs(heard.samples.astype(int)) > 300)


def last_answer(page):
    return page.locator("#log .assistant").last.inner_text().removeprefix("edge:").strip()


def test_a_question_to_the_browser_is_answered_aloud(page, tmp_path):
    """What the browser's microphone hears becomes a caption, and what its speaker plays says what
    the answer says."""
    page.click("#microphone")
    page.locator("#log .wearer", has_text=ASKED).wait_for()
    page.locator("#log .assistant").wait_for()
    page.locator("#state", has_text="Listening").wait_for()
    heard = caught(page, "speaker")
    found = sounding(heard)
    said = heard.samples[max(0, found[0] - 4800) : found[-1] + 4800]
    again = understood(said, heard.rate, tmp_path)
    assert alike(last_answer(page), again), (last_answer(page), again)
    page.click("#tab-turns")
    page.locator(".turn .total", has_text="Voice to voice").wait_for()
    assert "clock.time" in page.locator(".turn .route").first.inner_text()


def test_a_second_question_in_the_microphone_cuts_the_first_ones_answer(
    browsers, interrupting, product, tmp_path
):
    """The wearer asks again while the page speaks: it falls silent before the question is over, the
    caption of the second appears, and what is heard then is its answer."""
    file, after = interrupting
    with browsers(file) as browser, opened(browser, product) as page:
        said = page.locator("#log p")
        before = said.count()
        page.click("#microphone")
        said.nth(before + 3).wait_for()
        page.locator("#state", has_text="Listening").wait_for()
        microphone, speaker = caught(page, "microphone"), caught(page, "speaker")
        shuts_nobody_out(page)
        answer = last_answer(page)
        assert said.nth(before + 1).get_attribute("class") == "assistant cut"
        assert ASKED.search(said.nth(before + 2).inner_text())
    asked = microphone.samples.astype(int)
    # The microphone's first question begins after two seconds of silence.
    began = microphone.when(int(np.flatnonzero(np.abs(asked) > 1000)[0])) - 2
    interrupted = began + after
    found = sounding(speaker)
    pauses = np.flatnonzero(np.diff(found) > 0.4 * speaker.rate)
    times = [(speaker.when(int(found[at])), int(found[at + 1])) for at in pauses]
    # The silence that the interruption made, and the sound after it.
    silent, again = next((when, place) for when, place in times if when > interrupted - 0.3)
    assert silent < interrupted + 1.2, "it went on speaking"
    assert found[0] < speaker.position(interrupted), "it had not begun to speak"
    heard = understood(speaker.samples[again - 4800 :], speaker.rate, tmp_path)
    assert alike(answer, heard), (answer, heard)


def test_a_dropped_recording_cuts_a_long_answer(page, recording):
    """A recording that is played while the assistant speaks is a barge-in: silence in the page at
    once, and then its own answer."""
    say(page, "What can you do?")
    page.locator("#state", has_text="Speaking").wait_for()
    page.set_input_files("#file", recording)
    # Cut before its first word was heard, it is not in the conversation.
    page.click("#tab-turns")
    cut = page.locator(".turn", has_text="What can you do?")
    cut.filter(has_text="(interrupted)").first.wait_for()
    page.locator("#log .wearer", has_text=ASKED).last.wait_for()
    page.locator(".turn h3", has_text=ASKED).first.wait_for()
    page.locator("#state", has_text="Ready").wait_for()


def test_an_answer_goes_on_when_the_connection_comes_back(browsers, spoken, product):
    """A connection that breaks in mid-answer is made again: the rest is heard, and the conversation
    has the whole answer once."""
    with browsers(spoken) as browser, opened(browser, product, BREAKABLE) as page:
        answers = page.locator("#log .assistant")
        before = answers.count()
        say(page, "What can you do?")
        page.locator("#state", has_text="Speaking").wait_for()
        page.wait_for_timeout(1000)
        page.evaluate("window.sockets.at(-1).close()")
        page.locator("#state", has_text="No connection").wait_for()
        page.locator("#state", has_text="Speaking").wait_for()
        back = time.time()
        page.locator("#state", has_text=re.compile("^(Listening|Ready)")).wait_for()
        heard = caught(page, "speaker")
        assert page.evaluate("window.sockets.length") == 2
        found = sounding(heard)
        assert found[0] < heard.position(back), "nothing was heard before"
        assert np.count_nonzero(found > heard.position(back)) > heard.rate, "the rest is missing"
        assert answers.count() == before + 1
        assert answers.last.get_attribute("class") == "assistant"
        assert len(last_answer(page)) > 60
        shuts_nobody_out(page)


def test_a_tab_that_closes_in_mid_sentence_harms_nobody(browsers, spoken, product):
    """Its microphone is free again, and the next page is answered."""
    with browsers(spoken) as browser:
        with opened(browser, product) as page:
            page.click("#microphone")
            page.locator("#state", has_text="Hearing you").wait_for()
        with opened(browser, product) as page:
            page.locator("#role", has_text="No microphone").wait_for()
            answers = page.locator("#log .assistant")
            # The page shows what was said before, the time of day among it.
            before = answers.count()
            say(page, "What is seven plus eight?")
            answers.nth(before).filter(has_text="15").wait_for()


def test_a_turn_is_exported_and_replayed(page, tmp_path):
    """Export gives a ZIP with what was said and heard, Replay asks the question's sound again, and
    the ledger says that nothing has left."""
    import soundfile

    page.click("#tab-ledger")
    page.locator("#panel-ledger", has_text="Nothing has left this device.").wait_for()
    page.click("#tab-turns")
    turns = page.locator(".turn")
    before = turns.count()
    page.click("#microphone")
    page.locator("#log .wearer", has_text=ASKED).last.wait_for()
    turns.nth(before).wait_for()
    page.locator("#state", has_text="Listening").wait_for()
    with page.expect_download() as download:
        turns.first.get_by_role("link", name="Export").click()
    with zipfile.ZipFile(download.value.path()) as file:
        turn = json.loads(file.read("turn.json"))
        events = [json.loads(line)["event"] for line in file.read("trace.jsonl").splitlines()]
        question, rate = soundfile.read(io.BytesIO(file.read("question.wav")), dtype="int16")
        said, _ = soundfile.read(io.BytesIO(file.read("answer.wav")), dtype="int16")
    assert turn["answer"] == last_answer(page)
    assert {"speech_started", "transcript", "route", "turn_done"} <= set(events)
    assert ASKED.search(understood(question, rate, tmp_path))
    assert len(said) > RATE
    shuts_nobody_out(page)
    turns.first.get_by_role("button", name="Replay").click()
    turns.nth(before + 1).wait_for()
    assert ASKED.search(turns.first.locator("h3").inner_text())


def test_a_timer_a_mute_and_no_network_are_seen(page):
    """A card is on the display, the clock can be moved, and the ring says muted and offline."""
    say(page, "Set a pasta timer for ten minutes.")
    page.locator("#log .assistant", has_text="timer").last.wait_for()
    page.locator("#state", has_text="Ready").wait_for()
    page.click("#network")
    page.locator("#state", has_text="Offline").wait_for()
    page.click("#network")
    page.click("#mute")
    page.locator("#state", has_text="Muted").wait_for()
    page.click("#mute")
    page.locator("#state", has_text="Ready").wait_for()
    page.click("[data-add='600']")
    page.locator("#display", has_text=re.compile("timer", re.IGNORECASE)).wait_for()
    shuts_nobody_out(page)
