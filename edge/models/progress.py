"""How long work shows itself: bars on a terminal, one line a finished piece elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Progress(Protocol):
    """Is told how far a piece of work has come."""

    def __call__(self, label: str, done: int, total: int, /) -> None:
        """`done` of `total` bytes or steps of `label`; `total` is 0 where it is not known."""

    def close(self) -> None:
        """The work has ended, well or badly. More work may follow."""


class Silent:
    """Shows nothing."""

    def __call__(self, label: str, done: int, total: int, /) -> None: ...

    def close(self) -> None: ...


class TerminalProgress:
    """Progress on standard error, or on another rich console."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID | None] = {}

    def __call__(self, label: str, done: int, total: int, /) -> None:
        if self._console is None:
            from rich.console import Console  # costs 50 ms, which mostly nothing is shown for

            self._console = Console(stderr=True)
        if self._console.is_terminal:
            self._draw(label, done, total)
        elif total and done >= total and label not in self._tasks:
            self._tasks[label] = None
            if label.startswith("verify "):
                return  # goes with a line of its own where it fails, and else without saying
            # Not the console's own print: it would wrap at the width of a terminal not there.
            self._console.file.write(f"{label}\n")

    def close(self) -> None:
        if self._bars is not None:
            self._bars.stop()
        self._bars = None
        self._tasks.clear()

    def _draw(self, label: str, done: int, total: int) -> None:
        from rich.markup import escape
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        if self._bars is None:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
            self._bars = Bars(*columns, TimeRemainingColumn(), console=self._console)
            self._bars.start()
        task = self._tasks.get(label)
        if task is None:
            task = self._tasks[label] = self._bars.add_task(escape(label))
        self._bars.update(task, completed=done, total=total or None)
