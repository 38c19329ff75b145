"""Accept the findings that are there today, so that `vmlint check` reports what comes new.

write: list the findings of files and folders in a file, the baseline.
update: remove from it what was mended since, and follow files that were renamed.
show: list what it accepts.

What could not be checked is never accepted. Exit status: 0 done; 2 usage, or the baseline cannot be read or written;
3 nothing was linted; 4 a rule or a plugin failed. With 3 and 4, nothing is written.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.accepting import baselines, is_whole, rule_names
from vmlint.cli.options import add_baseline, add_config, add_settings, add_waivers, add_work
from vmlint.cli.remarks import say_renamed
from vmlint.cli.resolve import installed, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.inert import visible
from vmlint.project.baseline_file import leads_out, missing
from vmlint.report.screen import columns, file_name
from vmlint.report.wording import count
from vmlint.words import listed as list_of
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.extend.plugins import Installed
    from vmlint.project.baseline import Entry
    from vmlint.project.baseline_file import Place
    from vmlint.report.accepted import Listed
    from vmlint.run.accept import Known, Names
    from vmlint.run.baselines import Baselines
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Result, Run

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
    if options.action != "show":
        options.paths = options.paths or ["."]
    options.stdin_filename = None
    with usage(plugins):
        return {"write": _write, "update": _update, "show": _show}[options.action](options, settings, plugins)


def _write(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    """Write what is found. ``--baseline -`` writes it to standard output."""
    if options.baseline == STDOUT:
        return _print(options, settings, plugins)
    from vmlint.run.accept import Names

    every = _of_one_project(options, settings, plugins)
    _refuse_outside(every)
    found = _linted(options, settings, plugins)
    names = Names()
    new: dict[Place, list[Entry]] = {every.named[0]: []} if options.baseline else {}
    for result in found:
        if result.recognised or result.diagnostics:
            place = every.of(result.file)
            _refuse_another(place, force=options.force)
            new.setdefault(place, []).extend(_new(result, names))
    if status := _failed(found, plugins):
        return status
    for place, entries in new.items():
        _save(place, entries)
        say(f"wrote {count(len(entries), 'finding')} to {place.shown}")
    return OK


def _print(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    from vmlint.project.baseline import document
    from vmlint.run.accept import Names

    found = _linted(options, settings, plugins)
    names = Names()
    show(document(entry for result in found for entry in _new(result, names)))
    return _failed(found, plugins)


def _refuse_another(place: Place, *, force: bool) -> None:
    if os.path.lexists(place.file) and not force:
        raise UsageError(
            f"{visible(place.shown)} is there already; `vmlint baseline update` removes what was mended, --force "
            "writes it anew"
        )


def _new(result: Result, names: Names) -> Iterator[Entry]:
    from vmlint.run.accept import entries

    return entries(result, lambda each: each.accepted is None, names)


def _update(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    if options.select or options.ignore:
        raise UsageError("update judges by the rules of the settings; leave --select and --ignore out")
    every = _of_one_project(options, settings, plugins, mends=True)
    _refuse_outside(every)
    found = _linted(options, settings, plugins)
    places = _existing(every, found.files)
    from vmlint.run.accept import Names, entries

    names = Names()
    kept: dict[Place, list[Entry]] = {place: [] for place in places}
    new: dict[Place, list[Entry]] = {place: [] for place in places}
    found = found.through(every.stage)
    for result in found:
        place = every.of(result.file)
        if place in kept:
            kept[place] += entries(
                result, lambda each: each.accepted is not None and each.accepted.by == "baseline", names
            )
            new[place] += _new(result, names)
    if status := _failed(found, plugins):
        return status
    for place, known in places.items():
        whole = is_whole(options.paths, known.root)
        _renew(place, known, kept[place], new[place], whole=whole, add=options.add)
    return OK


def _renew(place: Place, known: Known, kept: list[Entry], new: list[Entry], *, whole: bool, add: bool) -> None:
    """Write a baseline with what is left of it, and say what became of it."""
    stale = [each for each in known.left() if known.mended(each, whole=whole)]
    others = [each for each in known.left() if not known.mended(each, whole=whole)]
    _save(place, [*kept, *others, *(new if add else ())])
    say_renamed(known.renamed)
    left = sum(each.times for each in (*kept, *others))
    parts = [f"kept {count(left, 'finding')}", f"removed {sum(each.times for each in stale)}"]
    if add:
        parts.append(f"added {len(new)}")
    elif new:
        parts.append(f"{len(new)} {'is' if len(new) == 1 else 'are'} not in it (--add adds what is new)")
    say(f"{place.shown}: {', '.join(parts)}")


def _existing(every: Baselines, files: Iterable[str]) -> dict[Place, Known]:
    """Return the baselines of some files that are there. Raises ``ConfigError`` where none is."""
    places = every.places(files)
    known = {place: found for place in places if (found := every.known(place))}
    if not known:
        raise missing(places[0])
    return known


def _show(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    from vmlint.report import accepted

    every = _of_one_project(options, settings, plugins)
    known = _existing(every, () if options.baseline else _files(options, settings))
    listed: list[Listed] = [(visible(place.shown), [*found.left()]) for place, found in known.items()]
    if options.paths:
        listed = _below(options.paths, listed)
    if options.format == "json":
        show(accepted.document(listed))
    else:
        show(accepted.listing(listed, rule_names(plugins), columns()))
    return OK


def _below(paths: Sequence[str], listed: Sequence[Listed]) -> list[Listed]:
    """Return the entries for some files and folders. Raises ``UsageError`` for one that is nowhere."""
    from vmlint.run.accept import Names

    names = Names()
    wanted = [names(os.path.join(path, "")).rstrip("/") for path in paths]  # noqa: PTH118 - a name may be a file's
    for path, name in zip(paths, wanted, strict=True):
        if not os.path.lexists(path) and not any(_is_below(each.file, name) for _, found in listed for each in found):
            baselines, has = list_of(shown for shown, _ in listed), "has" if len(listed) == 1 else "have"
            raise UsageError(f"there is no file or folder {file_name(path)}, and {baselines} {has} no entry of it")
    return [
        (shown, [each for each in found if any(_is_below(each.file, name) for name in wanted)])
        for shown, found in listed
    ]


def _files(options: Namespace, settings: ByFile) -> list[str]:
    """Return the files that would be linted."""
    from vmlint.run.files import Files
    from vmlint.run.runner import found

    return found(options.paths or ["."], settings, Files(follows_links=settings.follows_links), search=False)[0]


def _is_below(file: str, path: str) -> bool:
    return not path or file == path or file.startswith(f"{path}/")


def _linted(options: Namespace, settings: ByFile, plugins: Installed) -> Run:
    from vmlint.cli.check import linted

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


def _of_one_project(options: Namespace, settings: ByFile, plugins: Installed, *, mends: bool = False) -> Baselines:
    """Return the baselines of what is named. Raises ``UsageError`` where it is of two projects."""
    every = baselines(options, settings, plugins, mends=mends)
    one = every.named[0]
    other = next((each for each in every.named if each.root != one.root), None)
    if other is not None and not options.baseline:
        raise UsageError(
            f"these files have two baselines, {visible(one.shown)} and {visible(other.shown)}; name the files of one "
            "project"
        )
    return every


def _refuse_outside(every: Baselines) -> None:
    """Raise ``UsageError`` for a baseline outside the project, whose files its entries name."""
    for place in filter(leads_out, every.named):
        raise UsageError(f"--baseline {visible(place.shown)} leads out of the project ({file_name(place.root.name)}/)")


def _save(place: Place, entries: Iterable[Entry]) -> None:
    from vmlint.project.baseline import document
    from vmlint.project.write import write_whole

    try:
        write_whole(place.file, (document(entries).encode("utf-8"),))
    except OSError as error:
        raise UsageError(f"{visible(place.shown)} cannot be written: {reason(error)}") from None
