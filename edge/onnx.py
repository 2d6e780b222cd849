"""Opening ONNX Runtime sessions, the same way for every engine."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import ModelCorrupt, ModelError, ModelMissing

if TYPE_CHECKING:
    import onnx
    import onnxruntime

log = logging.getLogger(__name__)


def open_session(
    path: Path, *, threads: int, ort_format: bool = False, spin_us: int = 0
) -> onnxruntime.InferenceSession:
    """A session on the CPU for the model in `path`, with `threads` threads.

    `ort_format` is for `.ort` files (ONNX Runtime's own flat format). With `spin_us` a thread
    without work looks for some for so many microseconds before it sleeps.
    Raises ModelMissing where there is no such file, and ModelCorrupt where the file is damaged or
    no model.
    """
    import onnxruntime

    if not path.is_file():
        raise ModelMissing(f"There is no model file {path}.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A pool that spins burns a core while the assistant is idle, and takes it from other models:
    # at most for the moment between two operators of one step.
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin_us > 0)))
    if spin_us:
        options.add_session_config_entry("session.intra_op.spin_duration_us", str(spin_us))
    options.add_session_config_entry("session.load_model_format", "ORT" if ort_format else "ONNX")
    # Where there are no 8-bit dot products (AVX2 alone), sums of two products would be cut off at
    # 16 bit: finished orders sounded unfinished. That network takes a tenth longer so, there.
    options.add_session_config_entry("session.x64quantprecision", "1")
    # One plan would be kept for each shape ever seen, and sound comes in every length.
    options.enable_mem_pattern = False
    # Errors come as exceptions; ONNX Runtime's own lines on stderr would only repeat them.
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except runtime_errors() as error:
        raise ModelCorrupt(
            f"The model file {path} is damaged or is not a model ({_reason(error)})."
        ) from error


def require_io(
    session: onnxruntime.InferenceSession,
    path: Path,
    *,
    inputs: Iterable[str],
    outputs: Iterable[str],
) -> None:
    """Raises ModelCorrupt unless the model takes `inputs` and gives (at least) `outputs`."""
    takes = {value.name for value in session.get_inputs()}
    gives = {value.name for value in session.get_outputs()}
    if takes != set(inputs) or not set(outputs) <= gives:
        raise ModelCorrupt(
            f"The model file {path} is another model: it takes {', '.join(sorted(takes))} "
            f"and gives {', '.join(sorted(gives))}."
        )


def open_derived(
    model: Path,
    cache: Path,
    names: Sequence[str],
    make: Callable[[onnx.ModelProto], Sequence[onnx.ModelProto] | None],
    *,
    threads: int,
) -> list[onnxruntime.InferenceSession] | None:
    """Sessions of what `make` makes of `model`, one for each of `names`; None where it makes none.

    They are kept in the folder `cache`, and damaged ones are made again, once.
    """
    for _ in range(2):
        files = _derived(model, cache, names, make)
        if files is None:
            return None
        try:
            return [open_session(file, threads=threads) for file in files]
        except ModelError as error:
            log.warning("What was made of a model is made again: %s", error)
            for file in files:
                with suppress(OSError):
                    file.unlink()
    return None


def _derived(
    model: Path,
    cache: Path,
    names: Sequence[str],
    make: Callable[[onnx.ModelProto], Sequence[onnx.ModelProto] | None],
) -> list[Path] | None:
    try:
        with model.open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()[:16]
    except OSError:
        return None  # Opening it will say what is wrong.
    files = [cache / f"{digest}-{name}.onnx" for name in names]
    if all(file.is_file() for file in files):
        return files
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # has none

    try:
        graphs = make(onnx.load(model))
    except (DecodeError, OSError):
        return None
    if graphs is None:
        return None
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for graph, file in zip(graphs, files, strict=True):
            partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
            partial.write_bytes(graph.SerializeToString())
            os.replace(partial, file)
    except OSError as error:
        log.warning("A model is slower than it could be: %s.", error)
        return None
    return files


@cache
def runtime_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises: its exceptions have no base class of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [kind for kind in vars(state).values() if isinstance(kind, type)]
    return (RuntimeError, *(kind for kind in kinds if issubclass(kind, Exception)))


def _reason(error: Exception) -> str:
    # "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load model from x.onnx failed:Protobuf ..."
    return str(error).splitlines()[0].rsplit(" : ", 1)[-1].rstrip(".")[:160]
