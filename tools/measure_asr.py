"""Word error rate and speed of `edge hear` on sets of recordings with their text.

    python tools/measure_asr.py FOLDER... [--threads 2] [--errors]

Each folder has a manifest.jsonl with `file` and `text`. Case, punctuation, and numbers in digits or
in words make no difference; British and American spelling, and compounds, do. The time is that of
reading and recognising, without loading the models.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jiwer

ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
TENS = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
LONG = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "ok": "okay"}
ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
ORDINALS |= {"nine": "ninth", "twelve": "twelfth"}


def in_words(number: int) -> str:
    """How `number` is said."""
    if number < 20:
        return ONES[number]
    for size, name in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if number >= size:
            rest = f" {in_words(number % size)}" if number % size else ""
            return f"{in_words(number // size)} {name}{rest}"
    return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")


def ordinal(number: int) -> str:
    """How the `number`th is said."""
    *before, last = in_words(number).split()
    last = ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join([*before, last])


def normal(text: str) -> str:
    """Lower case words, numbers spelt out, without punctuation."""
    text = text.lower().replace("\u2019", "'").replace("&", " and ").replace("%", " percent")
    text = re.sub(r"(\d),(?=\d{3})", r"\1", text)
    text = re.sub(r"\b(\d{1,12})(?:st|nd|rd|th)\b", lambda m: f" {ordinal(int(m[1]))} ", text)
    text = re.sub(r"\d{1,12}", lambda m: f" {in_words(int(m[0]))} ", text)
    words = (word.strip("'") for word in re.sub(r"[^a-z' ]+", " ", text).split())
    return " ".join(LONG.get(word, word) for word in words if word)


def hear(files: list[Path], threads: int) -> list[dict]:
    """What `edge hear --json` says of each file."""
    command = [sys.executable, "-m", "edge", "hear", "--json", "--offline", *map(str, files)]
    environment = os.environ | {"EDGE_ASR_THREADS": str(threads)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if len(rows) != len(files):
        sys.exit(done.stderr or f"edge hear gave {len(rows)} answers for {len(files)} files.")
    return rows


def main() -> None:
    """Print a line for each folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--errors", action="store_true", help="print what was misunderstood")
    options = parser.parse_args()
    for folder in options.folders:
        manifest = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
        wanted = [json.loads(line) for line in manifest]
        rows = hear([folder / want["file"] for want in wanted], options.threads)
        said = [normal(want["text"]) for want in wanted]
        heard = [normal(row["text"]) for row in rows]
        result = jiwer.process_words(said, heard)
        seconds = sum(row.get("seconds", 0) for row in rows)
        took = sum(row.get("took", 0) for row in rows)
        print(
            f"{folder.name}: WER {result.wer:.1%} ({len(rows)} recordings, "
            f"{sum(len(text.split()) for text in said)} words), "
            f"{took / seconds:.3f} of real time ({seconds:.0f} s in {took:.1f} s)",
            flush=True,
        )
        if options.errors:
            for row, one, other in zip(rows, said, heard, strict=True):
                if one != other:
                    print(f"  {Path(row['file']).name}\n    {one}\n    {other}")


if __name__ == "__main__":
    main()
