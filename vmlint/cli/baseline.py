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
from vmlint.cli.accepting import add_baseline, folder_of, is_whole, no_baseline, rule_names, rules_to_name
from vmlint.cli.options import add_config, add_settings
from vmlint.cli.remarks import say_renamed
from vmlint.cli.resolve import installed, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.cli.waivers import add_waivers
from vmlint.project.baseline_file import place_for, read
from vmlint.project.root import as_written
from vmlint.report.screen import columns, file_name, visible
from vmlint.report.wording import count
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable, Mapping, Sequence

    from vmlint.extend.plugins import Installed
    from vmlint.project.baseline import Entry
    from vmlint.project.baseline_file import Place
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
        from vmlint.cli.check import add_work

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
    with usage(plugins):
        return {"write": _write, "update": _update, "show": _show}[options.action](options, settings, plugins)


def _write(options: Namespace, settings: ByFile, plugins: Installed) -> int:
    """Write what is found. ``--baseline -`` writes it to standard output."""
    place = None if options.baseline == STDOUT else _place(options, settings)
    if place and os.path.lexists(place.file) and not options.force:
        raise UsageError(
            f"{place.shown} is there already; `vmlint baseline update` removes what was mended, --force writes it anew"
        )
    if place:
        _refuse_outside(place)
    found = _linted(options, settings, plugins)
    from vmlint.project.baseline import document
    from vmlint.run.accept import Names, entries

    names = Names()
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
    place = _place(options, settings)
    rules = rules_to_name(plugins)
    _refuse_outside(place)
    before = _existing(place, rules, mends=True)
    found = _linted(options, settings, plugins)
    from vmlint.run.accept import Known, Names, entries

    names = Names()
    known = Known(before, "baseline", names, place.root, rules=rules)
    found = found.through(known.stage)
    kept: list[Entry] = []
    new: list[Entry] = []
    for result in found:
        kept += entries(result, lambda each: each.accepted is not None and each.accepted.by == "baseline", names)
        new += entries(result, lambda each: each.accepted is None, names)
    if status := _failed(found, plugins):
        return status
    whole = is_whole(options.paths, place.root)
    stale = [each for each in known.left() if known.mended(each, whole=whole)]
    others = [each for each in known.left() if not known.mended(each, whole=whole)]
    _save(place, [*kept, *others, *(new if options.add else ())])
    say_renamed(known.renamed)
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

    place = _place(options, settings)
    entries = _existing(place, rules_to_name(plugins))
    if options.paths:
        names = Names()
        wanted = [names(os.path.join(path, "")).rstrip("/") for path in options.paths]  # noqa: PTH118 - a name may be a file's
        for path, name in zip(options.paths, wanted, strict=True):
            if not any(_is_below(each.file, name) for each in entries) and not os.path.lexists(path):
                raise UsageError(f"there is no file or folder {file_name(path)}, and {place.shown} has no entry of it")
        entries = tuple(each for each in entries if any(_is_below(each.file, path) for path in wanted))
    if options.format == "json":
        show(accepted.document(entries, place.shown))
    else:
        show(accepted.listing(entries, place.shown, rule_names(plugins), columns()))
    return OK


def _is_below(file: str, path: str) -> bool:
    return not path or file == path or file.startswith(f"{path}/")


def _linted(options: Namespace, settings: ByFile, plugins: Installed) -> Run:
    from vmlint.cli.check import linted

    options.paths = options.paths or ["."]
    options.stdin_filename = None
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


def _place(options: Namespace, settings: ByFile) -> Place:
    """Return where the baseline of the named files is, or is to be; they must be of one project."""
    folders = [folder_of(path) for path in options.paths] or [""]
    places = [place_for(each, settings.lookup, options.baseline) for each in folders]
    other = next((each for each in places if each.root != places[0].root or each.file != places[0].file), None)
    if other is not None:
        one, two = (visible(as_written(each.file)) for each in (places[0], other))
        raise UsageError(f"these files have two baselines, {one} and {two}; name the files of one project")
    return places[0]._replace(shown=visible(places[0].shown))


def _refuse_outside(place: Place) -> None:
    """Raise ``UsageError`` for a baseline outside the project, whose files its entries name."""
    if not Path(os.path.realpath(place.file)).is_relative_to(place.root):
        raise UsageError(f"--baseline {place.shown} leads out of the project ({file_name(place.root.name)}/)")


def _existing(place: Place, rules: Mapping[str, str], *, mends: bool = False) -> Sequence[Entry]:
    """Return the entries that are there. With ``mends``, both sides of a merge that was not finished are taken."""
    entries = read(place, rules, mends=mends)
    if entries is None:
        raise UsageError(no_baseline(place))
    return entries


def _save(place: Place, entries: Iterable[Entry]) -> None:
    from vmlint.project.baseline import document
    from vmlint.project.write import write_whole

    try:
        write_whole(place.file, (document(entries).encode("utf-8"),))
    except OSError as error:
        raise UsageError(f"{file_name(str(place.file))} cannot be written: {reason(error)}") from None
