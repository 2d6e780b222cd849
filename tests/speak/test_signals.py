"""What the wearer is told about devices."""

from edge.clock import SampleClock
from edge.devices.ports import DeviceChange
from edge.speak.earcons import earcon
from edge.speak.signals import Signals, prepare_when_needed
from edge.timeline import Timeline


class Sink:
    def __init__(self):
        self.chimes = []
        self.prepared = 0

    def chime(self, frame):
        self.chimes.append(frame)

    def prepare(self):
        self.prepared += 1


def test_loss_and_return_are_heard_and_traced():
    """The microphone goes and comes: two earcons, two lines; both devices back is one earcon."""
    clock, sink, seen = SampleClock(), Sink(), []
    timeline = Timeline(clock)
    timeline.watch(lambda event, fields: seen.append((event, fields["what"], fields["state"])))
    signals = Signals(sink, timeline, clock)
    for what in ("microphone", "speaker"):
        signals.changed(DeviceChange(what, "lost", "Glasses"))
    for what in ("microphone", "speaker"):
        signals.changed(DeviceChange(what, "back", "Glasses"))
    assert sink.chimes == [earcon("error"), earcon("back")]
    assert seen[0] == ("device", "microphone", "lost")
    assert len(seen) == 4


def test_speaker_is_prepared_as_soon_as_an_answer_is_likely():
    """Not by speech alone: a radio would keep it open."""
    sink, timeline = Sink(), Timeline(SampleClock())
    prepare_when_needed(sink, timeline)
    timeline.emit("speech_started")
    assert sink.prepared == 0
    timeline.emit("speculation_started", text="what time is it")
    assert sink.prepared == 1
