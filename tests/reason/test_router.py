import asyncio
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from edge.errors import SkillError
from edge.events import Ask, Exchange
from edge.reason.router import Router
from edge.reason.skill import Answer, Card, Intent, Missing, Services, Slot
from edge.reason.skills import load
from edge.reason.skills.clock import Clock
from edge.reason.skills.units import Units

NOW = datetime(2026, 11, 25, 11, 0, tzinfo=ZoneInfo("Europe/Berlin"))


class Model:
    """Answers with its name and the question."""

    def __init__(self, name="model"):
        self.name = name

    async def warm(self):
        pass

    async def hint(self, ask):
        pass

    async def reply(self, ask):
        yield f"{self.name}: {ask.text}"


class Counter:
    """Counts what it is told to count; each way a skill can answer has an intent."""

    name = "counter"
    about = "count"

    def __init__(self):
        self.counted = []
        self.acted = 0
        self.intents = (
            Intent("add", ("count {number}",), {"number": Slot("number", ask="Count what?")}),
            Intent("some", ("count some",), {"number": Slot("number", ask="Count what?")}),
            Intent("say", ("count {what}",), {"what": Slot()}),
            Intent("look", ("look around",), pure=True),
            Intent("act", ("act now then",), pure=True),
            Intent("fail", ("fail politely",)),
            Intent("break", ("break down",)),
            Intent("drop", ("drop everything",), {"sure": Slot("yes_no")}),
        )

    async def handle(self, request):
        match request.intent:
            case "fail":
                raise SkillError("That cannot be counted.")
            case "break":
                raise ZeroDivisionError
            case "look":
                return Answer("All is well.", Card("Counter", ("well",)))
            case "act":
                return Answer("Acting.", act=self._act)
            case "drop":
                if request.get("sure", bool) is None:
                    raise Missing("sure", "Really?")
                return Answer("Dropped." if request.get("sure", bool) else "Kept.")
            case _:
                self.counted.append(request.need("number", Decimal))
                return Answer(f"{len(self.counted)} counted.")

    async def _act(self):
        self.acted += 1


class Weights:
    """A classifier that says what it is told to."""

    def __init__(self, ranked, names=("counter.add",), threshold=0.5):
        self.ranked = ranked
        self.names = list(names)
        self.threshold = threshold

    def begin(self, text):
        pass

    def rank(self, text, templates=()):
        return self.ranked


class Loop:
    """A router with one skill; call it with what is said."""

    def __init__(self, classifier=None, **models):
        self.skill = Counter()
        self.told = []
        self.router = Router(
            [self.skill],
            {"instant": Model(), **models},
            now=lambda: NOW,
            classifier=classifier,
            trace=lambda event, **fields: self.told.append((event, fields)),
        )

    def __call__(self, text, history=()):
        async def answer():
            return [piece async for piece in self.router.reply(Ask(text, history))]

        return "".join(asyncio.run(answer()))

    @property
    def route(self):
        return [fields for event, fields in self.told if event == "route"][-1]


@pytest.fixture
def loop():
    return Loop()


def test_a_skill_answers_what_its_template_fits(loop):
    """With the number that was said."""
    assert loop("count twenty five") == "1 counted."
    assert loop.skill.counted == [25]


def test_everything_else_goes_to_the_model(loop):
    """The trace says that nothing fitted."""
    assert loop("who wrote hamlet") == "model: who wrote hamlet"
    assert loop.router.needs_model(Ask("who wrote hamlet"))
    assert not loop.router.needs_model(Ask("count two"))
    assert (loop.route["to"], loop.route["reason"]) == ("model", "no skill fits")


def test_the_trace_explains_the_decision(loop):
    """Who, why, what else was considered, and how long it took."""
    loop("count 3")
    assert loop.route["to"] == "counter.add"
    assert loop.route["reason"] == "template"
    assert loop.route["slots"] == {"number": "3"}
    assert loop.route["candidates"][0][0] == "counter.add"
    assert loop.route["seconds"] >= 0


