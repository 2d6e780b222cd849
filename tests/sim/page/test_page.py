"""The simulator's page in a real Chromium, before a server that says what the test wants."""

import struct
import time

import numpy as np
import pytest

from tests.conftest import needed
from tests.sim.page.scripted import TURN

pytestmark = pytest.mark.slow


def until(condition, seconds=30):
    """Wait until `condition()` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


def of(server, kind):
    return [message for message in server.received if message["type"] == kind]


def samples(sounds):
    return np.concatenate([np.frombuffer(sound, "<i2", offset=16) for sound in sounds])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_shuts_anybody_out(server, opened, scheme, width):
    """The rules of axe-core find nothing serious, and nothing has to be scrolled sideways."""
    needed("axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    server.turns = [TURN]
    server.captions = [{"who": "wearer", "text": "What time is it?", "final": True}]
    view = {"width": width, "height": 900}
    page = opened(server.address, color_scheme=scheme, viewport=view, reduced_motion="reduce")
    day = {"day": "2026-03-02", "summary": "light rain", "low": 3.4, "high": 9.6, "rain": 0.6}
    points = [{"day": f"2026-03-0{n}", "value": 60 + n} for n in range(1, 6)]
    ends = "2027-03-02T10:09:57+00:00"
    shown = {
        "list": {"items": [{"text": "eggs", "done": True}, {"text": "milk", "done": False}]},
        "timer": {"timers": [{"name": "tea", "ends": ends, "seconds": 600}] * 3},
        "weather": {"days": [day] * 5},
        "chart": {"points": points, "unit": "beats", "low": 58, "high": 66},
    }
    for (kind, data), tab in zip(shown.items(), ("device", "turns", "memory", "logs"), strict=True):
        server.say("card", kind=kind, title=f"A {kind}", lines=["milk"], data=data)
        page.locator("#display h2", has_text=f"A {kind}").wait_for()
        page.click(f"#tab-{tab}")
        found = Axe().run(page).response["violations"]
        bad = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
        assert bad == [], "\n".join(bad)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width


EVIL = '<img src=x onerror="document.title=1"><b>bold</b>'


def test_what_was_said_is_text_and_never_markup(server, opened):
    """Whatever has HTML in it is shown as it is, wherever the page shows it."""
    route = {"to": EVIL, "reason": EVIL, "slots": {EVIL: EVIL}}
    server.turns = [{**TURN, "question": EVIL, "answer": EVIL, "route": route}]
    server.captions = [{"who": "assistant", "text": EVIL, "final": True}]
    server.entries = [{"number": 1, "kind": EVIL, "at": EVIL, "url": EVIL, "content": EVIL}]
    server.memory = {
        "facts": [{"fact": EVIL}],
        "due": [{"kind": EVIL, "name": EVIL, "at": EVIL}],
        "lists": {EVIL: [EVIL]},
        "notes": [{"note": EVIL}],
        "muted": [EVIL],
        "rows": {EVIL: 1},
    }
    page = opened(server.address)

    def shown(where):
        page.locator(where, has_text=EVIL).first.wait_for()
        assert page.locator("img[src=x], b:text-is('bold')").count() == 0

    shown("#log .assistant")
    server.say("caption", who="wearer", text=EVIL, final=True)
    shown("#log .wearer")
    shown("#display")
    for kind in ("text", "list", "number", "telling"):
        server.say("card", kind=kind, title=EVIL, lines=[EVIL, EVIL], data={})
        shown("#display h2")
    server.say("card", kind="list", title="", lines=[], data={"items": [{"text": EVIL}]})
    shown("#display li")
    server.say("event", event="contemplation", phase="started", of=3)
    proposal = {"agent": 0, "strategy": EVIL, "candidate": EVIL}
    server.say("event", event="contemplation", phase="proposal", **proposal)
    shown(".seat")
    server.say("error", message=EVIL)
    shown("#notice")
    server.say("log", level="INFO", name="edge", text=EVIL, at="2026-03-02T10:00:00")
    for tab in ("turns", "ledger", "memory", "logs"):
        page.click(f"#tab-{tab}")
        shown(f"#panel-{tab}")
    assert page.title() == "edge simulator"


def test_a_turns_bars_can_be_told_apart(server, opened):
    """Bars are of what the wearer waits for; how long it spoke is a number, and no bar is empty."""
    stages = {**TURN["stages"], "asr": 0, "reply": 0.9, "speech": 4.0}
    server.turns = [{**TURN, "stages": stages}, {**TURN, "id": 2, "typed": True}]
    page = opened(server.address)
    page.click("#tab-turns")
    spoken, typed = page.locator(".turn").all()
    names = spoken.locator("dt").all_inner_texts()
    assert "Speech" in names
    assert "Recognition" not in names
    assert spoken.locator("dd.bar i").count() == len(names) - 2
    assert spoken.locator("dd.bar.total i").get_attribute("style") == "width: 100%;"
    assert typed.locator("dt.total").inner_text() == "Typed to voice"


def test_no_script_runs_but_the_pages_own(server, browser):
    """Even markup that got into the page could do nothing: neither inline, nor by eval, nor from
    another server, nor could it send anything there."""
    page = browser.new_page()
    page.goto(server.address)
    blocked = page.evaluate(
        """async () => {
            const blocked = [];
            const kept = ({ effectiveDirective }) => blocked.push(effectiveDirective);
            document.addEventListener("securitypolicyviolation", kept);
            const script = document.createElement("script");
            script.textContent = "document.title = 1";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", '<img src=x onerror="document.title=1">');
            const other = document.createElement("script");
            other.src = "http://127.0.0.1:9/x.js";
            document.body.append(other);
            setTimeout("document.title = 1");
            await fetch("http://127.0.0.1:9/").catch(() => 0);
            await new Promise((done) => setTimeout(done, 500));
            return blocked;
        }"""
    )
    assert set(blocked) == {"script-src-elem", "script-src-attr", "script-src", "connect-src"}
    assert page.title() == "edge simulator"
    page.close()


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ("asleep", "Asleep: say \u201chey edge\u201d"),
        ("listening", "Listening"),
        ("hearing", "Hearing you"),
        ("thinking", "Thinking"),
        ("contemplating", "Thinking together"),
        ("speaking", "Speaking"),
        ("muted", "Muted"),
        ("offline", "Offline"),
    ],
)
def test_each_state_is_said_in_words(server, opened, ring, words):
    """The ring's state is also text, for those who do not see it."""
    server.state |= {"ring": ring, "microphone": "browser"}
    page = opened(server.address)
    assert page.locator("#state").inner_text() == words


