"""Accuracy against tokens and time, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.errors import BenchError


def draw(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """A point for each variant, with its 95 % interval; a row of panels for each model and set.

    Raises BenchError without matplotlib, without a row, and where the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise BenchError("The picture needs matplotlib: pip install 'edge[bench]'.") from None
    groups = sorted({(row["model"], row["set"]) for row in rows})
    if not groups:
        raise BenchError("There is no trace to draw.")
    figure = Figure(figsize=(9, 3 * len(groups)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(groups), 2, squeeze=False, sharey="row")
    for line, (model, set_) in zip(panels, groups, strict=True):
        mine = [row for row in rows if (row["model"], row["set"]) == (model, set_)]
        for axes, what, label in zip(
            line,
            ("tokens", "times_baseline"),
            ("tokens", "time, single greedy = 1"),
            strict=True,
        ):
            placed = [row for row in mine if row[what] is not None]
            if not placed:
                axes.text(0.5, 0.5, "not measured", ha="center", transform=axes.transAxes)
                axes.set_xticks([])
            for row in placed:
                low, high = (100 * end for end in row["interval"])
                right = 100 * row["right"]
                axes.errorbar(row[what], right, [[right - low], [high - right]], fmt="o", capsize=2,
                              color=f"C{mine.index(row)}")  # fmt: skip
                axes.annotate(row["variant"], (row[what], right), fontsize=7,
                              xytext=(4, 4), textcoords="offset points")  # fmt: skip
            axes.set_xlabel(label)
            axes.set_title(f"{model}, {set_} (n = {mine[0]['questions']})", fontsize=8)
        line[0].set_ylabel("right (%)")
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise BenchError(f"{path} cannot be written: {error}.") from None
