"""Text to ids and back: byte-level BPE from a GGUF file's own vocabulary and merges.

The tokeniser knows no special tokens at all: they are not in its vocabulary, so that no text,
whoever wrote it, can become one. The markers of the chat template are put in as ids (`chat`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import ModelCorrupt, ModelMissing

if TYPE_CHECKING:
    import tokenizers

    from edge.reason.lm.gguf_source import Vocabulary

# The pattern of Qwen2's own tokeniser: contractions, words with one leading sign, single digits,
# runs of signs, line ends, spaces.
_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def build(vocabulary: Vocabulary) -> str:
    """The content of `tokenizer.json`."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocab=vocabulary.tokens, merges=vocabulary.merges))
    if vocabulary.pre == "qwen2":
        # As trained: composed and decomposed letters are the same to it.
        tokenizer.normalizer = normalizers.NFC()
        split: pre_tokenizers.PreTokenizer = pre_tokenizers.Split(Regex(_QWEN2), "isolated")
        to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    else:
        split = pre_tokenizers.Digits(individual_digits=True)
        to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer.to_str(pretty=False)


class Tokenizer:
    """A tokeniser read from `tokenizer.json`.

    Raises ModelMissing or ModelCorrupt.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = _read(path)

    def encode(self, text: str) -> list[int]:
        """Ids of a text, in which nothing is special."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def token_bytes(self, id_: int) -> bytes:
        """The bytes that a token stands for; none for a special or unused one."""
        token = self._tokenizer.id_to_token(id_)
        if token is None:
            return b""
        alphabet = _bytes_of_alphabet()
        return bytes(alphabet[character] for character in token)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`, without special tokens."""
        return b"".join(map(self.token_bytes, ids)).decode("utf-8", errors="replace")


def _read(path: Path) -> tokenizers.Tokenizer:
    from tokenizers import Tokenizer as HuggingFaceTokenizer

    if not path.is_file():
        raise ModelMissing(f"There is no language model in {path.parent}: {path.name} is missing.")
    try:
        return HuggingFaceTokenizer.from_file(str(path))
    except Exception as error:
        # The library raises bare Exception for whatever is wrong with the file.
        raise ModelCorrupt(f"{path} is damaged ({error}).") from None


@cache
def _bytes_of_alphabet() -> Mapping[str, int]:
    """GPT-2's alphabet: printable bytes stand for themselves, the others for U+0100 and on."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    alphabet = {chr(byte): byte for byte in printable}
    alphabet.update({chr(0x100 + place): byte for place, byte in enumerate(others)})
    return alphabet
