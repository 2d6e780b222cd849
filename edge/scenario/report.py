"""What came of a scenario, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import numpy as np

from edge.events import SAMPLE_RATE
from edge.scenario.format import Scenario
from edge.scenario.judge import Finding
from edge.scenario.runner import Played
from edge.speak.recording import write_audio

_GAP = 2 * SAMPLE_RATE
"""Samples of silence that are kept of a longer one."""


def value(
    path: Path, scenario: Scenario, findings: Sequence[Finding], played: Played
) -> dict[str, Any]:
    """For programs."""
    end = played.moments[-1]
    return {
        "scenario": path.stem,
        "file": str(path),
        "about": scenario.about,
        "ok": all(finding.ok for finding in findings),
        "seconds": end.sample / SAMPLE_RATE,
        "seconds_listened": end.listened / SAMPLE_RATE,
        "findings": [asdict(finding) for finding in findings],
    }


def show(path: Path, scenario: Scenario, findings: Sequence[Finding], played: Played) -> None:
    """For people: a line for each expectation."""
    failed = sum(not finding.ok for finding in findings)
    length = played.moments[-1].sample / SAMPLE_RATE
    verdict = f"{failed} of {len(findings)} not as expected" if failed else "as expected"
    click.echo(f"{path.stem}: {verdict} ({length:.0f} s)")
    for finding in findings:
        step = f"step {finding.step}" if finding.step else "in all"
        mark = "ok  " if finding.ok else "FAIL"
        click.echo(f"  {mark} {step}: {finding.what}: {finding.found or 'nothing'}")


def table(scenario: Scenario, played: Played) -> str:
    """Who said what when, as a table in Markdown, with what was understood of the wearer."""
    lines = ["| time | who | says |", "| --- | --- | --- |"]
    for row in played.rows:
        wall = scenario.begins + timedelta(seconds=row["t"])
        if row["event"] == "transcript" and row["text"]:
            lines.append(f"| {wall:%H:%M:%S} | wearer | {row['text']} |")
        elif row["event"] == "reply_text" and row["text"]:
            unasked = ", unasked" if row["turn"] == 0 else ""
            lines.append(f"| {wall:%H:%M:%S} | edge{unasked} | {row['text']} |")
    return "\n".join(lines) + "\n"


def write_sound(path: Path, played: Played) -> None:
    """Write what the wearer heard, without the long silences. Raises AudioFileError."""
    parts = []
    end = 0
    for start, samples in played.heard:
        parts += [np.zeros(min(start - end, _GAP), np.int16), samples]
        end = start + len(samples)
    write_audio(path, np.concatenate([*parts, np.zeros(_GAP, np.int16)]), SAMPLE_RATE)
