"""What the glasses' display shows, pixel by pixel, drawn with Pillow."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from edge.sim.cards import draw_card
from edge.sim.glass import Colour, Glass, Profile, pitch

if TYPE_CHECKING:
    from PIL import Image


PROFILES: Final[dict[str, Profile | None]] = {
    "monochrome-576x288": Profile(576, 288, 2),
    "monochrome-640x400": Profile(640, 400, 2),
    "colour-640x400": Profile(640, 400, 1 << 24),
    "none": None,
}
DEFAULT: Final = "monochrome-576x288"

_GREEN: Final = (96, 255, 140)
_WHITE: Final = (236, 240, 238)
_DIM: Final = (140, 150, 146)
_ACCENT: Final = (255, 190, 92)


@dataclass(frozen=True, slots=True)
class View:
    """What there is to show."""

    ring: str = "listening"
    """As the state's."""
    now: datetime | None = None
    """The wearer's time; None: it is not shown."""
    battery: int = 100
    """Percent."""
    muted: bool = False
    asked: str = ""
    """What was understood of the wearer so far, or last."""
    answer: str = ""
    card: dict[str, Any] | None = None
    """As `edge.card.Card.fields` has it."""


def png(view: View, profile: Profile) -> bytes:
    """The framebuffer as a PNG: black is see-through glass."""
    out = io.BytesIO()
    draw(view, profile).save(out, "PNG")
    return out.getvalue()


def draw(view: View, profile: Profile) -> Image.Image:
    """The framebuffer: mode RGB, and of two colours only where the profile has no more."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (profile.width, profile.height))
    canvas = ImageDraw.Draw(image)
    mono = profile.colours == 2
    # "1": no half lit pixels where there are none.
    canvas.fontmode = "1" if mono else "L"
    bright = _GREEN if mono else _WHITE
    dim = _GREEN if mono else _DIM
    accent = _GREEN if mono else _ACCENT
    glass = Glass(canvas, profile, bright, dim, accent)
    _status(glass, view)
    if view.card is not None:
        draw_card(glass, view.card, view.now)
    else:
        _words(glass, view.asked, view.answer)
    return image


def _status(glass: Glass, view: View) -> None:
    """Time on the left, state in the middle, battery on the right."""
    size = round(glass.profile.text * 0.72)
    middle = glass.margin + size // 2
    width = glass.profile.width
    time = f"{view.now:%H:%M}" if view.now is not None else ""
    glass.write((glass.margin, middle), time, size, glass.dim, "lm")
    glass.write(
        (width // 2, middle), "muted" if view.muted else view.ring, size, glass.accent, "mm"
    )
    glass.write((width - glass.margin, middle), f"{view.battery}%", size, glass.dim, "rm")


def _words(glass: Glass, asked: str, answer: str) -> None:
    """The question small, the answer large; of a long one the end."""
    size = glass.profile.text
    room = glass.profile.height - glass.margin - glass.top
    small = round(size * 0.8)
    lines: list[tuple[str, int, Colour]] = []
    if asked:
        lines += [(line, small, glass.dim) for line in glass.wrapped(asked, small)[-2:]]
    if answer:
        lines += [(line, size, glass.bright) for line in glass.wrapped(answer, size)]
    while sum(pitch(height) for _, height, _ in lines) > room and lines:
        lines.pop(0)
    y = glass.top
    for line, height, colour in lines:
        glass.write((glass.margin, y), line, height, colour)
        y += pitch(height)
