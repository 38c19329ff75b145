"""``vmlint check --watch``: lint again whenever a file changed, until Ctrl-C."""

from __future__ import annotations

import gc
import itertools
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.cli import UsageError, reports
from vmlint.cli.say import say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

NAMED = 3
"""Changed files that are named."""
CLEAR = "\x1b[H\x1b[2J\x1b[3J"
"""What empties a terminal, with the lines that were scrolled out of it."""
FOR_PEOPLE = ("text", "concise")
WRITING = ("fix", "unsafe_fixes", "diff")
"""Options that are about writing the files: it would be woken by what it wrote itself."""


def watch(options: Namespace, check: Callable[[Namespace], int]) -> int:
    """Check again and again; only an interrupt ends it. Wrong settings are reported, and can be mended meanwhile."""
    from vmlint.extend.plugins import load
    from vmlint.report.wording import count
    from vmlint.run.runner import wanted
    from vmlint.run.watch import snapshot, wait

    options.paths = reports.paths(options)
    options.files_from = None
    _refuse(options)
    options.watch = False
    named = (options.config, *options.host, options.baseline, *options.catalog)
    others = [name for name in named if name and name != "local"]
    for folder in (Path(each) for each in options.host if Path(each).is_dir()):
        others += map(str, itertools.islice(folder.rglob("*"), limits.HOST_FILES))
    look = partial(snapshot, options.paths, others, wanted(load().readers))
    clears = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    changed: Sequence[str] = ()
    while True:
        before = look()  # what changes while the files are linted is noticed, too
        if clears:
            sys.stdout.write(CLEAR)
            sys.stdout.flush()
        if changed:
            say(f"changed: {_names(changed)}")
        status = _checked(options, check)
        sys.stdout.flush()
        say(f"exit status {status}; watching {count(len(before), 'file')}, Ctrl-C ends it")
        sys.stderr.flush()
        gc.unfreeze()  # what workers share is frozen whenever they start, and would never be freed
        changed = wait(before, look)


def _refuse(options: Namespace) -> None:
    if "-" in options.paths:
        raise UsageError("--watch waits for files to change, and standard input is read once; name files or folders")
    asked = reports.outputs(options) if options.format or options.output else ()
    if any(each.form not in FOR_PEOPLE or each.file for each in asked):
        raise UsageError(f"--watch shows each result anew, to people: use --format {' or '.join(FOR_PEOPLE)}")
    if writing := [name for name in WRITING if getattr(options, name, False)]:
        raise UsageError(f"--watch only looks at files; --{writing[0].replace('_', '-')} is for a run of its own")


def _checked(options: Namespace, check: Callable[[Namespace], int]) -> int:
    try:
        return check(options)
    except UsageError as error:
        say(f"error: {error}")
        return error.status


def _names(files: Sequence[str]) -> str:
    from vmlint.project.root import as_written
    from vmlint.report.screen import real_name
    from vmlint.report.wording import some

    return some([real_name(as_written(file)) for file in files], NAMED)
