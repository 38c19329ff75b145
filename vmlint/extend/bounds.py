"""Bounds around the code of other people's plugins, so that one of them does not spoil the run of all others.

A plugin runs with the rights of its user, and may end the process or change what it likes: it is trusted not to. What
happens by mistake is contained. What it prints goes to standard error, with its name. It ends after a time, if it runs
in the first thread of a system with signals. It cannot change a workload for others, nor the current folder.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from vmlint import limits
from vmlint.extend.printed import Printed
from vmlint.findings.finding import Finding

if TYPE_CHECKING:
    from vmlint.model.workload import Workload

_INTERRUPTED = 128 + signal.SIGINT


class TookTooLong(BaseException):
    """A plugin did not end. No ``except Exception`` in it catches this."""


class Interrupted(Exception):  # noqa: N818 - it names what a plugin raised
    """A plugin raised KeyboardInterrupt, and nobody pressed a key."""


class Bounds:
    """Bounds around what one plugin does. ``owner`` is the name under which its output is shown."""

    def __init__(self, owner: str) -> None:
        self._printed = Printed(owner)

    @contextmanager
    def __call__(self, seconds: float) -> Iterator[None]:
        """Run what the plugin does meanwhile within bounds.

        Raises what it raises, :class:`TookTooLong`, and :class:`Interrupted` in place of its own ``KeyboardInterrupt``.
        """
        folder, deep = _folder(), sys.getrecursionlimit()
        first = threading.current_thread() is threading.main_thread()
        with self._printed.apart(first=first):
            try:
                if first and hasattr(signal, "setitimer"):
                    with _ended_after(seconds):
                        yield
                else:
                    yield
            except KeyboardInterrupt as end:
                if end.args or not first:
                    raise
                raise Interrupted("it raised KeyboardInterrupt") from None
            finally:
                sys.setrecursionlimit(deep)
                if folder and _folder() != folder:
                    os.chdir(folder)

    def once(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of the plugin that is called within bounds."""

        late = False

        def bounded(*arguments: Any) -> Any:
            nonlocal late
            if late:
                raise TookTooLong(_NOT_AGAIN)
            try:
                with self(limits.PLUGIN_SECONDS):
                    return function(*arguments)
            except TookTooLong:
                late = True
                raise

        return bounded

    def each(self, function: Callable[..., Iterable[Any]]) -> Callable[..., Iterator[Any]]:
        """Return a function of the plugin that yields, with one time for all that a call yields."""

        late = False

        def bounded(*arguments: Any) -> Iterator[Any]:
            nonlocal late
            if late:
                raise TookTooLong(_NOT_AGAIN)
            left = float(limits.PLUGIN_SECONDS)
            found: Iterator[Any] | None = None
            while True:
                began = time.monotonic()
                try:
                    with self(max(left, 0.001)):
                        found = iter(function(*arguments)) if found is None else found
                        one = next(found, _NOTHING)
                except TookTooLong:
                    late = True
                    raise
                left -= time.monotonic() - began
                if one is _NOTHING:
                    return
                yield one

        return bounded


_NOTHING = object()
_NOT_AGAIN = "it is not asked any more, since it took too long before"


class BoundedCheck:
    """The function of a plugin's rule. It has a time for a call and for a file; after that, it is not called again."""

    def __init__(self, check: Callable[..., Iterable[Finding]], bounds: Bounds) -> None:
        self._check = check
        self._bounds = bounds
        self._spent = 0.0
        self._stopped = False

    def begin(self) -> None:
        """Begin with another file."""
        self._spent = 0.0

    def __call__(self, workload: Workload, *arguments: Any, **thresholds: Any) -> Iterator[Finding]:
        """Yield what the rule finds in a copy of the workload.

        Raises what it raises, after what was found before; ``TookTooLong``, and ``ValueError`` for too much.
        """
        if self._stopped:
            raise TookTooLong(_NOT_AGAIN)
        from vmlint.model.outline import note, noted  # a run whose results are all kept calls no rule
        from vmlint.model.workload import clone

        copy = clone(workload)
        found: list[Finding] = []
        failed: BaseException | None = None
        began = time.monotonic()
        try:
            with self._bounds(max(min(limits.PLUGIN_SECONDS, limits.PLUGIN_FILE_SECONDS - self._spent), 0.001)):
                for each in self._check(copy, *arguments, **thresholds):
                    if len(found) == limits.PLUGIN_FINDINGS:
                        raise ValueError(f"it found more than {len(found)} things in a workload; the rest is left out")
                    found.append(_bounded(each))
        except TookTooLong:
            self._stopped = True
            late = self._spent + limits.PLUGIN_SECONDS > limits.PLUGIN_FILE_SECONDS
            most, of = (limits.PLUGIN_FILE_SECONDS, "file") if late else (limits.PLUGIN_SECONDS, "workload")
            failed = TookTooLong(f"it took more than {most} seconds for one {of}; it is not asked any more")
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, the engine reports it
            failed = error
        self._spent += time.monotonic() - began
        note(workload, noted(copy))
        yield from found
        if failed is not None:
            raise failed


def _bounded(found: Finding) -> Finding:
    """Return a finding. Raises ``ValueError`` for one that is larger than any reader reads."""
    if isinstance(found, Finding):
        parts = {name: getattr(found, name) for name in ("because", "help", "repairs")}
        for name, part in parts.items():
            if isinstance(part, tuple) and len(part) > limits.PLUGIN_TEXTS:
                raise ValueError(f"a finding has more than {limits.PLUGIN_TEXTS} entries in {name}")
        texts = (found.message, *(parts["help"] if isinstance(parts["help"], tuple) else ()))
        if any(isinstance(text, str) and len(text) > limits.PLUGIN_CHARACTERS for text in texts):
            raise ValueError(f"a text of a finding has more than {limits.PLUGIN_CHARACTERS} characters")
    return found


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - for every call
    except OSError:
        return ""


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    """End what takes longer, and tell an interrupt of the user from one that is raised: that has no arguments."""
    running = True

    def ring(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - Python calls it so
        if running:
            raise TookTooLong(f"it took more than {limits.PLUGIN_SECONDS} seconds")

    interrupt = signal.getsignal(signal.SIGINT)
    if interrupt is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)
    before = signal.signal(signal.SIGALRM, ring)
    waiting = signal.setitimer(signal.ITIMER_REAL, seconds, limits.PLUGIN_AGAIN)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, *waiting)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
        if interrupt is signal.default_int_handler:
            signal.signal(signal.SIGINT, interrupt)


def _interrupted(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - Python calls it so
    raise KeyboardInterrupt(_INTERRUPTED)
