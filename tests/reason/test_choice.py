"""What a question cannot be, whatever the classifier thinks of it."""

from datetime import UTC, datetime

import pytest

from edge.eval.command import skill_router
from edge.events import Ask
from edge.reason.choice import Chooser
from edge.reason.skill import Answer, Intent, Slot


@pytest.fixture(scope="module")
def router():
    with skill_router() as asked:
        yield asked


@pytest.mark.parametrize(
    ("question", "skill"),
    [
        ("show me concerts in sacramento", None),
        ("are there any local events coming up", None),
        ("any festivals in town this weekend", None),
        ("what events do i have this weekend", "reminder"),
        ("do i have a concert on friday", "reminder"),
        ("add ashley to the wedding invite list", "list"),
        ("delete the list item about the meeting", "list"),
        ("the latest climate and weather news", None),
        ("what's on tonight in sacramento", None),
        ("which event should i attend in my area", None),
        ("which events could i go to on sunday", None),
        ("which events are in my calendar in may", "reminder"),
        ("order everything on my shopping list", None),
        ("is an appointment at the hairdresser on my to do list", "list"),
        ("are there any boxing events coming to the big arena", None),
        ("is there a game at the stadium tonight", None),
        ("tell me about the world cup final", None),
        ("what was the news on june third", None),
        ("tell me the bus time to leeds", None),
        ("how late is the bakery open", None),
        ("how do i measure a cup of flour", None),
        ("i had three meetings today", None),
        ("tell bob the meeting is off", None),
        ("what name do you go by", None),
        ("i got soaked in the rain", None),
        ("is my son home today", None),
        ("when is my package coming", None),
        ("is my package tomorrow", None),
        ("is my laundry done today", None),
        ("is laundry on my to do list", "list"),
        ("is today my cousin's birthday", "reminder"),
        ("when's our anniversary", "reminder"),
        ("is the weekend going to be nice", "weather"),
        ("any weather news", "weather"),
        ("what name do you have for me", "remember"),
        ("how late is it in rome", "clock"),
        ("mark friday as my day off", "reminder"),
        ("remind me who called", None),
        ("remind me why i called sam", None),
        ("remind me who to call at five", None),
        ("what is my name", "remember"),
        ("keep five minutes for questions", None),
        ("keep five minutes on the timer", "timer"),
        ("set a timer for five minutes for the eggs", "timer"),
        ("add salt to the list", "list"),
        ("how much salt is in the soup", "shopping"),
    ],
)
def test_words_that_an_intent_never_has_rule_it_out(router, question, skill):
    """What goes on in town, by a timetable or to others is no question for the wearer's calendar;
    what is on a list is no reminder."""
    match = router.decide(Ask(question)).match
    assert (match.skill.name if match else None) == skill


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("remove milk", "milk"),
        ("delete the eggs and bread", "eggs and bread"),
        ("remove milk from the list", "milk"),
        ("delete an item", None),
        ("remove that item", None),
    ],
)
def test_what_is_removed_is_found_without_its_list(router, question, items):
    """So that it can be said that it is on none."""
    match = router.decide(Ask(question)).match
    said = match.slots["items"].said if match and "items" in match.slots else None
    assert said == items


@pytest.mark.parametrize(
    ("unit", "name"),
    [("a", "timer.set"), ("9", "timer.set"), ("a1", "timer.set"), (" ", "timer.set"), ("x ", None)],
)
def test_a_very_long_word_is_decided_on(router, unit, name):
    """Nothing in it is a length, and a number of so many digits is no error."""
    match = router.decide(Ask(f"set a timer for {unit * 4000}")).match
    assert (match.name if match else None) == name
    assert not (match and "length" in match.slots)


class Lamp:
    """A skill with words that hardly anything else is asked with, and a template."""

    name = "lamp"
    about = "switch lamps"
    intents = (
        Intent("on", ("let {what} glow [in the dark]",), {"what": Slot()}, cue=r"\blamps?\b"),
    )

    async def handle(self, request):
        return Answer("Done.")


class Unsure:
    """Gives the lamp a probability that is not quite enough."""

    names = ("lamp.on",)
    threshold = 0.3

    def __init__(self, probability):
        self.probability = probability

    def begin(self, text):
        pass

    def rank(self, text, templates=()):
        return [("lamp.on", self.probability)]


@pytest.mark.parametrize(
    ("question", "probability", "taken"),
    [
        ("make the lamp shine", 0.2, True),
        ("make the sun shine", 0.2, False),
        ("make the sun shine", 0.4, True),
        ("who made the first lamp", 0.02, False),
        ("let it glow in the dark", 0.2, True),
        ("let it glow in the dark", 0.1, False),
        ("let the little things in the corner of my room glow", 0.2, False),
    ],
)
def test_what_makes_up_for_some_doubt(question, probability, taken):
    """With words that hardly any other question has a smaller probability is enough, and where a
    template names much of the question; a very small one is not."""
    choice = Chooser([Lamp()]).choose(question, datetime.now(UTC), Unsure(probability))
    assert (choice.match is not None) == taken
