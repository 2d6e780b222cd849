"""What the assistant remembers: one SQLite file on this device, one schema, migrations.

`Memory` is the door; each kind of thing has a file of its own beside it.
"""

from edge.memory.memory import Memory

__all__ = ["Memory"]
