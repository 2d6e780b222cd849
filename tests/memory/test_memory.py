"""Facts, notes, lists: kept, found by words, exported, forgotten."""

from __future__ import annotations

import json

import pytest

from edge.memory import Memory
from edge.memory.words import best


@pytest.fixture
def memory(tmp_path):
    """An empty memory."""
    with Memory(tmp_path / "memory.sqlite") as memory:
        yield memory


def tell(memory, text, at=0.0):
    return memory.facts.add(text, said=f"remember that {text}", origin="voice", at=at)


def test_fact_and_origin(memory):
    """A fact comes back with the sentence it was told in."""
    tell(memory, "my daughter is called Ana", at=5.0)
    fact = memory.facts.all()[0]
    assert fact.text == "my daughter is called Ana"
    assert fact.said == "remember that my daughter is called Ana"
    assert (fact.origin, fact.told_at) == ("voice", 5.0)


def test_fact_told_twice(memory):
    """What is known already is kept once, with the newer moment."""
    tell(memory, "I like tea", at=1.0)
    tell(memory, "i like tea", at=2.0)
    assert [fact.told_at for fact in memory.facts.all()] == [2.0]


def test_facts_by_words(memory):
    """A question finds the facts that share its telling words, and no others."""
    tell(memory, "my daughter is called Ana")
    tell(memory, "my car is parked on level three")
    tell(memory, "I am allergic to peanuts")
    assert [f.text for f in memory.facts.about("Where did I park my car?")] == [
        "my car is parked on level three"
    ]
    assert [f.text for f in memory.facts.about("what's my daughter's name")] == [
        "my daughter is called Ana"
    ]
    assert memory.facts.about("what is it that you know about me") == []
    assert memory.facts.about("tell me a joke") == []


def test_rare_words_count_more():
    """A word that few texts have decides."""
    texts = ["dinner with Bob", "dinner with Eve", "lunch with Eve"]
    assert best("dinner Bob", texts, str, 1) == ["dinner with Bob"]


def test_forget_and_restore(memory):
    """A fact forgotten by mistake comes back as it was."""
    fact = tell(memory, "I like tea")
    memory.facts.forget(fact)
    assert memory.facts.all() == []
    memory.facts.restore(fact)
    assert memory.facts.all() == [fact]


def test_list(memory):
    """Things are added once, ticked off, and stay as history."""
    assert memory.lists.add("shopping", ["milk", "two eggs"], at=0.0) == (["milk", "two eggs"], [])
    assert memory.lists.add("shopping", ["Milk", "bread"], at=1.0) == (["bread"], ["Milk"])
    milk = memory.lists.find("shopping", "the milk")
    memory.lists.tick(milk, at=9.0)
    assert [item.text for item in memory.lists.open("shopping")] == ["two eggs", "bread"]
    assert [(item.text, item.done_at) for item in memory.lists.done("shopping")] == [("milk", 9.0)]
    assert memory.lists.find("shopping", "eggs").text == "two eggs"
    assert memory.lists.find("shopping", "caviar") is None
    assert memory.lists.clear("shopping") == 2
    assert memory.lists.open("shopping") == []


def test_notes_by_words(memory):
    """A note is found by its words."""
    memory.notes.add("the plumber comes on Friday", at=0.0)
    memory.notes.add("idea for the garden: roses", at=1.0)
    assert [n.text for n in memory.notes.about("plumber")] == ["the plumber comes on Friday"]


def test_hostile_text(memory):
    """SQL in what was said is text like any other."""
    text = "'; drop table notes; -- \" ) \\ \x00 🎉"
    memory.notes.add(text, at=0.0)
    tell(memory, text)
    memory.lists.add(text, [text], at=0.0)
    assert memory.notes.all()[0].text == text
    assert memory.facts.all()[0].text == text
    assert [item.text for item in memory.lists.open(text)] == [text]


def test_export(memory):
    """The export holds every row, and is JSON."""
    tell(memory, "I like tea")
    memory.lists.add("shopping", ["milk"], at=0.0)
    export = json.loads(json.dumps(memory.export()))
    assert export["facts"][0]["text"] == "I like tea"
    assert export["items"][0]["text"] == "milk"
    assert set(export) == set(memory.database.tables())
    assert memory.count() == {"facts": 1, "lists": 1, "items": 1}


def test_forget_everything(memory):
    """Nothing that was said stays in the file, nor in the files beside it."""
    tell(memory, "the password is xylophone")
    memory.notes.add("xylophone lessons " * 2000, at=0.0)
    memory.forget_everything()
    assert memory.count() == {}
    for file in memory.path.parent.iterdir():
        assert b"xylophone" not in file.read_bytes()
    memory.notes.add("a new beginning", at=0.0)
    assert memory.count() == {"notes": 1}


def test_forgotten_fact_is_overwritten(memory):
    """A single thing forgotten is nowhere in the file, nor in its log."""
    fact = tell(memory, "the password is xylophone")
    note = memory.notes.add("xylophone lessons", at=0.0)
    memory.facts.forget(fact)
    memory.notes.delete(note)
    for file in memory.path.parent.iterdir():
        assert b"xylophone" not in file.read_bytes()


def test_due(memory):
    """What is due is found in its order, and the next moment is known."""
    tea = memory.due.add("timer", "tea", at=30.0, now=0.0, seconds=30.0)
    eggs = memory.due.add("timer", "eggs", at=10.0, now=0.0, seconds=10.0)
    assert memory.due.next() == 10.0
    assert memory.due.until(9.0) == []
    assert memory.due.until(30.0) == [eggs, tea]
    memory.due.close(eggs, "told")
    assert memory.due.open("timer") == [tea]
    moved = memory.due.move(eggs, 50.0, None, snoozed=True)
    assert (moved.state, moved.at, moved.snoozed) == ("set", 50.0, 1)


def test_forgetting_is_told(memory):
    """Whoever holds something beside the file is told to forget it too, once it is done."""
    counts = []
    memory.on_forget = lambda: counts.append(memory.count())
    memory.notes.add("a note", at=0.0)
    memory.forget_everything()
    assert counts == [{}]
