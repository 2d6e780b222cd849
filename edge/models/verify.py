"""What is wrong with a model in the store: by its files' sizes, or by every byte of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import ModelCorrupt, ModelError, ModelMissing
from edge.models.manifest import Manifest, ModelFile, checksum, size
from edge.models.progress import Progress

SUMS = "edge-sums.json"
"""In a model's folder: sha256 and bytes of what only its archive vouched for."""

BUILT = "edge-lm.json"
"""In a built folder: format, source and files, as the exporter of language models writes it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong; the sentences of the errors say how to mend it."""

    files: tuple[tuple[ModelFile, ModelError], ...]
    """Files to be fetched."""
    build: ModelError | None
    """Why the model has to be built, if it has to."""

    @property
    def errors(self) -> tuple[ModelError, ...]:
        """All of them, what has to be mended first coming first."""
        files = tuple(error for _, error in self.files)
        if self.build is None:
            return files
        missing = isinstance(self.build, ModelMissing)
        return (*files, self.build) if missing else (self.build, *files)


def examine(root: Path, manifest: Manifest, progress: Progress, *, thorough: bool) -> Findings:
    """Compare `root/<name>` with its manifest.

    A file that only the build needs may be gone once that is done.
    """
    folder = root / manifest.name
    build = _built(folder, manifest, progress, thorough) if manifest.build else None
    found = []
    for file in manifest.files:
        spared = manifest.build and not build and not (thorough and (folder / file.name).exists())
        if not spared and (error := _file(folder, manifest, file, progress, thorough)):
            found.append((file, error))
    return Findings(tuple(found), build)


def note_sum(folder: Path, file: ModelFile, sha256: str) -> None:
    """Remember the sha256 and size of a file that the manifest knows neither of."""
    record = {
        **_read(folder / SUMS),
        file.name: {"sha256": sha256, "bytes": size(folder / file.name)},
    }
    partial = folder / f"{SUMS}.partial"
    partial.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    partial.replace(folder / SUMS)


def _file(
    folder: Path, manifest: Manifest, file: ModelFile, progress: Progress, thorough: bool
) -> ModelError | None:
    path = folder / file.name
    if not (path.is_dir() if file.is_folder else path.is_file()):
        return ModelMissing(
            f"Model {manifest.name} is not in the store: {path} is missing; "
            f"`edge models pull {manifest.name}` fetches it."
        )
    sha256, wanted = file.sha256, file.bytes
    if not sha256:
        try:
            sha256, wanted = _entries(_read(folder / SUMS))[file.name]
        except (KeyError, TypeError, ValueError):
            return ModelMissing(
                f"Model {manifest.name} is not complete: the checksums in {folder / SUMS} are "
                f"missing; `edge models pull {manifest.name}` fetches it again."
            )
    remedy = f"`edge models pull {manifest.name}` fetches it again"
    return _contents(path, sha256, wanted, remedy, progress if thorough else None)


def _built(
    folder: Path, manifest: Manifest, progress: Progress, thorough: bool
) -> ModelError | None:
    from edge.reason.lm import FORMAT, moments
    from edge.reason.lm.description import MOMENTS

    assert manifest.build is not None
    output = folder / manifest.build.output
    remedy = f"`edge models pull {manifest.name}` builds it again"
    if not (output / BUILT).is_file():
        return ModelMissing(
            f"Model {manifest.name} has not been built yet: {output / BUILT} is missing; "
            f"`edge models pull {manifest.name}` builds it."
        )
    record = _read(output / BUILT)
    wanted_format = manifest.build.format or FORMAT
    if record.get("format") != wanted_format:
        return ModelCorrupt(
            f"Model {manifest.name} was built by another version of edge: {output / BUILT} has "
            f"format {record.get('format')}, and this one needs {wanted_format}; {remedy}."
        )
    if record.get("source_sha256") != manifest.files[0].sha256:
        return ModelCorrupt(
            f"Model {manifest.name} was built from another file than its manifest's, says "
            f"{output / BUILT}; {remedy}."
        )
    try:
        entries = _entries(record["files"])
    except (KeyError, TypeError, ValueError):
        return ModelCorrupt(f"{output / BUILT} is damaged; {remedy}.")
    known = moments.find(manifest.files[0].sha256)
    if known and entries.get(MOMENTS, ("", 0))[0] != checksum(known):
        return ModelCorrupt(
            f"Model {manifest.name} was quantised by another version of edge: {output / MOMENTS} "
            f"is not what this one has; {remedy}."
        )
    for name, (sha256, wanted) in entries.items():
        path = output / name
        if not path.is_file():
            return ModelMissing(
                f"Model {manifest.name} is incomplete: {path} is missing; {remedy}."
            )
        if error := _contents(path, sha256, wanted, remedy, progress if thorough else None):
            return error
    return None


def _contents(
    path: Path, sha256: str, wanted: int, remedy: str, progress: Progress | None
) -> ModelError | None:
    """Compare size and, where there is a progress to show, sha256."""
    total = size(path)
    if total != wanted:
        return ModelCorrupt(
            f"{path} is damaged: it has {total} bytes instead of {wanted}; {remedy}."
        )
    if progress is None:
        return None
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress(f"verify {path.name}", done, total)

    try:
        found = checksum(path, tick)
    except OSError as error:
        return ModelCorrupt(f"{path} cannot be read: {error.strerror or error}.")
    if found == sha256:
        return None
    return ModelCorrupt(
        f"{path} is damaged: its sha256 is {found} instead of {sha256}; delete it, and {remedy}."
    )


def _entries(record: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    return {name: (str(e["sha256"]), int(e["bytes"])) for name, e in dict(record).items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
