"""Regular expressions of intents, each compiled once.

`re` keeps 512 of them, fewer than there are: a question would compile some anew, which takes longer
than all matching.
"""

from __future__ import annotations

import re
from functools import cache


@cache  # As many as the skills have, which is fixed.
def pattern(regex: str) -> re.Pattern[str]:
    """`regex`, whatever the case of its letters."""
    return re.compile(regex, re.IGNORECASE)
