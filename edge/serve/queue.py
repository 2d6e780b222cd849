"""Who is answered next: bounded, fair between clients, several in one batch."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress

from edge.errors import EdgeError
from edge.serve.jobs import Engine, Interrupted, Job, Piece

log = logging.getLogger(__name__)

_LONGEST_RETRY = 60


class Refusal(EdgeError):
    """Not now; `status` and `retry_s` say to whom that is due and when to come again."""

    def __init__(self, sentence: str, status: int, retry_s: int) -> None:
        super().__init__(sentence)
        self.status = status
        """429: this client asked for too much; 503: the server has too much to do."""
        self.retry_s = retry_s


class Ticket:
    """One job's place in the queue, and then its pieces. For one reader."""

    def __init__(self, queue: Queue, client: str, job: Job) -> None:
        self.job = job
        self.client = client
        self.begun = asyncio.Event()
        """It has left the queue."""
        self.batch: asyncio.Task[None] | None = None
        # No bound of its own: an answer has at most `max_tokens` pieces, and a client that reads
        # slowly must not hold up the others of its batch.
        self.arrived: asyncio.Queue[Piece | EdgeError] = asyncio.Queue()
        self.gone = False
        self._failed: EdgeError | None = None
        self._queue = queue

    async def pieces(self) -> AsyncIterator[list[Piece]]:
        """What has come since it was last asked for, until every answer has ended.

        Raises what ended the work.
        """
        open_answers = set(range(len(self.job.wishes)))
        while open_answers:
            arrived: list[Piece] = []
            one: Piece | EdgeError = await self.arrived.get()
            while True:
                if isinstance(one, EdgeError):
                    if not arrived:
                        raise one
                    # Comes again, after what is whole has been given out.
                    self._failed = one
                    break
                arrived.append(one)
                if one.end:
                    open_answers.discard(one.answer)
                if not open_answers or self.arrived.empty():
                    break
                one = self.arrived.get_nowait()
            yield arrived
            if self._failed is not None and open_answers:
                raise self._failed

    def close(self) -> None:
        """Nobody waits for it any more."""
        if not self.gone:
            self.gone = True
            self._queue.closed(self)


class Queue:
    """The line in front of an engine. For one event loop.

    Clients take turns, however many requests each has waiting. With a job go others, up to
    `together` answers; but a job that must be repeatable goes alone. Where the engine's batch can
    be joined the others may come later.
    """

    def __init__(
        self, engine: Engine, *, longest: int = 64, each: int = 16, together: int = 8
    ) -> None:
        """At most `longest` jobs wait, and `each` of one client."""
        self.engine = engine
        self._longest = longest
        self._each = each
        self._together = together
        self._waiting: OrderedDict[str, deque[Ticket]] = OrderedDict()
        self._count = 0
        self._running: dict[asyncio.Task[None], list[Ticket]] = {}
        self._seconds = 1.0
        """What a batch has taken lately."""
        self._change = asyncio.Event()
        self._draining = False

    @property
    def waiting(self) -> int:
        """Jobs that have not begun."""
        return self._count

    @property
    def running(self) -> int:
        """Jobs that are being answered."""
        return sum(len(tickets) for tickets in self._running.values())

    @property
    def draining(self) -> bool:
        """It takes nothing new."""
        return self._draining

    def drain(self) -> None:
        """Take nothing new; what is here is answered."""
        self._draining = True

    def check(self, client: str) -> None:
        """Raises Refusal where `client` cannot be taken now."""
        if self._draining:
            raise Refusal("The server is shutting down.", 503, 5)
        if self._count >= self._longest:
            raise Refusal("Too many requests are waiting.", 503, self._retry())
        if len(self._waiting.get(client, ())) >= self._each:
            raise Refusal("Too many of your requests are waiting.", 429, self._retry())

    def submit(self, client: str, job: Job) -> Ticket:
        """A place in the line. Raises Refusal."""
        self.check(client)
        ticket = Ticket(self, client, job)
        self._waiting.setdefault(client, deque()).append(ticket)
        self._count += 1
        self._change.set()
        return ticket

    async def serve(self) -> None:
        """Answer until cancelled."""
        try:
            while True:
                while self._count and self._room():
                    self._begin(self._next())
                self._change.clear()
                await self._change.wait()
        finally:
            tasks = list(self._running)
            for task in tasks:
                task.cancel()
            for waiting in self._waiting.values():
                for ticket in waiting:
                    ticket.begun.set()
                    ticket.arrived.put_nowait(Interrupted("The server has shut down."))
            await asyncio.gather(*tasks, return_exceptions=True)

    def closed(self, ticket: Ticket) -> None:
        """A ticket's client has gone."""
        if ticket.batch is None:
            with suppress(ValueError, KeyError):
                self._waiting[ticket.client].remove(ticket)
                self._count -= 1
                if not self._waiting[ticket.client]:
                    del self._waiting[ticket.client]
            return
        batch = self._running.get(ticket.batch)
        if batch is not None and all(one.gone for one in batch):
            ticket.batch.cancel()

    def _room(self) -> bool:
        """Whether the next one may begin."""
        if not self.engine.joins:
            return len(self._running) < self.engine.parallel
        jobs = [ticket.job for batch in self._running.values() for ticket in batch]
        # Whoever comes next waits for its room, or those with few wishes would always pass.
        jobs.append(next(iter(self._waiting.values()))[0].job)
        return len(jobs) == 1 or (
            not any(job.alone for job in jobs)
            and sum(len(job.wishes) for job in jobs) <= self._together
        )

    def _next(self) -> list[Ticket]:
        """The client whose turn it is moves to the end of the line of clients."""
        client, line = self._waiting.popitem(last=False)
        first = line.popleft()
        if line:
            self._waiting[client] = line
        batch, answers = [first], len(first.job.wishes)
        for other in [] if first.job.alone or self.engine.joins else list(self._waiting):
            line = self._waiting[other]
            for ticket in list(line):
                more = answers + len(ticket.job.wishes)
                if not ticket.job.alone and more <= self._together:
                    line.remove(ticket)
                    batch.append(ticket)
                    answers = more
            if not line:
                del self._waiting[other]
        self._count -= len(batch)
        return batch

    def _begin(self, batch: list[Ticket]) -> None:
        task = asyncio.create_task(self._answer(batch))
        self._running[task] = batch
        for ticket in batch:
            ticket.batch = task
            ticket.begun.set()
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        for ticket in self._running.pop(task):
            # Where all went well its reader is through, and nobody looks at this.
            ticket.arrived.put_nowait(Interrupted("The answer was broken off."))
        self._change.set()

    async def _answer(self, batch: list[Ticket]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        failure: EdgeError | None = None
        try:
            stream = self.engine.stream([ticket.job for ticket in batch])
            async with aclosing(stream) as pieces:  # type: ignore[type-var]
                async for place, piece in pieces:
                    batch[place].arrived.put_nowait(piece)
        except EdgeError as error:
            log.error("%s", error)
            failure = error
        except Exception:
            # A fault of one batch is not the end of the server.
            log.exception("A batch failed")
            failure = Interrupted("Something went wrong inside.")
        if failure is not None:
            for ticket in batch:
                ticket.arrived.put_nowait(failure)
            return
        self._seconds += 0.2 * (loop.time() - began - self._seconds)

    def _retry(self) -> int:
        """Whole seconds after which there should be room."""
        seconds = self._seconds * (self._count + 1) / max(self.engine.parallel, 1)
        return max(1, min(math.ceil(seconds), _LONGEST_RETRY))
