"""Which wake words there are: the project's own, and those that the wearer has enrolled."""

from __future__ import annotations

import difflib
from pathlib import Path

import platformdirs

from edge.errors import ModelMissing
from edge.hear.wake_head import HEADS, Head, load, slug


def enrolled_folder() -> Path:
    """Where the wearer's own wake words are kept."""
    return platformdirs.user_data_path("edge", appauthor=False) / "wake"


def known(folder: Path | None = None) -> dict[str, Path]:
    """The file of each wake word, by the phrase's `slug`; the wearer's own come first.

    `folder`: where these are, else the user's data folder.
    """
    found: dict[str, Path] = {}
    for place in (HEADS, folder or enrolled_folder()):
        found |= {file.stem: file for file in sorted(place.glob("*.npz"))}
    return dict(sorted(found.items()))


def forget(phrase: str, folder: Path | None = None) -> Path:
    """Delete the wearer's wake word `phrase`; its file. Raises ModelMissing where there is none."""
    file = (folder or enrolled_folder()) / f"{slug(phrase)}.npz"
    if not file.is_file():
        raise ModelMissing(f"There is no wake word {phrase!r} of your own.")
    file.unlink()
    return file


def find(phrase: str, folder: Path | None = None) -> Head:
    """The head for `phrase`. Raises ModelMissing, naming the nearest, or ModelCorrupt."""
    wake_words = known(folder)
    file = wake_words.get(slug(phrase))
    if file is None:
        near = difflib.get_close_matches(slug(phrase), list(wake_words), n=1)
        hint = f"did you mean {near[0]}" if near else f"known are {', '.join(wake_words)}"
        raise ModelMissing(
            f"There is no wake word {phrase!r}; {hint}. `edge wake enrol` makes one of your own."
        )
    return load(file)
