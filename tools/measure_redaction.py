"""Measure what redaction hides, and what it should have left alone.

    python tools/measure_redaction.py ../shared/data [--count 500] [--seed 1] [--development]

Prints, for four ways of writing, the share of personal items that are gone from what would be
sent, and of harmless questions that were changed. An item is gone when none of its words of two
signs or more is left. Harmless: questions to an assistant and about the world in `qa` and `intents`
of the folder; those with a name, a number of somebody or "my" in them are in it, too.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from redaction_sentences import DEVELOPMENT, TEST, Sentence, heard, said, sentences

from edge.trust.redact import Placeholders, pattern

STYLES = {"written": str, "lower case": str.lower, "as heard": heard, "as said": said}
HARMLESS = {
    "qa/nq_open.jsonl": "question",
    "qa/gsm8k.jsonl": "question",
    "qa/svamp.jsonl": "Body",
    "intents/clinc150.jsonl": "text",
}


def left(secret: str, sent: str, harmless: str = "") -> bool:
    """Whether a part of `secret` is still in `sent`, more often than the rest says it by itself.

    "How old will he be in two zero four zero" gives nothing away of a birthday with a "two" in it.
    """
    words = {word for word in re.findall(r"[\w']+", secret) if len(word) > 1}
    return any(
        len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", pattern.sub(" ", sent), re.IGNORECASE))
        > len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", harmless, re.IGNORECASE))
        for word in words
    )


def rest(one: Sentence, style: Callable[[str], str]) -> str:
    """What the sentence says without its secrets."""
    text = one.text
    for secret in sorted(one.secrets, key=len, reverse=True):
        text = text.replace(secret, " ; ")
    return style(text)


def recall(made, style, show: bool) -> dict[str, tuple[int, int]]:
    """Hidden and all, by kind."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in made:
        sent = Placeholders(one.known).redact(style(one.text))
        for secret in one.secrets:
            gone = not left(style(secret), sent, rest(one, style))
            counts[one.kind][0] += gone
            counts[one.kind][1] += 1
            if show and not gone:
                print(f"  missed {style(secret)!r}: {sent}")
    return {kind: (hidden, total) for kind, (hidden, total) in counts.items()}


def harmless(folder: Path, count: int, seed: int) -> list[str]:
    """Questions of others, as many from each file."""
    chance, texts = random.Random(seed), []
    for name, field in HARMLESS.items():
        lines = (folder / name).read_text("utf-8").splitlines()
        texts += [json.loads(line)[field] for line in chance.sample(lines, count // len(HARMLESS))]
    return texts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--development", action="store_true", help="with what was missed")
    options = arguments.parse_args()
    made = sentences(options.count, options.seed, DEVELOPMENT if options.development else TEST)
    questions = harmless(options.folder, options.count, options.seed)
    for name, style in STYLES.items():
        counts = recall(made, style, options.development)
        hidden = sum(one for one, _ in counts.values())
        total = sum(all_ for _, all_ in counts.values())
        print(f"{name}: {hidden} of {total} items hidden ({hidden / total:.1%})")
        for kind, (some, all_) in sorted(counts.items()):
            print(f"  {kind:8} {some:4} of {all_:4} ({some / all_:.1%})")
        changed = [(t, s) for t in map(style, questions) if (s := Placeholders().redact(t)) != t]
        if options.development:
            for text, sent in changed:
                print(f"  changed {text!r}: {sent!r}")
        print(f"  harmless {len(changed)} of {len(questions)} changed", end="")
        print(f" ({len(changed) / len(questions):.1%})")


if __name__ == "__main__":
    main()
