"""Contemplation: several agents at one question, side by side.

provider.py     who makes the answers: the seam, and what crosses it
device.py       the on-device model, all answers in one batched decode
strategies.py   how each agent sets about the question
candidates.py   what an agent's text comes to, and when two come to the same
checks.py       sums in a text, worked out by code
aggregate.py    from candidates to one: the weighted vote
council.py      propose, perhaps refine, agree; what happens is in happenings.py
glance.py       the device's own quick answer, while others think
steering.py     a question narrowed down, without beginning anew
service.py      whom to ask elsewhere: openai.py asks agents, remote.py a council
responder.py    all of it for the ear
"""
