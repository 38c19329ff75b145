"""A run that is ended before its end: what is known by then is reported, and that it is not all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from vmlint.project.signals import ENDING

if TYPE_CHECKING:
    from vmlint.run.result import Result

_INTERRUPTED = 128 + signal.SIGINT


class Ending:
    """Whether, and by what, a run was ended. The first signal ends the linting, the second one the process."""

    def __init__(self) -> None:
        self.status = 0
        """The exit status that tells of the signal; 0 where there was none."""
        self.after = 0
        """How many files were linted before."""
        self._linting = False

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Yield results until the run is ended. A stage of a run, the last one."""
        waiting = iter(results)
        while not self.status:
            self._linting = True
            try:
                result = next(waiting, None)
            except KeyboardInterrupt as end:
                self.status = end.args[0] if end.args else _INTERRUPTED
                return
            finally:
                self._linting = False
            if result is None:
                return
            self.after += not result.beside
            yield result

    @contextmanager
    def noticed(self) -> Iterator[None]:
        """Let signals end the linting alone meanwhile, so that what was found can still be written."""
        if not _is_main_thread():
            yield
            return
        numbers = [each for each in (signal.SIGINT, *ENDING) if signal.getsignal(each) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._noted) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _noted(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - Python calls it so
        again, status = self.status, 128 + number
        if self._linting or again:
            raise KeyboardInterrupt(status)
        self.status = status


def _is_main_thread() -> bool:
    """Whether this is the thread that signals reach. Without another there is no need to import ``threading``."""
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()
