"""Opening an export's graph: nothing runs that is not what its description says."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge import pages
from edge.errors import ModelCorrupt, ModelMissing
from edge.events import Float32
from edge.onnx import open_session, require_io
from edge.reason.lm import description, graph
from edge.reason.lm.description import Description, File
from edge.reason.lm.tokenizer import Tokenizer

if TYPE_CHECKING:
    import onnxruntime

SPIN_US = 50
"""Microseconds that a thread waits for the next operator before it sleeps.

A step has some two hundred operators of 10 to 200 microseconds, and waking a thread takes as long
as a small one. An idle model spins no longer than this once.
"""
_BESIDE = 256 << 20
"""Bytes of weights from which the tokeniser is read while the session is made.

That is some tenths of a second sooner, and holds 5 to 13 MB more. A smaller model's is read before,
so that the session fills what reading it leaves free.
"""


def open_model(
    folder: Path, described: Description, *, threads: int
) -> tuple[Tokenizer, onnxruntime.InferenceSession]:
    """The tokeniser, and a session for the graph, of the export in `folder`.

    Raises ModelMissing or ModelCorrupt, with a sentence that names the file.
    """
    _check_files(folder, described)

    def read() -> Tokenizer:
        return Tokenizer(folder / description.TOKENIZER)

    before = None
    if _listed(folder, described, description.DATA).bytes < _BESIDE:
        before = read()
        pages.give_back()
    with ThreadPoolExecutor(max_workers=1) as beside:
        # The weights are read while the session is being made, which takes about as long. Then the
        # tokeniser: while it is read no other thread runs Python, and the session has to be begun.
        check = beside.submit(_check_content, folder / description.DATA, described)
        reading = beside.submit(lambda: before or read())
        try:
            session = open_session(folder / description.GRAPH, threads=threads, spin_us=SPIN_US)
        finally:
            # Of two complaints, the one about the data's content says more.
            check.result()
    _check_graph(session, folder / description.GRAPH, described)
    pages.give_back()
    return reading.result(), session


def read_scales(folder: Path, described: Description) -> Float32:
    """(2 * layers, kv_heads, head_size) What a level of the 8 bit cache stands for.

    Raises ModelCorrupt.
    """
    a, path = described.architecture, folder / description.SCALES
    try:
        scales: Float32 = np.load(path)
    except (OSError, ValueError) as error:
        raise ModelCorrupt(f"{path} cannot be read ({error}).") from None
    if scales.shape != (2 * a.layers, a.kv_heads, a.head_size):
        raise ModelCorrupt(f"{path} is of another model than {description.NAME} describes.")
    return scales


def _check_files(folder: Path, described: Description) -> None:
    # Of the weights only how many bytes they are.
    for name, file in described.files.items():
        _check_size(folder / name, file.bytes)
    for name in (description.GRAPH, description.TOKENIZER, description.SCALES):
        _check_content(folder / name, described)


def _check_size(path: Path, size: int) -> None:
    if not path.is_file():
        raise ModelMissing(f"There is no language model in {path.parent}: {path.name} is missing.")
    found = path.stat().st_size
    if found != size:
        raise ModelCorrupt(f"{path} is damaged: it has {found} bytes instead of {size}.")


def _listed(folder: Path, described: Description, name: str) -> File:
    try:
        return described.files[name]
    except KeyError:
        raise ModelCorrupt(f"{folder / description.NAME} does not list {name}.") from None


def _check_content(path: Path, described: Description) -> None:
    expected = _listed(path.parent, described, path.name)
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelCorrupt(f"{path} cannot be read ({error}).") from None
    if found != expected.sha256:
        raise ModelCorrupt(f"{path} is damaged: its checksum is wrong.")


def _check_graph(session: onnxruntime.InferenceSession, path: Path, described: Description) -> None:
    a = described.architecture
    require_io(session, path, inputs=graph.inputs(a.layers), outputs=graph.outputs(a.layers))
    cache = next(value for value in session.get_inputs() if value.name == "past_key.0")
    logits = session.get_outputs()[0]
    if [cache.shape[1], cache.shape[3], logits.shape[2]] != [
        a.kv_heads,
        a.head_size,
        a.vocabulary,
    ]:
        raise ModelCorrupt(f"{path} is another model than {description.NAME} describes.")
