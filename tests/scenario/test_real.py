"""A scenario at real pace, on a sound card without hardware."""

import shutil

import pytest

from tests.conftest import missing
from tests.e2e.conftest import Edge

pytestmark = [pytest.mark.device, pytest.mark.model]

SCENARIO = """
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


def test_a_scenario_at_real_pace_with_a_microphone_that_is_pulled_out(tmp_path):
    """Spoken into a real stream, answered through one, and heard again after the device went."""
    for tool in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(tool) is None:
            missing(f"there is no {tool} on this machine")
    (tmp_path / "real.toml").write_text(SCENARIO, encoding="utf-8")
    outcome = Edge(tmp_path)("scenario", "run", "real.toml", "--real", "--json")
    assert outcome.out, outcome.err
    (report,) = outcome.rows
    failed = [f"{f['what']}: {f['found']}" for f in report["findings"] if not f["ok"]]
    assert not failed, outcome.err
    assert outcome.status == 0
