"""`edge serve`: the other end, for a home box or a fleet.

jobs.py      what is to be answered and what comes of it; the seam to whoever decodes
lm.py        the on-device model behind that seam; a fixed-time engine in fixed.py beside it
queue.py     who is next: bounded, fair between clients, several in one batch
openai.py    requests and answers in OpenAI's form
limits.py    who asks (bearer tokens), how often, and how much
sending.py   answers on the wire: event streams, clients that have gone or do not read
contemplate.py  /v1/contemplate: a council's events
app.py       the ASGI application
metrics.py   what Prometheus is told
server.py    the application on a port, from SIGTERM to the last answer
fleet.py     the same application over several machines, on Ray Serve
"""
