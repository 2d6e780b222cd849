"""Opening ONNX Runtime sessions, the same way for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    import onnxruntime


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


@cache
def runtime_errors() -> tuple[type[Exception], ...]:
    """What ONNX Runtime raises: its exceptions have no base class of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [kind for kind in vars(state).values() if isinstance(kind, type)]
    return (RuntimeError, *(kind for kind in kinds if issubclass(kind, Exception)))


def _reason(error: Exception) -> str:
    # "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load model from x.onnx failed:Protobuf ..."
    return str(error).splitlines()[0].rsplit(" : ", 1)[-1].rstrip(".")[:160]
