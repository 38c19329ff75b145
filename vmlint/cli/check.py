"""Lint manifests and files of other tools: files, folders (all such files below them), or - for standard input.

The result goes to standard output, remarks on the run to standard error.

Exit status: 0 nothing at or above --fail-on; 1 findings, or a patch; 2 usage, a bad waiver, or a file or report that
cannot be written; 3 nothing was linted; 4 a rule or a plugin failed, whatever else was found.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, USAGE, reports
from vmlint.cli import options as declared
from vmlint.cli.accepting import Acceptance, is_whole, tracked
from vmlint.cli.resolve import installed, limits, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.cli.waivers import with_waivers_judged
from vmlint.extend.plugins import load
from vmlint.project.root import project_of
from vmlint.project.setting import where
from vmlint.report.screen import columns
from vmlint.run.ending import Ending
from vmlint.run.jobs import Jobs
from vmlint.run.runner import run as lint

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from vmlint.cli.reports import Output
    from vmlint.extend.plugins import Installed
    from vmlint.reading.passed_over import NoHost
    from vmlint.run.by_file import ByFile
    from vmlint.run.cache import Cache
    from vmlint.run.result import Run, Tally
    from vmlint.run.settings import Settings

LONG = 200
"""Number of files above which a progress bar is shown on a terminal."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", default=[], metavar="PATH", help="files, folders or - (default: .)")
    declared.add_settings(parser)
    declared.add_stdin_filename(parser)
    declared.add_links(parser)
    declared.add_accepting(parser)
    declared.add_policy(parser)
    declared.add_reports(parser)
    declared.add_watch(parser)
    declared.add_fail_on(parser)
    parser.add_argument(
        "--undecided", action="store_true", help="also list the fields that would decide the undecided rules"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="also list what was read in each file and what it leaves open"
    )
    parser.add_argument(
        "--on",
        metavar="PLATFORM[@VERSION]",
        help="report instead what would break and change if the workloads ran on another platform",
    )
    parser.add_argument(
        "--fail-on-skipped",
        action="store_true",
        help="exit with 1 also where a file of a known format, or a link, was skipped and nothing excludes it, or a "
        "file of --host holds no host (also a key of the settings)",
    )
    declared.add_work(parser)
    declared.add_waivers(parser)
    parser.add_argument(
        "--allow-empty", action="store_true", help="exit with 0 and say nothing where no file can be linted"
    )
    declared.add_fixing(parser)


def run(options: Namespace) -> int:
    """Lint, report, and return the exit status."""
    if options.watch:
        from vmlint.cli.watch import watch

        return watch(options, run)
    with ExitStack() as until_end:  # what a run needs to its end, such as the folder of another revision
        return _run(options, until_end)


