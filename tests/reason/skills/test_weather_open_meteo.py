"""Forecasts in the form that Open-Meteo documents, from a real server on this machine."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from edge.app import App
from edge.memory import Memory
from edge.models import Store
from edge.reason.places import find_place
from edge.reason.skills.weather import (
    OFFLINE,
    NotAgreed,
    Weather,
    WeatherProvider,
    WeatherUnavailable,
)
from edge.reason.weather_open_meteo import OpenMeteo
from edge.settings import Config
from edge.trust.consent import Wishes
from edge.trust.gate import Gate
from edge.trust.ledger import Ledger
from tests.trust.servers import answer, raw, serving

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def body(days=1, **changed):
    """As https://open-meteo.com/en/docs shows it."""
    daily = {
        "time": [(TODAY + timedelta(days=day)).isoformat() for day in range(days)],
        "weather_code": [61] * days,
        "temperature_2m_min": [4.2] * days,
        "temperature_2m_max": [9.4] * days,
        "precipitation_probability_max": [60] * days,
        "wind_speed_10m_max": [31.5] * days,
    }
    whole = {
        "latitude": 48.9,
        "longitude": 2.4,
        "generationtime_ms": 0.2,
        "utc_offset_seconds": 3600,
        "timezone": "Europe/Paris",
        "timezone_abbreviation": "CET",
        "elevation": 41.0,
        "daily_units": {"time": "iso8601", "weather_code": "wmo code"},
        "daily": daily | changed,
    }
    return json.dumps(whole).encode()


@pytest.fixture
def gate(tmp_path):
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield Gate(
            Wishes(topics={"weather": "always"}, state=memory.state),
            Ledger(tmp_path / "ledger.jsonl", lambda: NOW),
            lambda: NOW,
        )


def ask(gate, script, place="paris", last=TODAY, home="", **more):
    """The forecasts, and what the server got."""

    async def run():
        async with serving(script) as server:
            weather = OpenMeteo(gate, home, f"{server.url}/v1/forecast")
            there = find_place(place) if place else None
            return await weather.forecast(there, TODAY, last, **more), server.received

    return asyncio.run(run())


def test_a_forecast(gate):
    """Rounded coordinates, the zone and the days leave, and nothing else; all is on record."""
    [one], [received] = ask(gate, answer(body()))
    assert (one.day, one.summary, one.low, one.high, one.rain, one.wind) == (
        TODAY, "light rain", 4.2, 9.4, 0.6, 31.5,
    )  # fmt: skip
    line, *headers = received.decode().split("\r\n")
    assert line == (
        "GET /v1/forecast?latitude=48.9&longitude=2.4"
        "&daily=weather_code,temperature_2m_min,temperature_2m_max,precipitation_probability_max"
        ",wind_speed_10m_max"
        "&timezone=Europe/Paris&start_date=2026-03-02&end_date=2026-03-02 HTTP/1.1"
    )
    assert {header.split(":")[0] for header in headers if header} == {
        "host", "user-agent", "accept", "connection", "content-length",
    }  # fmt: skip
    sent, ended = gate.ledger.entries()
    assert sent.content == received
    assert (sent.fields["recipient"], sent.fields["topic"]) == ("Open-Meteo", "weather")
    assert sent.fields["question"] == "the weather in Paris on Monday"
    assert ended.fields["status"] == 200


def test_several_days_of_which_one_is_unknown(gate):
    """Far days have no numbers yet: they are left out."""
    last = TODAY + timedelta(days=2)
    script = answer(body(3, temperature_2m_max=[9, None, 11], weather_code=[0, 3, 12345]))
    days, _ = ask(gate, script, last=last)
    assert [(one.summary, one.high) for one in days] == [("clear sky", 9), ("mixed weather", 11)]


def test_at_home(gate):
    """Where no place is said, the settings' city; without one it is asked for."""
    days, [received] = ask(gate, answer(body()), place="", home="Tokyo")
    assert len(days) == 1
    assert b"latitude=35.7&longitude=139.7" in received
    with pytest.raises(WeatherUnavailable, match="for which place"):
        ask(gate, answer(body()), place="")
    with pytest.raises(WeatherUnavailable, match="where Nirgendwo is"):
        ask(gate, answer(body()), place="", home="Nirgendwo")


BAD = {
    "no JSON": answer(b"<html>hello</html>"),
    "another shape": answer(b'{"daily": [1, 2]}'),
    "lists of several lengths": answer(body(2, weather_code=[1])),
    "words for numbers": answer(body(temperature_2m_max=["hot"])),
    "no number": answer(body(temperature_2m_max=[float("nan")])),
    "deep nesting": answer(b"[" * 100_000),
    "an error": answer(b'{"error": true, "reason": "no"}', "400 Bad Request"),
    "a redirect": answer(b"", "302 Found", ["Location: http://example.org/"]),
    "half": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"),
    "too long": answer(b" " * 300_000),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_answers(gate, fault):
    """One sentence that can be spoken; what was sent is on record all the same."""
    with pytest.raises(WeatherUnavailable, match=r"^I can't see the weather\. .*\.$"):
        ask(gate, BAD[fault])
    assert [entry.kind for entry in gate.ledger.entries()] == ["sent", "ended"]


def test_offline_and_never(gate):
    """Nothing is tried."""
    gate.network = False
    with pytest.raises(WeatherUnavailable) as caught:
        ask(gate, answer(body()))
    assert str(caught.value) == OFFLINE
    gate.network = True
    gate.wishes.wish("never", topic="weather")
    with pytest.raises(WeatherUnavailable, match="You don't want questions about the weather"):
        ask(gate, answer(body()))
    assert not gate.ledger.path.exists()


def test_asked_first(gate):
    """Until the wearer has said yes."""
    gate.wishes.wish("ask", topic="weather")
    with pytest.raises(NotAgreed, match='May I send "the weather in Paris on Monday"'):
        ask(gate, answer(body()))
    days, _ = ask(gate, answer(body()), agreed=True)
    assert len(days) == 1


class Asks:
    """A provider that wants to be asked each time."""

    def __init__(self):
        self.agreed = []

    async def forecast(self, place, first, last, *, agreed=False):
        self.agreed.append(agreed)
        if not agreed:
            raise NotAgreed("May I?")
        return []


@pytest.mark.parametrize(
    ("said", "told"), [("yes", "There is no forecast for that."), ("no", "Okay, I won't look.")]
)
def test_yes_and_no(talk, said, told):
    """The skill asks back, and goes on with the same question."""
    provider = Asks()
    say = talk(Weather, parts={WeatherProvider: provider})
    assert say("what's the weather in paris tomorrow") == "May I?"
    assert say(said) == told
    assert provider.agreed == [False, True][: 1 + (said == "yes")]


def test_only_where_the_settings_say_so(tmp_path):
    """By default nobody is asked."""
    for service in ("none", "open-meteo"):
        config = Config.model_validate(
            {"weather": {"service": service}, "memory": {"path": str(tmp_path / "m.sqlite")}}
        )
        with App(config, Store(offline=True)) as app:
            assert isinstance(app.parts().get(WeatherProvider), OpenMeteo) == (service != "none")
