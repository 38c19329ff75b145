"""Linting with several processes. The results and their order are the same as with one.

Processes are forked on Linux, which is quick and copies nothing. Elsewhere fork is not safe: they start anew, and load
plugins and settings themselves.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.synchronize import Event

from vmlint.project.signals import ENDING
from vmlint.record import NamedTuple
from vmlint.run.files import Files
from vmlint.run.jobs import Jobs
from vmlint.run.linter import Linter, Made
from vmlint.run.related import Overlays
from vmlint.run.settings import SettingsOf

_PR_SET_PDEATHSIG = 1
TOGETHER = 32
"""Files that a process lints before it answers."""
AHEAD = 4
"""Portions for each process that may wait, to be linted or to be shown, so that memory does not grow with the run."""


class _Portion(NamedTuple):
    names: Sequence[str]
    results: Future[list[Made]]


def shared(names: Sequence[str], lint: Linter, jobs: Jobs) -> Iterator[Made]:
    """Start the processes, and return an iterator over what they make of each file, in order."""
    lint.prepare(names)  # what it imports, forked processes share
    gc.freeze()  # a forked process shares memory until one of the two writes to it, as a collection does
    forked = jobs.start_method == "fork"
    begin = partial(_again, jobs.settings, lint.overlays, details=lint.details, repairs=lint.repairs, keeps=lint.keeps)
    context = get_context(jobs.start_method)
    stop = context.Event()
    crew = ProcessPoolExecutor(
        jobs.size, context, _begin, (lint if forked else None, begin if not forked else None, stop)
    )
    portions = _portions(crew, names)
    with _without_interrupt() if forked else nullcontext():
        waiting = deque(islice(portions, AHEAD * jobs.size))  # the first one starts all processes
    return _gathered(crew, waiting, portions, lint, jobs.lost, stop)


@contextmanager
def _without_interrupt() -> Iterator[None]:
    """Hold an interrupt back until processes are forked: in the midst of that, it can be lost, or end one of them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _portions(crew: ProcessPoolExecutor, names: Sequence[str]) -> Iterator[_Portion]:
    for start in range(0, len(names), TOGETHER):
        portion = names[start : start + TOGETHER]
        try:
            yield _Portion(portion, crew.submit(_lint, portion))
        except BrokenProcessPool as broken:
            failed: Future[list[Made]] = Future()
            failed.set_exception(broken)
            yield _Portion(portion, failed)


def _gathered(
    crew: ProcessPoolExecutor,
    waiting: deque[_Portion],
    more: Iterator[_Portion],
    lint: Linter,
    lost: Callable[[], None],
    stop: Event,
) -> Iterator[Made]:
    broken = False
    try:
        while waiting:
            portion = waiting.popleft()
            try:
                yield from portion.results.result()
            except BrokenProcessPool:  # killed, for want of memory perhaps
                if not broken:
                    lost()
                broken = True
                yield from map(lint, portion.names)
            waiting.extend(islice(more, 1))
    finally:
        stop.set()  # where this ends early, nobody wants the rest of what the others have begun
        crew.shutdown(cancel_futures=True)


def _again(settings: Callable[[], SettingsOf], overlays: Overlays, **asked: bool) -> Linter:
    settings_of = settings()
    return Linter(settings_of, Files(follows_links=settings_of.follows_links), overlays, **asked)


_lint_file: Callable[[str], Made]
"""The work of this process, set when it begins."""
_stop: Event
"""Set by the first process when no more results are wanted."""


def _begin(inherited: Linter | None, make: Callable[[], Linter] | None, stop: Event) -> None:
    global _lint_file, _stop
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)  # and cleans up where it is ended itself
    _end_with_parent()
    lint = inherited if inherited is not None else make and make()
    assert lint is not None  # noqa: S101 - one of the two is given
    _lint_file, _stop = lint, stop


def _end_with_parent() -> None:
    """End this process when the first one is killed: it would wait for more work for ever. Linux alone offers that."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _lint(names: Iterable[str]) -> list[Made]:
    return [_lint_file(name) for name in names if not _stop.is_set()]
