"""How large keys and values become, so that the cache can keep them in 8 bit.

Keys have channels that are ten times as large as the others, and always the same ones (KIVI,
https://arxiv.org/abs/2402.02750): each channel of each head gets a scale of its own, found by
reading a text with the model before its cache is narrowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from edge.events import Float32
from edge.onnx import open_session
from edge.reason.lm import description
from edge.reason.lm.cache import KvCache
from edge.reason.lm.chat import ChatTemplate, Message
from edge.reason.lm.description import Architecture
from edge.reason.lm.tokenizer import Tokenizer

ROOM = 1.25
"""How much larger than in the text a value may become before it is cut."""
_LEVELS = 127
_CHUNK = 64
_LEAST = 1e-6
"""Of a scale: that of a channel that is always zero divides nothing."""
_SYSTEM = "You are a voice assistant. Answer in one or two short, plain sentences."
_TALK = (
    (
        "What is the capital of Portugal, and how far is it from Madrid?",
        "The capital of Portugal is Lisbon. It is about 500 kilometres from Madrid by air.",
    ),
    (
        "A baker sells 12 rolls at $0.45 each and 3 loaves at $2.80. How much does she take?",
        "12 rolls cost 12 * 0.45 = $5.40. 3 loaves cost 3 * 2.80 = $8.40. Together she takes "
        "5.40 + 8.40 = $13.80.",
    ),
    (
        "Write a function in Python that says whether a number is prime.",
        "def is_prime(n: int) -> bool:\n    if n < 2:\n        return False\n"
        "    return all(n % d for d in range(2, int(n**0.5) + 1))",
    ),
    (
        "Tell me a story about a fox in the snow.",
        "Once upon a time a young fox woke up and found the forest white and silent. She had "
        "never seen snow, so she put one paw into it, then another, and sneezed. An old owl "
        'laughed from the oak. "It will not bite," said the owl, "but it will show everyone '
        'where you have been." The fox looked back at her tracks, thought for a while, and '
        "walked home backwards.",
    ),
    (
        'Give me this as JSON: {"city": "Oslo", "temperature_c": -4.5, "snow": true}; add a list.',
        '{"city": "Oslo", "temperature_c": -4.5, "snow": true, "days": ["Mon", "Tue", "Wed"]}',
    ),
    (
        "Comment dit-on \"good morning\" en français, auf Deutsch und 中文?",
        "Bonjour; guten Morgen; 早上好. In Russian it is доброе утро.",
    ),
    (
        "Which of these is a mammal: (A) trout (B) whale (C) eagle (D) gecko?",
        "B. A whale breathes air and feeds its young with milk, so it is a mammal.",
    ),
    (
        "- buy milk, eggs & bread\n- call Dr. Meyer at 3:30 pm\n- pay the bill (No. 20-417)\n\n"
        "Sum this list up!!!",
        "You want to go shopping, make a call in the afternoon, and pay a bill.",
    ),
)  # fmt: skip


def measure(
    folder: Path, architecture: Architecture, chat_template: str, special_tokens: Mapping[str, int]
) -> Float32:
    """(2 * layers, kv_heads, head_size) What one level stands for, of keys and values in turns.

    `folder` has the graph, whatever its scales are now, with its weights and the tokeniser.
    """
    encode = Tokenizer(folder / description.TOKENIZER).encode
    chat = ChatTemplate(chat_template, special_tokens, encode)
    messages = [Message("system", _SYSTEM)]
    for question, answer in _TALK:
        messages += [Message("user", question), Message("assistant", answer)]
    plain = "\n\n".join(f"{question}\n{answer}" for question, answer in _TALK)
    texts = [ids[: architecture.context] for ids in (chat.encode(messages), encode(plain))]
    session = open_session(folder / description.GRAPH, threads=2)
    a = architecture
    largest = np.zeros((2 * a.layers, a.kv_heads, a.head_size), np.float32)
    cache = KvCache(session, a, max(map(len, texts)), np.ones_like(largest))
    for ids in texts:
        cache.rewind(0)
        for start in range(0, len(ids), _CHUNK):
            cache.append(ids[start : start + _CHUNK], [])
        np.maximum(largest, np.abs(cache.state(len(ids))).max(axis=2), out=largest)
    scales: Float32 = np.maximum(largest * np.float32(ROOM / _LEVELS), np.float32(_LEAST))
    return scales
