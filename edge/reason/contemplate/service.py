"""A service on the network, what its refusals mean, and whether it is worth asking now."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from edge.errors import ConfigError, EdgeError

_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Statuses after which another try may work."""
TRIES = 3
"""Failures in a row after which a service is left alone."""
REST_S = 30.0
"""For how long; then one request finds out."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where several agents can be asked: any endpoint with OpenAI's chat completions, or with
    `edge serve`'s councils.
    """

    name: str
    """As the wearer knows it: "home box"."""
    url: str
    """Base address, such as "http://192.168.1.20:8080/v1"."""
    model: str
    """The model's name there."""
    key: str = ""
    """Name of the environment variable with the key, or of the keyring's entry; empty: none."""
    price_in: float = 0.0
    """Of a million tokens of questions, in the currency of the settings."""
    price_out: float = 0.0
    """Of a million tokens of answers."""
    council: bool = False
    """It is `edge serve`: one request brings the verdict of all agents."""

    def money(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6

    def secret(self, environ: Mapping[str, str] | None = None) -> str:
        """The key itself. Raises ConfigError where it is nowhere."""
        if not self.key:
            return ""
        value = (os.environ if environ is None else environ).get(self.key) or _keyring(self.key)
        if not value:
            raise ConfigError(
                f"The key of {self.name} is missing: set {self.key} in the environment, "
                f"or keep it in the keyring under edge, {self.key}."
            )
        return value


def _keyring(entry: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password("edge", entry) or ""
    except KeyringError:
        # No keyring on this machine.
        return ""


@dataclass(slots=True)
class Breaker:
    """Leaves a service alone for a while after it has failed several times in a row."""

    clock: Callable[[], float]
    failures: int = 0
    _since: float = field(default=0.0)
    _trying: bool = False

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """closed: ask; open: do not; half-open: one may find out."""
        if self.failures < TRIES:
            return "closed"
        return "half-open" if self.clock() - self._since >= REST_S else "open"

    def may(self) -> bool:
        """Whether to ask now."""
        if self.state == "half-open" and not self._trying:
            self._trying = True
            return True
        return self.state == "closed"

    def worked(self) -> None:
        """It answered."""
        self.failures, self._trying = 0, False

    def failed(self) -> None:
        """It did not."""
        self.failures += 1
        self._since, self._trying = self.clock(), False


class ServiceError(EdgeError):
    """A service did not answer as it should; the sentence may be spoken."""

    def __init__(self, sentence: str, *, again: bool = False, wait_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.again = again
        """Another try may work, after `wait_s` seconds."""
        self.wait_s = wait_s


def refusal(service: Service, status: int, headers: Mapping[str, str]) -> ServiceError:
    """What a status other than 200 means."""
    name = service.name
    if status in (401, 403):
        return ServiceError(f"{name} does not accept the key.")
    if status == 404:
        what = "councils" if service.council else f"model {service.model}"
        return ServiceError(f"{name} has no {what}.")
    wait = _seconds(headers.get("retry-after", ""))
    if status == 429:
        return ServiceError(f"{name} is too busy.", again=True, wait_s=wait)
    if status in _PASSING:
        return ServiceError(f"{name} has a problem of its own.", again=True, wait_s=wait)
    return ServiceError(f"{name} refused the question.")


def _seconds(text: str) -> float:
    """Of a Retry-After header; a date is left alone, and nobody waits for minutes."""
    try:
        return min(max(float(text), 0.0), 10.0)
    except ValueError:
        return 0.0
