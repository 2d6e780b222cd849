"""From Markdown to what a voice may read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from edge.speak.boundary import CLOSERS
from edge.speak.symbols import speakable

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

CODE_NOTE: Final = "I have left out some code."
"""Said once in place of code blocks: silence after "Here is the code:" would be puzzling."""

_WRAPPED = 40
"""A line at least this long may be a paragraph's that goes on in the next line."""

_BULLET = re.compile(r"^(\s*)[•▪◦‣●○–—·]\s+", re.MULTILINE)  # noqa: RUF001 - bullets, dashes
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STARS = re.compile(r"(?<=[\w)])\*\*(?=\d)|(?<=\d)\*(?=[\d(])|(?<=\))\*(?=[\w(])")


def plain_text(markdown: str) -> str:
    """What a voice may read of `markdown`, on one line.

    Headings, items and rows become sentences, links their text, code blocks `CODE_NOTE`; tags and
    pictures vanish, symbols become words. Empty where nothing can be said.
    """
    blocks: list[str] = []
    forced: list[bool] = []  # whether the block ends in a stop even as the last one
    number: list[int | None] = []  # of the item in each open list
    marker = ""
    in_item = in_heading = 0
    row: list[str] | None = None
    for token in _parser().parse(_prepared(markdown)):
        match token.type:
            case "fence" | "code_block":
                if CODE_NOTE not in blocks:
                    blocks.append(CODE_NOTE)
                    forced.append(True)
            case "heading_open" | "heading_close":
                in_heading += token.nesting
            case "ordered_list_open":
                number.append(int(token.attrGet("start") or 1))
            case "bullet_list_open":
                number.append(None)
            case "ordered_list_close" | "bullet_list_close":
                number.pop()
            case "list_item_open":
                in_item += 1
                if (place := number[-1]) is not None:
                    marker = f"{place}. "
                    number[-1] = place + 1
            case "list_item_close":
                in_item -= 1
                marker = ""
            case "tr_open":
                row = []
            case "tr_close":
                if cells := [cell for cell in row or () if cell]:
                    blocks.append(", ".join(cells))
                    forced.append(True)
                row = None
            case "inline":
                text = _spoken(token)
                if row is not None:
                    row.append(text)
                elif text:
                    blocks.append(marker + text)
                    forced.append(bool(in_item or in_heading))
                marker = ""
    last = len(blocks) - 1
    return " ".join(
        _stopped(text) if forced[place] or place < last else text
        for place, text in enumerate(blocks)
    )


def plain_inline(markdown: str) -> str:
    """The same for a part of a paragraph: nothing at its beginning makes it a list or heading."""
    return " ".join(_spoken(token) for token in _parser().parseInline(_prepared(markdown.strip())))


def wraps(line: str, following: str, column: int) -> bool:
    """Whether a paragraph goes on over the end of `line`, or the line is a sentence of its own.

    `column` is the line's whole length, where `line` is only the rest of it.
    """
    line = line.rstrip(" \t")
    return (
        column >= _WRAPPED
        and following[:1].islower()
        and not line.lstrip().startswith("#")
        and not line.rstrip(CLOSERS).endswith((".", "!", "?", ":"))
    )


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # An indented line is a nested item of some model more often than code; and tags are dropped
    # from between the words, which an HTML block would hide.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.disable(["code", "html_block"])


def _prepared(markdown: str) -> str:
    # 2*3*4 is no emphasis.
    return _STARS.sub(
        lambda match: "^" if match[0] == "**" else " \\* ", _BULLET.sub(r"\1- ", markdown)
    )


def _spoken(token: Token) -> str:
    lines = _words(token.children or ()).split("\n")
    text = lines[0]
    for line, following in pairwise(lines):
        whole = text if wraps(line, following, len(line)) else _stopped(text)
        text = f"{whole} {following}"
    return speakable(text)


def _words(tokens: Sequence[Token]) -> str:
    words: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                words.append(token.content)
            case "softbreak" | "hardbreak":
                words.append("\n")
            case "image":
                words.append(_words(token.children or ()))
            case "html_inline" if _BREAK.fullmatch(token.content):
                words.append("\n")
    return "".join(words)


def _stopped(text: str) -> str:
    """`text` as a sentence: with a full stop where it ends without punctuation."""
    text = text.rstrip()
    core = text.rstrip(CLOSERS)
    return text if not core or core[-1] in ".!?…:;,。！？：；，" else f"{text}."  # noqa: RUF001
