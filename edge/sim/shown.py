"""What the wearer is shown: captions, and the card with what changes of it meanwhile."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from edge.card import Card, Seat, Seats
from edge.reason.contemplate.candidates import key
from edge.sim.hub import Hub

_CAPTIONS: Final = 40


@dataclass(slots=True)
class Shown:
    """Follows the trace (`notice`), and tells pages."""

    hub: Hub
    card: dict[str, Any] | None = None
    """As `edge.card.Card.fields` has it."""
    captions: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_CAPTIONS))
    """The latest, the oldest first."""
    _sitting: Sitting = field(default_factory=lambda: Sitting())

    def show(self, card: dict[str, Any] | None) -> None:
        """Show it, or none."""
        if card is not None or self.card is not None:
            self.card = card
            none: dict[str, Any] = {"kind": None, "title": "", "lines": [], "data": {}}
            self.hub.tell("card", **(card or none))

    def move_timers(self, seconds: float) -> None:
        """The clock was set: the timers on the card end so much later by it."""
        if self.card is not None and self.card["data"].get("timers"):
            self.show(_moved(self.card, seconds))

    def latest(self) -> tuple[str, str]:
        """What the wearer said last, and what is answered to it so far."""
        latest = {caption["who"]: caption["text"] for caption in self.captions}
        if self.captions and self.captions[-1]["who"] == "wearer":
            latest["assistant"] = ""
        return latest.get("wearer", ""), latest.get("assistant", "")

    def forget(self) -> None:
        """The wearer wants everything forgotten."""
        self.captions.clear()
        self.show(None)

    def notice(self, name: str, fields: dict[str, Any]) -> None:
        """An event of the trace."""
        match name:
            case "partial":
                self._caption("wearer", fields["text"], final=False)
            case "transcript":
                if fields["text"]:
                    self.show(None)
                self._caption("wearer", fields["text"], final=True)
            case "sentence":
                turn = fields["turn"]
                before = self._spoken(turn)
                text = f"{before} {fields['text']}".strip()
                self._caption("assistant", text, final=False, turn=turn)
            case "turn_done":
                self._caption(
                    "assistant",
                    fields["answer"],
                    final=True,
                    turn=fields["turn"],
                    interrupted=fields["interrupted"],
                )
            case "card":
                self.show({name: fields[name] for name in ("kind", "title", "lines", "data")})
            case "telling":
                title = str(fields["kind"]).capitalize()
                lines = [fields["text"]]
                self.show({"kind": "telling", "title": title, "lines": lines, "data": {}})
            case "contemplation":
                # Pages draw it from the events; this is for the framebuffer and those that come.
                self.card = self._sitting.take(fields)

    def _caption(self, who: str, text: str, *, final: bool, **more: Any) -> None:
        caption = {"who": who, "text": text, "final": final, **more}
        place = self._unfinished(who, more.get("turn"))
        if place is None:
            if text:
                self.captions.append(caption)
        elif text:
            self.captions[place] = caption
        else:
            del self.captions[place]
        self.hub.tell("caption", **caption)

    def _unfinished(self, who: str, turn: int | None) -> int | None:
        """Where what `who` is saying is among the captions.

        Not always last: the wearer may have asked again before an answer's end is known.
        """
        for place in reversed(range(len(self.captions))):
            caption = self.captions[place]
            if (caption["who"], caption.get("turn")) == (who, turn) and not caption["final"]:
                return place
        return None

    def _spoken(self, turn: int) -> str:
        """What has been told so far of the answer that is being given."""
        place = self._unfinished("assistant", turn)
        return "" if place is None else str(self.captions[place]["text"])


@dataclass(slots=True)
class Sitting:
    """A council as far as it has come, by its events in the trace."""

    seats: dict[int, Seat] = field(default_factory=dict)
    agree: int = 0
    of: int = 0

    def take(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The card after the event `contemplation` with these fields."""
        match fields["phase"]:
            case "started":
                self.seats.clear()
                self.agree = self.of = 0
            case "proposal":
                said = fields["candidate"]
                self.seats[fields["agent"]] = Seat(fields["strategy"], said, agrees=False)
            case "agreement" | "verdict":
                self.agree, self.of = fields["agree"], fields["of"]
                found = key(fields["candidate"])
                for agent, seat in self.seats.items():
                    agrees = bool(seat.candidate) and key(seat.candidate) == found
                    self.seats[agent] = replace(seat, agrees=agrees)
        seats = tuple(seat for _, seat in sorted(self.seats.items()))
        return Card("Council", (), "council", Seats(seats, self.agree, self.of)).fields()


def _moved(card: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A card of timers, each that much later by the clock."""
    timers = []
    for one in card["data"]["timers"]:
        ends = datetime.fromisoformat(one["ends"]) + timedelta(seconds=seconds)
        timers.append({**one, "ends": ends.isoformat(timespec="milliseconds")})
    return {**card, "data": {**card["data"], "timers": timers}}
