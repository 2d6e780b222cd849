"""A council on the page: real agents at `edge serve` in another process, through the gate."""

import re

import pytest

from tests.sim.page.product import MODEL, NEEDED, SIM, opened, running, say, shuts_nobody_out

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = "Think hard about this: my wife Zorana has 3 boxes of 8 pens. How many pens has she?"
SETTINGS = """
[lm]
model = "{model}"
[memory]
path = "{folder}/memory.sqlite"
[contemplate]
agents = 3
quorum = 3
max_tokens = 40
seconds = 60
[[contemplate.services]]
name = "home box"
url = "{address}v1"
model = "{model}"
"""
WATCH = """() => {
    window.seats = [];
    const look = () => {
        const here = document.querySelectorAll(".seat.here").length;
        const council = document.querySelector(".seat") !== null;
        if (council && window.seats.at(-1) !== here) window.seats.push(here);
    };
    new MutationObserver(look).observe(document.querySelector("#display"),
        { subtree: true, childList: true, attributes: true });
}"""


@pytest.fixture
def product(model_folder, tmp_path, monkeypatch):
    """The address of an `edge sim` that knows a service."""
    for name in NEEDED:
        model_folder(name)
    # The settings file says where the memory is.
    monkeypatch.delenv("EDGE_MEMORY_PATH", raising=False)
    with running("--offline", "serve", "--port", "0", "--model", MODEL) as service:
        settings = tmp_path / "edge.toml"
        settings.write_text(SETTINGS.format(folder=tmp_path, address=service, model=MODEL))
        with running("--config", settings, *SIM) as address:
            yield address


def test_agents_that_were_allowed_to_be_asked_arrive_one_by_one(browser, product):
    """Asked first, with the name taken out; then one seat after the other is taken, and the card's
    agreement is the council's. What left is in the ledger, byte by byte."""
    with opened(browser, product) as page:
        page.evaluate(WATCH)
        say(page, QUESTION)
        asking = page.locator("#log .assistant", has_text="May I send")
        asking.wait_for()
        page.click("#tab-ledger")
        page.locator("#panel-ledger", has_text="Nothing has left this device.").wait_for()
        say(page, "Yes.")
        page.locator("#state", has_text="Thinking together").or_(
            page.locator("#state", has_text="Speaking")
        ).wait_for()
        page.locator(".seat.here").nth(2).wait_for(timeout=90_000)
        page.locator("#state", has_text="Ready").wait_for(timeout=90_000)
        assert page.evaluate("window.seats") == [0, 1, 2, 3]
        (turn, *_) = page.request.get(f"{product}api/turns").json()
        events = page.request.get(f"{product}api/turns/{turn['id']}").json()["events"]
        council = [event for event in events if event["event"] == "contemplation"]
        proposals = {e["agent"]: e["candidate"] for e in council if e["phase"] == "proposal"}
        (verdict,) = [event for event in council if event["phase"] == "verdict"]
        assert proposals.keys() == {0, 1, 2}
        count = page.locator("#display .count").inner_text()
        assert count == f"{verdict['agree']} of {verdict['of']} agree"
        assert page.locator(".seat.agrees").count() == verdict["agree"]
        shuts_nobody_out(page)

        page.click("#tab-device")
        page.click("#tab-ledger")
        entries = page.request.get(f"{product}api/ledger").json()["entries"]
        page.locator("#panel-ledger .entry").nth(len(entries) - 1).wait_for()
        sent = [entry for entry in entries if entry["kind"] == "sent"]
        assert len(sent) >= 3
        shown = page.locator("#panel-ledger pre").all_inner_texts()
        assert shown == [entry["content"].strip() for entry in sent]
        assert all(re.search(r"POST /v1/chat/completions", text) for text in shown)
        assert not any("Zorana" in text for text in shown)
        assert any("[NAME_1]" in text for text in shown)
        shuts_nobody_out(page)
