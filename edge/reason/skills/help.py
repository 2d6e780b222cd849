"""Says what the assistant can do, and that it is there."""

from __future__ import annotations

from edge.reason.skill import Answer, Card, Intent, Request, Services, Skill

INTENTS = (
    Intent(
        "help",
        (
            "help [me] [please]",
            "(what|what all) can you do [for me]",
            "what (are|can) you (able to|do) [do] [for me]",
            "what can i (ask|say) [to] [you] [about|for]",
            "[tell me] what [things|kinds of things] (can you|you can) (do|help [me] with)"
            " [for me]",
            "what (things|kinds of things|sort of things|else) (can you|are you able to)"
            " (do|help me with|help with)",
            "[tell me] how (can you|you can) help [me]",
            "what are your (skills|abilities|features|functions)",
            "what do you know how to do",
        ),
        pure=True,
        unless=r"\bask me\b|\bquiz\b",
    ),
    Intent(
        "here",
        ("[(can|do) you] hear me [now]", "are you [still] (there|here|awake|on|working)"),
        pure=True,
    ),
)


class Help:
    """The router tells it what the other skills are."""

    name = "help"
    about = ""
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        self.others: tuple[Skill, ...] = ()

    async def handle(self, request: Request) -> Answer:
        if request.intent == "here":
            return Answer("Yes, I hear you.")
        abouts = tuple(skill.about for skill in self.others if skill.about)
        if not abouts:
            return Answer("I can answer questions.")
        named = abouts if len(abouts) < 5 else (*abouts[:4], "more")
        listed = ", ".join(named[:-1]) + f" and {named[-1]}"
        return Answer(f"I can answer questions, {listed}.", Card("Help", abouts, "list"))
