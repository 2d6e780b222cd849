"""The server on a real port, with fake engines behind it."""

import asyncio
import io
import json
import zipfile
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta

import numpy as np
import pytest
import websockets

from edge.sim.hub import Bucket
from edge.sim.turns import wav
from edge.sim.wire import MICROPHONE, Sound, pack, unpack
from tests.sim.conftest import served

LOUD = np.full(320, 1000, np.int16)
QUIET = np.zeros(320, np.int16)


def run(fakes, story, **options):
    """`story(site, fakes)` against a running server."""

    async def session():
        async with served(fakes.simulator, fakes.memory, **options) as site:
            await asyncio.wait_for(story(site, fakes), 20)

    asyncio.run(session())


async def speak(page, pattern, begin=0):
    """Send frames at real pace."""
    for number, samples in enumerate(pattern):
        await page.socket.send(pack(Sound(MICROPHONE, 0, begin + 320 * number, samples)))
        await asyncio.sleep(0.018)
    return begin + 320 * len(pattern)


def test_a_page_speaks_and_hears_the_answer(fakes):
    """Sound from a page becomes a caption, and its answer comes back as captions and as sound."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("microphone", want=True)
            assert (await page.until("role", role="microphone"))["holder"] == 1
            await speak(page, [LOUD] * 20 + [QUIET] * 20)
            heard = await page.until("caption", who="wearer", final=True)
            assert heard["text"] == "what time is it"
            said = await page.until("caption", who="assistant", final=True)
            assert said["text"] == "It is noon."
            await page.until("turn", question="what time is it")
            sound = np.concatenate([unpack(one).samples for one in page.sounds])
            # 10 ms a character at 24 kHz.
            assert np.count_nonzero(sound) == pytest.approx(11 * 240, rel=0.05)
            positions = [unpack(one).position for one in page.sounds]
            assert positions[0] == 0

    run(fakes(questions=["what time is it"], answers=["It is noon."]), story)


def test_a_program_asks_and_reads_the_turn(fakes):
    """`POST /api/say` with `wait` gives the turn, which can be exported, and replayed from that."""

    async def story(site, fakes):
        turn = (await site.post("say", text="what time is it", wait=True)).json()
        assert turn["question"] == "what time is it"
        assert turn["answer"] == "It is noon."
        assert turn["typed"]
        assert {"transcript", "sentence", "turn_done"} <= {e["event"] for e in turn["events"]}
        listed = (await site.http.get("/api/turns")).json()
        assert [one["id"] for one in listed] == [turn["id"]]
        exported = (await site.http.get(f"/api/turns/{turn['id']}/export")).content
        with zipfile.ZipFile(io.BytesIO(exported)) as file:
            assert json.loads(file.read("turn.json"))["answer"] == "It is noon."
            assert {"trace.jsonl", "answer.wav"} <= set(file.namelist())
        async with site.page() as page:
            again = await site.http.post(
                "/api/replay", content=exported, headers={"Content-Type": "application/zip"}
            )
            assert again.json() == {"ok": True}
            await page.until("turn", question="what time is it", answer="Still noon.")

    run(fakes(answers=["It is noon.", "Still noon."]), story)


def test_a_recording_is_heard_like_a_voice(fakes):
    """A file that is posted plays into the microphone, and its turn keeps its sound."""

    async def story(site, fakes):
        sound = wav(np.concatenate([LOUD] * 30 + [QUIET] * 30), 16_000)
        async with site.page() as page:
            answer = await site.http.post(
                "/api/audio", content=sound, headers={"Content-Type": "audio/wav"}
            )
            assert answer.json() == {"seconds": 1.2}
            await page.until("turn", question="hello")
        assert len(fakes.simulator.turns.get(1).asked) > 0.5 * 16_000
        assert (await site.post("turns/1/replay")).json() == {"ok": True}
        assert fakes.simulator.device.room.playing

    run(fakes(questions=["hello"], answers=["Hello there."]), story)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_pages_of_others_are_refused(fakes, headers):
    """A wrong Host (DNS rebinding) or Origin is refused, by HTTP and by WebSocket."""

    async def story(site, fakes):
        assert (await site.http.get("/api/state", headers=headers)).status_code == 403
        if "Host" not in headers:
            with pytest.raises(websockets.InvalidStatus):
                async with site.page(additional_headers=headers):
                    pass

    run(fakes(), story)


def test_a_socket_under_another_name_is_refused(fakes):
    """A page whose name was made to resolve to this machine gets no WebSocket, and no request with
    two names is believed."""

    async def shaken(site, *hosts):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        lines = [f"Host: {host.format(port=site.port)}" for host in hosts]
        upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        writer.write("\r\n".join(["GET /ws HTTP/1.1", *lines, *upgrade, key, "", ""]).encode())
        status = (await reader.readline()).split()[1]
        writer.close()
        return int(status)

    async def story(site, fakes):
        assert await shaken(site, "127.0.0.1:{port}") == 101
        assert await shaken(site, "localhost:{port}") == 101
        assert await shaken(site, "evil.example:{port}") == 403
        assert await shaken(site, "127.0.0.1:1") == 403
        assert await shaken(site, "127.0.0.1:{port}", "evil.example") in (400, 403)

    run(fakes(), story)


def test_a_form_of_another_site_can_do_nothing(fakes):
    """What a form can send without being asked, a POST of plain text, is refused by its type."""

    async def story(site, fakes):
        answer = await site.http.post(
            "/api/say", content='{"text": "hi"}', headers={"Content-Type": "text/plain"}
        )
        assert answer.status_code == 415

    run(fakes(), story)


def test_other_addresses_need_the_token(fakes):
    """Off the loopback interface nothing is answered without the token; the page gets a cookie."""

    async def story(site, fakes):
        assert (await site.http.get("/api/state")).status_code == 401
        assert (await site.http.get("/api/state?token=wrong")).status_code == 401
        bearer = {"Authorization": "Bearer secret-token"}
        assert (await site.http.get("/api/state", headers=bearer)).status_code == 200
        with pytest.raises(websockets.InvalidStatus):
            async with site.page():
                pass
        page = await site.http.get("/?token=secret-token")
        assert {"HttpOnly", "SameSite=Strict"} <= set(page.headers["set-cookie"].split("; "))
        assert (await site.http.get("/api/state")).status_code == 200
        async with site.page(additional_headers=bearer):
            pass

    run(fakes(), story, token="secret-token", host="0.0.0.0")


def test_every_answer_carries_the_policy(fakes):
    """No script but the page's own, no frame, no sniffing: also for errors."""

    async def story(site, fakes):
        for path in ("/api/state", "/api/nothing", "/static/../server.py"):
            headers = (await site.http.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"

    run(fakes(), story)


def test_bad_requests_are_one_sentence(fakes):
    """What is not known, too large or not JSON is refused with a status and a sentence."""

    async def story(site, fakes):
        wrong = [
            (await site.post("say", text=""), 400),
            (await site.post("say", text="x" * 1001), 400),
            (await site.post("touch", gesture="kick"), 400),
            (await site.post("switch", name="battery", value=101), 400),
            (await site.post("switch", name="cloud", value="always"), 400),
            (await site.post("clock", set="tomorrow"), 400),
            (await site.post("say", text="x" * 20_000), 413),
            (await site.http.get("/api/turns/7"), 404),
            (await site.http.get("/api/display.png?profile=none"), 404),
            (
                await site.http.post(
                    "/api/say", content="{", headers={"Content-Type": "application/json"}
                ),
                400,
            ),
            (
                await site.http.post(
                    "/api/audio", content=b"no sound", headers={"Content-Type": "audio/wav"}
                ),
                400,
            ),
            (
                await site.http.post(
                    "/api/replay", content=b"no zip", headers={"Content-Type": "application/zip"}
                ),
                400,
            ),
        ]
        for answer, status in wrong:
            assert answer.status_code == status, answer.text
            assert answer.json()["error"].endswith(".")

    run(fakes(), story)


def test_bodies_have_their_limits(fakes, monkeypatch):
    """A recording of too many bytes, whether it says so or not, or of too many minutes is refused,
    and so is one that does not come."""
    monkeypatch.setattr("edge.sim.server._SOUND", 100_000)
    monkeypatch.setattr("edge.sim.server._LONGEST_S", 2.0)
    monkeypatch.setattr("edge.sim.server._SLOW_S", 0.2)

    async def in_parts(pause):
        """Without a length that is told before."""
        for _ in range(11):
            yield bytes(10_000)
            await asyncio.sleep(pause)

    async def story(site, fakes):
        async def post(content):
            answer = await site.http.post(
                "/api/audio", content=content, headers={"Content-Type": "audio/wav"}
            )
            assert answer.json()["error"].endswith(".")
            return answer.status_code

        assert await post(bytes(100_001)) == 413
        assert await post(in_parts(0)) == 413
        assert await post(in_parts(0.1)) == 408
        assert await post(wav(np.concatenate([LOUD] * 150), 16_000)) == 400
        assert not fakes.simulator.device.room.playing

    run(fakes(), story)


def test_there_are_not_too_many_pages(fakes):
    """The seventeenth page is turned away, until others have closed."""

    async def story(site, fakes):
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(site.page()) for _ in range(16)]
            with pytest.raises(websockets.InvalidStatus):
                async with site.page():
                    pass
            for page in pages:
                page.socket.transport.abort()
        # That they are gone is no event.
        while fakes.simulator.hub.clients:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with site.page():
            pass

    run(fakes(), story)