def _run(options: Namespace, until_end: ExitStack) -> int:
    options.paths = reports.paths(options)
    asked = reports.outputs(options)
    reports.refuse(options, asked)
    declared.refuse_needless_name(options.stdin_filename, options.paths)
    mends = options.fix or options.diff
    if mends:
        from vmlint.cli import fixing

        fixing.refuse(options)
    options.pictures = any(each.form == "html" for each in asked)  # which take long
    plugins = installed()
    settings = _settings(options, plugins, until_end)
    with settings.inside():
        options.fail_on_skipped |= settings.lookup.folder().value("fail-on-skipped", False)
    if options.tracked:
        settings.tracked = tracked()
    with usage(plugins):
        known = Acceptance(options, settings, plugins, linted)
    mended = None
    ending = Ending()
    written = True
    worse = False

    def found_in(stdin: bytes | None, *, details: bool = False) -> Run:
        found = linted(options, settings, plugins, stdin, details=details, repairs=options.unsafe_fixes)
        if options.policy_from or options.since:
            from vmlint.cli.unseen import with_unseen

            found = with_unseen(found, options, settings)
        # What is wrong with the settings of another revision is not in these files.
        return found if settings.of_revision else with_waivers_judged(found, settings)

    with usage(plugins):
        if any(each.file for each in asked):
            from vmlint.cli.outputs import refuse_replacing

            refuse_replacing((each.file for each in asked if each.file), settings)
        if mends:
            mended = fixing.mend(options, settings, found_in)
        if options.on:
            from vmlint.cli import what_if

            options.format = asked[0].form
            found, worse = what_if.run(options, settings, incomplete=bool(plugins.failures))
        elif mended and options.diff:
            found = mended.found
        else:
            details = options.undecided or options.coverage or any(each.form in ("json", "html") for each in asked)
            found = known.applied(found_in(mended.stdin if mended else None, details=details)).through(ending.stage)
            with ending.noticed(), mended.report_to() if mended else nullcontext():
                written = _report(found, asked, options, settings, plugins, ending)
            if ending.status:
                _say_ended(ending, found)
                raise KeyboardInterrupt(ending.status)
    if not options.quiet and (written or found.tally.files):
        _remark(found, options, {**settings.renamed, **known.renamed})
        known.say_mended()
        if not settings.of_revision and is_whole(options.paths, project_of(os.curdir)):
            _say_idle(settings)
    lost = _without_hosts(settings)
    if lost and not options.quiet:
        from vmlint.cli.remarks import say_no_hosts

        say_no_hosts(lost)
    status = _status(found.tally, options, plugins, worse=worse, lost=bool(lost))
    if mended and status != INTERNAL:
        shown = OK if options.diff and options.exit_zero and mended.status == FINDINGS else mended.status
        status = shown or (OK if options.diff and status != NOTHING else status)
    return USAGE if not written and status != INTERNAL else status


def _settings(options: Namespace, plugins: Installed, until_end: ExitStack) -> ByFile:
    if not options.policy_from:
        return settings_for(options, plugins)
    from vmlint.cli.policy import policy

    return policy(options, plugins, until_end)


def _remark(found: Run, options: Namespace, renamed: Mapping[str, str]) -> None:
    """Say what is to know about the files of the run, if anything is."""
    tally = found.tally
    if not (found.added or renamed or tally.passed_over or tally.unused or _is_empty(tally)):
        return
    from vmlint.cli.remarks import say_added, say_nothing, say_renamed, say_skipped, say_unused

    say_added(found.added)
    say_skipped(tally, all_named=not options.allow_empty)
    if not options.allow_empty:
        say_unused(tally)
        if _is_empty(tally):
            say_nothing(tally, options.paths or [options.files_from])
    say_renamed(renamed)


def _say_idle(settings: ByFile) -> None:
    """Say which settings of the project are about none of its files."""
    for setting in settings.lookup.idle():
        what = "this waiver" if setting.key == "waivers" else "these settings"
        say(f"{where(setting.place)}: no linted file is under the paths of {what}")


def _without_hosts(settings: ByFile) -> list[NoHost]:
    """Return the files of folders that were given as hosts in which none is."""
    context = settings.here.context
    if not any(not file.alone for file in context.host_files):
        return []
    from vmlint.reading.passed_over import passed_over

    return passed_over(context)


def _status(tally: Tally, options: Namespace, plugins: Installed, *, worse: bool = False, lost: bool = False) -> int:
    """Return the exit status of a run.

    ``worse``: whether something would be on the platform of ``--on``; ``lost``: whether files that were given as hosts
    hold none.
    """
    if plugins.failures or tally.crashes:
        return INTERNAL  # even where there are findings: they may be incomplete
    if tally.bad_waivers:
        return USAGE
    if tally.failing or worse or (options.fail_on_skipped and (tally.unlinted or lost)):
        unchecked = tally.unread or tally.broken
        return FINDINGS if unchecked or not options.exit_zero else OK
    return NOTHING if _is_empty(tally) and not options.allow_empty else OK


def _is_empty(tally: Tally) -> bool:
    return not tally.linted and not tally.unread


