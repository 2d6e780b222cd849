"""A scenario at real pace, on a sound card without hardware."""

import shutil

import pytest

from tests.conftest import missing
from tests.e2e.conftest import Edge

pytestmark = [pytest.mark.device, pytest.mark.model]

PULLED_OUT = """
about = "It is answered at real pace; the microphone goes and comes back."
[[step]]
after = 3
say = "What time is it?"
expect = { route = "clock", within = 6, heard = true, said = "nine|9" }
[[step]]
unplug = "microphone"
[[step]]
after = 4
plug = "microphone"
[[step]]
after = 5
say = "What is six times six?"
expect = { said = "36" }
[expect]
did = [{ event = "device", state = "lost" }, { event = "device", state = "back" }]
"""

ROOM = """
about = "In a room with noise and an echo the wearer's voice stops the answer."
room.echo = true
[[step]]
noise = "pink"
level = -50
[[step]]
after = 3
say = "What can you do?"
expect = { route = "help" }
[[step]]
during = 3
say = "What is nine times nine?"
expect = { did = ["held", "interrupted"], said = "81|eighty.one", heard = true }
"""

ECHO = """
about = "Without a canceller the echo is taken for somebody who speaks: it is there."
room.echo = true
[settings.audio]
echo = "none"
[[step]]
say = "What can you do?"
expect = { did = ["held"] }
"""

RESTARTED = """
about = "What ran out while it was off is told, by streams that were opened anew."
[[step]]
say = "Set a tea timer for five seconds."
expect = { route = "timer" }
[[step]]
restart = 6
[[step]]
wait = 8
expect = { said = "tea timer is done" }
"""

SPEAKER = """
about = "The speaker is pulled out."
[[step]]
unplug = "speaker"
"""


@pytest.fixture
def played(tmp_path):
    """What `edge scenario run --real` gives of a scenario, which went as expected."""
    for tool in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")

    def play(text):
        (tmp_path / "real.toml").write_text(text, encoding="utf-8")
        return Edge(tmp_path)("scenario", "run", "real.toml", "--real", "--json")

    return play


@pytest.mark.parametrize(
    "text", [PULLED_OUT, ROOM, ECHO, RESTARTED], ids=["pulled out", "room", "echo", "restarted"]
)
def test_a_scenario_at_real_pace(played, text):
    """Spoken into a real stream and answered through one, in a room that gives sound back."""
    outcome = played(text)
    assert outcome.out, outcome.err
    (report,) = outcome.rows
    failed = [f"{f['what']}: {f['found']}" for f in report["findings"] if not f["ok"]]
    assert not failed, outcome.err
    assert outcome.status == 0


def test_what_cannot_be_done_at_real_pace_is_refused(played):
    """In a sentence, before anything is said."""
    outcome = played(SPEAKER)
    assert outcome.status == 2
    assert outcome.out == ""
    assert "The speaker cannot be unplugged with --real" in outcome.err
    assert "Traceback" not in outcome.err
