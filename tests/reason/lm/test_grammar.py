import json
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import ConstraintError, ConstraintUnfinished
from edge.reason.lm import grammar
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.grammar import Constraint, TokenTable
from edge.reason.lm.sampling import Sampling

END, OTHER_END, MARKER = 256, 257, 258
TEXTS = [*(bytes([byte]) for byte in range(256)), b"", b"", b"", b"ab", b"hello", b'": "', b"}, {"]
PROMPT = [1, 2, 3]

# Hypothesis must not count the time of a busy machine, and the fixture is never changed.
patient = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def table():
    return TokenTable(
        TEXTS, [END, OTHER_END], [END, OTHER_END, MARKER], lambda text: [*text.encode()]
    )


def possible(matcher):
    """Ids that can be the next."""
    logits = np.zeros(len(TEXTS), np.float32)
    matcher.mask(logits)
    assert set(logits) <= {0, -np.inf}
    return np.flatnonzero(logits == 0).tolist()


def after(constraint, text):
    """A matcher that has taken `text`, a byte a token."""
    matcher = constraint.matcher()
    for byte in text.encode():
        assert byte in possible(matcher)
        matcher.take(byte)
    return matcher


def test_the_end_comes_when_the_form_is_there(table):
    """Every end is allowed where the text has the form, and nowhere else."""
    constraint = Constraint(grammar.regex("hello(ab)?"), table)
    assert END not in possible(after(constraint, "hell"))
    assert possible(after(constraint, "hello")) == [ord("a"), END, OTHER_END, TEXTS.index(b"ab")]


def test_what_few_tokens_can_follow(table):
    """All of them, or none where they are many; the mask is the same after that."""
    matcher = after(Constraint(grammar.regex("hello(ab)?"), table), "hello")
    wanted = [ord("a"), END, OTHER_END, TEXTS.index(b"ab")]
    assert matcher.few(4).tolist() == wanted
    assert not len(matcher.few(3))
    assert possible(matcher) == wanted
    matcher.take(ord("a"))
    assert matcher.few(4).tolist() == [ord("b")]


def test_no_marker_is_ever_possible(table):
    """A special token has no text, and none of a form's tokens is one."""
    assert MARKER not in possible(Constraint(grammar.regex("(?s:.)*"), table).matcher())


def test_take_says_that_nothing_can_follow(table):
    """The step that would only bring the end can be spared."""
    matcher = Constraint(grammar.choice(["ab", "ac"]), table).matcher()
    assert not matcher.take(ord("a"))
    assert matcher.take(ord("c"))


def test_a_choice_that_begins_another(table):
    """The shorter one can be ended, the longer one be reached."""
    matcher = after(Constraint(grammar.choice(["New", "New York"]), table), "New")
    assert possible(matcher) == [ord(" "), END, OTHER_END]
    matcher.finish()


def test_answers_of_one_constraint_do_not_meddle(table):
    """Each matcher has a place of its own."""
    constraint = Constraint(grammar.regex("[ab]{3}"), table)
    one, other = after(constraint, "abb"), after(constraint, "a")
    assert possible(one) == [END, OTHER_END]
    assert END not in possible(other)


