"""What left this device, and whether anything may: "what left my glasses today?"."""

from __future__ import annotations

import asyncio
from collections import Counter

from edge.reason.skill import Answer, Card, Intent, Missing, Request, Services, Slot
from edge.trust.consent import ANY, Consent
from edge.trust.gate import Gate
from edge.trust.topics import TOPICS

_WHAT = "(questions|question|anything|things|something|data|my data|text|nothing)"
_ABOUT = "[(about|on|of) [my] {topic}]"
_TO = "[to] [the] [{recipient}]"
_TOPICS: dict[str, tuple[str, ...]] = {
    "health": ("health", "medical", "my health"),
    "shopping": ("shopping", "purchases", "groceries"),
    "personal": ("myself", "me", "personal", "my life", "personal things"),
    "weather": ("weather", "the weather"),
    "general": ("general", "general questions", "other things"),
}
_NAMES = {word: topic for topic, words in _TOPICS.items() for word in words}

INTENTS = (
    Intent(
        "left",
        (
            "what [data|text|things|information] (has|have|did) (left|leave|leaves|been sent from)"
            " [my|the|this|these] [glasses|device|phone|computer] [today|so far|so far today]",
            "what left [my|the|this|these] [glasses|device|phone|computer] [today|so far]",
            "what (did|have|has) (you|it|the assistant|edge)"
            " (send|sent|share|shared|upload|uploaded)"
            " [out|away|anywhere|to the cloud|to the internet|to anyone|to anybody] [today]",
            "(did|has|have) (you|anything|something) (send|sent|share|shared|left|leave) [anything]"
            " [my|the] [glasses|device] [today|to the cloud|to anyone|to the internet]",
            "(read|show|open|what's in|what is in) [me] [my|the]"
            " (ledger|privacy ledger|privacy log)",
            "who (did|have) you (send|sent|share|shared|talk|talked|tell|told) [anything] [to|with]"
            " [today]",
        ),
        pure=True,
    ),
    Intent(
        "may",
        (
            "what (may|can|do) (you|the assistant|edge) (send|share)"
            " [out|away|anywhere|to the cloud|to the internet|to others]",
            "what are you allowed to (send|share) [out|away|anywhere|to the cloud|to others]",
            "what (may|can) leave [my|the|this|these] (glasses|device|phone|computer)",
            "what (may|can) be sent [away|anywhere|to the cloud|to others]",
        ),
        pure=True,
    ),
    Intent(
        "sound",
        (
            "(do|are|did|can|will|would) you [secretly|always] (record|recording|store|storing"
            "|keep|keeping|save|saving|tape|taping) [me|us|everything|all|what|sound|audio|this"
            "|recordings|anything] [of] [i|we|i'm|my voice|my conversations|this conversation]"
            " [say|says|said|saying] [all the time]",
            "(who|who else|can anyone|can anybody|can somebody|can someone|can people)"
            " [else] [can] (hear|hears|listen to|listens to|listening to)"
            " (me|us|this|what i say|my voice)",
            "is (anyone|anybody|somebody|someone) [else] (listening|hearing me)"
            " [to (me|us|this)] [in]",
            "are you [always] (spying|eavesdropping) [on (me|us)]",
            "(are|do) you (always|constantly) (listen|listening) [to (me|us)]",
            "are you (listen|listening) [to (me|us)] (all the time|always)",
            "(is|are) (this|my voice|my data|my conversations|what i say) [being] (private|safe"
            "|secure|recorded|stored|kept)",
            "(where does|where do|where is|where are) (my voice|what i say|my recordings|my words"
            "|my data) (go|stored|kept|saved|sent)",
            "do you sell (my data|my voice|what i say|anything)",
            "who (has access to|can see|can read|sees|reads|gets) (my data|my notes|my lists"
            "|my questions|what i say|what i ask|my messages)",
        ),
        pure=True,
    ),
    Intent(
        "never",
        (
            f"(never|don't ever|do not ever|don't|do not) (send|share|upload|ask) {_WHAT} {_ABOUT}"
            f" {_TO}",
            f"keep {_WHAT} {_ABOUT} (on|in) [the|this|my] (device|glasses|computer)",
            "(stay|go|be|keep) (offline|private|local)",
            "(turn|switch) off [the] (cloud|internet)",
            "(turn|switch) [the] (cloud|internet) off",
            "(disable|disconnect) [the] (cloud|internet)",
            f"(never|don't|do not) use the (cloud|internet|network) [for] {_ABOUT}",
        ),
        {"topic": Slot(choices=tuple(_NAMES)), "recipient": Slot()},
    ),
    Intent(
        "ask",
        (
            f"(ask|always ask) [me] (before|first before) [you] (send|sending|share|sharing)"
            f" {_WHAT} {_ABOUT} {_TO}",
            "(ask|always ask) [me] (first|before) [you] [use|using] [the] [cloud|internet]",
        ),
        {"topic": Slot(choices=tuple(_NAMES)), "recipient": Slot()},
    ),
    Intent(
        "always",
        (
            f"(you may|you can|feel free to) always (send|share) {_WHAT} {_ABOUT} {_TO}",
            f"(always|you may always) (send|share) {_WHAT} {_ABOUT} {_TO} [without asking] [me]",
            f"(don't|do not|stop) (ask|asking) [me] (before|for permission before) [you]"
            f" (send|sending|share|sharing) {_WHAT} {_ABOUT} {_TO}",
        ),
        {"topic": Slot(choices=tuple(_NAMES)), "recipient": Slot(), "sure": Slot("yes_no")},
    ),
)


