"""The confusion matrix as a picture."""

from __future__ import annotations

from pathlib import Path

from edge.errors import BenchError


def draw_confusion(names: list[str], counts: list[list[int]], path: Path) -> None:
    """Rows are what was meant, columns who took it; shades are shares of the row.

    Raises BenchError without matplotlib, and where the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise BenchError("The picture needs matplotlib: pip install 'edge[bench]'.") from None
    size = 0.45 * len(names) + 1.8
    figure = Figure(figsize=(size, size), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("taken by")
    axes.set_ylabel("meant")
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            if count:
                dark = shares[y][x] > 0.5
                axes.text(x, y, str(count), ha="center", va="center", fontsize=7,
                          color="white" if dark else "black")  # fmt: skip
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise BenchError(f"{path} cannot be written: {error}.") from None
