"""Weather, volume, help and repeating."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from edge.events import Ask, Exchange
from edge.reason.classifier import Linear
from edge.reason.skill import Missing, Request, Services, Value
from edge.reason.skills.clock import Clock
from edge.reason.skills.help import Help
from edge.reason.skills.lists import Lists
from edge.reason.skills.repeat import Repeat
from edge.reason.skills.volume import Volumes
from edge.reason.skills.weather import (
    OFFLINE,
    Forecast,
    Weather,
    WeatherProvider,
    WeatherUnavailable,
)
from edge.remind.scheduler import Scheduler
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


def test_the_volume_is_told_and_changed_by_so_much(talk):
    """Who asks changes nothing."""
    say = talk(Volumes, parts={Volume: Volume()})
    assert say("what's the volume") == "The volume is at 6 of 10."
    assert say("increase the volume by two") == "Volume 8."
    assert say("lower the volume by thirty percent") == "Volume 5."
    assert say("you're too quiet") == "Volume 6."
    assert say("that's too loud") == "Volume 5."
    assert say("full volume") == "Volume 10."
    assert say("turn down the heat") == "<model>"


class Timed(Scheduler):
    """Has nothing but a clock, which says when a time is over."""

    def __init__(self):
        self.wall = self
        self.over = asyncio.Event()
        self.waited = []

    async def wait(self, seconds):
        self.waited.append(seconds)
        await self.over.wait()


def test_it_is_mute_for_a_while(talk):
    """A question in between changes nothing of it."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume, Scheduler: Timed()})
    assert say("mute for fifteen minutes") == "Muted for 15 minutes."
    assert volume.gain == 0
    assert say("what's the volume") == "I am muted."
    assert say("don't talk until one pm") == "Muted for 1 hour."
    assert say("mute for three days") == "For how long? A day at most."


def test_it_is_heard_again_when_the_time_is_over():
    """As loud as before."""
    volume, clock = Volume(gain=2.0), Timed()

    async def mute():
        skill = Volumes(Services({Volume: volume, Scheduler: clock}))
        length = Value("ten minutes", timedelta(minutes=10))
        now = datetime.now().astimezone()
        await skill.handle(Request("mute", "mute for ten minutes", now, {"length": length}))
        await asyncio.sleep(0)
        assert volume.gain == 0
        clock.over.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(mute())
    assert clock.waited == [600]
    assert volume.gain == 2.0


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


@pytest.mark.parametrize(
    "text", ["mute at 5 pm", "mute in ten minutes", "turn the speaker off at ten"]
)
def test_nobody_is_mute_from_a_later_time_on(talk, text):
    """A time to begin at is no time to end at."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume})
    assert say(text) == "I can be muted right away only, and for so long."
    assert volume.gain == 1.0


def test_who_is_heard_is_not_muted_by_being_unmuted(talk):
    """ "Unmute in five minutes" is for who is mute."""
    volume = Volume()
    assert talk(Volumes, parts={Volume: volume})("unmute in five minutes") == "Volume 6."
    assert volume.gain == 1.0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("we need silence", "Muted."),
        ("i want some silence please", "Muted."),
        ("we need more volume", "Volume 7."),
        ("i want a bit more volume", "Volume 7."),
    ],
)
def test_silence_and_volume_are_not_bought(talk, text, answer):
    """Who needs them has the knob turned, and no list is written."""
    assert talk(Volumes, Lists, parts={Volume: Volume()})(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "don't talk to john",
        "clear my notifications",
        "turn off the speaker in the kitchen",
        "i can't hear the tv",
        "mute the tv",
        "mute my laptop for ten minutes",
        "turn the tv down",
        "turn the radio off",
        "lower the volume of the radio",
        "set the tv volume to 10",
        "make the tv louder",
        "silence my phone",
        "mute the movie",
        "i'm out of breath",
        "i can't hear my neighbours",
        "the tv is too loud",
        "alexa turn up the tv",
        "mute the movie it is too loud",
    ],
)
def test_what_others_say_is_not_our_volume(talk, text):
    """Even where it is near to what is said of it."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume})
    say.router.classifier = Linear.open()
    say(text)
    assert volume.gain == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "turn it up i can't hear you over the tv",
        "turn your volume up the radio is on",
        "mute while i am on a call",
        "turn the volume down i'm on the phone",
        "lower the sound",
        "mute please the movie is starting",
        "volume up the movie is loud",
        "computer louder",
        "alexa volume up",
    ],
)
def test_what_drowns_us_is_named_along(talk, text):
    """And it is still our own volume."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume})
    say.router.classifier = Linear.open()
    say(text)
    assert volume.gain != 1.0


def test_who_is_muted_is_not_the_loudest(talk):
    """Down stays mute, and up begins at the lowest."""
    volume = Volume()
    say = talk(Volumes, parts={Volume: volume})
    assert say("mute") == "Muted."
    assert say("volume down") == "That is the quietest I can be."
    assert volume.gain == 0.0
    assert say("volume up") == "Volume 1."
