"""Folders of Fitbit CSV files, told by their columns rather than by their names."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from edge.errors import ImportFileError
from edge.health.readings import Reading

log = logging.getLogger(__name__)

_DATES = ("ActivityDate", "SleepDay", "ActivityHour", "Date", "Time")
# Column, metric, source. An hourly count has a source of its own, so that a day is not both.
_COLUMNS = (
    ("TotalSteps", "steps", "fitbit"),
    ("StepTotal", "steps", "fitbit hourly"),
    ("TotalDistance", "distance", "fitbit"),
    ("TotalMinutesAsleep", "sleep", "fitbit"),
    ("WeightKg", "weight", "fitbit"),
    ("RestingHeartRate", "resting_heart_rate", "fitbit"),
)
_FORMS = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S")


def people(folder: Path) -> list[str]:
    """The ids of those whose data the folder holds."""
    found: set[str] = set()
    for file in _files(folder):
        found.update(row["Id"] for row in _rows(file) if row.get("Id"))
    return sorted(found)


def read(folder: Path, person: str | None = None) -> Iterator[Reading]:
    """The readings in the CSV files of `folder`, of one `person` where there are several.

    Rows that make no sense are left out, and counted in the log. Raises ImportFileError for a
    folder without such files, and where it is not clear whose data is meant.
    """
    ids = people(folder)
    if person is not None and person not in ids:
        raise ImportFileError(f"{folder} has no data of {person}.")
    if person is None and len(ids) > 1:
        raise ImportFileError(
            f"{folder} holds the data of {len(ids)} people; choose one by --id, such as {ids[0]}."
        )
    used = 0
    for file in _files(folder):
        skipped = 0
        for row in _rows(file):
            if person is not None and row.get("Id") != person:
                continue
            readings = list(_readings(row))
            used += len(readings)
            skipped += not readings
            yield from readings
        if skipped:
            log.info("%s: %d rows without a value that is used.", file, skipped)
    if not used:
        raise ImportFileError(f"{folder} holds no Fitbit files with data that is used.")


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.csv"))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as text:
            yield from csv.DictReader(text)
    except OSError as error:
        raise ImportFileError(f"{file} cannot be read: {error.strerror}.") from None
    except csv.Error as error:
        log.warning("%s is damaged: %s; what comes before is read.", file, error)


def _readings(row: dict[str, str]) -> Iterator[Reading]:
    column = next((name for name in _DATES if row.get(name)), None)
    start = None if column is None else _moment(row[column])
    if start is None:
        return
    hours = 1 if column == "ActivityHour" else 24
    end = start + timedelta(hours=hours)
    for name, metric, source in _COLUMNS:
        try:
            value = float(row.get(name) or "")
        except ValueError:
            continue
        if metric in ("weight", "resting_heart_rate"):
            end = start
        yield Reading(metric, start.date(), start.timestamp(), end.timestamp(), value, source)


def _moment(text: str) -> datetime | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None