def test_one_page_has_the_microphone_and_the_others_watch(fakes):
    """The first page that asks has it; it can be taken, and is free again when its page closes."""

    async def story(site, fakes):
        async with site.page() as watcher:
            async with site.page() as first:
                await first.send("microphone", want=True)
                await first.until("role", role="microphone")
                await watcher.send("microphone", want=True)
                assert (await watcher.until("role", holder=2))["role"] == "watcher"
                await watcher.socket.send(pack(Sound(MICROPHONE, 0, 0, LOUD)))
                await watcher.send("ping", n=1)
                await watcher.until("pong", n=1)
                await watcher.send("microphone", want=True, take=True)
                await watcher.until("role", role="microphone")
                await first.until("role", role="watcher")
                await first.send("microphone", want=True, take=True)
                await first.until("role", role="microphone")
            await watcher.until("role", holder=None)
        assert fakes.parts.microphone.source == "none"

    run(fakes(), story)


def test_a_page_that_closes_in_mid_sentence_harms_nobody(fakes):
    """The utterance ends in silence and is answered; the next page hears and is heard."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            await speak(page, [LOUD] * 15)
            await page.until("event", event="speech_started")
            page.socket.transport.abort()
        async with site.page() as page:
            await page.until("turn", question="half a question")
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            await speak(page, [LOUD] * 15 + [QUIET] * 15)
            await page.until("turn", question="a whole one")

    run(fakes(questions=["half a question", "a whole one"], answers=["Half.", "Whole."]), story)


def test_a_page_that_floods_has_to_go(fakes):
    """Too many messages end that page's connection and nothing else."""

    async def story(site, fakes):
        async with site.page() as good:
            async with site.page() as bad:
                with suppress(websockets.ConnectionClosed):
                    for n in range(2000):
                        await bad.send("ping", n=n)
                assert await bad.drained() == 1008
            async with site.page() as loud:
                with suppress(websockets.ConnectionClosed):
                    for n in range(100):
                        sound = Sound(MICROPHONE, 0, n * 8000, np.zeros(8000, np.int16))
                        await loud.socket.send(pack(sound))
                assert await loud.drained() == 1008
            async with site.page() as hasty:
                with suppress(websockets.ConnectionClosed):
                    for n in range(1000):
                        await hasty.socket.send(pack(Sound(MICROPHONE, 0, n, QUIET[:1])))
                assert await hasty.drained() == 1008
            async with site.page() as wordy:
                await wordy.socket.send("x" * 16_390)
                assert "too long" in (await wordy.until("error"))["message"]
            async with site.page() as huge:
                await huge.socket.send("x" * 100_000)
                assert await huge.drained() == 1009
            await good.send("say", text="still there")
            await good.until("turn", question="still there", answer="Yes.")

    run(fakes(answers=["Yes."]), story)


