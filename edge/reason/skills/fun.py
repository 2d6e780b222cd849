"""Jokes, riddles, facts and stories: a small model's jokes are none, and its facts are made up."""

from __future__ import annotations

import re
import secrets
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot

_TELL = "(tell|give|say|read|share|find|hear|let me hear|do|crack) [me|us|to me|with me]"
_ONE = "(a|an|another|one|some|one more|any)"
_WANT = "(i want|i'd like|i would like|i need|let me hear|let's hear) [to hear]"
_HAVE = "[do you|can you|could you|have you] (know|have|got|tell)"
_GOOD = (
    "[(good|funny|silly|new|better|different|short|clean|great|nice|random|little|quick|sarcastic"
    "|bedtime|good night)]"
)
_JOKE = f"{_GOOD} (joke|jokes|pun|puns|one liner|dad joke|dad jokes|knock knock joke)"
_FACT = f"{_GOOD} (fact|facts|fun fact|fun facts|interesting fact|[bit of|piece of] trivia)"
_RIDDLE = f"{_GOOD} (riddle|brain teaser)"
_STORY = f"{_GOOD} (story|tale|fairy tale)"
_ABOUT = "[(about|on|with|involving) {topic}]"
_NOT_TOLD = (
    r"\b(?:that|this|your last) (?:joke|fact)\b|\bis (?:it|that|this) an?\b"
    r"|\b(?:explain|write|invent\w*|check|post|tweet|e-?mail|set up)\b"
    r"|^knock (?!knock\b)|^(?:what's|what is|what was|why is (?:that|it|this)) so funny\b"
    r"|\bsend (?!(?:me|us)\b|.* my way\b)"
)
"""Who says so has heard one, or wants one made."""
_TOPIC = Slot("text", find=(r"\b(?:about|on|involving|concerning) (?:an? |the |some )?(.+)$",))

INTENTS = (
    Intent(
        "joke",
        (
            f"{_TELL} [{_ONE}] {_JOKE} {_ABOUT} [you know]",
            f"{_HAVE} {_ONE} {_JOKE} {_ABOUT}",
            f"{_WANT} [{_ONE}] {_JOKE} {_ABOUT}",
            f"[{_ONE}|the] {_JOKE} [of the day] {_ABOUT}",
            "(make|get) (me|us) (laugh|smile|giggle)",
            "(cheer|amuse|entertain) (me|us) [up]",
            f"(say|tell|give|share) [me|us] something funny {_ABOUT}",
            "be funny",
            "i (need|want|could use) [to have] a [good] (laugh|joke|giggle|chuckle)",
            "(give|send) [me|us] (a|some|another) [good] (laugh|laughs|giggle|giggles|chuckle|joke)"
            " [my way] [please]",
            "(lighten|brighten|lift) (my|the|our) (mood|day|spirits)",
            f"something funny {_ABOUT}",
        ),
        {"topic": _TOPIC},
        pure=True,
        cue=r"\b(?:jokes?|puns?|something funny)\b",
        unless=_NOT_TOLD,
    ),
    Intent(
        "fact",
        (
            f"{_TELL} [{_ONE}] {_FACT} {_ABOUT}",
            f"({_HAVE}|{_WANT}) {_ONE} {_FACT} {_ABOUT}",
            "(what is|what's|what are) [a|the|todays|today's|your|some|any] [favorite|favourite]"
            f" {_FACT} [of the day|for today] {_ABOUT}",
            "(tell|teach) (me|us) something (interesting|new|fun|cool|amazing|surprising)"
            " [i (don't|do not) know]",
            "say something interesting",
            "surprise me",
        ),
        {"topic": _TOPIC},
        pure=True,
        cue=r"\b(?:fun|interesting|random|cool) facts?\b|\btrivia\b",
        # A quiz is another thing.
        unless=rf"{_NOT_TOLD}|\btrivia (?:questions?|quiz|game|night)\b|\bplay\b",
    ),
    Intent(
        "riddle",
        (
            f"({_TELL}|{_HAVE}|{_WANT}) [{_ONE}] {_RIDDLE}",
            "ask (me|us) a riddle",
            "riddle me this",
        ),
        {"guess": Slot()},
        pure=True,
    ),
    Intent(
        "knock",
        ("knock knock",),
        {"who": Slot(), "line": Slot()},
        pure=True,
    ),
    Intent(
        "story",
        (
            f"{_TELL} [{_ONE}] {_STORY}",
            f"(read|tell) my (son|daughter|kids|children) a {_STORY}",
            f"{_WANT} [{_ONE}] {_STORY}",
        ),
        {},
        pure=True,
        # One of a certain kind is for a model to make up.
        unless=r"\b(?:story|stories|tale)s? (?:about|of|with|where|in which|behind|from)\b",
    ),
)


def _door(who: str | None, line: str | None) -> Answer:
    """The wearer's own joke, of which the assistant has its two lines by heart."""
    if who is None:
        return Answer("Who's there?", asks="who")
    if line is None:
        return Answer(f"{who[:1].upper()}{who[1:]} who?", asks="line")
    return Answer("Ha, that's a good one.")


@cache
def _told() -> dict[str, Any]:
    text = (files("edge.reason") / "data" / "fun.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Fun:
    """Each in another order every time, and none again before all have been told."""

    name = "fun"
    about = "tell jokes, riddles and stories"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._left: dict[str, list[Any]] = {}
        self._riddle: tuple[str, str] | None = None

    async def handle(self, request: Request) -> Answer:
        match request.intent:
            case "joke":
                return self._tell("jokes", "Joke", request.get("topic", str))
            case "fact":
                return self._tell("facts", "Fact", request.get("topic", str))
            case "story":
                return self._tell("stories", "Story", None)
            case "knock":
                return _door(request.get("who", str), request.get("line", str))
            case _:
                return self._ask(request.get("guess", str))

    def _tell(self, kind: str, title: str, topic: str | None) -> Answer:
        topic = re.sub(r"^(?:the )?(?:topic|subject) of ", "", topic) if topic else None
        told = self._next(kind, topic)
        one = told if told is not None else self._next(kind, None)
        lead = f"I have none about {topic}, but: " if told is None else ""
        return Answer(f"{lead}{one}", Card(title, (str(one),)))

    def _ask(self, guess: str | None) -> Answer:
        riddle = self._riddle
        if guess is None or riddle is None:
            question, solution = self._next("riddles", None)
            self._riddle = (question, solution)
            return Answer(question, Card("Riddle", (question,)), asks="guess")
        self._riddle = None
        solution = riddle[1]
        key = solution.split()[-1].strip(".").lower()
        right = re.search(rf"\b{key}", guess.lower()) is not None
        said = f"Yes! {solution}" if right else f"It's this: {solution}"
        return Answer(said, Card("Riddle", (riddle[0], solution)))

    def _next(self, kind: str, topic: str | None) -> Any:
        """One that was not told yet; with a topic, one that names it, or None."""
        everything = _told()[kind]
        left = self._left.get(kind) or list(everything)
        if topic is not None:
            words = [word.rstrip("s") for word in re.findall(r"[a-z]{3,}", topic.lower())]
            names = re.compile("|".join(rf"\b{word}" for word in words) or "(?!)")
            fits = [one for one in (*left, *everything) if names.search(str(one).lower())]
            if not fits:
                return None
            chosen = fits[0]
        else:
            chosen = left[secrets.randbelow(len(left))]
        self._left[kind] = [one for one in left if one != chosen]
        return chosen
