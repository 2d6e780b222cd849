"""The options of `edge eval`. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

from pathlib import Path

import click

from edge.cli import Group, _app, json_option, shared


@click.group("eval", cls=Group)
@shared
def eval_() -> None:
    """Measure how right things are, on data made by others."""


@eval_.command("intents")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data/intents"),
    show_default=True,
    help="Folder with clinc150*.jsonl and slurp*.jsonl.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    default=Path("edge-intents.png"),
    show_default=True,
    help="Draw the confusion matrix to this file.",
)
@click.option("--no-plot", is_flag=True, help="Draw nothing.")
@click.option("--errors", type=click.Path(path_type=Path), help="Write what went wrong there.")
@json_option
@shared
def eval_intents(data: Path, plot: Path, no_plot: bool, errors: Path | None, as_json: bool) -> None:
    """Do requests reach the right skill, and does the rest reach none?"""
    from edge.eval.command import intents

    with _app() as app:
        intents(app, data, None if no_plot else plot, errors, as_json=as_json)


@eval_.command("tools")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data/tools"),
    show_default=True,
    help="Folder with bfcl_simple.jsonl, bfcl_simple_answers.jsonl and bfcl_irrelevance.jsonl.",
)
@click.option("--model", default="qwen2.5-coder-0.5b", show_default=True, help="Which model.")
@click.option("--limit", type=click.IntRange(1), help="So many tasks of each kind; else all.")
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    help="Keep each answer here; a second run goes on where the first one ended.",
)
@json_option
@shared
def eval_tools(
    data: Path, model: str, limit: int | None, results: Path | None, as_json: bool
) -> None:
    """Does the language model make the right call, and none where no tool fits?"""
    from edge.eval.tools_command import tools

    tools(data, model, limit, results, as_json=as_json)


@eval_.command("honest")
@click.option(
    "--traces",
    type=click.Path(path_type=Path),
    help="A file of tools/fit_confidence.py; else that of the build in the store.",
)
@click.option("--model", default="qwen2.5-coder-0.5b", show_default=True, help="Which model.")
@click.option("--below", type=click.FloatRange(0, 1), help="Hedge below; else as in the settings.")
@json_option
@shared
def eval_honest(traces: Path | None, model: str, below: float | None, as_json: bool) -> None:
    """Of the answers that are not hedged, how many are right?"""
    from edge.eval.honest_command import honest

    honest(traces, model, below, as_json=as_json)


@eval_.command("contemplate")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data/qa"),
    show_default=True,
    help="Folder with svamp.jsonl, gsm8k.jsonl and arc-challenge.jsonl.",
)
@click.option(
    "--set",
    "sets",
    type=click.Choice(["svamp", "gsm8k", "arc-challenge"]),
    multiple=True,
    help="Only this set; may be given several times.",
)
@click.option("--variants", help="Only these, with commas between; else all.")
@click.option("--model", default="qwen2.5-coder-1.5b", show_default=True, help="Which model.")
@click.option(
    "--questions",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="So many of each set; 0 judges the traces of all models that are there.",
)
@click.option(
    "--half",
    type=click.Choice(["judging", "choosing"]),
    default="judging",
    show_default=True,
    help="Which half of the questions; the defaults were chosen on the other one.",
)
@click.option("--seconds", type=click.FloatRange(0), help="Begin no question after so long.")
@click.option(
    "--together",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="So many questions at once: much sooner, but nothing is timed.",
)
@click.option(
    "--traces",
    type=click.Path(path_type=Path),
    default=Path("docs/contemplation"),
    show_default=True,
    help="Folder in which each answer is kept; a second run goes on where the first one ended.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Draw accuracy against cost here.")
@json_option
@shared
def eval_contemplate(
    data: Path,
    sets: tuple[str, ...],
    variants: str | None,
    model: str,
    questions: int,
    half: str,
    seconds: float | None,
    together: int,
    traces: Path,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Does thinking with several agents pay?"""
    from edge.eval.contemplate_command import contemplate, names
    from edge.eval.contemplate_sets import SETS

    contemplate(
        data,
        sets or SETS,
        names(variants),
        model,
        count=questions,
        half=half,
        seconds=seconds,
        together=together,
        folder=traces,
        picture=plot,
        as_json=as_json,
    )
