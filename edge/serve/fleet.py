"""The same application over several processes or machines, on Ray Serve (extra edge[fleet]).

    serve run edge.serve.fleet:application model=qwen2.5-coder-0.5b replicas=2 most=8

Two deployments: `front` is the application of `edge serve`, whose engine is `decoder`, a model a
replica, as many as there is work for. Where a decoder dies in the middle of an answer the front
asks another one for the same (seeds are fixed before) and leaves out what it has passed on already:
the client sees a pause.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from edge.errors import EdgeError
from edge.serve.jobs import Engine, Interrupted, Job, Piece, Wish

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from edge.settings import Serve

log = logging.getLogger(__name__)

APP = "edge"
_DECODER = "decoder"
_TRIES = 3
"""Decoders that may die under one batch."""
_WAITING = 4
"""Requests at one decoder at once: one is decoded, and the next ones are at hand."""

Pairs = list[tuple[int, Piece]]


class Decoder:
    """One replica: an engine, a batch at a time."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._engine = make()
        self._turn = asyncio.Lock()

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """As the engine's."""
        return await self._engine.prepare(wishes, seconds)

    async def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """As the engine's."""
        from edge.aio import closing

        async with self._turn, closing(self._engine.stream(jobs)) as pieces:
            async for pair in pieces:
                yield pair


class Remote:
    """An engine that is a handle to the decoders. Answers survive the death of one."""

    def __init__(self, name: str, handle: Any, dead: tuple[type[Exception], ...]) -> None:
        """`handle`: of the deployment; `dead`: what it raises when a replica has died."""
        self.name = name
        self.parallel = 10_000
        self.joins = False
        """Ray queues at the replicas; how many there are changes."""
        self._handle = handle
        self._dead = dead

    async def prepare(self, wishes: Sequence[Wish], seconds: float) -> Job:
        """By any decoder that lives."""
        for _ in range(_TRIES):
            try:
                job: Job = await self._handle.prepare.remote(wishes, seconds)
                return job
            except self._dead:
                log.warning("A decoder died before it had looked at a prompt")
            except Exception as error:
                raise _own(error) from error
        raise Interrupted("No decoder stays alive.")

    async def stream(self, jobs: Sequence[Job]) -> AsyncIterator[tuple[int, Piece]]:
        """Pieces from one decoder, and where it dies from the next.

        Raises Interrupted where that one says something else than what was passed on.
        """
        passed: Pairs = []
        for _ in range(_TRIES):
            place = 0
            answers = self._handle.options(stream=True).stream.remote(jobs)
            try:
                async for pair in answers:
                    if place < len(passed):
                        if not _same(pair, passed[place]):
                            raise Interrupted("The answer was broken off.")
                    else:
                        passed.append(pair)
                        yield pair
                    place += 1
                return
            except self._dead:
                log.warning("A decoder died after %d pieces; asking another one", len(passed))
            except EdgeError:
                raise
            except Exception as error:
                raise _own(error) from error
            finally:
                answers.cancel()
        raise Interrupted("No decoder stays alive.")


def deploy(
    make: Callable[[], Engine],
    name: str,
    settings: Serve,
    *,
    replicas: int = 1,
    most: int = 4,
    cpus: float = 2.0,
) -> Any:
    """The Ray Serve application of `make`'s engine: `replicas` to `most` of it, `cpus` each."""
    from ray import serve

    def build() -> ASGIApp:
        return front(name, settings)

    class Front:
        def __init__(self, decoder: Any) -> None:
            """The decoder is deployed because it is named here."""

    decoder = serve.deployment(
        Decoder,
        name=_DECODER,
        max_ongoing_requests=_WAITING,
        graceful_shutdown_timeout_s=settings.answer_s,
        health_check_period_s=5,
        ray_actor_options={"num_cpus": cpus},
        autoscaling_config={
            "min_replicas": replicas,
            "max_replicas": max(most, replicas),
            "target_ongoing_requests": 2,
        },
    )
    ingress = serve.deployment(
        serve.ingress(build)(Front),
        name="front",
        max_ongoing_requests=1000,
        graceful_shutdown_timeout_s=settings.drain_s,
        ray_actor_options={"num_cpus": 0.1},
        num_replicas=1,
    )
    return ingress.bind(decoder.bind(make))


def front(name: str, settings: Serve) -> ASGIApp:
    """The application of one front replica."""
    from ray import serve
    from ray.exceptions import RayActorError

    from edge.serve.app import Service
    from edge.serve.limits import read_tokens

    handle = serve.get_deployment_handle(_DECODER, app_name=APP)
    engine = Remote(name, handle, (RayActorError,))
    return Service(engine, settings, read_tokens(settings.tokens)).application()


def application(arguments: Mapping[str, str]) -> Any:
    """For `serve run`: `model`, `replicas`, `most` and `cpus`; the rest is in the settings."""
    from edge.config import load

    config = load()
    model = arguments.get("model", config.lm.model)

    def make() -> Engine:
        from edge.app import App
        from edge.models import Store

        return App(load(), Store()).service_engine(model)

    return deploy(
        make,
        model,
        config.serve,
        replicas=int(arguments.get("replicas", 1)),
        most=int(arguments.get("most", 4)),
        cpus=float(arguments.get("cpus", config.lm.threads)),
    )


def _same(one: tuple[int, Piece], other: tuple[int, Piece]) -> bool:
    """Probabilities may differ in their last bits on another machine; words must not."""
    (place, piece), (job, passed) = one, other
    return (place, piece.answer, piece.text, piece.end) == (
        job,
        passed.answer,
        passed.text,
        passed.end,
    )


def _own(error: Exception) -> Exception:
    """What the engine had raised on the other side."""
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, EdgeError) else error
