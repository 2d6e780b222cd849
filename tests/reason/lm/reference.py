"""The same transformer in plain numpy, to compare with: no cache, no blocks, no threads.

`activations` imitates the one approximation that the graph makes besides its weights: with
accuracy_level 4, MatMulNBits rounds its input to 8 bit, in the blocks of the weights.
"""

import numpy as np

BLOCK = 32


def exact(values):
    """Inputs of products as they are."""
    return values


def rounded(values, width=BLOCK):
    """Inputs of products in 8 bit: 127 is the largest of each block."""
    blocks = values.reshape(*values.shape[:-1], -1, width)
    scale = np.abs(blocks).max(axis=-1, keepdims=True) / np.float32(127)
    levels = np.rint(np.divide(blocks, scale, out=np.zeros_like(blocks), where=scale > 0))
    return (levels * scale).reshape(values.shape)


def logits(architecture, weights, ids, activations=exact):
    """(n, vocabulary) after each of `ids`; `weights` are float arrays by the GGUF's names."""
    a = architecture
    n = len(ids)

    def product(x, name):
        y = activations(x) @ weights[f"{name}.weight"].T
        return y + weights[f"{name}.bias"] if f"{name}.bias" in weights else y

    def norm(x, name):
        mean = (x.astype(np.float64) ** 2).mean(axis=-1, keepdims=True)
        return (x / np.sqrt(mean + a.epsilon)).astype(np.float32) * weights[f"{name}.weight"]

    hidden = weights["token_embd.weight"][np.asarray(ids)]  # (n, hidden)
    mask = np.triu(np.full((n, n), -np.inf, np.float32), 1)
    for layer in range(a.layers):
        at = f"blk.{layer}"
        x = norm(hidden, f"{at}.attn_norm")
        q = rotate(a, split(product(x, f"{at}.attn_q"), a.heads))  # (heads, n, head_size)
        k = rotate(a, split(product(x, f"{at}.attn_k"), a.kv_heads))
        v = split(product(x, f"{at}.attn_v"), a.kv_heads)
        k = k.repeat(a.heads // a.kv_heads, axis=0)
        v = v.repeat(a.heads // a.kv_heads, axis=0)
        scores = q @ k.transpose(0, 2, 1) / np.float32(np.sqrt(a.head_size)) + mask
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = scores / scores.sum(axis=-1, keepdims=True) @ v
        joined = attended.transpose(1, 0, 2).reshape(n, -1)
        hidden = hidden + product(joined, f"{at}.attn_output")
        x = norm(hidden, f"{at}.ffn_norm")
        gate = product(x, f"{at}.ffn_gate")
        both = gate / (1 + np.exp(-gate)) * product(x, f"{at}.ffn_up")
        hidden = hidden + product(both, f"{at}.ffn_down")
    return product(norm(hidden, "output_norm"), "output")


def split(x, heads):
    """(n, heads * size) to (heads, n, size)."""
    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)


def rotate(architecture, x):
    """Rotary positions (Su et al. 2021, https://arxiv.org/abs/2104.09864), (heads, n, size)."""
    half = x.shape[-1] // 2
    angles = np.arange(x.shape[1])[:, None] * (
        architecture.rope_base ** (-np.arange(half, dtype=np.float64) / half)
    )
    cos, sin = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    if architecture.kind == "llama":  # neighbours are a pair
        one, two = x[..., 0::2], x[..., 1::2]
        return np.stack([one * cos - two * sin, one * sin + two * cos], axis=-1).reshape(x.shape)
    one, two = x[..., :half], x[..., half:]
    return np.concatenate([one * cos - two * sin, one * sin + two * cos], axis=-1)
