"""From an answer that is still being written to sentences that can be spoken.

Markdown is followed on the stream, so that a mark is never torn: lines are told apart as they begin
(fence, table, text), and no cut falls inside emphasis, a link or code between backticks. What lies
between two cuts goes through `plain` as a whole.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Final

from edge.speak.boundary import STOP, ends_sentence
from edge.speak.plain import CODE_NOTE, plain_inline, plain_text, wraps

FIRST_CLAUSE: Final = 25
"""Characters from which the answer's first clause is spoken before its sentence is complete."""

FIRST_PHRASE: Final = 40
"""Characters from which, where there is no clause, its beginning is spoken up to a conjunction."""

LONGEST: Final = 200
"""Characters after which a sentence is cut at a clause, or else between words."""

_CLAUSE = re.compile(r"[,;:](?=\s)|\s[–—-]+(?=\s)|(?<=\w)[—](?=\w)|[，、；：]")  # noqa: RUF001
_PHRASE = re.compile(
    r"(?<=\w) (?=(?:and|but|or|so|that|which|who|because|when|where|while|if|until|with) )"
)
_CANDIDATE = re.compile(
    rf"(?P<line>\n)|(?P<stop>{STOP.pattern})|(?P<clause>{_CLAUSE.pattern})"
    rf"|(?P<phrase>{_PHRASE.pattern})"
)
_LINE_START = re.compile(r"[ \t]*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?")
_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)(?:\n|$)")
_INLINE = re.compile(
    r"\\.|`+|!?\[|\]\(?|\*+|_+|~~|<!--|-->|<[/a-zA-Z][^<>]*$|[^\\`!\[\]()*_~<-]+|.", re.DOTALL
)
_CONTINUATION = re.compile(r"\n[ \t>]*")


