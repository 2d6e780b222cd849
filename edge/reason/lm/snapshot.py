"""The keys and values of a prompt's beginning, kept on disk from one start to the next.

A file is a line of JSON, padded, and the array behind it. What it is bound to is in its name and
in the line: the form of the file, the model with the runtime that made it, the ids. Whatever is
not as it should be is a reason to compute it anew, and never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge.events import Float32

log = logging.getLogger(__name__)

FORMAT = 1
LIMIT = 128 * 1024 * 1024
"""Bytes that all snapshots may take together."""
_HEADER = 4096
_SUFFIX = ".kv"


class Snapshots:
    """A folder of snapshots. It is made when it is first written to.

    A snapshot holds what the prompt's beginning says in a form that could be read back; only the
    user may open its file.
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    def load(self, model: str, ids: Sequence[int]) -> Float32 | None:
        """The state that `ids` leave in the model with the identity `model`; None where there is
        none, or none that can be trusted.
        """
        path = self._path(model, ids)
        try:
            with path.open("rb") as file:
                header = json.loads(file.read(_HEADER))
                if not isinstance(header, dict):
                    raise ValueError("its beginning is no object")
                found = {"format": header.get("format"), "model": header.get("model")}
                if found != {"format": FORMAT, "model": model} or header.get("ids") != _hash(ids):
                    raise ValueError("it is of another model or text")
                shape = [int(size) for size in header["shape"]]
                if min(shape) < 1 or path.stat().st_size != _HEADER + 4 * int(np.prod(shape)):
                    raise ValueError("its length is wrong")
                state = np.fromfile(file, np.float32).reshape(shape)
            if header.get("sha256") != _sha256(state):
                raise ValueError("its checksum is wrong")
            # The ones used last are kept longest.
            with contextlib.suppress(OSError):
                os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("The snapshot %s is not used and will be made again: %s.", path, error)
            return None
        return state

    def save(self, model: str, ids: Sequence[int], state: Float32) -> None:
        """Keep `state`; older snapshots go where there is no room. A folder that cannot be
        written to is not an error.
        """
        if _HEADER + state.nbytes > self._limit:
            log.info("A snapshot of %d tokens is too large to be kept.", len(ids))
            return
        header = {
            "format": FORMAT,
            "model": model,
            "ids": _hash(ids),
            "shape": state.shape,
            "sha256": _sha256(state),
        }
        path = self._path(model, ids)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make_room(_HEADER + state.nbytes)
            # Made for the user alone, whatever the umask.
            descriptor, name = tempfile.mkstemp(dir=self._folder, suffix=".partial")
            try:
                with open(descriptor, "wb") as file:
                    file.write(json.dumps(header).encode().ljust(_HEADER))
                    file.write(np.ascontiguousarray(state).data)
                os.replace(name, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(name)
                raise
        except OSError as error:
            log.info("The beginning of the prompt is not kept on disk: %s.", error)

    def _path(self, model: str, ids: Sequence[int]) -> Path:
        name = hashlib.sha256(f"{FORMAT} {model} {_hash(ids)}".encode()).hexdigest()
        return self._folder / f"{name[:32]}{_SUFFIX}"

    def _make_room(self, wanted: int) -> None:
        # What a process that was killed left behind goes, too; one that is being written is new.
        files = [
            (file.stat().st_mtime, file.stat().st_size, file)
            for file in self._folder.iterdir()
            if file.suffix in (_SUFFIX, ".partial")
        ]
        total = wanted + sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._limit:
                break
            file.unlink(missing_ok=True)
            total -= size


def _hash(ids: Sequence[int]) -> str:
    return hashlib.sha256(np.array(ids, np.int64).tobytes()).hexdigest()


def _sha256(state: Float32) -> str:
    return hashlib.sha256(np.ascontiguousarray(state).data).hexdigest()
