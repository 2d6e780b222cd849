"""Says the last answer again, or the last question."""

from __future__ import annotations

from edge.reason.skill import Answer, Intent, Request, Services

INTENTS = (
    Intent(
        "repeat",
        (
            "(repeat|say) (that|it|yourself|this) [again] [please] [one more time|once more]",
            "[sorry] (come again|say again|pardon [me]|what did you [just] say|what was that)",
            "(i didn't|i did not|i couldn't|sorry i didn't|pardon i didn't)"
            " (catch|hear|get|understand) (that|you|it)",
            "(repeat|say) [the|your] (last|previous) (thing|answer|sentence) [you said] [again]",
            "repeat",
            "say (that|it) (again|one more time|once more)",
            "sorry i missed that",
            "would you mind repeating that",
            "one more time",
        ),
        pure=True,
    ),
    Intent(
        "question",
        (
            "what did i [just] (say|ask|tell) [you] [before|just now|last]",
            "what (was|is) my [last|previous] question",
            "what have i [just] (said|asked) [you]",
        ),
        pure=True,
    ),
)


class Repeat:
    """From the exchanges that the question came with."""

    name = "repeat"
    about = "say the last answer again"
    intents = INTENTS

    def __init__(self, services: Services) -> None:
        pass

    async def handle(self, request: Request) -> Answer:
        if not request.history:
            return Answer("I haven't said anything yet.")
        if request.intent == "question":
            said = request.history[-1].question.strip()
            return Answer(f"You said: {said}{'' if said[-1:] in '.!?' else '.'}")
        return Answer(request.history[-1].answer)
