"""Rhythm, rules and products."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from edge.errors import ImportFileError
from edge.memory import Memory
from edge.shopping.products import Products, check_digit
from edge.shopping.purchases import DAY, Purchases
from edge.shopping.rules import TOGETHER, Rules, mine
from edge.shopping.source import ShoppingSource

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path):
    """An empty memory."""
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield memory


def buy(memory, item, *days_ago):
    for days in days_ago:
        Purchases(memory).add([item], at=NOW.timestamp() - days * DAY)


def test_rhythm(memory):
    """What is bought every week may be running out after a week, and what was just bought not."""
    buy(memory, "milk", 29, 22, 15, 8)
    buy(memory, "bread", 21, 14, 7, 1)
    found = Purchases(memory).running_out(NOW.timestamp())
    assert [(r.item, r.times, r.every, round(r.since)) for r in found] == [("milk", 4, 7, 8)]


def test_too_seldom(memory):
    """From a few purchases no rhythm is read."""
    buy(memory, "milk", 24, 16, 8)
    assert Purchases(memory).rhythms(NOW.timestamp()) == []


def test_given_up(memory):
    """What has not been bought for long is not running out: it is no longer wanted."""
    buy(memory, "milk", 121, 114, 107, 100)
    assert Purchases(memory).running_out(NOW.timestamp()) == []


def test_same_thing(memory):
    """ "Two eggs" and "eggs" are one thing."""
    for days, name in ((29, "eggs"), (22, "two eggs"), (15, "Eggs"), (8, "some eggs")):
        buy(memory, name, days)
    assert len(Purchases(memory).rhythms(NOW.timestamp())) == 1


def test_suggestion(memory):
    """What may be running out is suggested with its numbers, unless it is on the list."""
    buy(memory, "milk", 29, 22, 15, 8)
    source = ShoppingSource(memory)
    found = source.suggestions(NOW)
    assert [s.text for s in found] == ["You may be running out of milk."]
    assert found[0].why == (
        "Because you bought milk 4 times, usually every 7 days, and the last time was 8 days ago."
    )
    memory.lists.add("shopping", ["milk"], at=0.0)
    assert source.suggestions(NOW) == []


def test_rules():
    """Support, confidence and lift are those of the baskets."""
    baskets = [{"tea", "biscuits"}] * 6 + [{"tea"}] * 2 + [{"soap"}] * 12
    rule = next(r for r in mine(baskets, "test") if r.item == "tea")
    assert (rule.other, rule.baskets) == ("biscuits", 6)
    assert rule.support == pytest.approx(6 / 20)
    assert rule.confidence == pytest.approx(6 / 8)
    assert rule.lift == pytest.approx((6 / 8) / (6 / 20))


def test_chance_is_no_rule():
    """What is together as often as by chance, or only a few times, is no rule."""
    independent = [{"a", "b"}, {"a"}, {"b"}, set("c")] * 50
    assert mine(independent, "test") == []
    assert mine([{"a", "b"}] * (TOGETHER - 1) + [{"c"}] * 50, "test") == []


def test_own_before_others(memory, tmp_path):
    """The wearer's own baskets come before those of a file."""
    file = tmp_path / "baskets.csv"
    file.write_text("tea,lemon\n" * 10 + "soap\n" * 10, encoding="utf-8")
    assert Rules(memory).learn(file) == 2
    learned = Rules(memory).goes_with("some tea")[0]
    assert (learned.other, learned.origin) == ("lemon", "baskets.csv")
    purchases = Purchases(memory)
    for day in range(10):
        purchases.add(["tea", "biscuits"], at=0.0, basket=f"a{day}")
        purchases.add(["soap"], at=0.0, basket=f"b{day}")
    own = Rules(memory).goes_with("tea")[0]
    assert (own.other, own.origin) == ("biscuits", "your own purchases")


def test_no_baskets(memory, tmp_path):
    """A file without baskets is refused, and what was learned before stays."""
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("tea,lemon\n" * 10 + "soap\n" * 10, encoding="utf-8")
    Rules(memory).learn(good)
    bad.write_bytes(b"\xff\xfe\x00 no text")
    with pytest.raises(ImportFileError, match="not a text file"):
        Rules(memory).learn(bad)
    bad.write_text("tea\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="too few baskets"):
        Rules(memory).learn(bad)
    assert Rules(memory).goes_with("tea")


ROW = {
    "code": "4006381333931",
    "product_name": "Hazelnut Spread",
    "brands": "Acme, Other",
    "allergens_tags": ["en:nuts", "en:milk"],
    "traces_tags": ["en:gluten"],
    "nutriments": {"sugars_100g": 56.3, "energy-kcal_100g": "539", "fat_100g": "a lot"},
}


@pytest.fixture
def products(tmp_path):
    """An index with one product, from a file that also has lines that are none."""
    file = tmp_path / "products.jsonl.gz"
    lines = [json.dumps(ROW), "not json", "[]", "null", '{"code": "x"}', '{"code": "1"}', ""]
    with gzip.open(file, "wt", encoding="utf-8") as out:
        out.write("\n".join(lines))
    index = Products(tmp_path / "products.sqlite")
    assert index.bring(file) == 1
    yield index
    index.close()


def test_product(products):
    """A product is found by its number, zeros before it or not, and by words of its name."""
    found = products.by_code("04006381333931")
    assert found.title == "Hazelnut Spread by Acme"
    assert (found.allergens, found.traces) == (("nuts", "milk"), ("gluten",))
    assert found.per_100 == {"sugars": 56.3, "energy-kcal": 539.0}
    assert products.by_name("acme hazelnut spread") == [found]
    assert products.by_name("hazelnut soap") == []
    assert products.by_name("") == []
    assert products.by_code("7") is None


def test_product_again(products, tmp_path):
    """A newer export replaces what it has."""
    file = tmp_path / "new.jsonl"
    file.write_text(json.dumps({**ROW, "product_name": "Nut Cream"}), encoding="utf-8")
    products.bring(file)
    assert products.count() == 1
    assert products.by_name("hazelnut") == []
    assert products.by_code("4006381333931").name == "Nut Cream"


def test_no_products(products, tmp_path):
    """A file without products, a damaged archive and no file are refused in one sentence."""
    empty, broken = tmp_path / "empty.jsonl", tmp_path / "broken.jsonl.gz"
    empty.write_text("{}\n", encoding="utf-8")
    broken.write_bytes(b"\x1f\x8b damaged")
    for file in (empty, broken, tmp_path / "none.jsonl"):
        with pytest.raises(ImportFileError):
            products.bring(file)


@pytest.mark.parametrize(
    ("code", "right"),
    [("4006381333931", True), ("4006381333932", False), ("96385074", True), ("12", False)],
)
def test_check_digit(code, right):
    """A number that was misread does not end with the right digit."""
    assert check_digit(code) is right


@pytest.mark.data
def test_real_data(data, memory, tmp_path):
    """Real baskets and a real export are read."""
    personal = data / "personal"
    assert Rules(memory).learn(personal / "groceries_baskets" / "groceries.csv") > 1000
    beef = Rules(memory).goes_with("beef")[0]
    assert (beef.other, beef.baskets) == ("root vegetables", 171)
    products = Products(tmp_path / "products.sqlite")
    folder = personal / "openfoodfacts_min" / "openfoodfacts-exports" / "tests"
    assert products.bring(folder / "openfoodfacts-products-min.jsonl.gz") > 900
    assert "nuts" in products.by_name("nutella")[0].allergens
    products.close()