class Privacy:
    """Asks the gate and its ledger."""

    name = "privacy"
    about = "tell what left this device"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        """See `edge.reason.skill.Skill`."""
        gate = self._services.need(Gate)
        if request.intent == "left":
            # Of a year's entries the chain takes a moment to check.
            return await asyncio.to_thread(_left, gate)
        if request.intent == "may":
            return _may(gate)
        if request.intent == "sound":
            return Answer(
                "I save no recordings, and no sound leaves this device. Ask me what left today, and"
                " I'll tell you of any text that did."
            )
        topic = _NAMES.get(request.get("topic", str) or "", ANY)
        recipient = request.get("recipient", str) or ANY
        consent: Consent = request.intent  # type: ignore[assignment]  # the intents' names are these
        if consent == "always":
            # What cannot be taken back is confirmed.
            sure = request.get("sure", bool)
            if sure is None:
                raise Missing("sure", f"Send {_said(topic)} without asking you, always?")
            if not sure:
                return Answer("Okay, I'll go on asking.")
        gate.wishes.wish(consent, recipient=recipient, topic=topic)
        said = {
            "never": f"Okay, {_said(topic)} won't leave this device",
            "ask": f"Okay, I'll ask before {_said(topic)} leaves this device",
            "always": f"Okay, {_said(topic)} may leave without asking you",
        }
        where = f" for {recipient}" if recipient else ""
        return Answer(f"{said[consent]}{where}.")


def _left(gate: Gate) -> Answer:
    today = [e for e in gate.ledger.entries(gate.midnight()) if e.kind == "sent"]
    changed = _CHANGED if gate.ledger.verify() else ""
    if not today:
        nothing = "The record says that nothing" if changed else "Nothing"
        card = Card("Left today", ("nothing", *filter(None, [changed.strip()])))
        return Answer(f"{nothing} has left this device today.{changed}", card)
    to = Counter(entry.fields["recipient"] for entry in today)
    parts = [f"{_times(count)} to {name}" for name, count in to.most_common(3)]
    size = sum(len(entry.content) for entry in today)
    # The same question goes to several agents.
    lines = dict.fromkeys(
        f"{e.at:%H:%M} {e.fields['recipient']}: {e.fields['question']}" for e in today
    )
    speech = f"Today I sent something {_list(parts)}, {_kilobytes(size)} in all.{changed}"
    lines |= dict.fromkeys(filter(None, [changed.strip()]))
    return Answer(speech, Card("Left today", tuple(lines), "list"))


def _may(gate: Gate) -> Answer:
    if not gate.network:
        return Answer("The network is switched off, so nothing leaves this device.")
    topics: dict[Consent, list[str]] = {}
    for topic, name in _QUESTIONS.items():
        topics.setdefault(gate.wishes.standing(ANY, topic), []).append(name)
    forms: tuple[tuple[Consent, str], ...] = (
        ("never", "I never send questions about {}."),
        ("ask", "I ask before I send questions about {}."),
        ("always", "I send questions about {} without asking."),
    )
    said = [form.format(_list(topics[wish])) for wish, form in forms if wish in topics]
    return Answer(" ".join(said), Card("May leave", tuple(said)))


_QUESTIONS = {
    "health": "health",
    "shopping": "shopping",
    "personal": "yourself",
    "weather": "the weather",
    "general": "anything else",
}
_CHANGED = " But the record is not as it was written."


def _said(topic: str) -> str:
    if topic == ANY:
        return "your questions"
    return {"personal": "what is about yourself", "general": "general questions"}.get(
        topic, f"what is about {topic}" if topic in TOPICS else "your questions"
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _kilobytes(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    count = max(1, round(size / 1000))
    return f"{count} kilobyte{'s' * (count != 1)}"
