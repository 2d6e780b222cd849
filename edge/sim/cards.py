"""Cards on the display's framebuffer: from their data where there is some, else their lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

from edge.sim.glass import Glass, pitch

_MOST_DAYS: Final = 5
_MOST_SEATS: Final = 7


def draw_card(glass: Glass, card: dict[str, Any], now: datetime | None) -> None:
    """The title, a line below it, and the card; `now`: what timers count down from."""
    size = glass.profile.text
    width = glass.profile.width
    data = card.get("data") or {}
    y = glass.top
    title = str(card.get("title", ""))
    right = f"{data['agree']} of {data['of']} agree" if data.get("seats") else ""
    room = width - 2 * glass.margin - (glass.width(f"{right}   ", size) if right else 0)
    glass.write((glass.margin, y), glass.cut(title, size, room), size, glass.accent)
    glass.write((width - glass.margin, y), right, size, glass.dim, "ra")
    y += pitch(size)
    glass.canvas.line((glass.margin, y, width - glass.margin, y), glass.dim)
    y += glass.margin // 2
    for name, draw in _DRAWN.items():
        if data.get(name) and (now is not None or name != "timers"):
            draw(glass, y, card, now)
            return
    _lines(glass, y, card, now)


def _timers(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    """The first large, with a bar for what is left; the others in a row each."""
    assert now is not None
    timers = card["data"]["timers"]
    large, small = round(glass.profile.text * 2.6), round(glass.profile.text * 0.85)
    left = _left(timers[0], now)
    glass.write((glass.margin, y), _watch(left), large, glass.bright)
    x = glass.margin + glass.width(_watch(left), large) + glass.margin
    name = glass.cut(_name(timers[0]), small, glass.profile.width - glass.margin - x)
    glass.write((x, y + round(large * 0.93)), name, small, glass.dim, "ls")
    y += round(large * 1.2)
    full = glass.profile.width - 2 * glass.margin
    height = max(4, glass.margin // 2)
    glass.canvas.rectangle((glass.margin, y, glass.margin + full, y + height), outline=glass.dim)
    share = left / max(left, float(timers[0]["seconds"]), 1.0)
    if share:
        end = glass.margin + round(full * share)
        glass.canvas.rectangle((glass.margin, y, end, y + height), fill=glass.bright)
    y += height + glass.margin
    _rows(glass, y, [f"{_watch(_left(one, now))}  {_name(one)}" for one in timers[1:]])


def _name(timer: dict[str, Any]) -> str:
    name = timer["name"] or "timer"
    return name if timer.get("left") is None else f"{name}, paused"


def _left(timer: dict[str, Any], now: datetime) -> float:
    """Seconds."""
    if timer.get("left") is not None:
        return float(timer["left"])
    return max(0.0, datetime.fromisoformat(timer["ends"]).timestamp() - now.timestamp())


def _watch(seconds: float) -> str:
    """125 as "2:05", 3725 as "1:02:05"; the last second is still one."""
    whole = math.ceil(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _alarms(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    rows = []
    for one in card["data"]["alarms"]:
        at = datetime.fromisoformat(one["at"])
        when = one["repeats"] or f"{at:%A} {at.day} {at:%B}"
        rows.append(f"{at:%H:%M}  {one['name']}{', ' if one['name'] else ''}{when}")
    _rows(glass, y, rows)


def _items(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    """A box before each; what is done has a full one, and a line through it."""
    size = round(glass.profile.text * 0.85)
    box = round(size * 0.6)
    indent = glass.margin + box + glass.margin // 2
    items = card["data"]["items"]
    fits = _fits(glass, y, size)
    shown = items if len(items) <= fits else items[: fits - 1]
    for item in shown:
        middle = y + round(size * 0.58)
        square = (glass.margin, middle - box // 2, glass.margin + box, middle + box // 2)
        done = bool(item["done"])
        glass.canvas.rectangle(square, glass.dim if done else None, glass.dim, 2)
        text = glass.cut(item["text"], size, glass.profile.width - glass.margin - indent)
        glass.write((indent, y), text, size, glass.dim if done else glass.bright)
        if done:
            end = indent + glass.width(text, size)
            glass.canvas.line((indent, middle, end, middle), glass.dim, 2)
        y += pitch(size)
    if len(shown) < len(items):
        glass.write((indent, y), f"and {len(items) - len(shown)} more", size, glass.dim)


def _chart(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    """The last value, and a line over the days; what is usual lies between two others."""
    data = card["data"]
    points, low, high = data["points"], data.get("low"), data.get("high")
    large, small = round(glass.profile.text * 1.5), round(glass.profile.text * 0.72)
    value = f"{points[-1]['value']:,.1f}".removesuffix(".0")
    glass.write((glass.margin, y), value, large, glass.bright)
    x = glass.margin + glass.width(value, large) + glass.margin // 2
    glass.write((x, y + round(large * 0.93)), data["unit"], small, glass.dim, "ls")
    right = glass.profile.width - glass.margin
    if low is not None and high is not None:
        usual = f"usual {low:,.0f} \N{EN DASH} {high:,.0f}"
        glass.write((right, y + round(large * 0.93)), usual, small, glass.dim, "rs")
    top = y + round(large * 1.25)
    bottom = glass.profile.height - glass.margin - pitch(small)
    if len(points) > 1:
        _series(glass, points, low, high, top, bottom)
        for place, anchor, point in ((glass.margin, "la", points[0]), (right, "ra", points[-1])):
            day = date.fromisoformat(point["day"])
            glass.write((place, bottom + 4), f"{day.day} {day:%b}", small, glass.dim, anchor)


def _series(
    glass: Glass,
    points: Sequence[dict[str, Any]],
    low: float | None,
    high: float | None,
    top: int,
    bottom: int,
) -> None:
    values = [float(point["value"]) for point in points]
    values += [] if low is None or high is None else [low, high]
    least, most = min(values), max(values)
    days = [date.fromisoformat(point["day"]).toordinal() for point in points]
    left, right = glass.margin, glass.profile.width - glass.margin

    def place(value: float) -> int:
        return round(bottom - (value - least) / ((most - least) or 1.0) * (bottom - top))

    for edge in () if low is None or high is None else (low, high):
        # Dashes: a display of two colours has no shade for a band.
        for x in range(left, right, 12):
            glass.canvas.line((x, place(edge), min(x + 5, right), place(edge)), glass.dim)
    span = (days[-1] - days[0]) or 1
    line = [
        (round(left + (day - days[0]) / span * (right - left)), place(float(point["value"])))
        for day, point in zip(days, points, strict=True)
    ]
    glass.canvas.line(line, glass.bright, 3, "curve")


def _days(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    """A column a day: its name, the high large, the low, the sky, the rain."""
    days = card["data"]["days"][:_MOST_DAYS]
    large, small = round(glass.profile.text * 1.6), round(glass.profile.text * 0.72)
    column = (glass.profile.width - 2 * glass.margin) // len(days)
    for place, one in enumerate(days):
        middle = glass.margin + place * column + column // 2
        day = date.fromisoformat(one["day"])
        sky = glass.wrapped(one["summary"], small, column - glass.margin)[:2]
        rows = [
            (f"{day:%a}" if len(days) > 1 else f"{day:%A}", small, glass.dim),
            (f"{one['high']:.0f}\N{DEGREE SIGN}", large, glass.bright),
            (f"{one['low']:.0f}\N{DEGREE SIGN}", small, glass.dim),
            *((part, small, glass.bright) for part in sky),
            (f"{one['rain']:.0%} rain", small, glass.dim),
        ]
        at = y
        for text, size, colour in rows:
            glass.write((middle, at), text, size, colour, "ma")
            at += pitch(size)


def _seats(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    """Who came to what, full where they agree; below them the answer."""
    seats = card["data"]["seats"][:_MOST_SEATS]
    small = round(glass.profile.text * 0.72)
    column = (glass.profile.width - 2 * glass.margin) // len(seats)
    radius = min(column // 4, round(glass.profile.text * 0.75))
    for place, seat in enumerate(seats):
        middle = glass.margin + place * column + column // 2
        centre = y + radius + 2
        round_ = (middle - radius, centre - radius, middle + radius, centre + radius)
        agrees = bool(seat["agrees"])
        glass.canvas.ellipse(round_, glass.bright if agrees else None, glass.dim, 2)
        mark = str(place + 1) if seat["candidate"] else "\N{EN DASH}"
        colour = (0, 0, 0) if agrees else glass.dim
        glass.write((middle, centre), mark, small, colour, "mm")
        said = glass.cut(seat["candidate"] or "nothing", small, column - 6)
        shade = glass.bright if agrees else glass.dim
        glass.write((middle, centre + radius + 4), said, small, shade, "ma")
    y += 2 * radius + 4 + pitch(small) + glass.margin // 2
    _lines(glass, y, {"lines": card.get("lines", ())[:1]}, now)


def _lines(glass: Glass, y: int, card: dict[str, Any], now: datetime | None) -> None:
    size = round(glass.profile.text * 0.85)
    rows = [part for line in card.get("lines", ()) for part in glass.wrapped(str(line), size)]
    _rows(glass, y, rows)


def _rows(glass: Glass, y: int, rows: Sequence[str]) -> None:
    """As many as there is room for."""
    size = round(glass.profile.text * 0.85)
    fits = _fits(glass, y, size)
    if len(rows) > fits:
        rows = [*rows[: fits - 1], f"and {len(rows) - fits + 1} more"]
    width = glass.profile.width - 2 * glass.margin
    for row in rows:
        glass.write((glass.margin, y), glass.cut(row, size, width), size, glass.bright)
        y += pitch(size)


def _fits(glass: Glass, y: int, size: int) -> int:
    return max(1, (glass.profile.height - glass.margin // 2 - y) // pitch(size))


_DRAWN: Final[dict[str, Callable[[Glass, int, dict[str, Any], datetime | None], None]]] = {
    "timers": _timers,
    "alarms": _alarms,
    "items": _items,
    "points": _chart,
    "days": _days,
    "seats": _seats,
}
