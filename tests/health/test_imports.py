"""Exports of other programs: whole, cut short, hostile."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date

import pytest

from edge.errors import ImportFileError
from edge.health.imports import bring
from edge.health.metrics import metrics

RECORD = (
    '<Record type="HKQuantityTypeIdentifier{kind}" sourceName="Watch" unit="{unit}" '
    'startDate="2026-03-01 {at}:00 +0100" endDate="2026-03-01 {at}:30 +0100" value="{value}"/>\n'
)
DTD = "<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record*)>\n<!ELEMENT HealthData (oops>\n]>\n"


def record(kind, value, unit="count", at="10:00"):
    return RECORD.format(kind=kind, value=value, unit=unit, at=at)


def export(tmp_path, *records, head=""):
    file = tmp_path / "export.xml"
    body = "".join(records)
    file.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<HealthData>\n{body}</HealthData>\n',
        encoding="utf-8",
    )
    return file


def day(readings, metric, on=date(2026, 3, 1)):
    return readings.days(metrics()[metric], on, on).get(on)


def test_apple(tmp_path, memory, readings):
    """Records become readings in our units; unknown ones are left alone."""
    file = export(
        tmp_path,
        record("StepCount", 300),
        record("StepCount", 200, at="11:00"),
        record("BodyMass", 154.324, "lb"),
        record("OxygenSaturation", 0.97, "%"),
        record("BodyTemperature", 98.6, "degF"),
        record("RestingHeartRate", 58, "count/min"),
        record("SomethingNew", 1),
        head=DTD,
    )
    result = bring(memory, file)
    assert sum(result.counts.values()) == 6
    assert day(readings, "steps") == 500
    assert day(readings, "weight") == pytest.approx(70, abs=0.01)
    assert day(readings, "oxygen") == pytest.approx(97)
    assert day(readings, "temperature") == pytest.approx(37)
    assert day(readings, "resting_heart_rate") == 58


def test_twice(tmp_path, memory, readings):
    """A second import of the same adds nothing."""
    file = export(tmp_path, record("StepCount", 300))
    bring(memory, file)
    bring(memory, file)
    assert day(readings, "steps") == 300


def test_two_devices(tmp_path, memory, readings):
    """A watch and a telephone on one walk are not two walks."""
    phone = record("StepCount", 280).replace("Watch", "Phone")
    bring(memory, export(tmp_path, record("StepCount", 300), phone))
    assert day(readings, "steps") == 300


def test_sleep(tmp_path, memory, readings):
    """Sleep counts for the day that the night ends on; lying in bed is no sleep."""
    rows = ""
    for start, end, value in (
        ("2026-02-28 22:50:00", "2026-02-28 23:50:00", "AsleepCore"),
        ("2026-02-28 23:50:00", "2026-03-01 05:50:00", "AsleepDeep"),
        ("2026-02-28 22:00:00", "2026-03-01 07:00:00", "InBed"),
    ):
        rows += (
            '<Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" '
            f'startDate="{start} +0100" endDate="{end} +0100" '
            f'value="HKCategoryValueSleepAnalysis{value}"/>'
        )
    bring(memory, export(tmp_path, rows))
    assert day(readings, "sleep") == 420


def test_truncated(tmp_path, memory, readings):
    """A file that ends early gives what it has."""
    file = export(tmp_path, record("StepCount", 300), record("StepCount", 200, at="11:00"))
    file.write_bytes(file.read_bytes()[:-120])
    assert sum(bring(memory, file).counts.values()) == 1
    assert day(readings, "steps") == 300


BOMB = '<!DOCTYPE HealthData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE HealthData [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(tmp_path, memory, head, encoding):
    """A file that declares entities is refused in one sentence, in any encoding."""
    file = export(tmp_path, record("StepCount", 300), head=head)
    text = file.read_text(encoding="utf-8").replace("UTF-8", encoding.upper())
    file.write_bytes(text.encode(encoding))
    with pytest.raises(ImportFileError, match="declares entities"):
        bring(memory, file)


def test_impossible(tmp_path, memory, readings):
    """Values that nobody has are left out and counted."""
    file = export(tmp_path, record("HeartRate", 9000, "count/min"), record("BodyMass", "nan", "kg"))
    result = bring(memory, file)
    assert (sum(result.counts.values()), result.impossible) == (0, 2)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("export.xml", b"", "not an Apple Health export"),
        ("export.xml", b"my diary", "not an Apple Health export"),
        ("export.xml", b"<html><body/></html>", "not an Apple Health export"),
        ("export.xml", b"<a>" * 100_000, "not an Apple Health export"),
        ("sleepDay_merged.csv", b"Id,SleepDay\n", "name its folder"),
    ],
)
def test_something_else(tmp_path, memory, name, content, message):
    """What is no export is named, and nothing comes in."""
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ImportFileError, match=message):
        bring(memory, file)
    assert memory.count() == {}


def test_missing(tmp_path, memory):
    """A file that is not there is named."""
    with pytest.raises(ImportFileError, match="There is no file or folder"):
        bring(memory, tmp_path / "export.xml")


def test_zip(tmp_path, memory, readings):
    """The archive as the telephone makes it is read without unpacking it."""
    file = export(tmp_path, record("StepCount", 300))
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(file, "apple_health_export/export.xml")
    bring(memory, archive)
    assert day(readings, "steps") == 300
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(ImportFileError):
        bring(memory, archive)


GROW = """
import resource, sys
from pathlib import Path
from edge.health import apple
def read(n):
    file = Path(sys.argv[1])
    head, row = b'<HealthData>', sys.argv[2].encode()
    with file.open('wb') as out:
        out.write(head)
        for _ in range(n):
            out.write(row)
        out.write(b'</HealthData>')
    assert sum(1 for _ in apple.read(file)) == n
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read(100)
first = read(2_000)
assert read(40_000) - first < 4_000, 'memory grows with the file'
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX resource usage")
def test_streamed(tmp_path):
    """Memory does not grow with the file."""
    subprocess.run(
        [sys.executable, "-c", GROW, str(tmp_path / "big.xml"), record("HeartRate", 60)],
        check=True,
        capture_output=True,
    )