def test_nothing_is_listened_to_without_a_microphone(server, opened):
    """What is typed is answered, and nothing else is claimed."""
    server.state["ring"] = "listening"
    page = opened(server.address)
    assert page.locator("#state").inner_text() == "Ready"
    server.say("state", microphone="browser")
    page.locator("#state", has_text="Listening").wait_for()


def test_what_was_said_last_is_in_sight(server, opened):
    """On a wide window nobody has to scroll for the answer, and display and captions keep apart."""
    said = [{"who": "wearer", "text": f"Question {n}", "final": True} for n in range(9)]
    server.captions = [*said, {"who": "wearer", "text": "The last one", "final": True}]
    page = opened(server.address, viewport={"width": 1440, "height": 900})
    server.say("card", kind="list", title="A list", lines=["milk"], data={})
    server.say("caption", who="assistant", text="It is ten.", final=False, turn=1)
    page.locator("#assistant", has_text="It is ten.").wait_for()
    last = page.locator("#log p", has_text="The last one").bounding_box()
    assert last["y"] + last["height"] <= 900
    display, caption = (page.locator(at).bounding_box() for at in ("#display", "#assistant"))
    assert display["y"] + display["height"] <= caption["y"]


def test_captions_come_while_they_are_spoken(server, opened):
    """What is understood so far is shown, then what is answered; the conversation keeps both."""
    page = opened(server.address)
    server.say("caption", who="wearer", text="what time", final=False)
    page.locator("#display .asked", has_text="what time").wait_for()
    assert page.locator("#log p").count() == 0
    server.say("caption", who="wearer", text="What time is it?", final=True)
    server.say("caption", who="assistant", text="It is ten.", final=False, turn=1)
    page.locator("#display .answer", has_text="It is ten.").wait_for()
    server.say("caption", who="assistant", text="It is", final=True, turn=1, interrupted=True)
    page.locator("#log .cut").wait_for()
    assert page.locator("#log p").count() == 2


