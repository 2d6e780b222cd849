import io
import json

from edge.clock import SampleClock
from edge.timeline import Timeline


def lines(file):
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_event_is_one_json_line_in_seconds_of_the_sample_clock():
    """An event without a place is dated now."""
    clock, file = SampleClock(), io.StringIO()
    clock.advance(8000)
    Timeline(clock, file).emit("transcript", text="grüß dich")
    assert lines(file) == [{"t": 0.5, "event": "transcript", "text": "grüß dich"}]
    assert "grüß" in file.getvalue()


def test_event_noticed_late_is_dated_back_but_never_before_the_last_one():
    """`at` is exact, `t` never runs backwards."""
    clock, file = SampleClock(), io.StringIO()
    timeline = Timeline(clock, file)
    clock.advance(16000)
    timeline.emit("speech_ended", at=12000)
    timeline.emit("partial")
    timeline.emit("speech_started", at=15000)
    assert [(row["t"], row.get("at")) for row in lines(file)] == [
        (0.75, 0.75),
        (1.0, None),
        (1.0, 0.9375),
    ]


def test_watchers_are_told():
    """Whoever watches sees each event with its fields."""
    seen = []
    timeline = Timeline(SampleClock())
    timeline.watch(lambda event, fields: seen.append((event, fields)))
    timeline.emit("sentence", text="Hello.")
    assert seen == [("sentence", {"text": "Hello."})]
