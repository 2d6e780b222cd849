"""Apple Health's export.xml, however long, in constant memory.

The format: https://developer.apple.com/documentation/healthkit and the DTD at the head of each
export. That DTD is skipped, since some versions of it are not well-formed; one that declares an
entity is refused, as no export does.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO
from xml.parsers import expat

from edge.errors import ImportFileError
from edge.health.readings import Reading

log = logging.getLogger(__name__)

CHUNK = 1 << 16
_HEAD = 1 << 20
"""Bytes within which a DTD must end."""

_QUANTITIES = {
    "StepCount": "steps",
    "RestingHeartRate": "resting_heart_rate",
    "HeartRate": "heart_rate",
    "BodyMass": "weight",
    "BloodPressureSystolic": "systolic",
    "BloodPressureDiastolic": "diastolic",
    "OxygenSaturation": "oxygen",
    "BodyTemperature": "temperature",
    "DistanceWalkingRunning": "distance",
    "ActiveEnergyBurned": "active_energy",
    "AppleExerciseTime": "exercise",
}
_FACTORS = {
    ("weight", "lb"): 0.45359237,
    ("weight", "g"): 0.001,
    ("weight", "st"): 6.35029318,
    ("distance", "mi"): 1.609344,
    ("distance", "m"): 0.001,
    ("active_energy", "kJ"): 1 / 4.184,
    ("oxygen", "%"): 100.0,
}
_ASLEEP = "HKCategoryValueSleepAnalysisAsleep"


def read(path: Path) -> Iterator[Reading]:
    """The readings in an export.xml, or in the export.zip that holds one.

    Raises ImportFileError for a file that is no export. One that ends early gives what it has.
    """
    with _open(path) as file:
        yield from _records(path, file)


def _records(path: Path, file: IO[bytes]) -> Iterator[Reading]:
    found: list[Reading] = []
    state = {"export": False, "records": 0}

    def started(name: str, attributes: dict[str, str]) -> None:
        if name == "HealthData":
            state["export"] = True
        elif name == "Record":
            state["records"] += 1
            reading = _reading(attributes)
            if reading is not None:
                found.append(reading)

    def entity(*_: object) -> int:
        raise ImportFileError(f"{path} declares entities, as no health export does; not read.")

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parser.EntityDeclHandler = entity
    try:
        for chunk in _without_dtd(path, file):
            parser.Parse(chunk, False)
            if not state["export"] and parser.CurrentByteIndex > _HEAD:
                break
            yield from found
            found.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if not state["export"]:
            raise ImportFileError(f"{path} is not an Apple Health export: {error}.") from None
        log.warning(
            "%s is damaged at line %d; the %d records before are read.",
            path,
            error.lineno,
            state["records"],
        )
    if not state["export"]:
        raise ImportFileError(f"{path} is not an Apple Health export.")
    yield from found


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(path) as archive:
            names = [n for n in archive.namelist() if n.rsplit("/", 1)[-1] == "export.xml"]
            if not names:
                raise ImportFileError(f"{path} holds no export.xml.")
            with archive.open(names[0]) as file:
                yield file
    except (zipfile.BadZipFile, EOFError) as error:
        raise ImportFileError(f"{path} is a damaged archive: {error}.") from None
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}.") from None


def _without_dtd(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    head = file.read(CHUNK)
    start = head.find(b"<!DOCTYPE")
    if start >= 0:
        while (end := head.find(b"]>", start)) < 0 and len(head) < _HEAD:
            more = file.read(CHUNK)
            if not more:
                break
            head += more
        if end >= 0 and b"[" in head[start:end]:
            if re.search(rb"<!ENTITY", head[start:end], re.IGNORECASE):
                raise ImportFileError(
                    f"{path} declares entities, as no health export does; not read."
                )
            head = head[:start] + head[end + 2 :]
    yield head
    while chunk := file.read(CHUNK):
        yield chunk


def _reading(record: dict[str, str]) -> Reading | None:
    """The reading in the attributes of a Record; None for a kind or a value that is not used."""
    kind = record.get("type", "")
    source = record.get("sourceName", "")[:100]
    try:
        start, end = _moment(record["startDate"]), _moment(record["endDate"])
        if kind == "HKCategoryTypeIdentifierSleepAnalysis":
            if not record.get("value", "").startswith(_ASLEEP) or end <= start:
                return None
            minutes = (end - start).total_seconds() / 60
            return _made("sleep", night(end), start, end, minutes, source)
        metric = _QUANTITIES.get(kind.removeprefix("HKQuantityTypeIdentifier"))
        if metric is None:
            return None
        value, unit = float(record["value"]), record.get("unit", "")
    except (KeyError, ValueError):
        return None
    if metric == "temperature" and unit == "degF":
        value = (value - 32) / 1.8
    if metric == "oxygen" and value > 1:
        unit = ""
    return _made(metric, end.date(), start, end, value * _FACTORS.get((metric, unit), 1.0), source)


def _made(
    metric: str, day: date, start: datetime, end: datetime, value: float, source: str
) -> Reading:
    return Reading(metric, day, start.timestamp(), end.timestamp(), value, source)


def night(end: datetime) -> date:
    """The day that a stretch of sleep counts for: of a night, the one that it ends on."""
    return (end + timedelta(hours=6)).date()


def _moment(text: str) -> datetime:
    """ "2024-01-01 01:01:36 +0200"."""
    moment = datetime.fromisoformat(text[:19] + text[20:])
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