def test_an_answer_that_was_cut_stays_before_the_question_that_cut_it(server, opened):
    """How far it came is told last: it keeps its place, and does not cover the new question."""
    page = opened(server.address)
    server.say("caption", who="assistant", text="It is", final=False, turn=3)
    server.say("caption", who="wearer", text="Wait.", final=True)
    server.say("caption", who="assistant", text="It", final=True, turn=3, interrupted=True)
    page.locator("#log .cut").wait_for()
    said = page.locator("#log p")
    assert [one.split("\n")[-1] for one in said.all_inner_texts()] == ["It", "Wait."]
    assert page.locator("#display").inner_text() == "Wait."
    # A noise that did not cut it changes nothing.
    server.say("caption", who="assistant", text="Twelve", final=False, turn=4)
    server.say("caption", who="wearer", text="Uh-huh.", final=True)
    server.say("caption", who="assistant", text="Twelve, and", final=False, turn=4)
    server.say("caption", who="assistant", text="Twelve, and a half.", final=True, turn=4)
    said.nth(3).wait_for()
    assert page.locator("#display .answer").inner_text() == "Twelve, and a half."


def test_agents_arrive_one_by_one(server, opened):
    """A seat is taken with each proposal, and those that agree are marked."""
    page = opened(server.address)
    server.say("event", event="contemplation", phase="started", of=3)
    page.locator(".seat").nth(2).wait_for()
    assert page.locator(".seat.here").count() == 0
    for agent, candidate in enumerate(["42", "42", ""]):
        proposal = {"agent": agent, "strategy": "tools", "candidate": candidate}
        server.say("event", event="contemplation", phase="proposal", **proposal)
        page.locator(".seat.here").nth(agent).wait_for()
    server.say("event", event="contemplation", phase="agreement", candidate="42", agree=2, of=2)
    page.locator(".count", has_text="2 of 2 agree").wait_for()
    assert page.locator(".seat.agrees").count() == 2
    assert page.locator(".seat.failed").count() == 1


def test_a_timer_counts_down_by_the_wearers_clock(server, opened):
    """The first is large, the others beneath it; both go on by themselves, and end at nothing."""
    page = opened(server.address)
    # Years away from this machine's clock, as after the wearer has set it.
    page.clock.install(time="2030-01-01T00:00:00Z")
    server.say("state", now="2026-03-02T10:00:00.000+00:00")
    timers = [
        {"name": "pasta", "ends": "2026-03-02T10:09:57.500+00:00", "seconds": 600},
        {"name": "", "ends": "2026-03-02T12:00:00.000+01:00", "seconds": 3600},
    ]
    lines = ["pasta timer: 9 minutes and 57 seconds", "timer: 1 hour"]
    server.say("card", kind="timer", title="Timers", lines=lines, data={"timers": timers})
    first, second = page.locator("#display time").nth(0), page.locator("#display time").nth(1)
    first.wait_for()
    assert (first.inner_text(), second.inner_text()) == ("9:58", "1:00:00")
    page.clock.run_for(3_000)
    assert (first.inner_text(), second.inner_text()) == ("9:55", "59:57")
    # Time that passes at once is seen at once.
    server.say("state", now="2026-03-02T10:09:57.000+00:00")
    page.locator("#display time", has_text="0:01").wait_for()
    page.clock.run_for(2_000)
    assert (first.inner_text(), second.inner_text()) == ("0:00", "50:01")


def test_a_paused_timer_stands_still(server, opened):
    """It says that it is paused, and shows what it has left."""
    page = opened(server.address)
    page.clock.install(time="2030-01-01T00:00:00Z")
    server.say("state", now="2026-03-02T10:00:00.000+00:00")
    ends = "2026-03-02T10:04:00.000+00:00"
    timers = [{"name": "tea", "ends": ends, "seconds": 300, "left": 240.0}]
    server.say("card", kind="timer", title="Timers", lines=["tea"], data={"timers": timers})
    left = page.locator("#display time")
    left.wait_for()
    page.clock.run_for(3_000)
    assert left.inner_text() == "4:00"
    assert page.locator("#display .asked").inner_text() == "tea, paused"


def test_what_was_ticked_off_is_crossed_out(server, opened):
    """It stays on the card beside what is left, as text whatever is in it."""
    page = opened(server.address)
    items = [{"text": "<b>eggs</b>", "done": True}, {"text": "milk", "done": False}]
    server.say("card", kind="list", title="Shopping", lines=["milk"], data={"items": items})
    page.locator("#display li", has_text="milk").wait_for()
    assert page.locator("#display s").inner_text() == "<b>eggs</b>"


