"""What a constraint costs a token: tools/measure_constraints.py [MODEL]

Answers with and without one in turns, so that other work on the machine weighs on both.
"""

import sys
import time

import numpy as np

from edge.errors import ConstraintUnfinished
from edge.models import Store
from edge.reason.lm import grammar
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Chooser, Sampling
from edge.settings import Config

TURNS, TOKENS = 4, 48
STRING = {"type": "string"}
PERSON = {
    "type": "object",
    "properties": {
        "name": STRING,
        "notes": {"type": "array", "items": STRING},
        "age": {"type": "integer"},
    },
    "required": ["name", "notes", "age"],
    "additionalProperties": False,
}
FORMS = {
    "schema with strings, list, number": grammar.json_schema(PERSON),
    "any JSON object": grammar.json_schema({"type": "object"}),
    "[A-Za-z ,.']{1,2000}": grammar.regex("[A-Za-z ,.']{1,2000}"),
}
QUESTION = "Describe Anna, who is 30 years old, as JSON with some notes of several words each."

name = sys.argv[1] if len(sys.argv) > 1 else Config().lm.model
model = LanguageModel(Store(offline=True).path(name))
prompt = model.encode_chat([Message("user", QUESTION)])
begin = time.perf_counter()
model.constraint(grammar.choice(["a"]))
print(f"{name}: the first constraint takes {time.perf_counter() - begin:.2f} s")

choosing: list[float] = []
plain_choose = Chooser.choose


def timed_choose(self, logits, answer):
    begin = time.perf_counter()
    try:
        return plain_choose(self, logits, answer)
    finally:
        choosing.append(time.perf_counter() - begin)


Chooser.choose = timed_choose


def run(options: Sampling) -> tuple[list[float], list[float]]:
    """Seconds of each step, and of choosing, without the first ones."""
    choosing.clear()
    times = [time.perf_counter()]
    try:
        for _ in model.generate_steps(prompt, options):
            times.append(time.perf_counter())
    except ConstraintUnfinished:
        pass
    return list(np.diff(times)[2:]), choosing[2:]


for form, made in FORMS.items():
    constraint = model.constraint(made)
    free_steps, free, steps, bound = [], [], [], []
    for _ in range(TURNS):
        for options, all_steps, all_choosing in (
            (Sampling(TOKENS), free_steps, free),
            (Sampling(TOKENS, constraint=constraint), steps, bound),
        ):
            some_steps, some_choosing = run(options)
            all_steps += some_steps
            all_choosing += some_choosing
    step = np.median(free_steps)
    added = (np.mean(bound) - np.mean(free)) / step
    print(
        f"{form}: step {1e3 * step:.1f} ms free, {1e3 * np.median(steps):.1f} constrained; "
        f"choosing {1e3 * np.mean(free):.2f} and {1e3 * np.mean(bound):.2f} ms "
        f"(worst {1e3 * max(bound):.1f}); added {added:.1%} of a step ({len(bound)} tokens)"
    )
