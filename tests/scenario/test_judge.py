"""What came of a scenario against what was expected."""

from edge.scenario.director import Moment
from edge.scenario.format import Scenario
from edge.scenario.judge import judge
from edge.scenario.runner import Played

ROWS = [
    {"t": 1.0, "event": "step", "number": 1},
    {"t": 2.0, "event": "transcript", "text": "Set a timer."},
    {"t": 2.0, "event": "route", "to": "timer.set"},
    {"t": 2.0, "event": "speculation_started", "text": "Hm."},
    {"t": 2.0, "event": "route", "to": "model"},
    {"t": 2.0, "event": "speculation_dropped", "reason": "no question"},
    {"t": 2.0, "event": "card", "title": "Timers", "lines": ["one"]},
    {"t": 2.0, "event": "sentence", "turn": 1, "text": "Timer set."},
    {"t": 2.0, "event": "audio_started", "at": 2.0, "turn": 1},
    {"t": 3.0, "event": "audio_ended", "at": 3.0, "turn": 1},
    {"t": 3.0, "event": "turn_done", "turn": 1, "stages": {"voice_to_voice": 2, "endpoint": 0.2}},
]


def played(heard="the timer is set"):
    """One step, after which a key is in the memory."""
    moments = [Moment(0, 0, 0.0, 0, ""), Moment(64_000, 64_000, 2.0, 8_000_000, "key")]
    return Played(ROWS, moments, [], [], lambda sound: heard)


def verdicts(expect, **more):
    scenario = Scenario.model_validate(
        {"about": "x.", "step": [{"say": "Set a timer.", "expect": expect}]}
    )
    return [(f.what, f.ok) for f in judge(scenario, played(), **more)]


def test_what_was_expected_and_came():
    """Each expectation is a finding."""
    found = verdicts(
        {
            "understood": "timer",
            "said": ["timer", "SET"],
            "route": "timer",
            "shown": "timers: one",
            "did": ["card", {"event": "transcript", "times": 1}],
            "did_not": "held",
            "remembered": "key",
            "forgotten": "lock",
            "between": ["09:00:01", "09:00:03"],
            "endpoint": 0.2,
            "cpu": 0.6,
            "grown_mb": 9,
        }
    )
    assert len(found) == 14
    assert all(ok for _, ok in found)


def test_what_was_expected_and_did_not_come():
    """Each of them can fail."""
    found = verdicts(
        {
            "understood": "alarm",
            "said": "alarm",
            "not_said": "timer",
            "silent": True,
            "route": "alarm",
            "shown": "alarm",
            "did": [{"event": "card", "times": 2}],
            "did_not": "card",
            "remembered": "lock",
            "forgotten": "key",
            "between": ["10:00", "11:00"],
            "endpoint": 0.1,
            "cpu": 0.1,
            "grown_mb": 1,
        }
    )
    assert len(found) == 14
    assert not any(ok for _, ok in found)


def test_what_is_heard_is_what_the_recogniser_makes_of_the_sound():
    """The words of the answer do not count then."""
    assert verdicts({"said": "timer is set", "heard": True}) == [("heard timer is set", True)]
    assert verdicts({"said": "timer is set"}) == [("said timer is set", False)]


def test_the_wait_is_judged_at_real_pace_only():
    """In virtual time thinking takes none."""
    assert verdicts({"within": 1.0}) == [("within 1.0 s", True)]
    assert verdicts({"within": 1.0}, real=True) == [("within 1.0 s", False)]
