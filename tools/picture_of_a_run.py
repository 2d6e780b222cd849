"""Draw docs/demo.svg: what a real run of `edge demo` prints, as a picture of a terminal.

python tools/picture_of_a_run.py [--mic FILE]
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[1] / "docs" / "demo.svg"

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--mic", type=Path, help="a recording of the question")
arguments = parser.parse_args()

# A bare run: the wearer is synthesised, or the recording; the answer's file is thrown away.
with tempfile.TemporaryDirectory() as folder:
    command = [sys.executable, "-m", "edge", "demo"]
    if arguments.mic:
        command += ["--mic", str(arguments.mic.resolve())]
    out = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "COLUMNS": "72", "PYTHONPATH": str(PICTURE.parents[1])},
    ).stdout.replace(str(Path(folder).resolve()) + os.sep, "")

console = Console(record=True, width=76, file=io.StringIO())
console.print(Text("$ make demo", style="bold"))
console.print(Text(out.rstrip()))
svg = console.export_svg(title="edge")
# The reader's own fixed-width font: the picture fetches nothing from elsewhere.
PICTURE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL), encoding="utf-8")
print(PICTURE)