def test_unfinished(table):
    """Half an object is an error that says after how many tokens; a whole one is none."""
    constraint = Constraint(grammar.json_schema({"type": "object", "maxProperties": 0}), table)
    with pytest.raises(ConstraintUnfinished, match=r"after 1 tokens.* its JSON schema"):
        after(constraint, "{").finish()
    after(constraint, "{}").finish()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: grammar.regex("("), r"The regular expression cannot be used \(unclosed group\)\."),
        (lambda: grammar.regex("a(?=b)"), "look-around"),
        (lambda: grammar.regex(r"(a)\1"), "backreferences"),
        (lambda: grammar.regex("a$b"), "expression cannot be used"),
        (lambda: grammar.regex(r"a[^\s\S]"), "no text can have this form"),
        (lambda: grammar.regex("\ud800"), "half a character"),
        (lambda: grammar.choice([]), "list of choices is empty"),
        (lambda: grammar.choice(["a", ""]), "or one of them is"),
        (lambda: grammar.choice(["\ud800"]), "choices cannot be used"),
        (lambda: grammar.json_schema({"type": "strin"}), r"JSON schema .*Invalid type: strin\)"),
        (lambda: grammar.json_schema({"not": {}}), "Unimplemented"),
        (lambda: grammar.json_schema({"const": {1}}), "cannot be read"),
        (lambda: grammar.json_schema({"const": float("nan")}), "cannot be read"),
        (lambda: grammar.json_schema([1]), "cannot be read"),
        (lambda: grammar.json_schema({"const": "\ud800"}), "half a character"),
        (lambda: grammar.json_schema({"type": "integer", "minimum": 2, "maximum": 1}), "minimum"),
        (lambda: grammar.json_schema({"$ref": "#/nowhere"}), "nowhere"),
        (lambda: grammar.json_schema({"$ref": "https://example.org/a"}), "example.org"),
        (lambda: grammar.json_schema({"enum": [1, 2**53 + 1]}), "larger than can be kept"),
    ],
)  # fmt: skip
def test_refuses(table, make, words):
    """What is not well-formed, not supported, or has no text: one sentence."""
    with pytest.raises(ConstraintError, match=words) as caught:
        Constraint(make(), table)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def answer(model, form, seed, **options):
    defaults = {"max_tokens": 200, "temperature": 5.0, "seed": seed}
    sampling = Sampling(constraint=model.constraint(form), **{**defaults, **options})
    return "".join(model.generate(PROMPT, sampling))


regexes = st.recursive(
    st.sampled_from(["a", "hello", "[0-9]", "[a-c]", "é", r"\.", "[^a]", " "]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "*?"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)

names = st.sampled_from(["a", "name", "größe", 'say "hi"', "\n"])
integers = st.integers(-(2**53), 2**53)
schemas = st.recursive(
    st.one_of(
        st.sampled_from(
            [
                {"type": "string", "maxLength": 5},
                {"type": "string", "pattern": "^[a-f]{1,4}$"},
                {"type": "integer", "minimum": -5, "maximum": 120},
                {"type": "boolean"},
                {"type": "null"},
            ]
        ),
        st.lists(st.one_of(names, integers, st.none()), min_size=1, max_size=3).map(
            lambda values: {"enum": values}
        ),
    ),
    lambda inner: st.one_of(
        inner.map(lambda items: {"type": "array", "items": items, "minItems": 1, "maxItems": 2}),
        st.dictionaries(names, inner, max_size=3).map(
            lambda parts: {
                "type": "object",
                "properties": parts,
                "required": [*parts],
                "additionalProperties": False,
            }
        ),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"anyOf": parts}),
    ),
    max_leaves=5,
)


def fits(value, schema):
    """Whether a value is what one of the schemas above allows."""
    if "anyOf" in schema:
        return any(fits(value, part) for part in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "string":
            if "pattern" in schema:
                return isinstance(value, str) and re.search(schema["pattern"], value) is not None
            return isinstance(value, str) and len(value) <= 5
        case "integer":
            return isinstance(value, int) and -5 <= value <= 120
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "array":
            within = isinstance(value, list) and 1 <= len(value) <= 2
            return within and all(fits(item, schema["items"]) for item in value)
    parts = schema["properties"]
    same = isinstance(value, dict) and value.keys() == parts.keys()
    return same and all(fits(value[name], parts[name]) for name in parts)


@patient
@given(pattern=regexes, seed=st.integers(0, 1000))
def test_any_regular_expression(model, pattern, seed):
    """Drawn from random weights at a high temperature, an answer that ends matches."""
    try:
        said = answer(model, grammar.regex(pattern), seed)
    except ConstraintUnfinished:
        return
    assert re.fullmatch(pattern, said, re.DOTALL)


@patient
@given(schema=schemas, seed=st.integers(0, 1000))
def test_any_schema(model, schema, seed):
    """Drawn from random weights at a high temperature, an answer that ends is what is asked."""
    try:
        said = answer(model, grammar.json_schema(schema), seed)
    except ConstraintUnfinished:
        return
    assert fits(json.loads(said), schema)


@patient
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=1),
    seed=st.integers(0, 1000),
)
def test_any_choice(model, texts, seed):
    """One of the texts to the letter, whatever signs they hold."""
    assert answer(model, grammar.choice(texts), seed) in texts


