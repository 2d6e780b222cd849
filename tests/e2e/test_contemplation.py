"""Contemplation as a wearer uses it: `edge ask`, `edge serve` in another process, and the wire."""

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import pytest

from edge.trust.ledger import Ledger

QUESTION = "My wife Zorana has 3 boxes of 8 pens. How many pens does she have?"
SETTINGS = """
[lm]
model = "smollm2-135m"
[memory]
path = "{folder}/memory.sqlite"
[contemplate]
agents = 3
max_tokens = 40
seconds = 60
[[contemplate.services]]
name = "home box"
url = "http://127.0.0.1:{port}/v1"
model = "smollm2-135m"
council = {council}
"""


@contextmanager
def serving():
    """`edge serve` in a process of its own; its port."""
    command = [sys.executable, "-m", "edge", "--offline", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--model", "smollm2-135m"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(re.search(r":(\d+)/v1", process.stdout.readline())[1])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@contextmanager
def recording(port, allowed):
    """A proxy before `port` that keeps what clients send; its own port, and what it kept."""
    kept, ready, loop = [], threading.Event(), asyncio.new_event_loop()

    async def relay(reader, writer, keep):
        with suppress(ConnectionError):
            while content := await reader.read(65536):
                keep(content)
                writer.write(content)
                await writer.drain()
        writer.close()

    async def connected(reader, writer):
        content = bytearray()
        kept.append(content)
        with allowed("127.0.0.1", port):
            there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            relay(reader, back, content.extend), relay(there, writer, lambda content: None)
        )

    async def run():
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stopped.wait()
        server.close()

    ports, stopped = [], asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait()
    try:
        yield ports[0], kept
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def ask(folder, *options):
    """What `edge ask` says and what it was asked with."""
    command = [sys.executable, "-m", "edge", "--config", str(folder / "edge.toml"), "ask"]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("EDGE_MEMORY")}
    return subprocess.run(
        [*command, "--depth", "contemplating", *options, QUESTION],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env=environ,
        stdin=subprocess.DEVNULL,
    ).stdout


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize(("council", "requests"), [("false", 3), ("true", 1)])
def test_the_ledger_is_what_passed_between_the_machines(
    tmp_path, model_folder, own_client, council, requests
):
    """Asked first; then three agents at a server in another process, by a request each or by one
    for all; every byte is on record."""
    model_folder("smollm2-135m")
    with serving() as port, recording(port, own_client) as (between, kept):
        settings = SETTINGS.format(folder=tmp_path, port=between, council=council)
        (tmp_path / "edge.toml").write_text(settings)
        asked = ask(tmp_path)
        assert asked.startswith('May I send "My wife a name has 3 boxes')
        assert "on this device" in asked, "nobody said yes"
        assert kept == []
        assert "I'm asking three agents at home box." in ask(tmp_path, "--yes")
    ledger = Ledger(tmp_path / "ledger.jsonl", lambda: None)
    entries = list(ledger.entries())
    sent = [entry.content for entry in entries if entry.kind == "sent"]
    assert len(sent) >= requests
    assert sorted(sent) == sorted(map(bytes, kept))
    assert len(sent) == sum(entry.kind == "ended" for entry in entries)
    assert ledger.verify() == ""
    wire = b"".join(kept)
    assert b"Zorana" not in wire
    assert json.dumps("[NAME_1]")[1:-1].encode() in wire


@pytest.mark.model
@pytest.mark.slow
def test_without_a_network(tmp_path, model_folder):
    """The same question is thought about on the device, and nothing is on record."""
    model_folder("smollm2-135m")
    (tmp_path / "edge.toml").write_text(SETTINGS.format(folder=tmp_path, port=9, council="false"))
    said = ask(tmp_path, "--offline", "--yes")
    assert said.startswith(
        "The network is switched off. So I think about it here, in several ways."
    )
    assert said.rstrip().endswith(".")
    assert not (tmp_path / "ledger.jsonl").exists()
