"""What a hedge costs: tools/measure_hedge.py [MODEL]

When the first words, the first sentence and the whole answer are there, and how long judging takes:
a doubt before the answer would have to wait for the end that it is judged by.
"""

import statistics
import sys
import time

from edge.events import Ask
from edge.models import Store
from edge.reason.hedge import Hedge
from edge.reason.lm.chat import Message
from edge.reason.lm.engine import LanguageModel
from edge.reason.lm.sampling import Sampling
from edge.settings import Config

QUESTIONS = (
    "What is the capital of Australia?",
    "Who wrote Pride and Prejudice?",
    "How many bones does an adult have?",
    "Why is the sky blue?",
    "What is the largest desert in the world?",
    "When did the Berlin Wall fall?",
    "How does a vaccine work?",
    "Who was the first mayor of Ostelbach?",
    "What is photosynthesis?",
    "Which planet has the most moons?",
    "How do noise cancelling headphones work?",
    "What causes thunder?",
)

name = sys.argv[1] if len(sys.argv) > 1 else Config().lm.model
model = LanguageModel(Store(offline=True).path(name))
system = Message("system", Config().lm.system_prompt)
hedge = Hedge(0.15, name)
words, sentences, answers, judging = [], [], [], []
hedged = 0
for question in QUESTIONS:
    prompt = model.encode_chat([system, Message("user", question)])
    begin, text, steps = time.perf_counter(), "", []
    marks: list[float] = []
    for step in model.generate_steps(prompt, Sampling(Config().lm.max_tokens)):
        steps.append(step)
        text += step.text
        now = time.perf_counter() - begin
        if not marks and len(text.split()) > 3:
            marks.append(now)
        if len(marks) == 1 and text.rstrip().endswith((".", "!", "?")):
            marks.append(now)
    marks += [time.perf_counter() - begin] * (3 - len(marks))
    words.append(marks[0])
    sentences.append(marks[1])
    answers.append(marks[2])
    begin = time.perf_counter()
    said = hedge.judge(Ask(question), steps)
    judging.append(time.perf_counter() - begin)
    hedged += bool(said)
    print(f"{question} {text}{said}")
for label, times in (
    ("three words", words), ("first sentence", sentences), ("whole answer", answers),
):  # fmt: skip
    print(f"{label}: {statistics.median(times):.2f} s in the middle, at most {max(times):.2f} s")
print(f"judging: {1e3 * statistics.median(judging):.2f} ms; {hedged} of {len(QUESTIONS)} hedged")