async def sentences(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Each sentence of a Markdown text as soon as it is complete, as plain text.

    The sentences depend on the text alone, not on how it was cut into `pieces`.
    """
    splitter = Splitter()
    async for piece in pieces:
        for sentence in splitter.push(piece):
            yield sentence
    for sentence in splitter.finish():
        yield sentence


def split(text: str) -> list[str]:
    """The sentences of plain text, the long ones cut."""
    found: list[str] = []
    start = 0
    for match in STOP.finditer(text):
        if ends_sentence(text[start : match.end()], text[match.end() :]):
            found.append(text[start : match.end()])
            start = match.end()
    found.append(text[start:])
    return [part for sentence in found for part in _short(sentence.strip())]


class Splitter:
    """The state between two pieces of a text: what has arrived and is not yet spoken."""

    def __init__(self) -> None:
        self._text = ""
        self._decided = 0  # up to here, `_text` holds no cut
        self._line_start = True  # `_text` begins a line
        self._column = 0  # characters of its first line that are gone already
        self._fence = ""  # the marks that end the code block
        self._told_code = False
        self._first = True

    def push(self, piece: str) -> list[str]:
        """The sentences that `piece` completes."""
        self._text += piece.replace("\r", "")
        return list(self._advance(complete=False))

    def finish(self) -> list[str]:
        """The rest."""
        return list(self._advance(complete=True))

    def _advance(self, *, complete: bool) -> Iterator[str]:
        while True:
            if not self._line_start:
                self._text = self._text.lstrip(" \t")
            if not self._text:
                return
            if self._fence or (self._line_start and self._block_ahead(complete)):
                end = self._block_end(complete)
                if end is None:
                    return
                yield from self._take_block(end)
            else:
                end = self._next_cut(complete)
                if end is None:
                    return
                source = _CONTINUATION.sub(" ", self._text[:end].rstrip("\n"))
                yield from self._said(self._plain(source))
                self._drop(end)

    def _block_ahead(self, complete: bool) -> bool:
        """Whether a blank line, a fence or a table begins here, or may yet turn out to."""
        rest = self._text[self._indent() :]
        if not complete and rest in ("", "`", "``", "~", "~~"):
            return True
        if rest.startswith(("\n", "|")):
            return True
        fence = _FENCE.match(rest)
        return fence is not None and not (fence["marks"][0] == "`" and "`" in fence["info"])

    def _indent(self) -> int:
        match = _LINE_START.match(self._text)
        return match.end() if match else 0

    def _block_end(self, complete: bool) -> int | None:
        """Where the blank line, the line of code or the table ends; None if more has to arrive."""
        if not self._fence and self._text.startswith("|", self._indent()):
            return self._table_end(complete)
        newline = self._text.find("\n")
        if newline >= 0:
            return newline + 1
        return len(self._text) if complete else None

    def _take_block(self, end: int) -> Iterator[str]:
        indent = self._indent()
        source = self._text[:end]
        self._drop(end)
        if self._fence:
            marks = source.strip().lstrip("> ")
            if marks.startswith(self._fence) and not marks.strip(self._fence[0]):
                self._fence = ""
        elif fence := _FENCE.match(source[indent:]):
            self._fence = fence["marks"]
            if not self._told_code:
                self._told_code = True
                yield from self._said(CODE_NOTE)
        else:
            yield from self._said(plain_text(source))

    def _table_end(self, complete: bool) -> int | None:
        """Where the lines that begin with a bar end; None if more may follow."""
        at = 0
        while (newline := self._text.find("\n", at)) >= 0:
            at = newline + 1
            following = self._text[at:].lstrip(" \t>")
            if not following and not complete:
                return None
            if not following.startswith("|"):
                return at
        return len(self._text) if complete else None

    def _next_cut(self, complete: bool) -> int | None:
        """Where the next sentence ends; None if more has to arrive to know."""
        while True:
            match = _CANDIDATE.search(self._text, self._decided)
            if match is None or match.end() > LONGEST:
                break
            if match["stop"] and match.end() == len(self._text) and not complete:
                return None  # more stops or closing quotes may follow
            cuts = self._cuts(match, complete)
            if cuts is None:
                return None
            if cuts:
                return match.end()
            self._decided = match.end()
        if len(self._text) > LONGEST + 1:
            end = _long_cut(self._text, complete=complete)
            if end is not None:
                return end
            if not complete:
                return None
        return len(self._text) if complete else None

    def _cuts(self, match: re.Match[str], complete: bool) -> bool | None:
        before, after = self._text[: match.end()], self._text[match.end() :]
        if match["line"]:
            following = after.lstrip(" \t>")
            if not following and not complete:
                return None
            _, newline, line = before[:-1].rpartition("\n")
            column = len(line) + (0 if newline else self._column)
            return not wraps(line, following, column)
        if match["clause"] or match["phrase"]:
            shortest = FIRST_CLAUSE if match["clause"] else FIRST_PHRASE
            return (
                self._first
                and len(before) >= shortest
                and not _torn(before)
                and before.count("(") == before.count(")")
                and len(self._plain(before)) >= shortest
            )
        ends = ends_sentence(before, after, complete=complete)
        return ends and not _torn(before)

    def _drop(self, end: int) -> None:
        """Forget what has been dealt with."""
        self._line_start = self._text[:end].endswith("\n")
        last_line = self._text[:end].rpartition("\n")
        self._column = len(last_line[2]) + (0 if last_line[1] else self._column)
        self._text = self._text[end:]
        self._decided = 0

    def _said(self, text: str) -> Iterator[str]:
        for sentence in split(text):
            if any(character.isalnum() for character in sentence):
                self._first = False
                yield sentence

    def _plain(self, source: str) -> str:
        return plain_text(source) if self._line_start else plain_inline(source)


def _torn(source: str) -> bool:
    """Whether emphasis, a link or code is open at the end of `source`."""
    emphasis: list[str] = []
    brackets: list[str] = []
    code = ""
    previous = " "
    for match in _INLINE.finditer(source):
        token = match.group()
        following = source[match.end() : match.end() + 1] or " "
        if token[0] == "`":
            code = "" if code == token else code or token
        elif code:
            pass
        elif token in ("[", "![", "]("):
            if token == "](" and brackets:
                brackets[-1] = token
            elif token != "](":
                brackets.append(token)
        elif (brackets[-1:], token) in ((["["], "]"), (["!["], "]"), (["]("], ")")):
            brackets.pop()
        elif token == "<!--":
            brackets.append(token)
        elif token == "-->" and brackets[-1:] == ["<!--"]:
            brackets.pop()
        elif token[0] in "*_" or token == "~~":
            if emphasis and emphasis[-1] == token and not previous.isspace():
                emphasis.pop()
            elif not following.isspace() and not previous.isalnum():
                emphasis.append(token)
        elif token[0] == "<" and len(token) > 1 and match.end() == len(source):
            return True
        previous = token[-1]
    return bool(code or brackets or emphasis)


def _long_cut(text: str, *, complete: bool) -> int | None:
    """Where to cut `text`, longer than `LONGEST`; None if a space to cut at may still arrive."""
    clauses = [match.end() for match in _CLAUSE.finditer(text, LONGEST // 3, LONGEST)]
    for places in (clauses, [m.start() for m in re.finditer(r"\s", text[:LONGEST])]):
        whole = [end for end in places[-8:] if end and not _torn(text[:end])]
        if whole:
            return whole[-1]
    if clauses:
        return clauses[-1]
    space = text.rfind(" ", 1, LONGEST)
    if space > 0:
        return space
    later = re.search(r"\s", text[LONGEST : 4 * LONGEST])
    if later:
        return LONGEST + later.start()
    return LONGEST if len(text) > 4 * LONGEST else None


def _short(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST + 1:
        end = _long_cut(sentence, complete=True)
        if end is None:
            break
        yield sentence[:end].strip()
        sentence = sentence[end:].strip()
    if sentence:
        yield sentence
