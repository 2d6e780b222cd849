import hashlib
import json
import shutil
import subprocess
import sys
import threading

import numpy as np
import onnx
import pytest

from edge.errors import ModelCorrupt, ModelMissing, TextError
from edge.reason.lm import FORMAT, description, opening
from edge.reason.lm import answer as answers
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Choice, Sampling
from edge.settings import Config
from tests.reason.lm import make_gguf
from tests.test_pages import resident

VOCABULARY = 256
PROMPT = np.random.default_rng(5).integers(0, VOCABULARY, 150).tolist()
TEN = Sampling(max_tokens=10)


def answer(model, prompt=PROMPT, options=TEN):
    return "".join(model.generate(prompt, options))


@pytest.fixture
def fresh(folder):
    """A function that answers with a newly opened model."""

    def run(prompt=PROMPT, options=TEN):
        model = LanguageModel(folder, threads=1)
        try:
            return answer(model, prompt, options)
        finally:
            model.close()

    return run


@pytest.fixture
def counted(model, monkeypatch):
    """The model, and a list of how many tokens each of its runs took in."""
    counts = []
    append, step = model._cache.append, model._cache.step

    def spy(ids, *what):
        counts.append(len(ids))
        return append(ids, *what)

    monkeypatch.setattr(model._cache, "append", spy)
    monkeypatch.setattr(model._cache, "step", lambda *ids: counts.append(1) or step(*ids))
    return model, counts


def test_steps(counted):
    """A step for each chunk of the prompt, then one a token; no step is longer than a chunk."""
    model, counts = counted
    pieces = list(model.generate(PROMPT, TEN))
    assert counts == [64, 64, 22] + [1] * 9
    assert pieces[:2] == ["", ""]
    assert len(pieces) == 2 + 10


def test_whole_text_agrees_with_steps(model):
    """The tokens chosen one by one are those that the judgement of the whole text prefers."""
    steps = []
    ids = list(PROMPT)
    for _ in range(5):
        *_, logits = model._feed(ids, len(PROMPT))
        steps.append(logits.copy())
        ids.append(int(logits.argmax()))
    whole = model.logits(ids)[len(PROMPT) - 1 : -1]
    # Keys and values of 8 bit; and the kernels for one row and for many add up in another order.
    alike = [np.corrcoef(one, other)[0, 1] for one, other in zip(steps, whole, strict=True)]
    assert np.median(alike) > 0.98


def test_a_prefix_is_not_computed_again(counted, fresh):
    """A prompt that begins like the last one costs the rest only, and answers the same."""
    model, counts = counted
    answer(model)
    counts.clear()
    longer = [*PROMPT[:140], 7, 8, 9]
    assert answer(model, longer) == fresh(longer)
    # The three new ones, and one more: chunks have an even number.
    assert counts[0] == 4


def test_the_same_prompt_again(counted, fresh):
    """Only its end is computed again, for the logits, and as a chunk like the first time."""
    model, counts = counted
    first = answer(model)
    counts.clear()
    assert answer(model) == first == fresh()
    assert counts == [2] + [1] * 9


def test_prefill(counted):
    """A prefix taken in beforehand is not computed again, nor twice."""
    model, counts = counted
    model.prefill(PROMPT[:100])
    counts.clear()
    answer(model)
    assert counts[0] == 50


def test_forget(counted):
    """An emptied cache has everything computed again."""
    model, counts = counted
    answer(model)
    model.forget()
    counts.clear()
    answer(model)
    assert counts[0] == 64


@pytest.mark.parametrize("step", range(1, 13))
def test_stopping_at_any_step(model, fresh, step):
    """Wherever an answer is stopped, the next is what a fresh model gives."""
    generator = model.generate(PROMPT, TEN)
    for _ in range(step):
        next(generator)
    generator.close()
    other = [*PROMPT[:70], 1, 2, 3]
    assert answer(model, other) == fresh(other)
    assert answer(model) == fresh()


def test_stopping_before_the_first_step(model, fresh):
    """A generator that was never stepped leaves no trace."""
    model.generate(PROMPT, TEN).close()
    assert answer(model) == fresh()


def test_two_answers_in_turns(model, fresh):
    """Stepping two generators alternately only costs time."""
    other = [*PROMPT[:20], 1, 2, 3]
    pairs = zip(model.generate(PROMPT[:64], TEN), model.generate(other, TEN), strict=True)
    one, two = map("".join, zip(*pairs, strict=True))
    assert one == fresh(PROMPT[:64])
    assert two == fresh(other)


def test_a_run_that_fails(model, monkeypatch, fresh):
    """A failing graph is one sentence, and the model can be used again."""
    model.prefill(PROMPT[:30])
    with monkeypatch.context() as patch:
        patch.setattr(model._cache, "_session", Failing())
        with pytest.raises(ModelCorrupt, match=r"fails \(.*it broke\)"):
            answer(model)
    assert answer(model) == fresh()


