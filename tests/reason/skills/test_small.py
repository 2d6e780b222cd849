"""Weather, volume, help and repeating."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from edge.events import Ask, Exchange
from edge.reason.classifier import Linear
from edge.reason.skill import Missing, Request, Services
from edge.reason.skills.clock import Clock
from edge.reason.skills.help import Help
from edge.reason.skills.repeat import Repeat
from edge.reason.skills.volume import Volumes
from edge.reason.skills.weather import (
    OFFLINE,
    Forecast,
    Weather,
    WeatherProvider,
    WeatherUnavailable,
)
from edge.volume import Volume


class Sky:
    """A provider with the same weather everywhere."""

    def __init__(self, refused=""):
        self.asked = []
        self.refused = refused

    async def forecast(self, place, first, last, *, agreed=False):
        if self.refused:
            raise WeatherUnavailable(self.refused)
        self.asked.append((place.name if place else None, first, last))
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [Forecast(day, "light rain", 4.0, 9.4, 0.6) for day in days]


def test_without_a_provider_the_weather_is_not_known(talk):
    """It says that it is offline, and invents nothing."""
    assert talk(Weather)("what's the weather like in austin tomorrow") == OFFLINE


def test_the_provider_is_asked_for_the_place_and_the_days(talk):
    """One day and a weekend are told with their numbers."""
    sky = Sky()
    say = talk(Weather, parts={WeatherProvider: sky})
    assert say("what's the weather in paris tomorrow") == (
        "Tomorrow in Paris: light rain, 4 to 9 degrees, with a 60% chance of rain."
    )
    assert "Saturday: light rain, 4 to 9 degrees" in say("will it rain this weekend")
    assert sky.asked[0] == ("Paris", date(2026, 3, 3), date(2026, 3, 3))
    assert sky.asked[1] == (None, date(2026, 3, 7), date(2026, 3, 8))


def test_a_refusal_of_the_provider_is_spoken(talk):
    """No consent, no network: its sentence, and nothing else."""
    say = talk(Weather, parts={WeatherProvider: Sky("You have not allowed that.")})
    assert say("is it going to snow tonight") == "You have not allowed that."


def test_a_day_too_far_away_is_not_asked_for(talk):
    """Nor one that has passed."""
    sky = Sky()
    say = talk(Weather, parts={WeatherProvider: sky})
    assert "two weeks" in say("what will the weather be on june 1st")
    assert sky.asked == []


def test_the_volume_goes_up_down_and_to_a_mark(talk):
    """Eleven marks, 6 is the sound as it is; the ends are told."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume})
    assert say("turn the volume up") == "Volume 7."
    assert say("turn it down") == "Volume 6."
    assert say("set the volume to 10") == "Volume 10."
    assert say("louder") == "That is the loudest I can be."
    assert say("set the volume to 50 percent") == "Volume 5."
    assert say("set the volume to low") == "Volume 2."
    assert say("put the volume at max") == "Volume 10."
    assert say("mute") == "Muted."
    assert volume.gain == 0
    assert say("unmute") == "Volume 6."
    assert say("set the volume to 99000") == "The volume goes from 0 to 10."


def test_a_volume_that_is_not_said_is_asked_for():
    """A classifier may choose the intent where no mark was named."""
    request = Request("set", "change the volume", datetime.now().astimezone())
    skill = Volumes(Services({Volume: Volume()}))
    with pytest.raises(Missing, match="How loud") as asked:
        asyncio.run(skill.handle(request))
    assert asked.value.slot == "level"


def test_without_a_volume_it_says_so(talk):
    """In a text there is nothing to make louder."""
    assert talk(Volumes)("louder") == "I can't change the volume here."


def test_the_last_answer_is_repeated(talk):
    """Word for word; before the first there is none."""
    say = talk(Repeat)
    assert say("can you repeat that") == "I haven't said anything yet."

    async def again():
        ask = Ask("say that again", (Exchange("a", "one"), Exchange("b", "two")))
        return "".join([piece async for piece in say.router.reply(ask)])

    assert asyncio.run(again()) == "two"
    assert say.router.decide(Ask("pardon, I didn't hear you")).also == ()


@pytest.mark.parametrize("text", ["what did I just say", "What was my last question?"])
def test_the_question_is_said_again(talk, text):
    """For who lost the thread."""
    say = talk(Repeat)

    async def again():
        ask = Ask(text, (Exchange("a", "one"), Exchange("is it cold", "two")))
        return "".join([piece async for piece in say.router.reply(ask)])

    assert asyncio.run(again()) == "You said: is it cold."


@pytest.mark.parametrize("text", ["Can you hear me?", "are you there"])
def test_it_is_there(talk, text):
    """And says so, rather than how loud it is."""
    say = talk(Help, Volumes, parts={Volume: Volume()})
    say.router.classifier = Linear.open()
    assert say(text) == "Yes, I hear you."


@pytest.mark.parametrize("others", [(), (Clock(Services()),)])
def test_help_names_the_skills_that_are_there(talk, others):
    """Whatever is installed."""
    say = talk(Help)
    (skill,) = say.router.skills
    skill.others = others
    answer = say("what can you do")
    assert answer.startswith("I can answer questions")
    assert ("tell the time" in answer) == bool(others)
