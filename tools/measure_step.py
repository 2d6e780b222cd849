"""What threads that wait a moment, and huge pages, are worth to a step of the language model.

    python tools/measure_step.py [--model NAME] [--rounds N]

Four processes, with and without either, take turns at decoding after 64 and after 1,500 tokens.
"""

import argparse
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from edge.bench.child import Child
from edge.models import Store
from edge.reason.lm import description
from edge.settings import Config

CONTEXTS = (64, 1500)
STEPS = 16
VARIANTS = {
    "neither": (0, False),
    "waiting threads": (50, False),
    "huge pages": (0, True),
    "both (as it ships)": (50, True),
}
SCRIPT = """
from edge import pages
from edge.bench.edge_child import main
from edge.reason.lm import opening

opening.SPIN_US = {spin}
if not {huge}:
    pages.collapse = lambda **_: None
main()
"""

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", default=Config().lm.model)
parser.add_argument("--rounds", type=int, default=7)
arguments = parser.parse_args()

folder = Store(offline=True).path(arguments.model)
words = description.read(folder).architecture.vocabulary
ids = np.random.default_rng(0).integers(words // 100, words * 4 // 5, max(CONTEXTS)).tolist()
taken = {name: {length: [] for length in CONTEXTS} for name in VARIANTS}
with ExitStack() as stack:
    scripts = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    children = {}
    for name, (spin, huge) in VARIANTS.items():
        script = scripts / f"{spin}-{huge}.py"
        script.write_text(SCRIPT.format(spin=spin, huge=huge))
        children[name] = stack.enter_context(Child(name, sys.executable, script))
        children[name].ask("open", path=str(folder), threads=2, context=2048)
    for length in CONTEXTS:
        for turn in range(arguments.rounds + 1):
            for name, child in children.items():
                seconds = child.seconds("decode", ids=ids[:length], steps=STEPS)
                if turn:
                    taken[name][length].append(STEPS / seconds)
    memory = {name: child.ask("memory")["rss_mb"] for name, child in children.items()}

print(
    f"{'tokens/s':20}" + "".join(f"{f'after {length}':>14}" for length in CONTEXTS) + f"{'MB':>8}"
)
for name, rates in taken.items():
    medians = "".join(f"{statistics.median(rates[length]):14.1f}" for length in CONTEXTS)
    print(f"{name:20}{medians}{memory[name]:8.0f}")
