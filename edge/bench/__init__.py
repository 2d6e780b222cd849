"""Measurements that can be repeated with one command: `edge bench`.

lm.py           the language model, side by side with llama.cpp on the same weights
lm_report.py    its result as a table and as a picture
child.py        a process that is measured, seen from the one that measures
edge_child.py   such a process: edge's engine
llama_child.py  such a process: llama.cpp, in whichever Python has it
machine.py      what the figures were measured on
"""
