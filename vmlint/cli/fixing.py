"""``--fix`` and ``--diff``: files are mended before they are linted and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, OK, USAGE, UsageError
from vmlint.cli.say import say
from vmlint.record import NamedTuple
from vmlint.report.screen import real_name
from vmlint.report.wording import some
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.run.files import Files
    from vmlint.run.fix import Fixed
    from vmlint.run.result import Run
    from vmlint.run.settings import SettingsOf

NAMED = 5


def refuse(options: Namespace) -> None:
    """Raise ``UsageError`` for options that contradict each other."""
    asked = [f"--{name}" for name in ("fix", "diff") if getattr(options, name)]
    if len(asked) > 1:
        raise UsageError("--diff writes nothing and --fix does; leave one of them out")
    if options.diff and (options.output or options.format not in (None, "text")):
        raise UsageError("--diff prints a patch and writes no report; leave --format and --output out")
    others = ("on", "undecided", "coverage") if options.diff else ("on",)
    for other in others:
        if asked and getattr(options, other):
            raise UsageError(f"{asked[0]} is about the files as they are; leave --{other} out")


class Mended(NamedTuple):
    """What came of mending."""

    found: Run
    """What was found before."""
    status: int = OK
    """The exit status that the run has at least."""
    stdin: bytes | None = None
    """What was read of standard input, as it is now."""

    def report_to(self) -> AbstractContextManager[object]:
        """Return where the report goes: to standard error, where standard output is the mended text."""
        return redirect_stdout(sys.stderr) if self.stdin is not None else nullcontext()


def mend(options: Namespace, settings: SettingsOf, lint: Callable[[bytes | None], Run]) -> Mended:
    """Mend the files that need it, or print the patch that would. ``lint`` lints them all, with a text for ``-``."""
    from vmlint.run.files import Files
    from vmlint.run.fix import fix, wanted

    stdin = _stdin() if "-" in options.paths else None
    found = lint(stdin)
    only = wanted(found, unsafe=options.unsafe_fixes)
    files = Files(options.stdin_filename, stdin, follows_links=settings.follows_links)
    fixed = fix(options.paths, settings, files, only, unsafe=options.unsafe_fixes) if only else iter(())
    if options.diff:
        return Mended(found, _show(fixed, files))
    done, status = _write(fixed, files)
    stdin = next((each.after for each in done if each.file == "-"), stdin)
    if stdin is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(stdin)
        sys.stdout.buffer.flush()
    return Mended(found, status, stdin)


def _stdin() -> bytes | None:
    from vmlint.reading.file import read_stdin

    try:
        return read_stdin()
    except OSError:
        return None  # linting it says why


def _show(fixed: Iterator[Fixed], files: Files) -> int:
    """Print the patch of each file; return the exit status."""
    from vmlint.report.patch import inert, patch, without_secrets
    from vmlint.syntax.text import encoding_of

    hidden: list[str] = []
    spelt_out: list[str] = []
    done: list[Fixed] = []
    status = OK
    for each in fixed:
        if each.fault:
            status = _failed(each, files)
            continue
        done.append(each)
        sys.stdout.flush()
        parts = [*patch(_name(each, files), each.before, each.after)]
        shown = [*without_secrets(parts, each.before, each.after)]
        harmless = [*inert(shown)] if encoding_of(each.before)[1] == "utf-8" else shown
        sys.stdout.buffer.writelines(harmless)
        sys.stdout.buffer.flush()
        if shown != parts:
            hidden.append(real_name(_name(each, files)))
        elif harmless != shown:
            spelt_out.append(real_name(_name(each, files)))
    if hidden:
        say(f"the patch of {some(hidden, NAMED)} hides secrets, and cannot be applied; --fix makes the changes")
    if spelt_out:
        named = some(spelt_out, NAMED)
        say(f"the patch of {named} spells out what a log obeys, and cannot be applied; --fix makes the changes")
    _say("would apply", done, files)
    return max(status, FINDINGS if done else OK)


def _write(fixed: Iterator[Fixed], files: Files) -> tuple[list[Fixed], int]:
    """Write each file; return those that were written, and the exit status."""
    from vmlint.run.write import write

    done: list[Fixed] = []
    status = OK
    for each in fixed:
        if each.fault:
            status = _failed(each, files)
            continue
        try:
            if each.file != "-":
                write(each.file, each.before, each.after)
            done.append(each)
        except OSError as error:
            say(f"cannot write {real_name(each.file)}: {reason(error)}")
            status = max(status, USAGE)
            files.replace(each.file, each.before)
    _say("applied", done, files)
    return done, status


def _say(what: str, done: Sequence[Fixed], files: Files) -> None:
    if done:
        number = sum(len(each.mended) for each in done)
        names = some([real_name(_name(each, files)) for each in done], NAMED)
        say(f"{what} {number} {'fix' if number == 1 else 'fixes'} to {names}")


def _failed(each: Fixed, files: Files) -> int:
    say(f"{real_name(_name(each, files))} stays as it was: {each.fault}; this is a fault of vmlint or of a plugin")
    return INTERNAL


def _name(each: Fixed, files: Files) -> str:
    return files.stdin_name if each.file == "-" else each.file
