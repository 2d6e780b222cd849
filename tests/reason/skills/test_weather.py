import re
from datetime import UTC, datetime, timedelta

import pytest

from edge.reason.classifier import Linear
from edge.reason.reading import complete
from edge.reason.skills.weather import OFFLINE, Forecast, NotAgreed, Weather, WeatherProvider
from edge.reason.skills.weather_phrases import INTENTS

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WET, DRY = ("light rain", 0.7, 45.0), ("clear sky", 0.05, 12.0)


class Sky:
    """A provider whose weather is set by the day, from Monday on."""

    def __init__(self, days):
        self.days = days

    async def forecast(self, place, first, last, *, agreed=False):
        count = (last - first).days + 1
        days = [first + timedelta(days=n) for n in range(count)]
        kinds = [self.days[day.weekday() % len(self.days)] for day in days]
        return [
            Forecast(day, summary, 4.0, 9.0, rain, wind)
            for day, (summary, rain, wind) in zip(days, kinds, strict=True)
        ]


@pytest.mark.parametrize(
    ("text", "days", "answer"),
    [
        ("do i need an umbrella today", [WET], "Yes, take one. Today: light rain"),
        ("will i need an umbrella tomorrow", [DRY], "No, you won't need one. Tomorrow: clear"),
        ("is it going to rain tonight", [WET], "Yes, rain is likely. Tonight: light rain"),
        ("will it rain on tuesday", [DRY], "No, hardly. Tomorrow: clear"),
        ("will it rain tomorrow", [("overcast", 0.3, 5.0)], "Perhaps. Tomorrow: overcast"),
        ("how windy will it be tomorrow", [WET], "Yes, windy: up to 45 kilometers an hour."),
        ("will it be windy tomorrow", [DRY], "Not much wind: up to 12 kilometers an hour."),
        ("will it be windy tomorrow", [("fog", 0.0, None)], "I don't know about the wind."),
        ("is it going to snow tomorrow", [("heavy snow", 0.9, 5.0)], "Yes, snow. Tomorrow:"),
        ("should i wear a coat tonight", [DRY], "Yes, I'd take one. Tonight: clear sky"),
        ("will it be sunny tomorrow", [DRY], "Yes, mostly clear. Tomorrow: clear sky"),
        ("what's the weather tomorrow", [DRY], "Tomorrow: clear sky, 4 to 9 degrees."),
    ],
)
def test_what_was_asked_is_answered_first(talk, text, days, answer):
    """An umbrella, wind, snow, a coat: then the forecast."""
    say = talk(Weather, parts={WeatherProvider: Sky(days)})
    assert say(text).startswith(answer)


def test_a_few_days_are_told_one_by_one(talk):
    """A weekend; a week is summed up."""
    say = talk(Weather, parts={WeatherProvider: Sky([WET, DRY])})
    assert say("what's the weather this weekend") == (
        "Saturday: clear sky, 4 to 9 degrees;"
        " Sunday: light rain, 4 to 9 degrees, with a 70% chance of rain."
    )
    assert say("will it rain next week").startswith(
        "Yes, rain is likely on Monday, Wednesday, Friday and Sunday. Between 4 and 9 degrees"
    )


def test_when_it_will_be_so_is_asked_of_the_week(talk):
    """Not of today alone."""
    say = talk(Weather, parts={WeatherProvider: Sky([WET, DRY])})
    assert say("when will it rain next").startswith(
        "Rain is likely on Monday, Wednesday, Friday and Sunday. Between 4 and 9 degrees"
    )
    assert say("when is it supposed to be above 20 again").startswith("Between 4 and 9 degrees")


def test_how_it_is_somewhere_is_its_weather(talk):
    """Without the word."""
    say = talk(Weather, parts={WeatherProvider: Sky([DRY])})
    assert say("what's it like in chicago").startswith("Today in Chicago: clear sky")
    assert say("what's it like outside").startswith("Today: clear sky")


def test_the_next_day_is_asked_for_with_few_words(talk):
    """With the same place, or another one."""
    say = talk(Weather, parts={WeatherProvider: Sky([DRY])})
    assert say("what's the weather in paris tomorrow").startswith("Tomorrow in Paris:")
    assert say("and on friday").startswith("Friday in Paris:")
    assert say("what about london").startswith("Friday in London:")
    assert say("and in tokyo on thursday").startswith("Thursday in Tokyo:")


