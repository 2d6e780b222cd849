"""Letters, lines and boxes on the glasses' display."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

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


@dataclass(slots=True)
class Glass:
    """What is drawn on. All measures are pixels."""

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

    @property
    def mono(self) -> bool:
        """No pixel is half lit."""
        return self.profile.colours == 2

    def write(
        self, at: tuple[int, int], text: str, size: int, colour: Colour, anchor: str = "la"
    ) -> None:
        """`text` in one line; `anchor`: where of it is `at`, as Pillow names it."""
        self.canvas.text(at, text, colour, _font(size), anchor=anchor)

    def width(self, text: str, size: int) -> int:
        """How wide `text` is."""
        return round(_font(size).getlength(text))

    def wrapped(self, text: str, size: int, width: int = 0) -> list[str]:
        """`text` in lines of `width` (0: all there is); a word that is too long is cut."""
        room = width or self.profile.width - 2 * self.margin
        return _wrap(text.split(), _font(size), room)

    def cut(self, text: str, size: int, width: int) -> str:
        """`text` in one line of `width`, with dots for what has no room."""
        if self.width(text, size) <= width:
            return text
        while text and self.width(f"{text}\u2026", size) > width:
            text = text[:-1]
        return f"{text.rstrip()}\u2026"


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


def pitch(size: int) -> int:
    """From one line to the next."""
    return round(size * 1.2)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    # The Semibold of Source Sans Pro (SIL Open Font License): strokes of two pixels at this size.
    data = files("edge.sim").joinpath("font/SourceSansPro-Semibold.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)
