"""A private temporary folder, which is gone when the process ends: also by Ctrl-C, or when somebody ends it."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType

from vmlint.project.signals import ENDING


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a new folder for its user alone. What ends the process waits while it is made and while it is removed."""
    held = _hold_back()
    before = {number: signal.signal(number, _end) for number in ENDING} if held is not None else {}
    try:
        made = mkdtemp(prefix="vmlint-")
        try:
            _let_go(held)
            yield Path(os.path.realpath(made))
        finally:
            try:
                held = _hold_back()
            finally:
                shutil.rmtree(made, ignore_errors=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _let_go(held)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - Python calls it so
    """Leave as an interrupt does, which nobody takes for a fault of a rule. The argument is the exit status."""
    raise KeyboardInterrupt(128 + number)


def _hold_back() -> set[int] | None:
    """Hold back what ends the process; return what was held back before, ``None`` where nothing can be."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        return None
    return {*signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *ENDING})}


def _let_go(held: set[int] | None) -> None:
    if held is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
