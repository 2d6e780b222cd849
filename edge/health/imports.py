"""Brings files of other programs into the memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from edge.errors import ImportFileError
from edge.health import apple, fitbit
from edge.health.metrics import metrics
from edge.health.readings import Reading, Readings
from edge.memory import Memory


@dataclass(slots=True)
class Imported:
    """What came in."""

    counts: Counter[str] = field(default_factory=Counter)
    """Readings by metric."""
    impossible: int = 0
    """Readings with a value that no living person has; left out."""


def bring(memory: Memory, path: Path, person: str | None = None) -> Imported:
    """Import an Apple Health export (xml or zip) or a folder of Fitbit CSV files.

    Raises ImportFileError for anything else. A second import of the same adds nothing.
    """
    if not path.exists():
        raise ImportFileError(f"There is no file or folder {path}.")
    if path.is_dir():
        nested = [path / "export.xml", path / "apple_health_export" / "export.xml"]
        export = next((file for file in nested if file.is_file()), None)
        readings = apple.read(export) if export else fitbit.read(path, person)
    elif path.suffix.lower() == ".csv":
        raise ImportFileError(f"{path} is one file of several; name its folder.")
    else:
        readings = apple.read(path)
    result = Imported()
    Readings(memory).add(_possible(readings, result))
    return result


def _possible(readings: Iterator[Reading], result: Imported) -> Iterator[Reading]:
    known = metrics()
    for reading in readings:
        if known[reading.metric].possible(reading.value):
            result.counts[reading.metric] += 1
            yield reading
        else:
            result.impossible += 1
