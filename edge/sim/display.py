"""What the glasses' display shows, pixel by pixel, drawn with Pillow."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of display."""

    width: int
    """Pixels."""
    height: int
    colours: int
    """2: every pixel is on or off."""

    @property
    def text(self) -> int:
        """Height of the letters, in pixels."""
        return max(18, round(self.height / 11))


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
    time: str = ""
    """Of day: "10:45"."""
    battery: int = 100
    """Percent."""
    muted: bool = False
    asked: str = ""
    """What was understood of the wearer so far, or last."""
    answer: str = ""
    card: dict[str, Any] | None = None
    """`title`, `lines`, `kind`."""


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
    page = _Page(canvas, profile, bright, dim, accent)
    page.status(view)
    if view.card is not None:
        page.card(view.card)
    else:
        page.words(view.asked, view.answer)
    return image


@dataclass(slots=True)
class _Page:
    canvas: ImageDraw.ImageDraw
    profile: Profile
    bright: Colour
    dim: Colour
    accent: Colour

    @property
    def margin(self) -> int:
        return self.profile.text // 2

    @property
    def top(self) -> int:
        """Below the line of the status."""
        return self.margin + round(self.profile.text * 1.15)

    def status(self, view: View) -> None:
        """Time on the left, state in the middle, battery on the right."""
        size = round(self.profile.text * 0.72)
        font = _font(size)
        middle = self.margin + size // 2
        width = self.profile.width
        self.canvas.text((self.margin, middle), view.time, self.dim, font, anchor="lm")
        state = "muted" if view.muted else view.ring
        self.canvas.text((width // 2, middle), state, self.accent, font, anchor="mm")
        percent = f"{view.battery}%"
        self.canvas.text((width - self.margin, middle), percent, self.dim, font, anchor="rm")

    def words(self, asked: str, answer: str) -> None:
        """The question small, the answer large; of a long one the end."""
        size = self.profile.text
        room = self.profile.height - self.margin - self.top
        small = round(size * 0.8)
        lines: list[tuple[str, int, Colour]] = []
        if asked:
            wrapped = self.wrapped(asked, small)
            lines += [(line, small, self.dim) for line in wrapped[-2:]]
        if answer:
            lines += [(line, size, self.bright) for line in self.wrapped(answer, size)]
        while sum(_pitch(height) for _, height, _ in lines) > room and lines:
            lines.pop(0)
        y = self.top
        for line, height, colour in lines:
            self.canvas.text((self.margin, y), line, colour, _font(height), anchor="la")
            y += _pitch(height)

    def card(self, card: dict[str, Any]) -> None:
        """Title, a line below it, and as many of its lines as there is room for."""
        size = self.profile.text
        width, height = self.profile.width, self.profile.height
        title = self.wrapped(str(card.get("title", "")), size)[:1]
        y = self.top
        for line in title:
            self.canvas.text((self.margin, y), line, self.accent, _font(size), anchor="la")
            y += _pitch(size)
        self.canvas.line((self.margin, y, width - self.margin, y), self.dim)
        y += self.margin // 2
        small = round(size * 0.85)
        lines = [part for line in card.get("lines", ()) for part in self.wrapped(str(line), small)]
        fits = max(1, (height - self.margin // 2 - y) // _pitch(small))
        if len(lines) > fits:
            lines = [*lines[: fits - 1], f"and {len(lines) - fits + 1} more"]
        for line in lines:
            self.canvas.text((self.margin, y), line, self.bright, _font(small), anchor="la")
            y += _pitch(small)

    def wrapped(self, text: str, size: int) -> list[str]:
        """`text` in lines that fit; a word that is too long is cut."""
        return _wrap(text.split(), _font(size), self.profile.width - 2 * self.margin)


def _wrap(words: Sequence[str], font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.getlength(word) > width and len(word) > 1:
            count = max(1, int(len(word) * width / font.getlength(word)))
            while count > 1 and font.getlength(word[:count]) > width:
                count -= 1
            lines.append(word[:count])
            word = word[count:]
        line = word
    return [*lines, line] if line else lines


def _pitch(size: int) -> int:
    """From one line to the next."""
    return round(size * 1.2)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    # The Semibold of Source Sans Pro (SIL Open Font License): strokes of two pixels at this size.
    data = files("edge.sim").joinpath("font/SourceSansPro-Semibold.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)
