"""Ask the model questions with known answers, and fit how sure it may be of its own answers.

    tools/fit_confidence.py collect [--model NAME] [--questions N] [--samples K] [--seconds S]
    tools/fit_confidence.py fit     [--model NAME] [--traces FILE] [--plot FILE]

`collect` keeps what the model said, with log-probabilities, in the user's cache folder, one file
for each build of a model; it goes on where it was stopped, and `--seconds` stops it in time.
`fit` reads that, writes edge/reason/lm/calibration.json, and prints the tables of
docs/confidence.md. The questions are those of ../shared/data/qa and everyday_questions.tsv.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import platformdirs

from edge.errors import EdgeError
from edge.eval.honest import WANTED, is_right
from edge.models import Store
from edge.reason.lm import description
from edge.reason.lm.answer import Step
from edge.reason.lm.chat import Message
from edge.reason.lm.confidence import KINDS, TEMPERATURE, Kind, Said, features, kind_of
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.settings import Config

QUESTIONS = Path(__file__).parents[2] / "shared" / "data" / "qa"
EVERYDAY = Path(__file__).with_name("everyday_questions.tsv")
SETS = ("everyday", "arc-easy", "arc-challenge", "svamp", "nq_open")
CALIBRATION = Path(__file__).parents[1] / "edge" / "reason" / "lm" / "calibration.json"
LEVELS = (0.5, 0.7, 0.8, 0.9)
CHEAP = (
    "mean_logprob", "min_logprob", "first_logprob", "first_margin", "log_tokens",
    *(f"{name}_{kind}" for kind in KINDS for name in ("is", "mean_logprob", "min_logprob")),
)  # fmt: skip
AGREEMENT = ("consensus", *(f"agreement_{kind}" for kind in KINDS))
MAX_TOKENS = {"choice": 32, "number": 24, "text": 48}


@dataclass(frozen=True, slots=True)
class Question:
    set: str
    kind: Kind
    """By which its answer is compared."""
    text: str
    """As it is asked."""
    gold: list[str]
    """Any of these is right."""
    id: str
    options: tuple[str, ...] = ()
    """The answers to choose from."""

    @property
    def half(self) -> str:
        """Even ids are for fitting, odd ones for judging: nobody chooses."""
        return "fit" if int(self.id, 16) % 2 == 0 else "test"


def identify(name: str, text: str) -> str:
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()[:16]


def read(name: str) -> list[Question]:
    if name == "everyday":
        rows = [line.split("\t") for line in EVERYDAY.read_text(encoding="utf-8").splitlines()]
        found = [
            Question(name, "text", text, gold.split("|"), identify(name, text))
            for text, gold in rows
        ]
    else:
        lines = (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        found = [one for line in lines if (one := question(name, json.loads(line)))]
    # In the order of the hashes, one of each half in turn: the first n of them are a random choice,
    # and always the same.
    known = {one.id: one for one in found}
    ordered = sorted(known.values(), key=lambda one: one.id[::-1])
    halves = [[one for one in ordered if one.half == half] for half in ("fit", "test")]
    return [one for pair in zip(*halves, strict=False) for one in pair]


def question(name: str, item: dict) -> Question | None:
    if name == "nq_open":
        asked = item["question"]
        text = f"{asked[0].upper()}{asked[1:].rstrip(' ?')}?"
        return Question(name, "text", text, item["answer"], identify(name, text))
    if name == "svamp":
        text = f"{item['Body'].rstrip('.')}. {item['Question']}\nAnswer with the number alone."
        return Question(name, "number", text, [f"{item['Answer']:g}"], identify(name, text))
    asked, _, choices = item["instruction"].partition("question: ")[2].partition("\n\n")
    choices = re.split(r"\s*Answer\d: ", choices.partition("\n\nAnswer format")[0])[1:]
    options = tuple(option.rstrip(". ") for option in choices)
    gold = re.fullmatch(r"answer(\d)", item["answer"])
    if not gold or int(gold[1]) > len(options):
        return None
    # As somebody would ask it aloud.
    text = f"{asked}\nIs it: {'; '.join(options[:-1])}; or {options[-1]}?"
    return Question(
        name, "choice", text, [options[int(gold[1]) - 1]], identify(name, text), options
    )


def trace(steps: Iterable[Step]) -> dict:
    """What the model said, and what it thought of each token, the mark at the end included."""
    made = list(steps)
    choices = [step.choice for step in made if step.choice]
    return {
        "text": "".join(step.text for step in made),
        "end": made[-1].end,
        "logprobs": [round(choice.logprob, 4) for choice in choices],
        "margins": [round(choice.margin, 4) for choice in choices],
    }


def ask(model: LanguageModel, one: Question, samples: int) -> dict:
    system = Message("system", Config().lm.system_prompt)
    prompt = model.encode_chat([system, Message("user", one.text)])
    longest = MAX_TOKENS[one.kind]
    greedy = trace(model.generate_steps(prompt, Sampling(longest)))
    drawn: list[list[Step]] = [[] for _ in range(samples)]
    # Seeds of the question's own: else all questions would share the luck of the draw.
    seeds = range(int(one.id[:8], 16), int(one.id[:8], 16) + samples)
    options = [Sampling(longest, TEMPERATURE, seed=seed) for seed in seeds]
    for steps in model.generate_batch(prompt, options):
        for place, step in steps.items():
            drawn[place].append(step)
    about = {"id": one.id, "set": one.set, "kind": one.kind, "half": one.half}
    about |= {"options": one.options}
    said = {"greedy": greedy, "samples": [trace(steps) for steps in drawn]}
    return {**about, "question": one.text, "gold": one.gold, **said}


def traces(name: str) -> Path:
    """The file of one build of a model."""
    built = description.read(Store(offline=True).path(name)).files[description.DATA].sha256[:12]
    folder = platformdirs.user_cache_path("edge", appauthor=False) / "confidence"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}-{built}.jsonl"


def collect(arguments: argparse.Namespace) -> None:
    begin = time.monotonic()
    path = traces(arguments.model)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    known = {(one["set"], one["id"]) for one in map(json.loads, lines)}
    sets = [read(name)[: arguments.questions] for name in SETS]
    turns = [
        one for turn in zip_longest(*sets) for one in turn if one and (one.set, one.id) not in known
    ]
    if not turns:
        print(f"{path} is complete: {len(known)} questions")
        return
    model = LanguageModel(Store(offline=True).path(arguments.model))
    with path.open("a", encoding="utf-8") as file:
        for done, one in enumerate(turns):
            if time.monotonic() - begin > arguments.seconds:
                print(f"{len(known) + done} questions; {len(turns) - done} to go")
                return
            file.write(json.dumps(ask(model, one, arguments.samples), ensure_ascii=False) + "\n")
            file.flush()
    print(f"{len(known) + len(turns)} questions; complete")


@dataclass(frozen=True, slots=True)
class Graded:
    trace: dict
    right: bool
    features: dict[str, float]
    """With agreement; the cheap version looks at some of them only."""


def grade(trace: dict) -> Graded:
    said, question = trace["greedy"], trace["question"]
    samples = [sample["text"] for sample in trace["samples"]]
    values = features(
        Said(said["text"], tuple(said["logprobs"]), tuple(said["margins"])),
        samples,
        kind_of(question),
        question,
    )
    return Graded(trace, is_right(trace), values)


def matrix(graded: list[Graded], names: Sequence[str]) -> np.ndarray:
    """(questions, features)"""
    return np.array([[one.features[name] for name in names] for one in graded])


def truths(graded: list[Graded]) -> np.ndarray:
    return np.array([one.right for one in graded], float)


def regress(x: np.ndarray, y: np.ndarray, penalty: float) -> dict:
    """Logistic regression by Newton's method; the weights, not the bias, are held small."""
    means, scales = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    rows = np.column_stack([np.ones(len(x)), (x - means) / scales])
    ridge = np.diag([1e-6] + [penalty] * x.shape[1])
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (p - y) + ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows + ridge
        weights -= np.linalg.solve(curve, slope)
    return {
        "bias": float(weights[0]),
        "weights": weights[1:].tolist(),
        "means": means.tolist(),
        "scales": scales.tolist(),
    }


