"""Run by test_fleet.py: a local cluster, streams through it, and a decoder killed in the middle.

Prints one JSON object. In a process of its own, since a cluster opens connections of its own.
"""

import asyncio
import json
import sys

PORT = 18321
WORDS = 20
SECONDS = 4.0
CLIENTS = 4


pieces = [0] * CLIENTS
"""That have come to each client."""


async def stream(seed):
    """One answer's events to its end: "whole", or what came instead."""
    body = {
        "model": "fixed",
        "messages": [{"role": "user", "content": f"Question {seed}"}],
        "stream": True,
        "seed": seed * 100,
    }
    content = json.dumps(body).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n".encode()
        + content
    )
    answer = b""
    while line := await reader.readline():
        answer += line
        pieces[seed] += b'"content": "' in line and b'"content": ""' not in line
    writer.close()
    lines = [line for line in answer.decode().split("\n") if line.startswith("data: {")]
    chunks = [json.loads(line[6:]) for line in lines]
    text = "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if "choices" in c)
    expected = "".join(f"{seed * 100}.{word} " for word in range(WORDS))
    return "whole" if text == expected and "[DONE]" in answer.decode() else answer.decode()


def replicas():
    from ray.util import list_named_actors

    names = [row["name"] for row in list_named_actors(all_namespaces=True)]
    return [name for name in names if "#decoder#" in name]


async def run():
    import ray

    streams = [asyncio.create_task(stream(seed)) for seed in range(CLIENTS)]

    def halfway():
        return sum(2 < count < WORDS - 5 for count in pieces)

    # A decoder answers one at a time: two in the middle of their answers are on one each.
    async with asyncio.timeout(60):
        while halfway() < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    found = {"halfway": halfway()}
    before = replicas()
    ray.kill(ray.get_actor(before[0], namespace="serve"))
    async with asyncio.timeout(90):
        answers = await asyncio.gather(*streams)
    return {**found, "replicas": len(before), "answers": answers}


def main():
    import ray
    from ray import serve

    from edge.serve.fixed import FixedEngine
    from edge.serve.fleet import APP, deploy
    from edge.settings import Serve

    def make():
        return FixedEngine(SECONDS, WORDS)

    ray.init(num_cpus=3, include_dashboard=False, log_to_driver="-v" in sys.argv)
    serve.start(http_options={"host": "127.0.0.1", "port": PORT})
    settings = Serve(requests_a_minute=0, answer_s=20, drain_s=5)
    serve.run(deploy(make, "fixed", settings, replicas=2, most=2, cpus=0.5), name=APP)
    print(json.dumps(asyncio.run(run())))
    serve.shutdown()
    ray.shutdown()


if __name__ == "__main__":
    main()
