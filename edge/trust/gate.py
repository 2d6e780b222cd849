"""The gate: consent, budget, redaction, ledger, and only then a connection."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from edge.errors import EdgeError
from edge.trust import certificates
from edge.trust.consent import Consent, Wishes
from edge.trust.ledger import Ledger, Sent
from edge.trust.recording import Recorder
from edge.trust.redact import Placeholders
from edge.trust.wire import Outbound, Reply, WireError, exchange

Reason = Literal["never", "ask", "budget", "offline"]


class Refused(EdgeError):
    """Nothing was sent; the sentence says why, and `reason` says it to programs."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Plan:
    """What one question would send."""

    recipient: str
    """As the wearer knows it: "home box"."""
    topic: str
    """See `edge.trust.topics`."""
    text: str
    """What would be sent, as the wearer said it."""
    tokens: int = 0
    """Estimate, all requests together."""
    money: float = 0.0
    """Estimate, in the currency of the settings."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question, and a day, may cost; 0 tokens or money a question: none of it."""

    tokens_a_question: int = 20_000
    tokens_a_day: int = 200_000
    money_a_question: float = 0.10
    money_a_day: float = 1.0
    currency: str = "dollars"


@dataclass(slots=True)
class Permit:
    """One question's permission. Its placeholders stay the same for all that it sends."""

    plan: Plan
    _placeholders: Placeholders
    tokens: int = 0
    money: float = 0.0
    """What it has cost so far."""

    def redact(self, text: str) -> str:
        """`text` with placeholders in place of what is personal."""
        return self._placeholders.redact(text)

    def restore(self, text: str) -> str:
        """`text` with what the placeholders stand for."""
        return self._placeholders.restore(text)

    async def restored(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """The same over pieces, in which a placeholder may be cut in two."""
        rest = ""
        async for piece in pieces:
            ready, rest = self._placeholders.split(rest + piece)
            if ready:
                yield self.restore(ready)
        if rest:
            yield self.restore(rest)


@dataclass(slots=True)
class Gate:
    """The only part of edge that opens an outgoing connection."""

    wishes: Wishes
    ledger: Ledger
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    known: Callable[[], Sequence[str]] = tuple
    """What is remembered about the wearer, to be kept back."""
    network: bool = True
    """The switch: without it nothing leaves."""
    plain: bool = False
    """Whether far machines may be asked without encryption."""
    trust: ssl.SSLContext | None = None
    """Whose certificates count, in place of the system's."""
    _recorder: Recorder = field(init=False)

    def __post_init__(self) -> None:
        self._recorder = Recorder(self.ledger)

    def standing(self, plan: Plan) -> Consent:
        """What the wearer wants for this."""
        return self.wishes.standing(plan.recipient, plan.topic)

    def question(self, plan: Plan) -> str:
        """One sentence that asks for permission: what, to whom, and what it costs."""
        text = Placeholders(self.known()).redact(plan.text).strip().rstrip("?.!")
        if len(text) > 120:
            text = text[:120].rsplit(" ", 1)[0] + " and so on"
        cost = spoken_money(plan.money, self.limits.currency)
        return f'May I send "{spoken(text)}" to {plan.recipient}? It costs {cost}.'

    async def permit(self, plan: Plan, *, agreed: bool = False) -> Permit:
        """Permission to send what `plan` says. `agreed`: the wearer has just said yes to it.

        Raises Refused.
        """
        if not self.network:
            raise Refused("offline", "The network is switched off.")
        standing = self.standing(plan)
        if standing == "never" and not agreed:
            raise Refused("never", f"You don't want {_about(plan.topic)} to leave this device.")
        if standing == "ask" and not agreed:
            raise Refused("ask", self.question(plan))
        await asyncio.to_thread(self._afford, plan)
        return Permit(plan, Placeholders(self.known()))

    @asynccontextmanager
    async def open(self, permit: Permit, outbound: Outbound) -> AsyncIterator[Reply]:
        """Send one request, on record. Leaving closes the connection.

        Raises Refused, WireError, or StorageError where it cannot be recorded: then nothing is
        sent.
        """
        if not self.network:
            raise Refused("offline", "The network is switched off.")
        if (
            permit.tokens > self.limits.tokens_a_question
            or permit.money > self.limits.money_a_question
        ):
            # What was estimated was too little: it ends here.
            raise Refused("budget", "That has cost as much as one question may.")
        plan, number = permit.plan, 0

        async def written(content: bytes) -> None:
            nonlocal number
            number = await self._recorder.sent(
                Sent(
                    plan.recipient,
                    plan.topic,
                    outbound.url,
                    permit.redact(plan.text),
                    masked(content, outbound.secret),
                )
            )

        how, reply = "left", None
        try:
            async with exchange(outbound, written, plain=self.plain, trust=self.trust) as reply:
                yield reply
            how = "answered"
        except WireError as error:
            how = error.kind
            raise
        except (asyncio.CancelledError, GeneratorExit):
            how = "cancelled"
            raise
        finally:
            if number:
                if reply is not None:
                    permit.tokens += reply.tokens
                    permit.money += reply.money
                # Not in a thread: this may run while the task is being cancelled.
                self.ledger.ended(
                    number,
                    how=how,
                    status=reply.status if reply else 0,
                    received=reply.received if reply else 0,
                    tokens=reply.tokens if reply else 0,
                    money=reply.money if reply else 0.0,
                )

    def prepare(self, urls: Sequence[str]) -> None:
        """What the first request would wait for; call it on a thread. Sends nothing.

        Raises StorageError.
        """
        import filelock  # noqa: F401
        import h11  # noqa: F401

        if any(url.startswith("https:") for url in urls):
            certificates.read()
        self.spent_today()

    def midnight(self) -> datetime:
        """When today began, where the wearer is."""
        return self.now().replace(hour=0, minute=0, second=0, microsecond=0)

    def spent_today(self) -> tuple[int, float]:
        """Tokens and money since midnight."""
        return self.ledger.spent(self.midnight())

    def _afford(self, plan: Plan) -> None:
        limits = self.limits
        if plan.tokens > limits.tokens_a_question or plan.money > limits.money_a_question:
            raise Refused("budget", "That would cost more than one question may.")
        tokens, money = self.spent_today()
        if tokens + plan.tokens > limits.tokens_a_day or money + plan.money > limits.money_a_day:
            raise Refused("budget", "Today's budget for questions to others is used up.")


def masked(content: bytes, secret: str) -> bytes:
    """`content` with stars in place of the secret, as many as it is long."""
    if not secret:
        return content
    return content.replace(secret.encode(), b"*" * len(secret.encode()))


def spoken(text: str) -> str:
    """Placeholders as one would say them: "[NAME_1]" is "a name"."""
    from edge.trust.redact import SPOKEN, pattern

    return pattern.sub(lambda match: SPOKEN.get(match[1], "something"), text)


def spoken_money(money: float, currency: str) -> str:
    """What it costs, roughly."""
    if money <= 0:
        return "nothing"
    hundredths = money * 100
    if hundredths < 1:
        return "less than a cent"
    if hundredths < 100:
        count = round(hundredths)
        return "about a cent" if count == 1 else f"about {count} cents"
    return f"about {money:.2f} {currency}"


_NAMES: Mapping[str, str] = {
    "health": "anything about health",
    "personal": "anything about yourself",
    "shopping": "anything about shopping",
    "weather": "questions about the weather",
}


def _about(topic: str) -> str:
    return _NAMES.get(topic, "questions")