def predict(fitted: dict, x: np.ndarray) -> np.ndarray:
    z = (x - np.array(fitted["means"])) / np.array(fitted["scales"])
    return 1 / (1 + np.exp(-(fitted["bias"] + z @ np.array(fitted["weights"]))))


def loss(p: np.ndarray, y: np.ndarray) -> float:
    return float(-np.mean(np.log(np.where(y > 0, p, 1 - p))))


def choose_penalty(x: np.ndarray, y: np.ndarray) -> float:
    """By five-fold cross-validation on the fitting half alone."""
    folds = np.arange(len(x)) % 5

    def held_out(penalty: float) -> float:
        losses = []
        for fold in range(5):
            away = folds == fold
            losses.append(loss(predict(regress(x[~away], y[~away], penalty), x[away]), y[away]))
        return float(np.mean(losses))

    return min((0.3, 1.0, 3.0, 10.0, 30.0, 100.0), key=held_out)


def calibration_error(p: np.ndarray, y: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: bins of equal width, weighted by what lies in them."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [
        abs(p[place == b].mean() - y[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def risk_coverage(p: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share answered, and of those the share right, from the surest answer on."""
    order = np.argsort(-p, kind="stable")
    count = np.arange(1, len(y) + 1)
    return count / len(y), np.cumsum(y[order]) / count


def coverage_at(p: np.ndarray, y: np.ndarray, accuracy: float) -> float:
    """The largest share that can be answered with so many right."""
    coverage, right = risk_coverage(p, y)
    return float(coverage[right >= accuracy].max(initial=0.0))


def sure_from(p: np.ndarray, y: np.ndarray) -> float:
    """The lowest confidence from which, very likely, `WANTED` are right; 1 where there is none.

    Very likely: Wilson's lower bound, which one in ten true shares falls below.
    """
    order, n, z = np.argsort(-p, kind="stable"), np.arange(1, len(y) + 1), 1.28
    right = np.cumsum(y[order]) / n
    spread = z * np.sqrt(right * (1 - right) / n + (z / n) ** 2 / 4)
    enough = np.flatnonzero((right + z * z / n / 2 - spread) / (1 + z * z / n) >= WANTED)
    return round(float(p[order][enough[-1]]), 4) if len(enough) else 1.0


def ranking(p: np.ndarray, y: np.ndarray) -> float:
    """Area under the ROC curve: how often a right answer is surer than a wrong one."""
    right, wrong = p[y > 0][:, None], p[y == 0][None]
    if not right.size or not wrong.size:
        return float("nan")
    return float(np.mean((right > wrong) + 0.5 * (right == wrong)))


def fit(arguments: argparse.Namespace) -> None:
    path = arguments.traces or traces(arguments.model)
    if not path.exists():
        sys.exit(f"There are no traces in {path}: collect some first.")
    graded = [grade(json.loads(line)) for line in path.open(encoding="utf-8")]
    halves = {
        half: [one for one in graded if one.trace["half"] == half] for half in ("fit", "test")
    }
    y = {half: truths(halves[half]) for half in halves}
    print(f"{path.name}: fitted on {len(y['fit'])}, judged on {len(y['test'])} questions\n")
    print("| set | questions | right |\n| --- | --- | --- |")
    for name in SETS:
        of = [one.right for one in graded if one.trace["set"] == name]
        print(f"| {name} | {len(of)} | {np.mean(of):.1%} |")
    versions = {"without_samples": CHEAP, "with_samples": (*CHEAP, *AGREEMENT)}
    entry: dict = {"traces": path.stem, "fitted_on": len(y["fit"]), "judged_on": len(y["test"])}
    columns = ("confidence", "ECE", "Brier", "AUROC", *(f"coverage at {a:.0%}" for a in LEVELS))
    print(f"\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    curves = {}
    for version, names in versions.items():
        x = {half: matrix(halves[half], names) for half in halves}
        penalty = choose_penalty(x["fit"], y["fit"])
        fitted = regress(x["fit"], y["fit"], penalty)
        p = predict(fitted, x["test"])
        curves[version] = p
        entry[version] = {"features": list(names), "penalty": penalty, **rounded(fitted)}
        entry[version]["ece"] = round(calibration_error(p, y["test"]), 4)
        if version == "without_samples":
            entry["doubt_below"] = sure_from(predict(fitted, x["fit"]), y["fit"])
        report(version.replace("_", " "), p, y["test"])
    p = np.full(len(y["test"]), y["fit"].mean())
    report("always the same", p, y["test"])
    for name in SETS:
        of = np.array([one.trace["set"] == name for one in halves["test"]])
        if of.any():
            report(f"without samples, {name} only", curves["without_samples"][of], y["test"][of])
    whole = json.loads(CALIBRATION.read_text()) if CALIBRATION.exists() else {"models": {}}
    whole["models"][arguments.model] = entry
    CALIBRATION.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8", newline="\n")
    if arguments.plot:
        plot(curves, y["test"], arguments.plot)


def rounded(fitted: dict) -> dict:
    """Five decimals: what a few hundred questions say, and more."""
    return {k: round(v, 5) if isinstance(v, float) else [round(e, 5) for e in v]
            for k, v in fitted.items()}  # fmt: skip


def report(name: str, p: np.ndarray, y: np.ndarray) -> None:
    figures = [
        f"{calibration_error(p, y):.3f}",
        f"{np.mean((p - y) ** 2):.3f}",
        f"{ranking(p, y):.2f}",
        *(f"{coverage_at(p, y, level):.0%}" for level in LEVELS),
    ]
    print(f"| {name} ({len(y)}) | {' | '.join(figures)} |")


def plot(curves: dict[str, np.ndarray], y: np.ndarray, path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    # The same picture is the same file.
    matplotlib.rcParams["svg.hashsalt"] = "edge"
    from matplotlib import pyplot

    figure, (risk, sure) = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    risk.axhline(y.mean(), color="gray", linestyle=":", label="answering everything")
    risk.axhline(0.8, color="lightgray")
    sure.plot([0, 1], [0, 1], color="gray", linestyle=":")
    for name, p in curves.items():
        coverage, right = risk_coverage(p, y)
        label = name.replace("_", " ")
        risk.plot(coverage, right, label=label)
        edges = np.array_split(np.argsort(p, kind="stable"), 8)
        sure.plot([p[e].mean() for e in edges], [y[e].mean() for e in edges], "o-", label=label)
    risk.set(xlabel="share of questions answered", ylabel="of those, right", ylim=(0, 1.02))
    sure.set(xlabel="confidence", ylabel="right", xlim=(0, 1), ylim=(0, 1))
    risk.set_title("Answering only when sure")
    sure.set_title("Eighths of the questions, by confidence")
    for axes in (risk, sure):
        axes.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("collect")
    command.set_defaults(run=collect)
    command.add_argument("--model", default=Config().lm.model)
    command.add_argument("--questions", type=int, default=200, help="of each set")
    command.add_argument("--samples", type=int, default=5, help="of each question")
    command.add_argument("--seconds", type=float, default=float("inf"))
    command = commands.add_parser("fit")
    command.set_defaults(run=fit)
    command.add_argument("--model", default=Config().lm.model)
    command.add_argument("--traces", type=Path, metavar="FILE", help="of another build")
    command.add_argument("--plot", type=Path, metavar="FILE", help="an SVG of what came out")
    arguments = parser.parse_args()
    if not QUESTIONS.is_dir():
        sys.exit(f"There are no questions in {QUESTIONS}.")
    try:
        arguments.run(arguments)
    except EdgeError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