def test_a_card_goes_to_the_trace(loop):
    """Whoever draws the display sees it there."""
    loop("look around")
    assert (
        "card",
        {"kind": "text", "title": "Counter", "lines": ["well"], "data": {}},
    ) in loop.told


def test_what_is_missing_is_asked_back_and_its_answer_taken(loop):
    """The next utterance fills the slot; a guess is never made."""
    assert loop("count some") == "Count what?"
    assert loop.skill.counted == []
    assert loop("seven") == "1 counted."
    assert loop.skill.counted == [7]
    assert loop("eight") == "model: eight"


def test_another_question_ends_the_asking_back(loop):
    """It is answered as if nothing had been asked."""
    loop("count some")
    assert loop("look around") == "All is well."
    assert loop("seven") == "model: seven"


def test_what_was_asked_back_can_be_dropped(loop):
    """Never mind means that."""
    loop("count some")
    assert loop("never mind") == "Okay."
    assert loop("seven") == "model: seven"


def test_a_skill_may_ask_whether_it_is_meant(loop):
    """Yes and no come back to it."""
    assert loop("drop everything") == "Really?"
    assert loop("no") == "Kept."
    loop("drop everything")
    assert loop("yes please") == "Dropped."


def test_a_refusal_is_spoken(loop):
    """An EdgeError of a skill is one sentence for the wearer."""
    assert loop("fail politely") == "That cannot be counted."


def test_a_broken_skill_does_not_end_the_session(loop, caplog):
    """The log has the traceback; the wearer hears one sentence."""
    assert loop("break down") == "Sorry, something went wrong with that."
    assert "ZeroDivisionError" in caplog.text


def test_nothing_is_done_before_the_question_is_certain(loop):
    """An intent with an effect waits; if the wearer goes on, it has not happened."""

    async def speculate():
        ask = Ask("count 5", confirmed=asyncio.Event())
        pieces = loop.router.reply(ask)
        waiting = asyncio.ensure_future(anext(pieces))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await pieces.aclose()

    asyncio.run(speculate())
    assert loop.skill.counted == []


def test_a_pure_answer_is_ready_before_the_question_is_certain(loop):
    """Its text can be turned into sound; what it does waits."""

    async def speculate(confirm):
        ask = Ask("act now then", confirmed=asyncio.Event())
        pieces = loop.router.reply(ask)
        assert await anext(pieces) == "Acting.\n"
        assert loop.skill.acted == 0
        if confirm:
            ask.confirmed.set()
            assert [piece async for piece in pieces] == []
        await pieces.aclose()

    asyncio.run(speculate(confirm=False))
    assert loop.skill.acted == 0
    asyncio.run(speculate(confirm=True))
    assert loop.skill.acted == 1


def test_an_asking_back_that_was_only_prepared_is_forgotten(loop):
    """The wearer went on, and was never asked."""

    async def speculate():
        pieces = loop.router.reply(Ask("count some", confirmed=asyncio.Event()))
        assert await anext(pieces) == "Count what?\n"
        await pieces.aclose()

    asyncio.run(speculate())
    assert loop("seven") == "model: seven"


def test_the_wearer_chooses_the_depth():
    """By voice, about this question or the one before."""
    loop = Loop(thinking=Model("thinker"), contemplating=Model("council"))
    before = (Exchange("who wrote hamlet", "I'm not sure."),)
    assert loop("think about it", before) == "thinker: who wrote hamlet"
    assert loop("think harder", before) == "council: who wrote hamlet"
    assert loop.route["depth"] == "contemplating"
    assert loop("quick answer: who wrote hamlet") == "model: who wrote hamlet"


def test_a_depth_that_is_not_there_falls_back():
    """The instant model stands in."""
    assert Loop()("think harder about cats") == "model: cats"


@pytest.mark.parametrize("wish", ["think harder", "Quick answer, please."])
def test_a_wish_without_a_question_is_asked_back(wish):
    """The model would make a question up."""
    assert Loop()(wish) == "About what? Ask me something first."


