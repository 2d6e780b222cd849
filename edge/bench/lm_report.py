"""The result of `edge bench lm` for people: a table, and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edge.errors import BenchError


def table(result: dict[str, Any]) -> str:
    """The figures, side by side."""
    lines = [
        f"{result['model']}, {result['threads']} threads, median of {result['rounds']} turns",
        result["machine"]["processor"],
        ", ".join(f"{name} {version}" if name == "edge" else version
                  for name, version in result["versions"].items()),
        "",
        f"{'':34}{'edge':>10}{'llama.cpp':>12}{'ratio':>8}",
    ]  # fmt: skip
    for what, title in (("decode", "decode, tokens/s, after"), ("prefill", "prompt, tokens/s, of")):
        for length, row in result[what].items():
            label = f"{title} {length}"
            lines.append(f"{label:34}{row['edge']:>10}{row['llama']:>12}{row['ratio']:>8}")
    edge, llama = ("edge", "llama.cpp")
    batch, first, load = result["batch5"], result["first_token"], result["load"]
    rows = [
        ("five sequences, times one", batch[edge]["ratio"], batch[llama]["ratio"]),
        ("first token of a question, s", first[edge]["seconds"], first[llama]["seconds"]),
        ("  the same in decode steps", first[edge]["decode_steps"], first[llama]["decode_steps"]),
        ("load to first token, s", load[edge]["to_first_token_s"],
         load[llama]["to_first_token_s"]),
        ("memory after 200 tokens, MB", result["rss_mb"], result["llama_rss_mb"]),
        ("  after all of the above", result["busy_rss_mb"][edge], result["busy_rss_mb"][llama]),
    ]  # fmt: skip
    lines += [f"{label:34}{one:>10}{other:>12}" for label, one, other in rows]
    bandwidth = result["bandwidth"]
    fractions = ", ".join(
        f"{part:.0%} after {length}" for length, part in bandwidth["fraction"].items()
    )
    lines += [
        "",
        f"A token touches {bandwidth['weight_mb_per_token']} MB of weights; memory gives "
        f"{bandwidth['read_gb_per_s']} GB/s;",
        f"decoding reaches {fractions} of what that allows.",
        f"The exported model has {result['onnx_mb']} MB.",
    ]
    return "\n".join(lines)


def plot(result: dict[str, Any], file: Path) -> None:
    """Speeds of both engines as bars. Raises BenchError without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        raise BenchError("There is no picture without matplotlib: install edge[bench].") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    titles = {"decode": "Decode, after so many tokens", "prefill": "Prompt, of so many tokens"}
    for axis, (what, title) in zip(axes, titles.items(), strict=True):
        rows = result[what]
        places = range(len(rows))
        for offset, engine, label in ((-0.2, "edge", "edge"), (0.2, "llama", "llama.cpp")):
            bars = axis.bar(
                [place + offset for place in places],
                [row[engine] for row in rows.values()],
                0.38,
                label=label,
            )
            axis.bar_label(bars, fmt="%.0f", fontsize=8)
        axis.set_xticks(list(places), list(rows))
        axis.set_title(title, fontsize=10)
        axis.set_ylabel("tokens/s")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].legend(frameon=False)
    figure.suptitle(f"{result['model']}: {result['machine']['processor']}", fontsize=8)
    try:
        figure.savefig(file, dpi=150)
    except (OSError, ValueError) as error:
        raise BenchError(f"The picture cannot be written to {file} ({error}).") from None
    finally:
        pyplot.close(figure)
