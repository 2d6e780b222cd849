"""The model store: from a model's name to a folder with its verified files.

    <root>/<name>/<file>          as its maker named it; <file>.partial while it is fetched
    <root>/<name>/edge-sums.json  checksums that were taken on arrival
    <root>/<name>/onnx/           a language model's exported form, which its engine loads
    <root>/.<name>.lock           held by the process that fetches

What is complete is only read, so that a filled store may lie on a read-only disk.
"""

from __future__ import annotations

import difflib
import importlib
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from edge.errors import DownloadError, ModelError, ModelMissing
from edge.models.install import Installer
from edge.models.manifest import Manifest, manifests, size
from edge.models.progress import Progress, Silent
from edge.models.verify import Findings, examine, note_sum

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """How much of a model is in the store; `str` gives the state."""

    state: Literal["present", "incomplete", "absent"]
    """present: `Store.path` returns it."""
    bytes: int
    """On the disk, with what is fetched in part."""

    def __str__(self) -> str:
        return self.state


class Store:
    """The models on this device.

    A name is that of a manifest, or the path of a folder of the user's own, which is taken as it
    is.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        offline: bool | None = None,
        progress: Progress | None = None,
        known: Mapping[str, Manifest] | None = None,
    ) -> None:
        """`root`: else EDGE_MODELS, else the user's cache. `offline`: else EDGE_OFFLINE.

        `known`: the models by name; else those that edge has manifests of.
        """
        named = os.environ.get("EDGE_MODELS")
        usual = platformdirs.user_cache_path("edge", appauthor=False) / "models"
        self.root = root or (Path(named).expanduser() if named else usual)
        if offline is None:
            offline = os.environ.get("EDGE_OFFLINE", "").lower() in ("1", "true", "yes", "on")
        self.offline = offline
        self._progress = progress or Silent()
        self._known = known

    def path(self, name: str) -> Path:
        """The folder of a complete model; of one that has to be built, the built one.

        Looks at the files' sizes only. Raises ModelMissing where something is missing, and
        ModelCorrupt where a file has another size or the build is of another version.
        """
        manifest = self._manifest(name)
        if manifest is None:
            return Path(name)
        if errors := self._examine(manifest).errors:
            raise errors[0]
        return self._folder(manifest)

    def pull(self, name: str, *, repair: bool = False) -> Path:
        """`path(name)`, after fetching, verifying and building what is missing.

        What is there already is looked at as `path` does, and with `repair` as `verify` does.
        Raises DownloadError where it cannot be fetched, and ModelMissing where it must not be.
        """
        manifest = self._manifest(name)
        if manifest is None:
            return Path(name)
        try:
            findings = self._examine(manifest, thorough=repair)
            if self.offline and findings.files:
                raise findings.errors[0]
            if findings.errors:
                with self._locked(manifest):
                    # Another process may have fetched it meanwhile.
                    findings = self._examine(manifest, thorough=repair)
                    self._fetch(manifest, findings)
                    self._build(manifest, findings)
            return self.path(name)
        finally:
            self._progress.close()

    def verify(self, name: str) -> list[str]:
        """A sentence for each problem of the model; reads every byte. Empty: it is fine.

        A file that only the build needs may be missing once that is done.
        """
        manifest = self._manifest(name)
        if manifest is None:
            return [f"{name} is a folder of your own: there are no checksums to compare it with."]
        try:
            return [str(error) for error in self._examine(manifest, thorough=True).errors]
        finally:
            self._progress.close()

    def status(self, name: str) -> Status:
        """How much of the model is there, by a look at the files' sizes."""
        manifest = self._manifest(name)
        held = size(self.root / name if manifest else Path(name))
        try:
            self.path(name)
        except ModelError:
            return Status("incomplete" if held else "absent", held)
        return Status("present", held)

    def _manifest(self, name: str) -> Manifest | None:
        """The manifest of that name, or None for a folder of the user's own."""
        known = manifests() if self._known is None else self._known
        if name in known:
            return known[name]
        if name and Path(name).is_dir():
            return None
        near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        raise ModelMissing(f"There is no model and no folder named {name!r}; {hint}")

    def _folder(self, manifest: Manifest) -> Path:
        folder = self.root / manifest.name
        return folder / manifest.build.output if manifest.build else folder

    def _examine(self, manifest: Manifest, *, thorough: bool = False) -> Findings:
        return examine(self.root, manifest, self._progress, thorough=thorough)

    def _fetch(self, manifest: Manifest, findings: Findings) -> None:
        if not findings.files:
            return
        folder = self.root / manifest.name
        with Installer(folder, self._progress) as installer:
            for file, _ in findings.files:
                sha256 = installer.install(file)
                if not file.sha256:
                    note_sum(folder, file, sha256)

    def _build(self, manifest: Manifest, findings: Findings) -> None:
        if manifest.build is None or findings.build is None:
            return
        module, _, function = manifest.build.exporter.partition(":")
        build = getattr(importlib.import_module(module), function)

        def tell(_: str, done: int, total: int) -> None:
            self._progress(f"build {manifest.name}", done, total)

        build(self.root / manifest.name / manifest.files[0].name, self._folder(manifest), tell)

    @contextmanager
    def _locked(self, manifest: Manifest) -> Iterator[None]:
        """One process at a time fetches and builds a model; others wait for it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.root / f".{manifest.name}.lock")
        try:
            (self.root / manifest.name).mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                log.warning("Another process is fetching %s: waiting for it.", manifest.name)
                lock.acquire()
            yield
        except OSError as error:
            log.debug("%s", manifest.name, exc_info=True)
            raise DownloadError(f"The model store cannot be written to ({error}).") from None
        finally:
            lock.release()
