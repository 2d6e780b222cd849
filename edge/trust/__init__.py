"""The only way out: what may leave, to whom, after being asked, and on record.

gate.py     asks the others in turn, and opens the connection
consent.py  never, ask or always: for each topic and recipient
topics.py   what a question is about, cautiously
redact.py   placeholders in place of what is personal, and back again
names.py, numbers.py, addresses.py   what is personal; lexicon.py knows which words are words
ledger.py   every byte that left, in a file whose entries are chained
wire.py     one HTTP request over one connection
untrusted.py  what others wrote, without what could pass for more than text
guard.py    refuses connections that nobody asked the gate for
"""