def test_messages_that_make_no_sense_are_answered(fakes):
    """Not JSON, no object, an unknown type, sound that is none: an error each, and it goes on."""

    async def story(site, fakes):
        async with site.page() as page:
            for message in ("{", "[1]", '{"type": "dance"}', b"abc", b"\x09" + bytes(17)):
                await page.socket.send(message)
                assert (await page.until("error"))["message"].endswith(".")
            await page.send("heard", epoch=0, position="many")
            await page.until("error")
            await page.send("ping", n=7)
            await page.until("pong", n=7)

    run(fakes(), story)


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
            assert 0 < len(words) < 40
            assert words == ["word"] * len(words)

    run(fakes(answers=[" ".join(["word"] * 40)]), story)


def test_mute_throws_sound_away(fakes):
    """A muted microphone hears neither its page nor a recording; a long press opens it again."""

    async def story(site, fakes):
        async with site.page() as page:
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            await page.send("mute", muted=True)
            assert (await page.until("state", muted=True))["ring"] == "muted"
            await speak(page, [LOUD] * 15 + [QUIET] * 15)
            sound = wav(LOUD, 16_000)
            refused = await site.http.post(
                "/api/audio", content=sound, headers={"Content-Type": "audio/wav"}
            )
            assert refused.status_code == 400
            await page.send("touch", gesture="long_press")
            await page.until("state", muted=False, ring="listening")
            await speak(page, [LOUD] * 15 + [QUIET] * 15)
            await page.until("turn", question="after")
            assert len(fakes.recognizer.utterances) == 1

    run(fakes(questions=["after"], answers=["Yes."]), story)


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