def linted(
    options: Namespace,
    settings: ByFile,
    plugins: Installed,
    stdin: bytes | None = None,
    *,
    details: bool = False,
    repairs: bool = False,
) -> Run:
    """Return the run that the options ask for, with as many processes and with the results that are kept."""
    return lint(
        options.paths,
        settings,
        options.stdin_filename,
        details=details,
        repairs=repairs,
        follow=_followed,
        jobs=_jobs(options, settings),
        cache=_cache(settings.here, plugins, details=details, repairs=repairs)
        if options.cache and not settings.of_revision
        else None,
        stdin=stdin,
    )


def _jobs(options: Namespace, settings: ByFile) -> Jobs | None:
    jobs = Jobs(
        options.jobs or 0,
        partial(_settings_again, options, settings.today),
        lambda: say("a process was killed, and its files were linted by another one; --jobs 1 needs less memory"),
    )
    return None if settings.of_revision and jobs.start_method != "fork" else jobs


def _cache(settings: Settings, plugins: Installed, *, details: bool, repairs: bool) -> Cache | None:
    """Return the results of earlier runs like this one. Where a plugin is missing, a run is like no other."""
    if plugins.failures or os.environ.get("VMLINT_NO_CACHE"):
        return None
    from vmlint.run.cache import Cache, cache_folder
    from vmlint.run.fingerprint import fingerprint

    named = [f"{plugin.name} {plugin.owner}" for plugin in plugins.plugins]
    return Cache(cache_folder(), fingerprint(settings, named, details=details, repairs=repairs))


def _settings_again(options: Namespace, today: date) -> ByFile:
    """Return the settings in another process. What was said about them is not said again."""
    options.today = today  # also where midnight passes
    return settings_for(options, load())


def _say_ended(ending: Ending, found: Run) -> None:
    where = f" of {len(found.files)}" if len(found.files) >= ending.after else ""
    say(f"ended by a signal after {ending.after}{where} files: this is not all")


def _report(
    found: Run, asked: Sequence[Output], options: Namespace, settings: ByFile, plugins: Installed, ending: Ending
) -> bool:
    """Report while the files are linted, and return whether all reports could be written."""
    if asked == [reports.Output(reports.TEXT)] and not options.statistics and not reports.in_actions():
        from vmlint.report import text  # the short way of nearly every run

        limited = limits(settings.lookup.folder())
        how = {"undecided": options.undecided, "coverage": options.coverage, "summary": not options.quiet}
        try:
            show(text.report(found, columns(), limits=limited, **how))
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            from vmlint.cli.write_reports import say_unwritten

            say_unwritten(asked[0], error)
            return False
        return True
    from vmlint.cli.write_reports import Wanted, say_left_out, write
    from vmlint.findings.codes import CODES
    from vmlint.report.about import About

    held = settings.lookup.folder()
    about = About(
        (*plugins.rules, *CODES.values()),
        docs_url=held.value("docs-url", ""),
        fail_on=settings.here.fail_on,
        failures=[plugin.failure for plugin in plugins.failures],
        # Files have the names that settings know in the run alone.
        status=lambda _: ending.status or _status(found.tally, options, plugins),
        is_whole=lambda: not ending.status,
        limits=limits(held),
        profile=settings.here.profile.name,
        said_by=tuple(dict.fromkeys(each.place.file for each in held.settings)),
        today=settings.today,
    )
    wanted = Wanted(about, options.undecided, options.coverage, options.statistics, options.quiet)
    written = write(found, asked, wanted)
    if not options.quiet:
        if not options.format and not options.output and len(asked) > 1:
            say("in GitHub Actions, findings are also written as annotations; --format text writes text alone")
        say_left_out(asked, found.tally)
    return written


def _followed(paths: Sequence[str]) -> Iterable[str]:
    """Show a progress bar for long runs on a terminal."""
    if len(paths) <= LONG:
        return paths
    from vmlint.cli.progress import followed

    return followed(paths, "linting")
