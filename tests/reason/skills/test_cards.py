"""What a display is given beside the words: moments, things and numbers that it can draw."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from edge.health.readings import Reading, Readings
from edge.reason.skills.alarms import Alarms
from edge.reason.skills.health import Health
from edge.reason.skills.lists import Lists
from edge.reason.skills.timers import Timers
from edge.reason.skills.weather import Forecast, Weather, WeatherProvider


def test_a_timer_tells_when_it_ends(talk):
    """A display that looks later counts down to the same moment, the next timer first."""
    say = talk(Timers)
    say("set a pasta timer for ten minutes")
    say.wait(60)
    say("set a timer for two minutes")
    say("how long is left on my timers")
    data = say.cards[-1]["data"]
    assert [(one["name"], one["seconds"]) for one in data["timers"]] == [("", 120), ("pasta", 600)]
    left = [datetime.fromisoformat(one["ends"]) - say.wall.now() for one in data["timers"]]
    assert left == [timedelta(minutes=2), timedelta(minutes=9)]
    say("add five minutes to the pasta timer")
    [longer] = say.cards[-1]["data"]["timers"]
    assert datetime.fromisoformat(longer["ends"]) - say.wall.now() == timedelta(minutes=14)


def test_an_alarm_tells_its_moment_and_its_days(talk):
    """The next time in the wearer's zone, and how it repeats in words."""
    say = talk(Alarms)
    say("set a gym alarm for 6 on weekdays")
    assert say.cards[-1]["data"] == {
        "alarms": [{"name": "gym", "at": "2026-03-03T06:00+01:00", "repeats": "every weekday"}]
    }


def test_what_is_ticked_off_is_still_seen(talk):
    """Once, as done, above what is left; what was a mistake is not."""
    say = talk(Lists)
    say("add milk, eggs and bread to my shopping list")
    say("I bought the eggs")
    assert say.cards[-1]["lines"] == ["milk", "bread"]
    assert say.cards[-1]["data"]["items"] == [
        {"text": "eggs", "done": True},
        {"text": "milk", "done": False},
        {"text": "bread", "done": False},
    ]
    say("remove bread from my shopping list")
    assert say.cards[-1]["data"]["items"] == [{"text": "milk", "done": False}]


def test_a_number_of_the_body_has_its_month(talk):
    """The days that there are, and what is usual for the wearer once enough of them are known."""
    say = talk(Health)
    say("my resting heart rate is 60")
    say("what is my resting heart rate")
    assert [card["kind"] for card in say.cards] == ["text"]
    now = say.wall.now()
    days = [now - timedelta(days=back) for back in range(1, 21)]
    Readings(say.memory).add(
        Reading(
            "resting_heart_rate", day.date(), day.timestamp(), day.timestamp(), 58 + back % 5, ""
        )
        for back, day in enumerate(days)
    )
    say("what is my resting heart rate")
    card = say.cards[-1]
    data = card["data"]
    assert (card["kind"], data["unit"], len(data["points"])) == ("chart", "beats per minute", 21)
    assert data["points"][-1] == {"day": "2026-03-02", "value": 60.0}
    assert data["low"] < 60 < data["high"]


class Sun:
    """A provider that knows one kind of weather."""

    async def forecast(self, place, first, last, *, agreed=False):
        days = (last - first).days + 1
        return [
            Forecast(first + timedelta(days=day), "clear sky", 3.0, 11.5, 0.1)
            for day in range(days)
        ]


def test_the_weather_has_its_days(talk):
    """Each with its numbers, and all of it as JSON."""
    say = talk(Weather, parts={WeatherProvider: Sun()})
    say("what's the weather tomorrow")
    card = say.cards[-1]
    assert card["data"]["days"] == [
        {"day": "2026-03-03", "summary": "clear sky", "low": 3.0, "high": 11.5, "rain": 0.1}
    ]
    assert json.loads(json.dumps(card)) == card
