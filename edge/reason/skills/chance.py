"""Dice and coins."""

from __future__ import annotations

import re
import secrets
from decimal import Decimal

from edge.errors import SkillError
from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot
from edge.reason.skills.beside import EXPLAINED, MEANT, NOT_THROWN, beside
from edge.reason.words import numbers

_MOST_SIDES, _MOST_DICE = 1000, 20
_NOTED = re.compile(r"\b(\d{0,5}) ?d ?(\d{1,5})\b")
"""Two dice of six sides, as players note them: "2d6"."""
_DICE = "[a|an|the|some|my|those|two|one] [pair of] (dice|die)"


def _is_call(words: str) -> bool:
    """Whether they are called before the throw: "I say heads"."""
    return re.search(r"\b(?:heads?|tails?)\b", words, re.IGNORECASE) is not None


INTENTS = (
    Intent(
        "coin",
        (
            "(flip|toss|throw) [me|us] [a|the] coin [toss]",
            "heads or tails",
            "(flip|toss|throw) [a|the] coin [and] {call}",
            "give me a coin (toss|flip)",
            "(flip|toss|throw) [me|us] {count} coins",
            "[do] [a] coin (toss|flip)",
        ),
        {
            "call": Slot("text", fits=_is_call, find=(r"\b(heads|tails)\b",)),
            "count": Slot("number"),
        },
        pure=True,
    ),
    Intent(
        "dice",
        (
            f"(roll|throw|toss|cast|shake) {_DICE}",
            "(roll|throw|toss) (a|an|the) {sides} (sided|side) (die|dice)",
            "(roll|throw|toss) {count} dice",
            "(roll|throw) [a] d {sides}",
            "(roll|throw) [a|the] {noted}",
            "(roll|throw) {count} {sides} (sided|side) dice",
            "[give me] [a] dice roll",
        ),
        {
            "sides": Slot("number"),
            "count": Slot("number"),
            "noted": Slot(fits=lambda words: _NOTED.fullmatch(words.lower()) is not None),
        },
        pure=True,
    ),
    Intent(
        "number",
        (
            "(pick|choose|give me|tell me|think of) [a] [random] number"
            " [between|from] {low} (and|to) {high}",
            "[a] random number (between|from) {low} (and|to) {high}",
        ),
        {"low": Slot("number"), "high": Slot("number")},
        pure=True,
    ),
)


class Chance:
    """From the operating system's random numbers."""

    name = "chance"
    about = "roll dice and flip coins"
    intents = beside(INTENTS, EXPLAINED, MEANT, NOT_THROWN, only=("coin", "dice"))

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        match request.intent:
            case "coin":
                return _coins(request)
            case "number":
                return _number(request)
            case _:
                return _dice(request)


def _coins(request: Request) -> Answer:
    count = request.get("count", Decimal) or Decimal(1)
    if count % 1 or not 1 <= count <= _MOST_DICE:
        raise SkillError(f"I can flip up to {_MOST_DICE} coins.")
    sides = [secrets.choice(("heads", "tails")) for _ in range(int(count))]
    if len(sides) == 1:
        return Answer(f"It's {sides[0]}.", Card("Coin", (sides[0],)))
    said = " and ".join(sides) if len(sides) == 2 else ", ".join(sides)
    return Answer(f"{said[0].upper()}{said[1:]}.", Card("Coins", (said,)))


def _dice(request: Request) -> Answer:
    sides, count = _wanted(request)
    if not 2 <= sides <= _MOST_SIDES or not 1 <= count <= _MOST_DICE:
        raise SkillError(f"I can roll up to {_MOST_DICE} dice of 2 to {_MOST_SIDES} sides.")
    thrown = [secrets.randbelow(sides) + 1 for _ in range(count)]
    if count == 1:
        return Answer(f"You rolled {_article(thrown[0])}.", Card("Dice", (str(thrown[0]),)))
    said = " and ".join(map(str, thrown)) if count == 2 else ", ".join(map(str, thrown))
    return Answer(f"You rolled {said}, {sum(thrown)} in all.", Card("Dice", (said,)))


def _article(number: int) -> str:
    eleven = str(number).startswith("8") or number in (11, 18)
    return f"{'an' if eleven else 'a'} {number}"


def _wanted(request: Request) -> tuple[int, int]:
    """Sides and dice, as they were said: "two six-sided dice"."""
    text = request.text.lower()
    sides, count = request.get("sides", Decimal), request.get("count", Decimal)
    if noted := _NOTED.search(text):
        return int(noted[2]), int(noted[1] or 1)
    for found in numbers(text):
        after = text[found.spans[0][1] :].lstrip(" -")
        if re.match(r"sides?|sided", after):
            sides = found.value
        elif re.match(r"(?:\S+ )?(?:dice|die)", after):
            count = found.value
    if count is None and "pair" in text:
        count = Decimal(2)
    return int(sides or 6), int(count or 1)


def _number(request: Request) -> Answer:
    low, high = request.get("low", Decimal), request.get("high", Decimal)
    if low is None or high is None:
        low, high = Decimal(1), Decimal(100)
    low, high = sorted((int(low), int(high)))  # type: ignore[assignment]
    picked = int(low) + secrets.randbelow(int(high) - int(low) + 1)
    return Answer(f"{picked}.", Card("Number", (str(picked),)))
