"""What the page and the display are told, while things happen."""

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.sim.story import LOUD, QUIET, run, speak


def test_an_answer_that_was_cut_is_told_before_what_cut_it(fakes):
    """A page that comes later sees both in their order, and each turn has its own part of the
    trace."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            await page.send("say", text="tell me a story")
            await page.until("event", event="audio_started")
            await speak(page, [QUIET] * 30 + [LOUD] * 20 + [QUIET] * 20)
            assert (await page.until("turn"))["interrupted"]
            await page.until("turn", question="how late is it", answer="Gladly.")
        async with site.page() as later:
            captions = later.snapshot["captions"]
        assert [one["who"] for one in captions] == ["wearer", "assistant"] * 2
        assert all(one["final"] for one in captions)
        turns = [(await site.http.get(f"/api/turns/{n}")).json()["events"] for n in (1, 2)]
        asked = [[e["text"] for e in one if e["event"] == "transcript"] for one in turns]
        assert asked == [["tell me a story"], ["how late is it"]]
        heard = [sum(e["event"] == "speech_started" for e in one) for one in turns]
        assert heard == [0, 1]
        assert [one[-1]["event"] for one in turns] == ["turn_done"] * 2

    words = " ".join(["word"] * 40)
    run(fakes(questions=["how late is it"], answers=[words, "Gladly."]), story)


def test_a_long_thought_is_no_speech(fakes):
    """While it thinks between two sentences the ring says so, and speaks again with the second."""
    ready = asyncio.Event()

    async def thoughtful(ask):
        tell = one.simulator.loop.timeline.emit
        tell("contemplation", phase="started", of=3)
        yield "Let me think.\n"
        await ready.wait()
        yield "It is noon."

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("say", text="think hard")
            await page.until("state", ring="speaking")
            await page.until("state", ring="contemplating")
            ready.set()
            await page.until("state", ring="speaking")
            await page.until("turn", answer="Let me think. It is noon.")
            await page.until("state", ring="listening")

    one = fakes()
    one.responder.reply = thoughtful
    run(one, story)


def test_stopping_is_told_to_the_page_at_once(fakes):
    """A tap cuts the answer: the page is told to be silent, and what it heard is in the turn."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("say", text="tell me a story")
            await page.until("event", event="audio_started")
            await asyncio.sleep(0.6)
            await page.send("touch", gesture="tap")
            flush = await page.until("flush")
            assert flush["epoch"] == 1
            await page.send("flushed", epoch=0, position=9000)
            turn = await page.until("turn")
            assert turn["interrupted"]
            words = turn["answer"].split()
            assert 0 < len(words) < 100
            assert words == ["word"] * len(words)

    run(fakes(answers=[" ".join(["word"] * 100)]), story)


def test_a_timer_rings_when_the_clock_is_moved_on(fakes):
    """Time that is added passes for what waits, and the announcement is shown and spoken."""

    async def story(site, fakes):
        now = fakes.wall.now().timestamp()
        fakes.memory.due.add("timer", "", at=now + 600, now=now, seconds=600)
        async with site.page() as page:
            await page.send("clock", add_s=601)
            card = await page.until("card", kind="telling")
            assert "timer" in card["lines"][0].lower()
            await page.until("caption", who="assistant", turn=0)
            # A swipe takes the card away.
            await page.send("touch", gesture="swipe_back")
            await page.until("card", kind=None)

    run(fakes(), story)


def test_a_timer_that_is_shown_outlives_a_clock_that_is_set(fakes):
    """The card counts down to the moment at which the scheduler will ring."""

    async def story(site, fakes):
        ends = (fakes.wall.now() + timedelta(seconds=600)).isoformat()
        timer = {"name": "pasta", "ends": ends, "seconds": 600}
        card = {"kind": "timer", "title": "Timers", "lines": [], "data": {"timers": [timer]}}
        fakes.parts.timeline.emit("card", **card)
        async with site.page() as page:
            before = (await site.http.get("/api/display.png")).content
            await page.send("clock", shift_s=fakes.wall.shift + 3600)
            card = await page.until("card", kind="timer")
            later = datetime.fromisoformat(card["data"]["timers"][0]["ends"])
            moved = later - datetime.fromisoformat(ends)
            assert moved.total_seconds() == pytest.approx(3600, abs=0.01)
            assert (await site.post("clock", add_s=300)).status_code == 200
            state = (await site.http.get("/api/state")).json()
            left = later - datetime.fromisoformat(state["now"])
            assert timedelta(seconds=270) < left <= timedelta(seconds=300)
            assert (await site.http.get("/api/display.png")).content != before

    run(fakes(), story)


def test_a_council_is_on_the_display_while_it_thinks(fakes):
    """Each agent as it arrives, for the framebuffer and for a page that comes later."""

    async def story(site, fakes):
        def happens(phase, **more):
            fakes.parts.timeline.emit("contemplation", phase=phase, provider="box", **more)

        happens("started", of=3)
        for agent, said in ((1, "7"), (0, "42 legs"), (2, "42")):
            happens("proposal", agent=agent, strategy="tools", candidate=said)
        happens("agreement", candidate="42", agree=2, of=3)
        async with site.page() as page:
            card = page.snapshot["card"]
        seats = [(seat["candidate"], seat["agrees"]) for seat in card["data"]["seats"]]
        assert seats == [("42 legs", True), ("7", False), ("42", True)]
        assert (card["kind"], card["data"]["agree"]) == ("council", 2)

    run(fakes(), story)


def test_switches_show_in_the_state_and_on_the_display(fakes):
    """Each switch changes the state that pages are told; the display is a PNG of its profile."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("switch", name="network", value=False)
            await page.until("state", network=False, ring="offline")
            await page.send("switch", name="quiet_hours", value="on")
            await page.until("state", quiet=True)
            await page.send("switch", name="quiet_hours", value="off")
            await page.until("state", quiet=False)
            await page.send("switch", name="noise", value=0.5)
            await page.until("state", noise=0.5)
            # The fake detector takes noise for speech.
            await page.send("switch", name="noise", value=0)
            await page.until("state", noise=0, ring="offline")
            await page.send("touch", gesture="swipe_up")
            await page.until("state", volume=1)
            await page.send("switch", name="battery", value=9)
            await page.until("state", battery=9)
            await page.until("caption", text="The battery is at 9 percent.")
        image = await site.http.get("/api/display.png")
        assert image.headers["content-type"] == "image/png"
        width, height = (int.from_bytes(image.content[at : at + 4]) for at in (16, 20))
        assert (width, height) == (576, 288)

    run(fakes(), story)
