"""What the server costs of its own: many councils at once over an engine that takes a fixed time.

Two processes on this machine: `--serve` is the application with `FixedEngine`, and this one the
clients. A council of five is one /v1/contemplate; `--chat` asks five streamed chat completions in
its place, as a council on the other side of the wire does. They come in one instant, or evenly over
`--spread` seconds; with the engine's time for it they are all there at once as well. Overhead is
the time of a council beyond the engine's; server_cpu_ms what the server works for one, and
clients_cpu_ms what its clients do; others_cores how many cores all other programs had meanwhile.
Prints the figures as JSON, of each of `--rounds`. With `--bare` something answers that does no work
at all: what remains is the clients' own.

With `--model` it measures what one answer and one council take instead, of a real model.

    python tools/measure_serve.py --model qwen2.5-coder-0.5b
    python tools/measure_serve.py [--councils 200] [--chat] [--seconds 2] [--pieces 1]
        [--spread 0 2] [--rounds 5] [--bare]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from typing import cast

import psutil

AGENTS = 5


def serve(seconds: float, pieces: int) -> None:
    """The application on a free port, until it is told to end."""
    from edge.serve.app import Service
    from edge.serve.fixed import FixedEngine
    from edge.serve.limits import Tokens
    from edge.serve.server import run
    from edge.settings import Serve

    many = 100_000
    settings = Serve(port=0, requests_a_minute=0, waiting=many, waiting_each=many)
    engine = FixedEngine(seconds, pieces, parallel=many)
    run(Service(engine, settings, Tokens({})), json_log=False)


class Bare(asyncio.Protocol):
    """Answers a request with as little as passes for a council, after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(self.seconds, self.answer)

    def answer(self) -> None:
        self.transport.write(b"HTTP/1.1 200 OK\r\n\r\nevent: verdict\n\ndata: [DONE]\n\n")
        self.transport.close()


async def serve_bare(seconds: float) -> None:
    """On a free port, until it is told to end."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Bare(seconds), "127.0.0.1", 0, backlog=1024)
    print(f"bare answers on http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def ask(port: int, path: str, body: dict[str, object], last: bytes) -> float:
    """Seconds until the answer's last byte. Fails where it is not whole."""
    content = json.dumps(body).encode()
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(content)}\r\nconnection: close\r\n\r\n".encode()
        + content
    )
    answer = await reader.read()
    took = time.perf_counter() - began
    writer.close()
    if not answer.startswith(b"HTTP/1.1 200") or last not in answer:
        raise RuntimeError(answer[:300])
    return took


async def cost(port: int, model: str) -> dict[str, object]:
    """Seconds of one answer of 60 tokens, and of one council, the middle one of three."""

    async def middle(path: str, body: dict[str, object], last: bytes) -> float:
        took = []
        for seed in range(3):
            took.append(await ask(port, path, {**body, "seed": seed}, last))
        return round(sorted(took)[1], 2)

    message = {"role": "user", "content": "How does a sailing boat sail against the wind?"}
    chat = {"model": model, "messages": [message], "stream": True, "max_tokens": 60}
    sums = "A shop sells 4 boxes of 12 eggs and 7 single eggs. 5 eggs break. How many are left?"
    council = {"question": sums, "agents": AGENTS, "max_tokens": 120}
    return {
        "model": model,
        "answer_s": await middle("/v1/chat/completions", chat, b"[DONE]"),
        "council_s": await middle("/v1/contemplate", council, b"event: verdict"),
    }


async def council(port: int, chat: bool) -> float:
    """Seconds that one took."""
    if not chat:
        body: dict[str, object] = {
            "question": "What is 3 times 4?",
            "agents": AGENTS,
            "quorum": AGENTS,
            "first": 0,
        }
        return await ask(port, "/v1/contemplate", body, b"event: verdict")
    bodies = [
        {
            "model": "fixed",
            "messages": [{"role": "user", "content": "Why?"}],
            "stream": True,
            "seed": seed,
        }
        for seed in range(AGENTS)
    ]
    path = "/v1/chat/completions"
    return max(await asyncio.gather(*(ask(port, path, one, b"[DONE]") for one in bodies)))


def busy(server: psutil.Process) -> tuple[float, float, float]:
    """Seconds of the processor so far: the server's, this process's, and everybody's."""
    system = psutil.cpu_times()
    own, others = psutil.Process().cpu_times(), server.cpu_times()
    idle = system.idle + getattr(system, "iowait", 0.0)
    return others.user + others.system, own.user + own.system, sum(system) - idle


async def measure(
    server: psutil.Process, port: int, councils: int, chat: bool, seconds: float, spread: float
) -> dict[str, object]:
    """All councils, after one to warm up and one alone."""

    async def one(place: int) -> float:
        await asyncio.sleep(place * spread / councils)
        return await council(port, chat)

    await council(port, chat)
    alone = await council(port, chat)
    begun, before = time.perf_counter(), busy(server)
    many = await asyncio.gather(*(one(place) for place in range(councils)), return_exceptions=True)
    worked, ours, everybody = (b - a for a, b in zip(before, busy(server), strict=True))
    others = (everybody - worked - ours) / (time.perf_counter() - begun)
    took = sorted(took for took in many if isinstance(took, float))
    over = [(one - seconds) * 1000 for one in took] or [float("nan")]
    return {
        "councils": councils,
        "agents": AGENTS,
        "form": "chat" if chat else "contemplate",
        "engine_s": seconds,
        "spread_s": spread,
        "server_cpu_ms": round(worked * 1000 / councils, 2),
        "clients_cpu_ms": round(ours * 1000 / councils, 2),
        "others_cores": round(others, 1),
        "alone_overhead_ms": round((alone - seconds) * 1000, 1),
        "p50_overhead_ms": round(over[len(over) // 2], 1),
        "p95_overhead_ms": round(over[int(len(over) * 0.95)], 1),
        "max_overhead_ms": round(over[-1], 1),
        "errors": len(many) - len(took),
    }


def main() -> None:
    """Start the server, measure, end it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--councils", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=2.0, help="that the engine takes")
    parser.add_argument(
        "--spread", type=float, nargs="+", default=[0.0], help="seconds in which they come"
    )
    parser.add_argument("--pieces", type=int, default=1, help="in which an answer comes")
    parser.add_argument("--model", help="of the store; measures what one costs")
    parser.add_argument("--chat", action="store_true", help="five chat completions a council")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="something that does no work answers")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve and options.bare:
        asyncio.run(serve_bare(options.seconds))
        return
    if options.serve:
        serve(options.seconds, options.pieces)
        return
    from edge.serve.server import raise_file_limit

    raise_file_limit()
    command = [sys.executable, __file__, "--serve"]
    if options.model:
        command = [sys.executable, "-m", "edge", "serve", "--port", "0", "--model", options.model]
    else:
        command += ["--seconds", str(options.seconds), "--pieces", str(options.pieces)]
    if options.bare:
        command.append("--bare")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rsplit(":", 1)[1].split("/")[0])
            if options.model:
                print(json.dumps(asyncio.run(cost(port, options.model))))
                return
            process = psutil.Process(server.pid)
            for spread in options.spread * options.rounds:
                found = asyncio.run(
                    measure(process, port, options.councils, options.chat, options.seconds, spread)
                )
                print(json.dumps({"pieces": options.pieces, **found}), flush=True)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
