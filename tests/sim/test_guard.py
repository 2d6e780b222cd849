"""Who may talk to the server, and how much."""

import asyncio
from contextlib import AsyncExitStack, suppress

import numpy as np
import pytest
import websockets

from edge.sim.hub import Bucket
from edge.sim.turns import wav
from edge.sim.wire import MICROPHONE, Sound, pack
from tests.sim.story import LOUD, QUIET, run


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


def test_bodies_have_their_limits(fakes, monkeypatch):
    """A recording of too many bytes, whether it says so or not, or of too many minutes is refused,
    and so is one that does not come."""
    monkeypatch.setattr("edge.sim.server._SOUND", 100_000)
    monkeypatch.setattr("edge.sim.server._LONGEST_S", 2.0)

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
        with monkeypatch.context() as patch:
            patch.setattr("edge.sim.server._SLOW_S", 0.2)
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
