"""What the server costs of its own: many councils at once over an engine that takes a fixed time.

Two processes on this machine: `--serve` is the application with `FixedEngine`, and this one the
clients. A council of five is one /v1/contemplate; `--chat` asks five streamed chat completions in
its place, as a council on the other side of the wire does. They come in one instant, or evenly over
`--spread` seconds; with the engine's time for it they are all there at once as well. Overhead is
the time of a council beyond the engine's; server_cpu_ms what the server works for one. Prints the
figures as JSON.

With `--model` it measures what one answer and one council take instead, of a real model.

    python tools/measure_serve.py --model qwen2.5-coder-0.5b
    python tools/measure_serve.py [--councils 200] [--chat] [--seconds 2] [--pieces 1]
        [--spread 0 2]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time

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
            "question": "Why?",
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


async def measure(
    server: psutil.Process, port: int, councils: int, chat: bool, seconds: float, spread: float
) -> dict[str, object]:
    """All councils, after one to warm up and one alone."""

    async def one(place: int) -> float:
        await asyncio.sleep(place * spread / councils)
        return await council(port, chat)

    await council(port, chat)
    alone = await council(port, chat)
    before = server.cpu_times()
    many = await asyncio.gather(*(one(place) for place in range(councils)), return_exceptions=True)
    after = server.cpu_times()
    busy = after.user + after.system - before.user - before.system
    took = sorted(took for took in many if isinstance(took, float))
    over = [(one - seconds) * 1000 for one in took] or [float("nan")]
    return {
        "councils": councils,
        "agents": AGENTS,
        "form": "chat" if chat else "contemplate",
        "engine_s": seconds,
        "spread_s": spread,
        "server_cpu_ms": round(busy * 1000 / councils, 2),
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
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
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
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline().rsplit(":", 1)[1].split("/")[0])
            if options.model:
                print(json.dumps(asyncio.run(cost(port, options.model))))
                return
            process = psutil.Process(server.pid)
            for spread in options.spread:
                found = asyncio.run(
                    measure(process, port, options.councils, options.chat, options.seconds, spread)
                )
                print(json.dumps({"pieces": options.pieces, **found}), flush=True)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
