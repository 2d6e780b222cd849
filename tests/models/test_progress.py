"""Progress as it is shown."""

import io

from rich.console import Console

from edge.models.progress import TerminalProgress


def test_one_line_a_piece_where_there_is_no_terminal():
    """A log gets a line for each piece that is finished, however often it is told."""
    out = io.StringIO()
    progress = TerminalProgress(Console(file=out, force_terminal=False))
    for done in (0, 50, 100, 100):
        progress("fetch [x].onnx", done, 100)
        progress("verify [x].onnx", done, 100)
    progress("fetch y", 5, 0)
    progress("fetch z", 5, 10)
    progress.close()
    assert out.getvalue() == "fetch [x].onnx\n"


def test_bars_on_a_terminal():
    """A bar shows label and percentage; afterwards the cursor is back, even in the middle."""
    out = io.StringIO()
    progress = TerminalProgress(Console(file=out, force_terminal=True, width=80))
    progress("fetch [x].onnx", 0, 100)
    progress("fetch [x].onnx", 50, 100)
    progress.close()
    progress.close()
    shown = out.getvalue()
    assert "fetch [x].onnx" in shown
    assert "50%" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor stays hidden"


def test_used_again_after_close():
    """A second pull shows its bars, too."""
    out = io.StringIO()
    progress = TerminalProgress(Console(file=out, force_terminal=True, width=80))
    for label in ("first", "second"):
        progress(label, 1, 1)
        progress.close()
    assert "second" in out.getvalue()
