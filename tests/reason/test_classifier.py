import numpy as np

from edge.reason.classifier import BUCKETS, Linear, features
from edge.reason.encoder import WIDTH
from edge.reason.mapping import Mapping
from edge.reason.skill import Services
from edge.reason.skills import load


def tiny():
    """Knows one word for each of two classes."""
    weights = np.zeros((BUCKETS, 2), np.int8)
    weights[features("dog")[:, None], 0] = 100
    weights[features("cat")[:, None], 1] = 100
    scale = np.full(2, 0.1, np.float32)
    rarity = np.ones(BUCKETS, np.float32)
    return Linear(["else", "pet.cat"], weights, rarity, scale, np.zeros(2, np.float32), 0.5)


def test_it_weighs_the_words():
    """The likelier class has the larger share, and the rest is for no skill."""
    model = tiny()
    assert model.rank("cat")[0][0] == "pet.cat"
    assert model.rank("cat")[0][1] > 0.9
    assert model.rank("dog")[0][1] < 0.1


def test_features_do_not_depend_on_which_number_or_day_it_is():
    """What stands for many is one word to it."""
    assert np.array_equal(features("in 5 minutes"), features("in twelve minutes"))
    assert np.array_equal(features("on monday"), features("on friday"))


def test_templates_that_fit_are_features_too():
    """How far one is to be trusted is learned."""
    assert len(features("cat", [("pet.cat", 0.7)])) > len(features("cat"))


def test_the_shipped_model_knows_the_mapping_and_the_skills():
    """Each of its classes is an intent of an installed skill; each mapped intent is a class."""
    model = Linear.open()
    installed = {f"{skill.name}.{i.name}" for skill in load(Services()) for i in skill.intents}
    assert set(model.names) - {"else"} <= installed
    assert Mapping().targets() - {"volume.set"} <= set(model.names)
    assert 0 < model.threshold < 1


class Two:
    """An encoder with two numbers."""

    def begin(self, text):
        pass

    def encode(self, text):
        return np.array([1.0, 0.0] if "feline" in text else [0.0, 1.0], np.float32)


def test_an_encoder_tells_what_the_words_do_not():
    """Its weights are added to those of the words."""
    weights = np.zeros((BUCKETS, 2), np.int8)
    ones, zeros = np.ones(BUCKETS, np.float32), np.zeros(2, np.float32)
    dense = np.array([[0, 4], [0, -4]], np.float32)
    model = Linear(
        ["else", "pet.cat"], weights, ones, np.ones(2, np.float32), zeros, 0.5, Two(), dense
    )
    assert model.rank("my feline")[0][1] > 0.9
    assert model.rank("my table")[0][1] < 0.1


def test_signs_of_a_recogniser_change_nothing():
    """The same words are the same question."""

    class Heard:
        def __init__(self):
            self.texts = []

        def begin(self, text):
            pass

        def encode(self, text):
            self.texts.append(text)
            return np.full(WIDTH, WIDTH**-0.5, np.float32)

    heard = Heard()
    model = Linear.open(encoder=heard)
    plain, written = model.rank("wait is it 9:30 in rome"), model.rank("Wait, is it 9:30 in Rome?")
    assert plain == written
    assert heard.texts == ["wait is it 9:30 in rome", "Wait is it 9:30 in Rome"]


def test_the_shipped_models_are_alike():
    """With the encoder it knows the same intents; its own weights fit that."""
    alone, both = Linear.open(), Linear.open(encoder=Wide())
    assert both.names == alone.names
    assert 0 < both.threshold < 1
    assert 0 <= both.rank("set a timer")[0][1] <= 1


class Wide:
    """An encoder as wide as the real one."""

    def begin(self, text):
        pass

    def encode(self, text):
        return np.full(WIDTH, WIDTH**-0.5, np.float32)


def test_it_takes_anything_that_is_said():
    """Nothing, signs, other scripts, a very long text."""
    model = Linear.open()
    for text in ("", "?!", "日本語", "word " * 5000):
        assert 0 <= model.rank(text)[0][1] <= 1
