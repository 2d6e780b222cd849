"""The manifests that edge ships, and how a bad one is refused."""

import hashlib

import pytest

from edge.errors import ModelError
from edge.models.manifest import Package, Web, checksum, find, manifests, read, size

GOOD = """
name = "m"
stage = "vad"
licence = "MIT"
description = "d"
[[file]]
name = "f"
sha256 = "00"
bytes = 1
sources = [{ url = "https://example.org/f" }]
"""


def test_every_shipped_model_is_complete():
    """Each has a licence, and each file a full sha256, a size, and an encrypted address at most."""
    assert set(manifests()) == {
        "minilm-l6-v2",
        "moonshine-tiny-en",
        "piper-en-us-joe-medium",
        "qwen2.5-coder-0.5b",
        "qwen2.5-coder-1.5b",
        "silero-vad",
        "smart-turn-v3.2",
        "smollm2-135m",
        "vosk-ko",
        "vosk-small-en-us-0.15",
        "wake-front-end",
    }
    for manifest in manifests().values():
        assert manifest.licence
        assert manifest.description.endswith(".")
        for file in manifest.files:
            for vouched in (file, *file.sources):
                if getattr(vouched, "sha256", ""):
                    assert len(bytes.fromhex(vouched.sha256)) == 32
                    assert vouched.bytes > 0
            for source in file.sources:
                if isinstance(source, Web):
                    assert source.url.startswith("https://")
                else:
                    assert "==" in source.package, "an unpinned package may change"


def test_parts_add_up():
    """The parts of a joined file are as long as the file, and each has a package of its own."""
    joined = [
        (file, source)
        for manifest in manifests().values()
        for file in manifest.files
        for source in file.sources
        if isinstance(source, Package) and source.parts
    ]
    assert [len(source.parts) for _, source in joined] == [6, 22]
    for file, source in joined:
        assert sum(source.parts) == file.bytes
        assert "{part}" in source.package


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('stage = "vad"', 'stage = "nose"', "unknown stage nose"),
        ('name = "m"', 'name = "other"', "it is named other"),
        ("bytes = 1", "", "a sha256 but no size"),
        ('sha256 = "00"', "", "no sha256"),
        ('[{ url = "https://example.org/f" }]', "[]", "no source"),
        ('licence = "MIT"', "", "licence"),
        ('licence = "MIT"', "licence = ", "Invalid value"),
        ('description = "d"', 'description = "d"\ncolour = "red"', "colour"),
    ],
)
def test_a_bad_manifest_is_refused(tmp_path, old, new, reason):
    """One sentence names the file and what is wrong with it."""
    path = tmp_path / "m.toml"
    path.write_text(GOOD)
    assert read(path).bytes == 1
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(ModelError, match=reason) as caught:
        read(path)
    assert str(path) in str(caught.value)


def test_where_the_manifests_are(tmp_path):
    """An installed package has them inside, a checkout beside it; without them it is broken."""
    package = tmp_path / "edge"
    beside, inside = tmp_path / "models" / "m.toml", package / "manifests" / "m.toml"
    with pytest.raises(ModelError, match="manifests are missing"):
        find(package)
    for path in (beside, inside):
        path.parent.mkdir(parents=True)
        path.write_text(GOOD)
        assert find(package) == [path]


def test_a_folders_checksum_is_that_of_its_listing(tmp_path):
    """It is what `sha256sum` of the sorted output of `sha256sum` prints."""
    for name, content in {"b/x": b"1", "b.txt": b"22", "a": b"", "b/y/z": b"333"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    lines = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in [("a", b""), ("b.txt", b"22"), ("b/x", b"1"), ("b/y/z", b"333")]
    )
    ticks = []
    assert checksum(tmp_path, ticks.append) == hashlib.sha256(lines.encode()).hexdigest()
    assert sum(ticks) == size(tmp_path) == 6