def test_alarms_and_weather_are_drawn(server, opened):
    """A time with its days, and a column a day."""
    page = opened(server.address)
    alarms = [
        {"name": "gym", "at": "2026-03-03T06:00+01:00", "repeats": "every weekday"},
        {"name": "", "at": "2026-03-04T07:30+01:00", "repeats": ""},
    ]
    server.say("card", kind="alarm", title="Alarms", lines=["one"], data={"alarms": alarms})
    page.locator("#display li", has_text="gym, every weekday").wait_for()
    assert page.locator("#display b").all_inner_texts() == ["06:00", "07:30"]
    assert "Wednesday" in page.locator("#display li").nth(1).inner_text()
    day = {"day": "2026-03-02", "summary": "light rain", "low": 3.4, "high": 9.6, "rain": 0.6}
    days = [day, {**day, "day": "2026-03-03", "rain": 0}]
    server.say("card", kind="weather", title="Weather", lines=["one"], data={"days": days})
    first = page.locator(".days li").first
    first.wait_for()
    assert first.inner_text().split("\n") == [
        "Mon",
        "10\N{DEGREE SIGN}",
        "3\N{DEGREE SIGN}",
        "light rain",
        "60 % rain",
    ]


def test_a_council_is_seen_by_a_page_that_comes_after_it(server, opened):
    """The card alone fills the seats."""
    page = opened(server.address)
    seats = [
        {"strategy": "tools", "candidate": said, "agrees": said == "42"}
        for said in ("42", "7", "42")
    ]
    data = {"seats": seats, "agree": 2, "of": 3}
    server.say("card", kind="council", title="How many?", lines=["42"], data=data)
    page.locator(".count", has_text="2 of 3 agree").wait_for()
    assert page.locator(".seat.agrees").count() == 2


def test_a_series_of_days_is_drawn_as_a_chart(server, opened):
    """A line, what is usual as a band, and words for those who do not see them."""
    page = opened(server.address)
    days = {"2026-03-01": 6200, "2026-03-02": 7100, "2026-03-05": 5900}
    points = [{"day": day, "value": value} for day, value in days.items()]
    data = {"points": points, "unit": "steps", "low": None, "high": None}
    server.say("card", kind="chart", title="Steps", lines=["one"], data=data)
    chart = page.get_by_role("img", name="From 2026-03-01 to 2026-03-05")
    chart.wait_for()
    assert "lowest 5,900, highest 7,100, last 5,900 steps" in chart.get_attribute("aria-label")
    # A day without a value is a longer way.
    assert (
        chart.locator("path").get_attribute("d").startswith("M0.00 28.00L25.00 4.00L100.00 36.00")
    )
    assert page.locator(".chart-band").count() == 0
    server.say(
        "card", kind="chart", title="Steps", lines=["one"], data={**data, "low": 5000, "high": 8000}
    )
    page.locator(".chart-band").wait_for()
    assert "usual for you 5,000 to 8,000" in chart.get_attribute("aria-label")


def test_the_microphone_comes_in_frames_without_what_folds_back(server, opened):
    """16 kHz, 20 ms a message, one after the other; a tone above 8 kHz is gone."""
    page = opened(server.address)
    page.click("#microphone")
    until(lambda: len(server.sounds) > 60)
    heads = [struct.unpack("<BBHIQ", sound[:16]) for sound in server.sounds]
    assert [head[4] for head in heads] == [320 * n for n in range(len(heads))]
    assert {(head[0], len(sound)) for head, sound in zip(heads, server.sounds, strict=True)} == {
        (1, 16 + 640)
    }
    heard = samples(server.sounds)[-16_000:].astype(float)
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    assert abs(np.argmax(power) * 16_000 / len(heard) - 500) < 5
    folded = round(5000 * len(heard) / 16_000)
    assert power[folded - 20 : folded + 20].max() < 1e-4 * power.max()