FITBIT = "Id,ActivityDate,TotalSteps,TotalDistance\n1,3/1/2026,8000,5.5\n1,3/2/26,nonsense,\n"


def test_fitbit(tmp_path, memory, readings):
    """Files are told by their columns; rows that make no sense are left out."""
    (tmp_path / "days.csv").write_text(FITBIT, encoding="utf-8")
    (tmp_path / "nights.csv").write_text(
        "Id,SleepDay,TotalMinutesAsleep\n1,3/1/2026 12:00:00 AM,420\n", encoding="utf-8"
    )
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = bring(memory, tmp_path)
    assert dict(result.counts) == {"steps": 1, "distance": 1, "sleep": 1}
    assert day(readings, "steps") == 8000
    assert day(readings, "sleep") == 420


def test_fitbit_people(tmp_path, memory, readings):
    """Several people's data is not mixed: it is asked whose is meant."""
    (tmp_path / "days.csv").write_text(FITBIT + "2,3/1/2026,4000,3\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match=r"2 people; choose one by --id, such as 1\."):
        bring(memory, tmp_path)
    bring(memory, tmp_path, "2")
    assert day(readings, "steps") == 4000
    with pytest.raises(ImportFileError, match="no data of 7"):
        bring(memory, tmp_path, "7")


def test_empty_folder(tmp_path, memory):
    """A folder without data is named."""
    (tmp_path / "nothing").mkdir()
    with pytest.raises(ImportFileError, match="holds no Fitbit files"):
        bring(memory, tmp_path / "nothing")


@pytest.mark.data
def test_real_exports(data, memory):
    """Exports of real devices come in."""
    personal = data / "personal"
    apple = bring(memory, personal / "apple_health_parser" / "data" / "export.zip")
    assert apple.counts == {"heart_rate": 2, "active_energy": 2, "exercise": 1, "sleep": 1}
    older = bring(memory, personal / "apple_health_tdda" / "testdata" / "export6s3sample.xml")
    assert older.counts == {"steps": 10, "distance": 5}
    fitbit = bring(memory, personal / "fitbit_mobius", "1503960366")
    assert fitbit.counts["sleep"] == 25