class Failing:
    """A session whose every run fails, with ONNX Runtime's own exception."""

    def run_with_iobinding(self, *given):
        from onnxruntime.capi.onnxruntime_pybind11_state import RuntimeException

        raise RuntimeException("[ONNXRuntimeError] : 6 : it broke\nat length")


def test_max_tokens(model):
    """The answer has no more tokens than asked for."""
    assert len(list(model.generate(PROMPT[:10], Sampling(max_tokens=3)))) == 3


def test_end_of_the_context(folder, fresh):
    """The answer ends where the context is full, with the tokens it would have had."""
    model = LanguageModel(folder, threads=1, context=len(PROMPT) + 4)
    assert answer(model) == fresh(PROMPT, Sampling(max_tokens=4))
    assert answer(model, PROMPT[:20]) == fresh(PROMPT[:20])


@pytest.mark.parametrize("length", [256, 300])
def test_a_prompt_longer_than_the_context(model, length):
    """It is refused at the call, in a sentence that states both lengths."""
    with pytest.raises(TextError, match=rf"too long: {length} tokens.* can take 255"):
        model.generate([1] * length)
    assert model.context == make_gguf.CONTEXT


def test_an_empty_prompt(model):
    """Nothing to answer."""
    with pytest.raises(TextError, match="nothing to answer"):
        model.generate([])


def biased(model, monkeypatch, wanted):
    """Have the model say `wanted`, a list of ids."""
    said = iter(wanted)
    monkeypatch.setattr(
        answers.Chooser, "choose", lambda self, logits, made: Choice(next(said), 0.0, 0.0)
    )
    return model


def test_end_of_answer(model, monkeypatch):
    """The model's own mark ends the answer and is not shown."""
    hello, end = model.encode("hello"), model.description.end_ids[0]
    assert answer(biased(model, monkeypatch, [*hello, end, *hello])) == "hello"


def test_stop_strings_that_span_tokens(model, monkeypatch):
    """The answer ends before the stop string, of which no part is shown."""
    said = model.encode("hello won in")
    biased(model, monkeypatch, said)
    pieces = list(model.generate(PROMPT, Sampling(max_tokens=len(said), stop=("lo w", "zzz"))))
    assert "".join(pieces) == "hel"


def test_characters_that_span_tokens(model, monkeypatch):
    """A character of several tokens comes out whole; half of one at the end is dropped."""
    said = [*model.encode("é😀"), model.encode("é")[0]]
    assert len(said) > 5
    biased(model, monkeypatch, said)
    pieces = list(model.generate(PROMPT[:10], Sampling(max_tokens=len(said))))
    assert [piece for piece in pieces if piece] == ["é", "😀"]


def test_seeds(model):
    """A seed gives the same answer whatever the cache held; another seed another answer."""
    one, two = (Sampling(max_tokens=20, temperature=1.0, seed=seed) for seed in (1, 2))
    first = answer(model, options=one)
    assert answer(model, options=two) != first
    assert answer(model, options=one) == first


def test_chat(model):
    """Markers of the template are ids; what looks like one in a message is not."""
    marker = model.description.special_tokens["<|im_end|>"]
    ids = model.encode_chat([Message("user", "<|im_end|>hello"), Message("assistant", "won")])
    assert ids.count(marker) == 2
    assert "<|im_end|>hello" in model.decode(ids)


def test_closed(folder):
    """A closed model says so; closing twice is fine."""
    model = LanguageModel(folder, threads=1)
    model.close()
    model.close()
    with pytest.raises(ValueError, match="closed"):
        model.generate(PROMPT)


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.mark.parametrize(
    "name",
    [
        description.NAME,
        description.TOKENIZER,
        description.GRAPH,
        description.DATA,
        description.SCALES,
    ],
)
def test_a_file_is_missing(copy, name):
    """The sentence names the folder and the file."""
    (copy / name).unlink()
    with pytest.raises(ModelMissing, match=rf"copy: {name} is missing"):
        LanguageModel(copy)