def test_a_bounded_form_is_always_finished(model):
    """Most forms are finished well before the limit; else the properties would say little."""
    form = grammar.json_schema({"type": "array", "items": {"type": "boolean"}, "maxItems": 3})
    for seed in range(10):
        assert isinstance(json.loads(answer(model, form, seed)), list)


def test_greedy_and_penalty(model):
    """Neither the most likely token nor a penalty gets around the mask."""
    form = grammar.regex("[ab]{8}")
    assert re.fullmatch("[ab]{8}", answer(model, form, 0, repetition_penalty=5.0, top_p=0.5))
    greedy = Sampling(constraint=model.constraint(form))
    assert re.fullmatch("[ab]{8}", "".join(model.generate(PROMPT, greedy)))


def test_no_room(model):
    """An answer cut off by max_tokens is an error, and the model answers on."""
    with pytest.raises(ConstraintUnfinished, match="after 4 tokens"):
        answer(model, grammar.regex("[ab]{8}"), 0, max_tokens=4)
    assert len(answer(model, grammar.regex("[ab]{8}"), 0)) == 8


def test_room_to_the_last_token(model):
    """A form that is complete with the last token allowed is no error."""
    assert len(answer(model, grammar.regex("[xy]{4}"), 0, max_tokens=4)) == 4
    assert answer(model, grammar.regex("a*"), 0, max_tokens=4).strip("a") == ""


def test_a_form_without_an_end(model):
    """An object that must hold itself: an error while it is made, and the model answers on."""
    own = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    with pytest.raises(ConstraintError, match=r"JSON schema"):
        answer(model, grammar.json_schema(own), 0)
    assert len(answer(model, grammar.regex("[ab]{8}"), 0)) == 8


def test_batch(model):
    """Rows of a batch have their own forms, each as it would be alone."""
    forms = [grammar.regex("[ab]{8}"), grammar.choice(["hello", "won"]), None]
    options = [
        Sampling(9, 2.0, seed=3, constraint=form and model.constraint(form)) for form in forms
    ]
    texts = ["", "", ""]
    for steps in model.generate_batch(PROMPT, options):
        for place, step in steps.items():
            texts[place] += step.text
    assert texts == ["".join(model.generate(PROMPT, one)) for one in options]
    assert re.fullmatch("[ab]{8}", texts[0])
    assert texts[1] in ("hello", "won")


def test_a_stop_string_and_a_form():
    """The one would cut off the other."""
    with pytest.raises(ValueError, match="must not cut off"):
        Sampling(stop=("a",), constraint=object())


PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 30},
        "age": {"type": "integer", "minimum": 0, "maximum": 130},
        "city": {"enum": ["Paris", "Rome"]},
    },
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}


@pytest.mark.model
@pytest.mark.parametrize("name", ["smollm2-135m", "qwen2.5-coder-0.5b"])
def test_real_weights(model_folder, name):
    """A person as JSON, at any temperature; the sensible city when asked soberly."""
    model = LanguageModel(model_folder(name))
    question = "Who is this, as JSON: Anna, who is 30 years old and lives in Rome?"
    prompt = model.encode_chat([Message("user", question)])
    constraint = model.constraint(grammar.json_schema(PERSON))
    for temperature in (0.0, 1.0, 3.0, 10.0):
        options = Sampling(200, temperature, seed=1, constraint=constraint)
        said = json.loads("".join(model.generate(prompt, options)))
        assert said.keys() == PERSON["properties"].keys()
        assert 0 <= said["age"] <= 130
        assert said["city"] in ("Paris", "Rome")
        if temperature == 0:
            assert said == {"name": "Anna", "age": 30, "city": "Rome"}
    model.close()
