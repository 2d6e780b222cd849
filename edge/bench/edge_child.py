"""A process that runs edge's engine for `edge bench lm`; see `child.py`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from edge.bench.machine import resident_mb
from edge.errors import BenchError, EdgeError
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling


class Work:
    """What the parent may ask for, by name. Times are in seconds."""

    def __init__(self) -> None:
        self._model: LanguageModel | None = None
        self._prompt: list[int] = []
        """Of a batch."""

    @property
    def model(self) -> LanguageModel:
        assert self._model is not None, "open comes first"
        return self._model

    def open(self, path: str, threads: int, context: int) -> dict[str, Any]:
        """Load the model, and make a first token."""
        began = time.perf_counter()
        self._model = LanguageModel(Path(path), threads=threads, context=context)
        loaded = time.perf_counter() - began
        self._model.prefill([self._model.description.architecture.vocabulary // 2])
        import onnxruntime

        return {
            "seconds": time.perf_counter() - began,
            "load_s": loaded,
            "version": f"ONNX Runtime {onnxruntime.__version__}",
        }

    def prefill(self, ids: list[int]) -> dict[str, Any]:
        """Take in a prompt from nothing, up to the logits after it."""
        self.model.forget()
        began = time.perf_counter()
        self.model.prefill(ids)
        return {"seconds": time.perf_counter() - began}

    def decode(self, ids: list[int], steps: int) -> dict[str, Any]:
        """`steps` single tokens after `ids`, which are taken in beforehand."""
        text = list(ids)
        self.model.prefill(text)
        began = time.perf_counter()
        for step in range(steps):
            text.append(ids[step % len(ids)])
            self.model.prefill(text, begin=len(ids))
        return {"seconds": time.perf_counter() - began}

    def answer(self, ids: list[int], steps: int) -> dict[str, Any]:
        """An answer of `steps` tokens; the prompt is `ids`, turned until one is that long."""
        prompt = self._lasting(ids, steps)
        began = time.perf_counter()
        for _ in self.model.generate_steps(prompt, Sampling(max_tokens=steps)):
            pass
        return {"seconds": time.perf_counter() - began}

    def first(self, prefix: list[int], question: list[int]) -> dict[str, Any]:
        """Taking in `question` after `prefix`, which is in the cache."""
        self.model.prefill([*prefix, question[0] + 1])
        began = time.perf_counter()
        self.model.prefill(prefix + question)
        return {"seconds": time.perf_counter() - began}

    def batch(self, ids: list[int], rows: int, steps: int) -> dict[str, Any]:
        """`rows` answers of `steps` tokens each to one prompt, which is in the cache.

        Every row is the same greedy answer; the prompt is `ids`, turned until one is that long.
        """
        prompt = self._prompt = self._prompt or self._lasting(ids, steps)
        options = [Sampling(max_tokens=steps)] * rows
        self.model.prefill(prompt)
        began = time.perf_counter()
        for _ in self.model.generate_batch(prompt, options):
            pass
        return {"seconds": time.perf_counter() - began}

    def _lasting(self, ids: list[int], steps: int) -> list[int]:
        for start in range(len(ids)):
            turned = ids[start:] + ids[:start]
            *_, last = self.model.generate_steps(turned, Sampling(max_tokens=steps))
            if last.end == "tokens":
                return turned
        raise BenchError(f"No answer of {self.model.description.name} has {steps} tokens.")

    def memory(self) -> dict[str, Any]:
        """What the process holds now."""
        return {"rss_mb": resident_mb()}


def main() -> None:
    work = Work()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(work, request.pop("do"))(**request)
        except EdgeError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
