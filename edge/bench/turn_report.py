"""The result of `edge bench turn` for people: a table, and a picture of where the time goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.errors import BenchError

NAMES = {"model": "language model", "instant": "skills", "contemplating": "several agents"}
STEPS = (
    ("recognised", None, "asked"),
    ("first word of the answer", "asked", "first_token"),
    ("first sentence of it", "first_token", "first_sentence"),
    ("its first sound", "first_sentence", "first_sound"),
    ("certain that the turn is over", None, "confirmed"),
    ("heard", "confirmed", "heard"),
)
"""What is done, from which mark (None: the question's last sample) to which."""


def table(result: dict[str, Any]) -> str:
    """The waits, and when each stage was done."""
    machine = result["machine"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores; {result['rss_mb']} MB resident",
        "",
        f"{'':18}{'asked':>7}{'answered':>10}{'cut off':>9}{'p50':>8}{'p95':>8}",
    ]
    groups = [(NAMES[name], result[name]) for name in NAMES if name in result]
    lines += [
        f"{title:18}{group['questions']:>7}{group['answered']:>10}{group['cut_off']:>9}"
        f"{_seconds(group['p50']):>8}{_seconds(group['p95']):>8}"
        for title, group in groups
    ]
    lines += ["", "Seconds after the question's last sample, median:"]
    lines += [f"{'':32}" + "".join(f"{title:>18}" for title, _ in groups)]
    for title, _, mark in STEPS:
        values = "".join(f"{_seconds(group['stages'].get(mark)):>18}" for _, group in groups)
        lines.append(f"  {title:30}{values}")
    return "\n".join(lines)


def plot(result: dict[str, Any], file: Path) -> None:
    """The stages of the median turn on one axis of time. Raises BenchError without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        raise BenchError("There is no picture without matplotlib: install edge[bench].") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    groups = [(name, result[name]) for name in NAMES if name in result]
    figure, axes = pyplot.subplots(
        len(groups),
        1,
        figsize=(8, 2.1 * len(groups)),
        layout="constrained",
        sharex=True,
        squeeze=False,
    )
    for axis, (name, group) in zip(axes[:, 0], groups, strict=True):
        stages = group["stages"]
        for row, (title, begin, end) in enumerate(STEPS):
            start = stages.get(begin, 0.0) if begin else 0.0
            stop = stages.get(end, start)
            axis.barh(row, stop - start, left=start, height=0.6)
            axis.text(max(stop, start) + 0.01, row, f"{title}  {stop:.2f}", va="center", fontsize=8)
        axis.set_yticks([])
        axis.invert_yaxis()
        axis.axvline(group["p50"], color="black", linewidth=0.8, linestyle=":")
        axis.set_title(
            f"{NAMES[name]}: p50 {group['p50']:.2f} s, p95 {group['p95']:.2f} s, "
            f"n {group['answered']}",
            fontsize=9,
        )
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.set_xlim(0, 1.35 * max(g["p50"] for _, g in groups))
    axes[-1, 0].set_xlabel("seconds after the last sample of the question", fontsize=9)
    figure.suptitle(result["machine"]["processor"], fontsize=8)
    try:
        figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)
    except (OSError, ValueError) as error:
        raise BenchError(f"The picture cannot be written to {file} ({error}).") from None
    finally:
        pyplot.close(figure)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