def test_no_folder(tmp_path):
    """A folder that is not there holds no model."""
    with pytest.raises(ModelMissing, match="nowhere"):
        LanguageModel(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        description.NAME,
        description.TOKENIZER,
        description.GRAPH,
        description.DATA,
        description.SCALES,
    ],
)
@pytest.mark.parametrize("damage", ["empty", "truncated", "flipped"])
def test_a_file_is_damaged(copy, name, damage):
    """Empty, cut short, or one bit wrong: the sentence names the file."""
    path = copy / name
    content = bytearray(path.read_bytes())
    if damage == "flipped":
        content[0] ^= 1
    else:
        del content[0 if damage == "empty" else len(content) // 2 :]
    path.write_bytes(content)
    with pytest.raises(ModelCorrupt, match=name) as caught:
        LanguageModel(copy)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", [description.TOKENIZER, description.GRAPH, description.DATA])
def test_what_a_large_model_opens_at_once(copy, model, monkeypatch, name):
    """Its tokeniser is read while the session is made: the same model, and the same sentences."""
    monkeypatch.setattr(opening, "_BESIDE", 0)
    large = LanguageModel(copy, threads=1)
    ids = large.encode("hello world")
    assert ids == model.encode("hello world")
    np.testing.assert_array_equal(large.logits(ids), model.logits(ids))
    large.close()
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(ModelCorrupt, match=name):
        LanguageModel(copy)


@pytest.mark.parametrize("least", [0, 1 << 40])
def test_a_tokeniser_that_is_none(copy, monkeypatch, least):
    """As described to the last byte; read in this thread, or beside the session."""
    monkeypatch.setattr(opening, "_BESIDE", least)
    threads = []
    read = opening.Tokenizer
    monkeypatch.setattr(
        opening, "Tokenizer", lambda path: threads.append(threading.current_thread()) or read(path)
    )
    content = b"[]"
    (copy / description.TOKENIZER).write_bytes(content)
    files = json.loads((copy / description.NAME).read_text())["files"]
    digest = hashlib.sha256(content).hexdigest()
    files[description.TOKENIZER] = {"bytes": len(content), "sha256": digest}
    change(copy, "files", files)
    with pytest.raises(ModelCorrupt, match=description.TOKENIZER):
        LanguageModel(copy)
    assert [thread is threading.current_thread() for thread in threads] == [least > 0]


def test_weights_that_are_not_listed(copy):
    """Everything else is."""
    files = json.loads((copy / description.NAME).read_text())["files"]
    del files[description.DATA]
    change(copy, "files", files)
    with pytest.raises(ModelCorrupt, match=f"does not list {description.DATA}"):
        LanguageModel(copy)


def change(copy, name, value):
    """Change a value of edge-lm.json; `name` has dots."""
    path = copy / description.NAME
    content = json.loads(path.read_text())
    *outer, last = name.split(".")
    inner = content
    for key in outer:
        inner = inner[key]
    inner[last] = value
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("format", 99, f"format 99.* reads {FORMAT}"),
        ("architecture.kind", "mamba", "architecture.kind"),
        ("architecture.layers", 3, "is another model"),
        ("architecture.layers", 0, "architecture.layers"),
        ("architecture.rope_base", -1.0, "architecture.rope_base"),
        ("precision.head.block", 16, "precision.*block"),
        ("architecture.kv_heads", 1, "is another model"),
        ("architecture.vocabulary", 7, "is another model"),
        ("files", {}, "does not list"),
        ("surprise", 1, "surprise"),
        ("end_ids", None, "end_ids"),
    ],
)
def test_a_description_that_does_not_fit(copy, name, value, words):
    """Of another format, of another architecture, or of another graph."""
    change(copy, name, value)
    with pytest.raises(ModelCorrupt, match=words):
        LanguageModel(copy)


def replace_graph(copy, edit):
    """Edit the graph, and have the description agree."""
    path = copy / description.GRAPH
    model = onnx.load(path, load_external_data=False)
    edit(model)
    onnx.save(model, path)
    content = json.loads((copy / description.NAME).read_text())
    content["files"][description.GRAPH] = {
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    (copy / description.NAME).write_text(json.dumps(content))


def test_a_graph_without_an_input(copy):
    """A graph that cannot be told how long the cache is."""

    def edit(model):
        for node in model.graph.node:
            for place, name in enumerate(node.input):
                if name == "logit_rows":
                    node.input[place] = "rows_of_its_own"
        takes = next(value for value in model.graph.input if value.name == "logit_rows")
        takes.name = "rows_of_its_own"

    replace_graph(copy, edit)
    with pytest.raises(ModelCorrupt, match=r"model\.onnx is another model: it takes"):
        LanguageModel(copy)


@pytest.mark.model
@pytest.mark.parametrize("name", ["smollm2-135m", "qwen2.5-coder-0.5b"])
def test_capital_of_france(model_folder, name):
    """Real weights know it, with the assistant's own system prompt."""
    model = LanguageModel(model_folder(name))
    system = Message("system", Config().lm.system_prompt)
    prompt = model.encode_chat([system, Message("user", "What is the capital of France?")])
    assert "Paris" in answer(model, prompt, Sampling(max_tokens=40))


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked")
def test_the_embedding_is_given_up_when_an_answer_ends(model_folder):
    """While it is made, rows of it are in memory; afterwards none is."""
    real = LanguageModel(model_folder("smollm2-135m"), context=128)
    file = real._folder.resolve() / description.DATA
    during = [resident(file) for _ in real.generate_steps([5, 6, 7], Sampling(max_tokens=4))]
    assert min(during[:-1]) > 0
    assert during[-1] == 0
    list(real.generate_batch([5, 6, 7], [Sampling(max_tokens=4)] * 2))
    assert resident(file) == 0
    real.close()


def test_a_process_that_only_runs_a_model_is_small():
    """Neither asyncio nor pydantic has anything that the engine needs."""
    code = "import sys, edge.reason.lm.engine; print({'asyncio', 'pydantic'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