def test_a_classifier_finds_what_no_template_covers():
    """With the slots that are in the words."""
    loop = Loop(Weights([("counter.add", 0.9)]))
    assert loop("i'd say that makes five of them") == "1 counted."
    assert loop.skill.counted == [5]
    assert loop.route["reason"] == "classifier"


def test_a_classifier_does_not_invent_what_was_not_said():
    """The intent is clear, the number is not: it is asked back."""
    loop = Loop(Weights([("counter.add", 0.9)]))
    assert loop("put it on the tally") == "Count what?"


def test_a_classifier_holds_back_a_template_that_fits_too_much():
    """Below the threshold no skill takes the question."""
    loop = Loop(Weights([("counter.say", 0.1)], names=["counter.say"]))
    assert loop("count sheep") == "model: count sheep"
    assert loop.route["candidates"][0][0] == "counter.say"


def test_a_template_that_found_all_comes_before_what_would_be_asked_back():
    """A unit and a measure are there; the day that the classifier's choice needs is not."""
    weights = Weights([("clock.until", 0.4)], names=("clock.until", "units.convert"), threshold=0.2)
    skills = [kind(Services()) for kind in (Clock, Units)]
    router = Router(skills, {"instant": Model()}, now=lambda: NOW, classifier=weights)
    chosen = {
        text: router.decide(Ask(text)).match.name
        for text in ("how many days in a year", "the days that remain until friday")
    }
    assert list(chosen.values()) == ["units.convert", "clock.until"]


def test_a_classifier_has_no_say_on_intents_it_does_not_know():
    """A skill of somebody else's goes by its templates."""
    loop = Loop(Weights([("other.thing", 0.9)], names=["other.thing"]))
    assert loop("count 7") == "1 counted."


def test_installed_skills_are_found_through_entry_points():
    """The built-in ones come the same way as those of others."""
    names = {skill.name for skill in load(Services())}
    assert {"clock", "maths", "units", "spelling", "chance", "weather", "repeat", "help"} <= names


def test_every_intent_of_every_skill_has_its_own_name():
    """So that the trace, the mapping and the classifier mean the same by it."""
    names = [f"{s.name}.{i.name}" for s in load(Services()) for i in s.intents]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "answerable"),
    [
        ("Look around.", True),
        ("Count 4.", True),
        ("Count some.", False),  # It would be asked back.
        ("Count sheep and goats.", False),  # Any words fit, so more may come.
        ("Why is the sky blue?", False),
        ("", False),
    ],
)
def test_what_a_skill_can_answer_as_it_is(loop, text, answerable):
    """Where all places of a template are filled, and none may hold just any words."""
    assert loop.router.answerable(text) is answerable


def test_what_only_hands_could_do_is_declined_and_not_claimed():
    events = []
    router = Router([Clock(Services())], {"instant": Model()}, lambda: NOW,
                    trace=lambda name, **fields: events.append((name, fields)))  # fmt: skip

    async def ask():
        return [piece async for piece in router.reply(Ask("Open the garage door."))]

    assert asyncio.run(ask()) == ["Sorry, I can't open the garage door."]
    assert [(fields["to"], fields["reason"]) for name, fields in events if name == "route"] == [
        ("nobody", "beyond every skill")
    ]


class Blind:
    """What finds every question out of reach."""

    def declined(self, text, *, follows=False):
        return "" if follows else "I can't know that from here."


def test_what_nobody_can_know_is_not_made_up(loop):
    """The model is not asked; a skill still is, and a wish for more thought."""
    loop.router.reach = Blind()
    assert loop("is the front door locked") == "I can't know that from here."
    assert not loop.router.needs_model(Ask("is the front door locked"))
    assert (loop.route["to"], loop.route["reason"]) == ("nobody", "beyond every skill")
    assert loop("count two") == "1 counted."
    asked = loop("think about it: is the front door locked")
    assert asked == "model: is the front door locked"


def test_what_follows_an_answer_is_for_the_model(loop):
    loop.router.reach = Blind()
    history = (Exchange("how tall is the tower", "300 metres."),)
    assert loop("when did it open", history) == "model: when did it open"
