"""A process that runs llama.cpp for `edge bench lm`; see `child.py`.

It is run by whichever Python has llama-cpp-python, so it needs nothing of edge.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

BATCH = 512
"""Tokens of a prompt taken in at once: llama.cpp's own default."""


class Work:
    """What the parent may ask for, by name. Times are in seconds."""

    def __init__(self) -> None:
        import llama_cpp
        import numpy

        self._c: Any = llama_cpp
        self._numpy: Any = numpy
        self._context: Any = None
        self._batch: Any = None
        self._words = 0
        self._held: list[int] = []

    def open(self, path: str, threads: int, context: int) -> dict[str, Any]:
        """Load the model, and make a first token."""
        c = self._c
        began = time.perf_counter()
        c.llama_backend_init()
        model = c.llama_model_load_from_file(path.encode(), c.llama_model_default_params())
        if not model:
            raise ValueError(f"llama.cpp cannot load {path}.")
        settings = c.llama_context_default_params()
        settings.n_ctx = context
        settings.n_batch = BATCH
        settings.n_threads = settings.n_threads_batch = threads
        settings.n_seq_max = 8
        settings.kv_unified = True
        self._context = c.llama_init_from_model(model, settings)
        self._batch = c.llama_batch_init(BATCH, 0, 1)
        self._words = c.llama_vocab_n_tokens(c.llama_model_get_vocab(model))
        loaded = time.perf_counter() - began
        self._take([self._words // 2])
        return {
            "seconds": time.perf_counter() - began,
            "load_s": loaded,
            "version": f"llama-cpp-python {c.__version__}",
            "system": c.llama_print_system_info().decode().strip(),
        }

    def prefill(self, ids: list[int]) -> dict[str, Any]:
        """Take in a prompt from nothing, up to the logits after it."""
        self._rewind(0)
        began = time.perf_counter()
        self._take(ids)
        return {"seconds": time.perf_counter() - began}

    def decode(self, ids: list[int], steps: int) -> dict[str, Any]:
        """`steps` single tokens after `ids`, which are taken in beforehand."""
        self._bring(ids)
        began = time.perf_counter()
        for step in range(steps):
            self._take([ids[step % len(ids)]])
        return {"seconds": time.perf_counter() - began}

    def answer(self, ids: list[int], steps: int) -> dict[str, Any]:
        """`steps` tokens after `ids`."""
        return self.decode(ids, steps)

    def first(self, prefix: list[int], question: list[int]) -> dict[str, Any]:
        """Taking in `question` after `prefix`, which is in the cache."""
        self._bring(prefix)
        began = time.perf_counter()
        self._take(question)
        return {"seconds": time.perf_counter() - began}

    def batch(self, ids: list[int], rows: int, steps: int) -> dict[str, Any]:
        """`rows` greedy answers of `steps` tokens each to one prompt, which is in the cache."""
        c = self._c
        self._bring(ids)
        memory = c.llama_get_memory(self._context)
        for row in range(1, rows):
            c.llama_memory_seq_cp(memory, 0, row, -1, -1)
        began = time.perf_counter()
        tokens = [ids[-1]] * rows
        for step in range(steps):
            self._fill(tokens, [len(ids) + step] * rows, list(range(rows)), [True] * rows)
            logits = c.llama_get_logits(self._context)
            table = self._numpy.ctypeslib.as_array(logits, shape=(rows, self._words))
            tokens = table.argmax(axis=1).tolist()
        seconds = time.perf_counter() - began
        for row in range(1, rows):
            c.llama_memory_seq_rm(memory, row, -1, -1)
        self._rewind(0)
        return {"seconds": seconds}

    def logits(self, ids: list[int], to: str) -> dict[str, Any]:
        """The logits after each of `ids`, as a numpy file (len(ids), vocabulary) at `to`."""
        self._rewind(0)
        rows = []
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            places = list(range(start, start + len(part)))
            self._fill(part, places, [0] * len(part), [True] * len(part))
            logits = self._c.llama_get_logits(self._context)
            table = self._numpy.ctypeslib.as_array(logits, shape=(len(part), self._words))
            rows.append(table.copy())
        self._numpy.save(to, self._numpy.concatenate(rows))
        self._rewind(0)
        return {}

    def likelihoods(self, prompt: list[int], answers: list[list[int]]) -> dict[str, Any]:
        """Log-probability of each of `answers` after `prompt`."""
        self._bring(prompt)
        self._rewind(len(prompt) - 1)
        found = []
        for answer in answers:
            ids = [prompt[-1], *answer[:-1]]
            begin = len(prompt) - 1
            places = list(range(begin, begin + len(ids)))
            self._fill(ids, places, [0] * len(ids), [True] * len(ids))
            logits = self._c.llama_get_logits(self._context)
            table = self._numpy.ctypeslib.as_array(logits, shape=(len(ids), self._words))
            peak = table.max(axis=1)
            total = peak + self._numpy.log(self._numpy.exp(table - peak[:, None]).sum(axis=1))
            rows = self._numpy.arange(len(ids))
            found.append(float((table[rows, answer] - total).sum()))
            self._rewind(begin)
        return {"likelihoods": found}

    def memory(self) -> dict[str, Any]:
        """What the process holds now."""
        return {"rss_mb": _resident_mb()}

    def _bring(self, ids: list[int]) -> None:
        """Make the cache hold `ids` and nothing else."""
        if self._held[: len(ids)] != ids:
            self._rewind(0)
            self._take(ids)
        self._rewind(len(ids))

    def _rewind(self, length: int) -> None:
        memory = self._c.llama_get_memory(self._context)
        self._c.llama_memory_seq_rm(memory, 0, length, -1)
        del self._held[length:]

    def _take(self, ids: list[int]) -> None:
        """Append `ids`, with the logits of the last."""
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            begin = len(self._held)
            places = list(range(begin, begin + len(part)))
            wanted = [False] * len(part)
            wanted[-1] = start + len(part) == len(ids)
            self._fill(part, places, [0] * len(part), wanted)
            self._held.extend(part)

    def _fill(self, ids: list[int], places: list[int], rows: list[int], wanted: list[bool]) -> None:
        batch = self._batch
        batch.n_tokens = len(ids)
        for index, id_ in enumerate(ids):
            batch.token[index] = id_
            batch.pos[index] = places[index]
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = rows[index]
            batch.logits[index] = wanted[index]
        status = self._c.llama_decode(self._context, batch)
        if status:
            raise ValueError(f"llama.cpp fails with status {status}.")


def _resident_mb() -> float:
    """As `machine.resident_mb`, which may be out of reach here."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    # llama.cpp prints to standard output here and there; the answers go where it cannot.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    work: Work | None = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            work = work or Work()
            answer = getattr(work, request.pop("do"))(**request)
        except ImportError as error:
            answer = {
                "error": f"{sys.executable} has no llama-cpp-python ({error}): install "
                "edge[bench], or name another Python with --llama-python."
            }
        except ValueError as error:
            answer = {"error": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
