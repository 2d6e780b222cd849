"""Products by name or barcode, from an Open Food Facts export (one JSON object a line).

https://world.openfoodfacts.org/data, Open Database License. The file is read once into an index
of its own beside the memory: it is not about the wearer, and may be deleted at any time.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from edge.errors import ImportFileError
from edge.memory.database import Database
from edge.memory.words import stems

log = logging.getLogger(__name__)

NUTRIENTS = {
    "energy-kcal": "kilocalories",
    "fat": "fat",
    "saturated-fat": "saturated fat",
    "sugars": "sugar",
    "proteins": "protein",
    "salt": "salt",
    "fiber": "fibre",
}
LINE = 5_000_000
"""Characters of a line; longer ones are no products."""


@dataclass(frozen=True, slots=True)
class Product:
    """What a package says."""

    code: str
    """The number beneath its bars."""
    name: str
    brand: str
    allergens: tuple[str, ...]
    """Those stated; none stated does not mean that there are none."""
    traces: tuple[str, ...]
    per_100: dict[str, float]
    """Grams (or kilocalories) in 100 g or 100 ml, by the keys of `NUTRIENTS`."""

    @property
    def title(self) -> str:
        """Name and brand."""
        there = not self.brand or self.brand.casefold() in self.name.casefold()
        return self.name if there else f"{self.name} by {self.brand}"


class Products:
    """The index of products."""

    def __init__(self, path: Path) -> None:
        """`path`: the index; made where it is not there."""
        self._database = Database(path, "edge.shopping")

    def close(self) -> None:
        """Give the index back."""
        self._database.close()

    def count(self) -> int:
        """How many products there are."""
        return int(self._database.one("select count(*) from products"))

    def bring(self, path: Path) -> int:
        """Read an export (`.jsonl` or `.jsonl.gz`); how many products came in.

        Raises ImportFileError where there is none in it. Lines that are no products are left out.
        """
        count = 0
        rows = _products(path)
        while batch := list(islice(rows, 1000)):
            with self._database.transaction():
                for product in batch:
                    self._add(product)
            count += len(batch)
        if not count:
            raise ImportFileError(f"{path} holds no products.")
        return count

    def by_code(self, code: str) -> Product | None:
        """The product with this barcode number, leading zeros or not."""
        plain = code.lstrip("0")
        rows = self._database.rows("select value from products where code = ?", (plain,))
        return _load(rows[0]["value"]) if rows else None

    def by_name(self, name: str, limit: int = 5) -> list[Product]:
        """The products that have all words of `name`, the shortest name first."""
        wanted = list(dict.fromkeys(stems(name)))[:8]
        if not wanted:
            return []
        marks = ", ".join("?" * len(wanted))
        rows = self._database.rows(
            "select value from products where id in (select product from words where word in"
            f" ({marks}) group by product having count(*) = ?) order by length(name), id limit ?",
            (*wanted, len(wanted), limit),
        )
        return [_load(row["value"]) for row in rows]

    def _add(self, product: Product) -> None:
        self._database.write("delete from products where code = ?", (product.code.lstrip("0"),))
        value = json.dumps(
            [product.code, product.name, product.brand, product.allergens, product.traces,
             product.per_100], ensure_ascii=False,
        )  # fmt: skip
        number = self._database.write(
            "insert into products (code, name, value) values (?, ?, ?)",
            (product.code.lstrip("0"), product.title, value),
        )
        words = set(stems(product.title))
        self._database.write_many(
            "insert into words (word, product) values (?, ?)", [(word, number) for word in words]
        )


def products_path(memory: Path) -> Path:
    """Where the index is: beside the memory."""
    return memory.with_name("products.sqlite")


def check_digit(code: str) -> bool:
    """Whether a barcode number (EAN-8, UPC-A, EAN-13) ends with the digit it must end with."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", code):
        return False
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _products(path: Path) -> Iterator[Product]:
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        opener = gzip.open if packed else open
        with opener(path, "rt", encoding="utf-8", errors="replace") as file:
            while line := file.readline(LINE):
                with suppress(ValueError, TypeError, AttributeError):
                    product = _product(json.loads(line))
                    if product is not None:
                        yield product
    except (gzip.BadGzipFile, EOFError) as error:
        log.warning("%s is damaged: %s; what comes before is read.", path, error)
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror or error}.") from None


def _product(row: dict[str, Any]) -> Product | None:
    code = str(row.get("code") or "")
    name = str(row.get("product_name_en") or row.get("product_name") or "").strip()
    if not code.isdigit() or not name:
        return None
    nutriments = row.get("nutriments") or {}
    per_100 = {}
    for nutrient in NUTRIENTS:
        with suppress(ValueError, TypeError, KeyError):
            value = float(nutriments[f"{nutrient}_100g"])
            if 0 <= value <= 4000:
                per_100[nutrient] = value
    brand = str(row.get("brands") or "").split(",")[0].strip()
    return Product(
        code,
        name[:200],
        brand[:100],
        _tags(row, "allergens_tags"),
        _tags(row, "traces_tags"),
        per_100,
    )


def _tags(row: dict[str, Any], key: str) -> tuple[str, ...]:
    tags = [str(tag).split(":", 1)[-1].replace("-", " ") for tag in row.get(key) or ()]
    return tuple(dict.fromkeys(tags))[:30]


def _load(value: str) -> Product:
    code, name, brand, allergens, traces, per_100 = json.loads(value)
    return Product(code, name, brand, tuple(allergens), tuple(traces), per_100)
