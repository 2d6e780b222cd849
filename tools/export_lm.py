"""Export a GGUF file to a folder for the language model: tools/export_lm.py MODEL.gguf FOLDER

The model store does the same on its own for the models that it knows.
"""

import sys
import time
from pathlib import Path

from edge.errors import EdgeError
from edge.reason.lm import export

if len(sys.argv) != 3:
    sys.exit(__doc__)
gguf, folder = map(Path, sys.argv[1:])
begin = time.perf_counter()
try:
    export.build(gguf, folder, lambda label, done, total: print(f"{done:3}/{total} {label}"))
except EdgeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
print(f"{folder}: {time.perf_counter() - begin:.0f} s")