def test_a_muted_microphone_is_closed(server, opened):
    """Muted, the browser's track is stopped and nothing is sent; afterwards it is opened again."""
    page = opened(server.address)
    page.evaluate(
        """() => {
            window.tracks = [];
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wish) => {
                const stream = await ask(wish);
                window.tracks.push(...stream.getTracks());
                return stream;
            };
        }"""
    )
    page.click("#microphone")
    until(lambda: len(server.sounds) > 5)
    page.click("#mute")
    until(lambda: of(server, "mute"))
    server.say("state", muted=True, ring="muted")
    # Not wait_for_function: it looks again by eval, which the page's policy forbids.
    until(lambda: page.evaluate("window.tracks[0].readyState") == "ended")
    page.wait_for_timeout(100)
    count = len(server.sounds)
    page.wait_for_timeout(200)
    assert len(server.sounds) == count
    server.say("state", muted=False, ring="listening")
    until(lambda: len(server.sounds) > count)


def test_what_was_heard_is_told_and_a_flush_is_silence(server, opened):
    """The page reports the samples that it played; a flush ends it, and says how far it came."""
    page = opened(server.address)
    page.click("#log")
    page.wait_for_timeout(300)
    server.sound(0, 0, np.full(12_000, 3000, np.int16))
    until(lambda: of(server, "heard") and of(server, "heard")[-1]["position"] == 12_000)
    server.sound(0, 12_000, np.full(48_000, 3000, np.int16))
    until(lambda: of(server, "heard")[-1]["position"] > 16_000)
    server.say("flush", epoch=1)
    until(lambda: of(server, "flushed"))
    flushed = of(server, "flushed")[0]
    assert flushed["epoch"] == 0
    assert 12_000 < flushed["position"] < 60_000
    page.wait_for_timeout(200)
    assert {one["epoch"] for one in server.received[server.received.index(flushed) :]} == {0}
    server.sound(0, 60_000, np.full(4800, 3000, np.int16))
    server.sound(1, 0, np.full(4800, 3000, np.int16))
    until(lambda: of(server, "heard")[-1] == {"type": "heard", "epoch": 1, "position": 4800})


def test_a_second_page_watches_and_says_so(server, opened):
    """One page has the microphone; another says that it watches, and can take it."""
    first, second = opened(server.address), opened(server.address)
    first.click("#microphone")
    second.locator("#role", has_text="Watching").wait_for()
    first.locator("#role", has_text="This page has the microphone, 2 pages open").wait_for()
    second.click("#microphone")
    first.locator("#role", has_text="Watching").wait_for()


def test_a_page_comes_back_by_itself(server, opened):
    """A connection that breaks is made again, with the microphone as before; nothing is lost."""
    page = opened(server.address)
    page.click("#microphone")
    until(lambda: len(server.sounds) > 3)
    server.drop()
    page.locator("#role", has_text="This page has the microphone").wait_for()
    until(lambda: len(of(server, "microphone")) == 2)
    count = len(server.sounds)
    until(lambda: len(server.sounds) > count)


def test_the_touch_pad_knows_fingers_and_keys(server, opened):
    """Tap, hold and swipes by the pointer; Enter, L and the arrows by keyboard."""
    page = opened(server.address)
    box = page.locator("#pad").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y)
    page.mouse.up()
    page.mouse.move(x, y)
    page.mouse.down()
    until(lambda: len(of(server, "touch")) == 3)
    page.mouse.up()
    page.focus("#pad")
    for key in ("Enter", "ArrowUp", "ArrowLeft", "l"):
        page.keyboard.press(key)
    until(lambda: len(of(server, "touch")) == 7)
    gestures = [one["gesture"] for one in of(server, "touch")]
    by_pointer, by_key = gestures[:3], gestures[3:]
    assert by_pointer == ["tap", "swipe_forward", "long_press"]
    assert by_key == ["tap", "swipe_up", "swipe_back", "long_press"]


def test_switches_and_typing_reach_the_server(server, opened):
    """What is chosen and typed is sent as the protocol says."""
    page = opened(server.address)
    page.fill("#text", "set a timer for ten minutes")
    page.press("#text", "Enter")
    page.click("#network")
    page.select_option("#profile", "none")
    page.fill("#noise", "40")
    page.locator("#noise").dispatch_event("change")
    page.click("[data-add='3600']")
    until(lambda: of(server, "clock"))
    assert of(server, "say") == [{"type": "say", "text": "set a timer for ten minutes"}]
    switches = {one["name"]: one["value"] for one in of(server, "switch")}
    assert switches == {"network": False, "profile": "none", "noise": 0.4}
    assert of(server, "clock") == [{"type": "clock", "add_s": 3600}]
    assert page.input_value("#text") == ""
