"""Reads days that have a name of their own: "christmas eve", "easter monday", "mother's day"."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from dateutil.easter import easter
from dateutil.relativedelta import MO, SU, TH, relativedelta

from edge.reason.calendar_days import set_day, year_at
from edge.reason.moment import LINKS, Moment, texts
from edge.reason.seasons import SEASONS, season
from edge.reason.words import Word, words

_FIXED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25),
    "xmas": (12, 25), "boxing day": (12, 26),
    "new year eve": (12, 31), "new years eve": (12, 31),
    "new year day": (1, 1), "new years day": (1, 1), "new year": (1, 1), "new years": (1, 1),
    "groundhog day": (2, 2), "valentine day": (2, 14), "valentines day": (2, 14),
    "st patrick day": (3, 17), "saint patrick day": (3, 17), "april fools day": (4, 1),
    "april fool day": (4, 1), "cinco de mayo": (5, 5), "independence day": (7, 4),
    "halloween": (10, 31), "veterans day": (11, 11), "armistice day": (11, 11),
}  # fmt: skip
"""Month and day; a possessive s is left out of the name."""

_NTH = {
    "martin luther king day": (1, MO(3)), "mlk day": (1, MO(3)), "presidents day": (2, MO(3)),
    "mother day": (5, SU(2)), "mothers day": (5, SU(2)), "memorial day": (5, MO(-1)),
    "father day": (6, SU(3)), "fathers day": (6, SU(3)), "labor day": (9, MO(1)),
    "labour day": (9, MO(1)), "columbus day": (10, MO(2)), "thanksgiving day": (11, TH(4)),
    "thanksgiving": (11, TH(4)),
}  # fmt: skip
"""Month, and which of its days of the week: as in the United States."""

_EASTER = {
    "good friday": -2, "easter sunday": 0, "easter monday": 1, "easter day": 0, "easter": 0,
    "ash wednesday": -46, "palm sunday": -7, "pentecost": 49,
}  # fmt: skip
"""Days after Easter Sunday."""

_NAMED_AFTER = frozenset(
    {"party", "parties", "dinner", "lunch", "brunch", "concert", "play", "shopping", "gift"}
    | {"gifts", "present", "presents", "card", "cards", "tree", "list", "lists", "song", "songs"}
    | {"music", "cookies", "decorations", "sale", "break", "vacation", "costume", "costumes"}
    | {"term", "semester", "quarter", "school", "class", "classes", "camp", "training", "practice"}
    | {"season", "recess", "holidays", "league", "sports", "football", "hours", "fair", "market"}
    | {"festival", "carnival", "cleaning", "session", "sessions", "course", "courses", "program"}
)
"""What has its name from a feast, and another day."""

_NAMES: dict[str, list[list[str]]] = {}
"""Names of feasts by their first word, the longest first."""
for _name in sorted(
    (*_FIXED, *_NTH, *_EASTER, *SEASONS, "black friday"), key=lambda name: -name.count(" ")
):
    _NAMES.setdefault(_name.split()[0], []).append(_name.split())


def feast(draft: Moment, parts: list[Word], at: int) -> int:
    """Read a feast at word `at`, the coming one or that of the year named: how many words."""
    said_here = texts(parts, at, 4)
    if said_here[0] == "the" and at + 1 < len(parts):
        # "The winter solstice", but only "Christmas".
        after = " ".join(texts(parts, at + 1, 4))
        named = any(after.startswith(name) for name in SEASONS)
        length = feast(draft, parts, at + 1) if named else 0
        return 1 + length if length else 0
    names = _NAMES.get(said_here[0], ())
    name = next((name for name in names if said_here[: len(name)] == name), None)
    if name is None or (name == ["easter"] and said_here[1] == "egg"):
        return 0
    length, said = len(name), " ".join(name)
    if texts(parts, at + length, 1)[0] in _NAMED_AFTER:
        # The Christmas party is on another day.
        return 0
    if said == "new year" and not parts[at + 1].text.endswith("'s"):
        # "Until new year", but not "a happy new year" nor "my new year resolutions".
        before, after = texts(parts, at - 1, 1)[0] if at else "", texts(parts, at + 2, 1)[0]
        if before not in LINKS | {"till", "to", "since"} or (after and after not in LINKS):
            return 0
    if said in _FIXED:
        month, day = _FIXED[said]
        gap, year, extra = _of_year(parts, at + length, draft.now.year)
        set_day(draft, month, day, year)
        return length + (gap + extra if year else 0)
    gap, year, extra = _of_year(parts, at + length, draft.now.year)
    if year:
        draft.set(day=_moved(said, year, draft.now.tzinfo))
        return length + gap + extra
    today = draft.now.date()
    coming = _moved(said, today.year, draft.now.tzinfo)
    later = _moved(said, today.year + 1, draft.now.tzinfo)
    draft.set(day=coming if coming >= today else later)
    return length


def is_feast(said: str) -> bool:
    """Whether `said` is a feast and nothing else, but for its year."""
    parts = words(said)
    return bool(parts) and feast(Moment(datetime.now()), parts, 0) == len(parts)


def _of_year(parts: list[Word], at: int, now: int) -> tuple[int, int, int]:
    """Words before a year, the year (0: none), and the words that it takes; `now` is this year."""
    falls = texts(parts, at, 1)[0] in ("fall", "falls", "land", "lands")
    if falls and texts(parts, at + 1, 2) in [[which, "year"] for which in _YEARS]:
        # "When does Easter fall this year".
        return 1, now + _YEARS[texts(parts, at + 1, 1)[0]], 2
    which, named = texts(parts, at, 2)
    if named == "year" and which in _YEARS:
        return 0, now + _YEARS[which], 2
    count = parts[at].number if at < len(parts) else None
    if count is not None and not count % 1 and count < 100 and named in ("year", "years"):
        # "Two years from now", "five years ago".
        if texts(parts, at + 2, 2) == ["from", "now"]:
            return 0, now + int(count), 4
        if texts(parts, at + 2, 1) == ["ago"]:
            return 0, now - int(count), 3
    gap = 3 if texts(parts, at, 3) == ["in", "the", "year"] else 0
    gap = gap or (1 if texts(parts, at, 1)[0] in ("in", "of") else 0)
    year, extra = year_at(parts, at + gap)
    return gap, year, extra


_YEARS = {"last": -1, "this": 0, "next": 1}


def _moved(name: str, year: int, zone: tzinfo | None = None) -> date:
    """A feast that is on another date each year; of a season, by the clocks of `zone`."""
    if name in SEASONS:
        return season(name, year, zone)
    if name == "black friday":
        return _moved("thanksgiving", year) + timedelta(days=1)
    found: date
    if name in _NTH:
        month, which = _NTH[name]
        # The last one is looked for from the month's end on, whatever day that is.
        found = date(year, month, 1) + relativedelta(day=1 if which.n > 0 else 31, weekday=which)
    else:
        found = easter(year) + timedelta(days=_EASTER[name])
    return found