def test_what_is_remembered_and_logged_can_be_read(fakes):
    """Memory, ledger, logs and metrics are there for the inspector."""

    async def story(site, fakes):
        memory = (await site.http.get("/api/memory")).json()
        assert {"facts", "due", "lists", "notes"} <= memory.keys()
        assert (await site.http.get("/api/ledger")).json() == {"entries": []}
        await site.http.get("/api/state", headers={"Origin": "http://evil.example"})
        lines = (await site.http.get("/api/logs")).json()["lines"]
        assert any("refused" in line["text"] for line in lines)
        assert (await site.http.get("/api/metrics")).json()["memory_mb"] > 10

    run(fakes(), story)


def test_a_socket_that_takes_nothing_has_to_go(fakes):
    """A page whose messages pile up is disconnected, and the assistant answers meanwhile."""

    async def story(site, fakes):
        simulator = fakes.simulator
        async with site.page() as stalled, site.page() as good:
            stalled.socket.transport.pause_reading()
            client = simulator.hub.clients[0]
            for _ in range(900):
                client.send("x" * 10_000)
            await good.until("role", clients=1)
            await good.send("say", text="still there")
            await good.until("turn", answer="Yes.")
            stalled.socket.transport.abort()

    run(fakes(answers=["Yes."]), story)


def test_a_socket_that_stalls_has_to_go(fakes, monkeypatch):
    """A page that takes a message for too long is disconnected, however few wait for it."""
    monkeypatch.setattr("edge.sim.socket._STALLED", 0.2)

    async def story(site, fakes):
        async with site.page() as stalled, site.page() as good:
            stalled.socket.transport.pause_reading()
            client = fakes.simulator.hub.clients[0]
            for _ in range(200):
                client.send("x" * 100_000)
            assert not client.slow.is_set()
            await good.until("role", clients=1)
            await good.send("say", text="still there")
            await good.until("turn", answer="Yes.")
            stalled.socket.transport.abort()

    run(fakes(answers=["Yes."]), story)


def test_too_many_requests_are_slowed_down(fakes):
    """A program that asks without end is told to wait."""

    async def story(site, fakes):
        answers = [await site.http.get("/api/state") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]

    run(fakes(), story, requests=Bucket(10, 3, now=lambda: 0.0))
