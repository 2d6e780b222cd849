"""How long the language engine's steps take, and whether its memory grows.

    python tools/measure_runtime.py                      the times, on the default model
    python tools/measure_runtime.py --soak 2000          memory over so many generations
    python tools/measure_runtime.py --model smollm2-135m

All times are compared with a decode step measured in the same minute, alternately.
"""

import argparse
import re
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import psutil
from msgspec.structs import replace

from edge.models import Store
from edge.reason.lm.cache import common_length
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.reason.lm.snapshot import Snapshots
from edge.settings import Config

SYSTEM = Message("system", Config().lm.system_prompt)
QUESTION = "What is the name of the longest river in South America?"
TOKENS = 64
ROWS = 5


def seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def exhaust(generator):
    for _ in generator:
        pass


def batch(model, prompt, rounds):
    """Medians of one answer and of five at once, `TOKENS` tokens each."""
    options = [Sampling(TOKENS, temperature=0.7, seed=seed) for seed in range(ROWS)]
    one, five = [], []
    for _ in range(rounds):
        model.prefill(prompt)
        one.append(seconds(lambda: exhaust(model.generate_steps(prompt, options[0]))))
        five.append(seconds(lambda: exhaust(model.generate_batch(prompt, options))))
    return statistics.median(one), statistics.median(five)


def without_ends(model):
    """Every answer is to have its `TOKENS` tokens: the ends are never chosen."""
    described = model.description
    unused = [*described.unused_ids, *described.end_ids]
    model.description = replace(described, unused_ids=unused)


def times(model, rounds):
    question = model.encode_chat([SYSTEM, Message("user", QUESTION)])
    prefix = common_length(question, model.encode_chat([SYSTEM, Message("user", "1")]))
    print(f"prefix {prefix} tokens; question {len(model.encode(QUESTION))}, with the template's "
          f"end {len(question) - prefix}")  # fmt: skip
    cold, first, hinted, step, load, save = [], [], [], [], [], []
    one = Sampling(max_tokens=1)
    with tempfile.TemporaryDirectory() as folder:
        snapshots = Snapshots(Path(folder))
        for _ in range(rounds):
            model.forget()
            cold.append(seconds(lambda: exhaust(model.take_in(question[:prefix]))))
            state = model.state(prefix)
            save.append(seconds(partial(snapshots.save, "model", question[:prefix], state)))
            model.forget()

            def restore():
                found = snapshots.load("model", question[:prefix])
                model.restore(question[:prefix], found)

            load.append(seconds(restore))
            first.append(seconds(lambda: exhaust(model.generate_steps(question, one))))
            model.prefill(question[: prefix + len(model.encode(QUESTION)) - 2])
            hinted.append(seconds(lambda: exhaust(model.generate_steps(question, one))))
            model.prefill(question)
            text = list(question)
            for token in question[:12]:
                text.append(token)
                step.append(seconds(partial(model.prefill, text, begin=len(question))))
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    decode = statistics.median(step)

    def show(name, values):
        middle = statistics.median(values)
        print(f"{name:42} {1000 * middle:8.1f} ms {middle / decode:7.2f} steps")

    show("decode step", step)
    show("prefix computed", cold)
    show(f"prefix from a snapshot of {size / 1e6:.1f} MB", load)
    show("snapshot written", save)
    show("first token, prefix restored", first)
    show("first token, question hinted but its end", hinted)
    for length in (64, prefix):
        alone, together = batch(model, question[:length], max(3, rounds // 3))
        print(f"{TOKENS} tokens after {length:4}: one {alone:.2f} s, five {together:.2f} s, "
              f"ratio {together / alone:.2f}")  # fmt: skip


def memory():
    """MB held, and MB of files that are mapped.

    The embedding is read from its file: a word that is said for the first time brings in a page
    of it, which the system takes back when it needs room. Where it does not tell, all is held.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return psutil.Process().memory_info().rss / 1e6, 0.0
    found = dict(re.findall(r"^(Rss\w+):\s+(\d+) kB$", status.read_text(), re.MULTILINE))
    return (int(found["RssAnon"]) + int(found["RssShmem"])) / 1e3, int(found["RssFile"]) / 1e3


def soak(model, count):
    """Answers, batches, interruptions and restores in turn; the slope of the memory held."""
    random = np.random.default_rng(0)
    question = model.encode_chat([SYSTEM, Message("user", QUESTION)])
    held = []
    for number in range(count):
        prompt = question[: int(random.integers(8, len(question)))]
        options = Sampling(int(random.integers(1, 6)), temperature=1.0, seed=number)
        match number % 4:
            case 0 | 1:
                exhaust(model.generate(prompt, options))
            case 2:
                generator = model.generate_batch(prompt, [options] * int(random.integers(1, 4)))
                for _ in range(3):
                    next(generator, None)
                generator.close()
                del generator
            case _:
                length = model._cache.whole
                state = model.state(length)
                model.restore(model._cache.ids[:length], state)
                # Always at the same place: what a batch holds goes with it.
                del state
                held.append(memory())
        if number % (count // 10) == count // 10 - 1:
            private, mapped = held[-1]
            print(f"{number + 1:6} generations: {private:.1f} MB, and {mapped:.1f} MB of files",
                  flush=True)  # fmt: skip
    # The first half fills the buffers and the allocator's pools.
    rest = np.array(held[len(held) // 2 :])
    slopes = np.polyfit(np.arange(len(rest)) * 4, rest, 1)[0] * 1000
    print("slope over the second half {:+.2f} MB in 1,000 generations, and {:+.2f} of files".format(
        *slopes))  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=Config().lm.model, help="of the store, or a folder")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--soak", type=int, metavar="N", help="generations")
    arguments = parser.parse_args()
    folder = Path(arguments.model)
    model = LanguageModel(folder if folder.is_dir() else Store(offline=True).path(folder.name))
    if arguments.soak:
        soak(model, arguments.soak)
    else:
        without_ends(model)
        times(model, arguments.rounds)


if __name__ == "__main__":
    main()
