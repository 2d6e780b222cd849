"""The server on a real port, with fake engines behind it."""

import io
import json
import zipfile

import numpy as np
import pytest

from edge.sim.turns import wav
from edge.sim.wire import MICROPHONE, Sound, pack, unpack
from tests.sim.story import LOUD, QUIET, run, speak


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
    """The utterance ends in silence and is answered; another page hears and is heard."""

    async def story(site, fakes):
        # The other one is there before: the turn may be over before a new page has come.
        async with site.page() as page:
            async with site.page() as closed:
                await closed.send("microphone", want=True)
                await closed.until("role", role="microphone")
                await speak(closed, [LOUD] * 15)
                await closed.until("event", event="speech_started")
                closed.socket.transport.abort()
            await page.until("turn", question="half a question")
            await page.send("microphone", want=True)
            await page.until("role", role="microphone")
            await speak(page, [LOUD] * 15 + [QUIET] * 15)
            await page.until("turn", question="a whole one")

    run(fakes(questions=["half a question", "a whole one"], answers=["Half.", "Whole."]), story)


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
