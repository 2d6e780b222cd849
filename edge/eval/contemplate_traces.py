"""What is kept of each contemplation: a line of a file for each model, without a word of the
question or of what was said about it.

The first line says which model it was; runs of it add up, and those of another build do not mix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any, Final

from edge.errors import BenchError
from edge.reason.contemplate.candidates import candidate
from edge.reason.contemplate.checks import check
from edge.reason.contemplate.provider import Chunk

SPAN: Final = "answer:"
"""What comes after it in a chain is its answer."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One agent's text, also of one that was stopped."""

    said: str
    """The answer's key; empty where there is none."""
    right: bool
    tokens: int
    """Those that code wrote included."""
    logprob: float
    """Mean natural logarithm of the probability of the tokens that the model chose."""
    answer_logprob: float
    """The same of those after the last "Answer:"; of all where it is not there."""
    end: str
    """`stop`, `length`, or empty where it was stopped."""
    wrong: int
    """Sums that do not come to what stands after them."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one variant made of one question."""

    set: str
    id: str
    """Of the question: the beginning of the SHA-256 of its text."""
    variant: str
    said: str
    right: bool
    seconds: float | None
    """None where many questions were answered together."""
    cpu: float | None
    """Seconds that the processor worked for it, all threads together: can be compared also where
    other programs ran. None where `seconds` is."""
    tokens: int
    """Made by all agents together."""
    agreement: float
    sitting: int
    """Variants of a question with the same number were run one after another: only their seconds
    can be compared."""
    chains: tuple[Chain, ...]
    model: str = ""

    @property
    def judging(self) -> bool:
        """Nothing was chosen by its question."""
        return int(self.id, 16) % 2 == 1


def chain(chunks: Sequence[Chunk], gold: str) -> Chain:
    """What is kept of an agent's pieces; `gold` is the key of the right answer."""
    text, last = "", 0
    for place, chunk in enumerate(chunks):
        text += chunk.text
        if text.lower().rstrip().endswith(SPAN):
            last = place + 1
    found = candidate(text)
    chosen = [c.logprob for c in chunks if c.logprob is not None]
    answered = [c.logprob for c in chunks[last:] if c.logprob is not None] or chosen
    made = chunks[-1].tokens_out if chunks and chunks[-1].end else sum(bool(c.text) for c in chunks)
    return Chain(
        found.key[:24],
        found.key == gold,
        made,
        _mean(chosen),
        _mean(answered),
        chunks[-1].end if chunks else "",
        check(text).wrong,
    )


def file_of(folder: Path, model: str) -> Path:
    """Where the traces of a model are."""
    return folder / f"traces-{Path(model).name}.jsonl"


def begin(file: Path, header: Mapping[str, Any]) -> None:
    """Make `file`, or see that it is of the same build. Raises BenchError where it is not."""
    if not file.exists() or not file.read_text(encoding="utf-8"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(header) + "\n", encoding="utf-8")
        return
    found = _header(file)
    other = next((name for name in header if found.get(name) != header[name]), None)
    if other:
        raise BenchError(
            f"{file} has traces with another {other}: give another folder with --traces."
        )


def append(file: Path, trace: Trace) -> None:
    """Add one."""
    values = list(astuple(replace(trace, model="")))[:-1]
    values[-1] = [[int(v) if isinstance(v, bool) else v for v in one] for one in values[-1]]
    values[4] = int(trace.right)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(values, separators=(",", ":")) + "\n")


def read(file: Path) -> list[Trace]:
    """The traces in `file`; none where there is no such file. Raises BenchError for another one."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise BenchError(f"{file} cannot be read ({error}).") from None
    if not lines:
        return []
    model = str(_header(file)["model"])
    traces = []
    for number, line in enumerate(lines[1:], 2):
        try:
            traces.append(_trace(json.loads(line), model))
        except (TypeError, ValueError, LookupError):
            raise BenchError(f"{file}, line {number}, is no trace.") from None
    return traces


def _trace(values: list[Any], model: str) -> Trace:
    values[4] = bool(values[4])
    values[10] = tuple(Chain(one[0], bool(one[1]), *one[2:]) for one in values[10])
    trace = Trace(*values, model)  # type: ignore[call-arg] # of unknown length, which raises
    int(trace.id, 16)
    return trace


def _header(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8").partition("\n")[0])
        if isinstance(found, dict) and "model" in found:
            return found
    except ValueError:
        pass
    raise BenchError(f"{file} does not begin with the model whose traces it has.")


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
