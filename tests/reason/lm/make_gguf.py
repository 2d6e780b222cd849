"""Tiny random models in GGUF: 2 layers, 64 wide, all bytes and a few words."""

from pathlib import Path

import gguf
import numpy as np

HIDDEN, FEED_FORWARD, HEADS, KV_HEADS, LAYERS, CONTEXT = 64, 96, 4, 2, 2, 256
MERGES = ("h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "o n", "à ¤", "i n")
SPECIAL = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
UNUSED = "[PAD]"
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def alphabet():
    """GPT-2's 256 characters for the bytes, in the bytes' order."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def tokens():
    """Texts and GGUF token types."""
    texts = [*alphabet(), *(merge.replace(" ", "") for merge in MERGES)]
    kinds = [1] * len(texts) + [3] * len(SPECIAL) + [5]
    return [*texts, *SPECIAL, UNUSED], kinds


def write(
    path: Path,
    kind="llama",
    *,
    seed=0,
    tied=True,
    twice=None,
    quantisation="F32",
    pre=None,
    left_out=(),
    **more,
):
    """Write a model of random weights, and return `path`.

    `twice` keeps the embedding as the head, too, in that quantisation.
    `left_out` names tensors and keys that are not written; `more` are keys to be written.
    """
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, kind)
    texts, kinds = tokens()

    def key(name, value):
        if name not in left_out and value is not None:
            add = {str: writer.add_string, float: writer.add_float32, int: writer.add_uint32}
            add[type(value)](name, value)

    key("general.name", "tiny")
    key(f"{kind}.block_count", LAYERS)
    key(f"{kind}.context_length", CONTEXT)
    key(f"{kind}.embedding_length", HIDDEN)
    key(f"{kind}.feed_forward_length", FEED_FORWARD)
    key(f"{kind}.attention.head_count", HEADS)
    key(f"{kind}.attention.head_count_kv", KV_HEADS)
    key(f"{kind}.attention.layer_norm_rms_epsilon", 1e-5)
    key(f"{kind}.rope.freq_base", 10000.0)
    key("tokenizer.ggml.model", "gpt2")
    key("tokenizer.ggml.pre", pre or {"llama": "smollm"}.get(kind, "qwen2"))
    key("tokenizer.ggml.eos_token_id", texts.index("<|im_end|>"))
    key("tokenizer.chat_template", TEMPLATE)
    for name, value in more.items():
        key(name.replace("__", "."), value)
    writer.add_token_list(texts)
    writer.add_token_types(kinds)
    writer.add_token_merges(list(MERGES))

    def add(name, values, kind_=quantisation):
        if name in left_out:
            return
        type_ = gguf.GGMLQuantizationType[kind_ if values.ndim == 2 else "F32"]
        data = gguf.quants.quantize(values.astype(np.float32), type_)
        writer.add_tensor(name, data, raw_dtype=type_)

    def matrix(rows, columns, gain=1.0):
        return random.standard_normal((rows, columns)) * gain / np.sqrt(columns)

    def norm():
        return 1 + 0.2 * random.standard_normal(HIDDEN)

    key_size = KV_HEADS * HIDDEN // HEADS
    embedding = matrix(len(texts), HIDDEN, 8.0)
    # Nothing speaks for the special tokens: a greedy answer of random weights does not end early.
    embedding[[kind_ != 1 for kind_ in kinds]] = 0
    add("token_embd.weight", embedding)
    if twice:
        add("output.weight", embedding, twice)
    elif not tied:
        add("output.weight", matrix(len(texts), HIDDEN, 8.0))
    add("output_norm.weight", norm())
    for layer in range(LAYERS):
        at = f"blk.{layer}"
        add(f"{at}.attn_norm.weight", norm())
        add(f"{at}.ffn_norm.weight", norm())
        for name, rows in (("q", HIDDEN), ("k", key_size), ("v", key_size)):
            add(f"{at}.attn_{name}.weight", matrix(rows, HIDDEN, 2.0))
            if kind == "qwen2":
                add(f"{at}.attn_{name}.bias", random.standard_normal(rows))
        add(f"{at}.attn_output.weight", matrix(HIDDEN, HIDDEN, 2.0))
        add(f"{at}.ffn_gate.weight", matrix(FEED_FORWARD, HIDDEN, 2.0))
        add(f"{at}.ffn_up.weight", matrix(FEED_FORWARD, HIDDEN, 2.0))
        add(f"{at}.ffn_down.weight", matrix(HIDDEN, FEED_FORWARD, 2.0))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def read(path):
    """The weights in `path` as floats, by name."""
    floats = {
        tensor.name: np.asarray(gguf.quants.dequantize(tensor.data, tensor.tensor_type))
        for tensor in gguf.GGUFReader(path).tensors
    }
    return {"output.weight": floats["token_embd.weight"], **floats}
