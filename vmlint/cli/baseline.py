"""Accept the findings that are there today, so that `vmlint check` reports what comes new.

write: list the findings of files and folders in a file, the baseline.
update: remove from it what was mended since, and follow files that were renamed.
show: list what it accepts.

What could not be checked is never accepted. Exit status: 0 done; 2 usage, or the baseline cannot be read or written;
3 nothing was linted; 4 a rule or a plugin failed. With 3 and 4, nothing is written.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.accepting import Place, is_whole, place_of, read
from vmlint.cli.options import add_baseline, add_config, add_settings, add_waivers, add_work
from vmlint.cli.resolve import installed, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.project.root import project_root
from vmlint.report.screen import columns, file_name
from vmlint.report.wording import count
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Sequence

    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded
    from vmlint.project.baseline import Entry
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Run

STDOUT = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    actions = parser.add_subparsers(dest="action", metavar="write|update|show", required=True)
    write = _action(actions, "write", "list the findings that there are today")
    write.add_argument("--force", action="store_true", help="replace a baseline that is there already")
    update = _action(actions, "update", "remove what was mended since, and follow renamed files")
    update.add_argument("--add", action="store_true", help="also add the findings that are new")
    for each in (write, update):
        add_settings(each)
        add_waivers(each)
        add_work(each)
    listed = _action(actions, "show", "list what is accepted, by rule and file")
    add_config(listed)
    listed.add_argument(
        "--format", choices=("text", "json"), default="text", help="text for people (default), json for programs"
    )


def _action(actions: _SubParsersAction[ArgumentParser], name: str, about: str) -> ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".", allow_abbrev=False)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    add_baseline(parser)
    return parser


def run(options: Namespace) -> int:
    """Write, update or show, and return the exit status."""
    if "-" in options.paths:
        raise UsageError("a baseline is about files; standard input is none")
    plugins = installed()
    settings = settings_for(options, plugins)
    return {"write": _write, "update": _update, "show": _show}[options.action](options, settings, plugins)


def _write(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    """Write what is found. ``--baseline -`` writes it to standard output."""
    place = None if options.baseline == STDOUT else place_of(options, settings)
    if place and os.path.lexists(place.file) and not options.force:
        raise UsageError(
            f"{place.shown} is there already; `vmlint baseline update` removes what was mended, --force writes it anew"
        )
    found = _linted(options, settings, plugins)
    from vmlint.project.baseline import document
    from vmlint.run.accept import Names, entries

    names = Names(project_root(Path.cwd()))
    every = [entry for result in found for entry in entries(result, lambda each: each.accepted is None, names)]
    if place is None:
        show(document(every))
        return _failed(found, plugins)
    if status := _failed(found, plugins):
        return status
    _save(place, every)
    say(f"wrote {count(len(every), 'finding')} to {place.shown}")
    return OK


def _update(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    if options.select or options.ignore:
        raise UsageError("update judges by the rules of the settings; leave --select and --ignore out")
    place = place_of(options, settings)
    before = _existing(place)
    found = _linted(options, settings, plugins)
    from vmlint.run.accept import Known, Names, entries

    names = Names(project_root(Path.cwd()))
    known = Known(before, "baseline", names)
    found = found.through(known.stage)
    kept: list[Entry] = []
    new: list[Entry] = []
    for result in found:
        kept += entries(result, lambda each: each.accepted is not None and each.accepted.by == "baseline", names)
        new += entries(result, lambda each: each.accepted is None, names)
    if status := _failed(found, plugins):
        return status
    whole = is_whole(options.paths)
    stale = [each for each in known.left() if known.mended(each, whole=whole)]
    others = [each for each in known.left() if not known.mended(each, whole=whole)]
    _save(place, [*kept, *others, *(new if options.add else ())])
    left = sum(each.times for each in (*kept, *others))
    parts = [f"kept {count(left, 'finding')}", f"removed {sum(each.times for each in stale)}"]
    if options.add:
        parts.append(f"added {len(new)}")
    elif new:
        parts.append(f"{len(new)} {'is' if len(new) == 1 else 'are'} not in it (--add adds what is new)")
    say(f"{place.shown}: {', '.join(parts)}")
    return OK


def _show(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    from vmlint.report import accepted
    from vmlint.run.accept import Names

    place = place_of(options, settings)
    entries = _existing(place)
    if options.paths:
        names = Names(project_root(Path.cwd()))
        wanted = [names(os.path.join(path, "")).rstrip("/") for path in options.paths]  # noqa: PTH118 - a name may be a file's
        entries = tuple(each for each in entries if any(_is_below(each.file, path) for path in wanted))
    if options.format == "json":
        show(accepted.document(entries, place.shown))
    else:
        show(accepted.listing(entries, place.shown, _rule_names(plugins), columns()))
    return OK


def _is_below(file: str, path: str) -> bool:
    return not path or file == path or file.startswith(f"{path}/")


def _rule_names(plugins: Installed) -> dict[str, str]:
    """Return the names of the rules by their codes."""
    from vmlint.findings.codes import CODES

    every: tuple[Coded, ...] = (*plugins.rules, *CODES.values())
    return {rule.code: rule.name for rule in every}


def _linted(options: Namespace, settings: ByFile, plugins: Installed) -> Run:
    from vmlint.cli.check import linted

    options.paths = options.paths or ["."]
    options.stdin_filename = None
    with usage(plugins):
        return linted(options, settings, plugins)


def _failed(found: Run, plugins: Installed) -> int:
    """Return the exit status of a run that is no base for a baseline, and say why; 0 for a good one."""
    if plugins.failures or found.tally.crashes:
        if found.tally.crashes:
            say("a rule or a reader failed, so findings may be missing; `vmlint check` shows where")
        say("the baseline was not written")
        return INTERNAL
    if not found.tally.linted:
        say("nothing was linted; the baseline was not written")
        return NOTHING
    return OK


def _existing(place: Place) -> Sequence[Entry]:
    entries = read(place)
    if entries is None:
        raise UsageError(f"{place.shown}: there is no such file; `vmlint baseline write` writes a baseline")
    return entries


def _save(place: Place, entries: Iterable[Entry]) -> None:
    from vmlint.project.baseline import document
    from vmlint.project.write import write_whole

    try:
        write_whole(place.file, (document(entries).encode("utf-8"),))
    except OSError as error:
        raise UsageError(f"{file_name(str(place.file))} cannot be written: {reason(error)}") from None
