"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), read."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import AsyncIterator

from edge.aio import closing

LONGEST = 1 << 20
"""Characters of one event."""


class EventsError(ValueError):
    """It is no stream of events."""


async def data_of(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The `data` of each event, from pieces that are cut anywhere."""
    async with closing(named(pieces)) as events:
        async for _, data in events:
            yield data


async def named(pieces: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, str]]:
    """The name, mostly empty, and the `data` of each event."""
    decoder = getincrementaldecoder("utf-8")(errors="replace")
    rest, name, data = "", "", list[str]()
    async for piece in pieces:
        rest += decoder.decode(piece)
        if len(rest) > LONGEST or sum(map(len, data)) > LONGEST:
            raise EventsError("an event is too long")
        # A carriage return at the end may be half of a line's end.
        whole = rest[:-1] if rest.endswith("\r") else rest
        *lines, last = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = last + rest[len(whole) :]
        for line in lines:
            if not line:
                if data:
                    yield name, "\n".join(data)
                name, data = "", []
            elif line.startswith("event:"):
                name = line[6:].removeprefix(" ")
            elif line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
    # An event that was not ended by an empty line is not one.
