"""Nothing in edge opens a connection but the gate."""

import ast
import subprocess
import sys
from pathlib import Path

import edge

ROOT = Path(edge.__file__).parent
NETWORK = {
    "socket", "ssl", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp",
    "websockets", "ftplib", "smtplib", "telnetlib", "asyncio.open_connection", "h11", "anyio",
}  # fmt: skip
ALLOWED = {
    "trust": "the gate itself",
    "models/fetch.py": "brings weights: asks for files by name and sends nothing of the wearer's",
    "serve": "listens; it connects to nobody",
    "sim": "listens; it connects to nobody",
}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in (
            "open_connection", "create_connection", "sock_connect", "create_datagram_endpoint",
        ):  # fmt: skip
            yield "asyncio.open_connection"


def test_nobody_else_imports_what_opens_connections():
    """A new part that wants the network has to go through the gate, or be named here with why."""
    found = set()
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name in ALLOWED or name.partition("/")[0] in ALLOWED:
            continue
        for module in imported(ast.parse(path.read_text("utf-8"))):
            if module in NETWORK or module.partition(".")[0] in NETWORK - {"urllib.request"}:
                found.add(f"{name}: {module}")
    assert not found


def run(code):
    """What a program with the guard prints."""
    begin = "from edge.trust import guard\nguard.install()\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code], capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr


def test_a_rogue_skill_is_refused():
    """A connection that the gate did not open fails, by name or by number, also in a thread."""
    code = """
import socket, threading, urllib.request
def tries():
    for what in (
        lambda: socket.create_connection(("127.0.0.1", 9), 1),
        lambda: urllib.request.urlopen("http://example.org/"),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    ):
        try:
            what()
        except Exception as error:
            print(type(error).__name__, error)
tries()
thread = threading.Thread(target=tries)
thread.start()
thread.join()
"""
    lines = run(code).splitlines()
    assert len(lines) == 6
    assert all("Nothing but the trust gate" in line for line in lines)


def test_the_gate_gets_through():
    """Its own connections are made: here nobody answers, which is another error."""
    code = """
import asyncio
from edge.trust.wire import Outbound, WireError, exchange
async def main():
    async def written(content): pass
    try:
        async with exchange(Outbound("GET", "http://127.0.0.1:9/"), written): pass
    except WireError as error:
        print(error.kind)
asyncio.run(main())
"""
    assert run(code).strip() == "refused"