def test_a_yes_is_for_one_question(talk):
    """The next place is asked for again: consent is not carried over."""

    class Careful(Sky):
        async def forecast(self, place, first, last, *, agreed=False):
            if not agreed:
                raise NotAgreed(f"May I ask for {place.name}?")
            return await super().forecast(place, first, last)

    say = talk(Weather, parts={WeatherProvider: Careful([DRY])})
    assert say("what's the weather in paris tomorrow") == "May I ask for Paris?"
    assert say("yes").startswith("Tomorrow in Paris")
    assert say("what about london") == "May I ask for London?"
    assert say("no") == "Okay, I won't look."


@pytest.mark.parametrize("sky", ["storm", "shower", "hail"])
def test_templates_know_the_sky_by_each_of_its_words(talk, sky):
    """None of them is a regular expression, which a template would take for the word itself."""
    assert talk(Weather)(f"is it going to {sky}") == OFFLINE


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("should i open the sun roof", "open the sun roof"),
        ("will i need to shovel my driveway this morning", "shovel my driveway"),
        ("should i wear sandals or shoes with socks", "sandals or shoes with socks"),
        ("do i need snow tyres in denver", "snow tyres"),
        ("have i need to take a sun glass", "sun glass"),
        ("should we bring gloves to work", "gloves"),
        ("can i go out without a jacket", "go out without a jacket"),
        ("how slippery is it outside", "slippery"),
        ("is it a good day for a picnic", "good"),
        ("will it be gloomy in london tomorrow", "gloomy"),
        ("will it be a sticky night", "sticky"),
        ("is it patio weather", "patio"),
        ("mild or heavy weather", "mild or heavy"),
        ("what's the dew point in oslo", "dew point"),
        ("will it be sunny or cloudy", "sunny or cloudy"),
        ("how much rain will we get", "rain"),
        ("are storms likely today", "storms"),
        ("what's this week's weather", None),
        ("weather london", None),
        ("what does it look like outside", None),
        ("what should i wear today", None),
        ("tell me the weather report for today", None),
        ("how is it", None),
    ],
)
def test_what_a_question_is_about(text, about):
    """Also where it is none of the words that are known: the thing, or what it is to be like."""
    slots = complete(INTENTS[0], text, {}, NOW)
    assert (slots["about"].said if "about" in slots else None) == about


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("will it be a sticky night", "night"),
        ("is it going to be a wet and windy evening", "evening"),
        ("weekly weather report", None),
        ("week's weather", "week's"),
        ("the week's weather", "the week's"),
        ("daily forecast", None),
        ("is it a night owl", None),
    ],
)
def test_a_part_of_the_day_is_the_coming_one(text, when):
    """And how often a forecast is made is no time."""
    slots = complete(INTENTS[0], text, {}, NOW)
    assert (slots["when"].said if "when" in slots else None) == when


def test_a_kind_of_forecast_is_of_many_days(talk):
    """A weekly one of a week."""
    say = talk(Weather, parts={WeatherProvider: Sky([DRY])})
    for text in ("weekly forecast", "extended forecast for london", "long range forecast"):
        assert say(text).startswith("Between 4 and 9 degrees")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("will it be a wet night", "No, hardly. Tonight: clear sky"),
        ("what is the minimum temperature of london", "Today in London: clear sky"),
        ("ask for the weather today evening", "Today: clear sky"),
        ("do you recommend an umbrella", "No, you won't need one."),
        ("how strong is the wind", "Not much wind"),
        ("what is the weather in my city", "Today: clear sky"),
        ("is it muggy in oslo", "Today in Oslo: clear sky"),
    ],
)
def test_more_ways_to_ask(talk, text, answer):
    """By templates alone."""
    say = talk(Weather, parts={WeatherProvider: Sky([DRY])})
    assert say(text).startswith(answer)


@pytest.mark.parametrize(
    "text",
    [
        "how many hurricanes have there been this year",
        "tell me a place that has snow now",
        "which cities have the best weather",
    ],
)
def test_what_no_forecast_says(text):
    """What has been, and where it is so."""
    assert all(re.search(intent.unless, text) for intent in Weather.intents)


@pytest.mark.parametrize(
    "text",
    [
        "what's the temperature of the sun",
        "temperature of boiling water",
        "temperature of the human body",
        "what is the temperature of my room",
        "body temperature",
        "how cold is the pool",
        "what's your favourite weather",
    ],
)
def test_what_has_a_temperature_of_its_own(talk, text):
    """It is no weather."""
    say = talk(Weather)
    say.router.classifier = Linear.open()
    assert say(text) == "<model>"
