"""Remarks on the files of a run, on standard error: which were added, which were skipped, that there were none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vmlint.cli.say import say
from vmlint.report.screen import real_name
from vmlint.report.wording import count, skip_reason, some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vmlint.reading.passed_over import NoHost
    from vmlint.run.result import Added, Result, Tally

NAMED = 5
"""Files that are named in one kind of remark; of the others, how many."""
NO_FORMAT = "of no known format"


def say_added(added: Sequence[Added]) -> None:
    """Say which manifests are judged too, though nobody named them."""
    for each in added[:NAMED]:
        say(f"also linted {real_name(each.file)}, which refers to {real_name(each.because)}")
    if len(added) > NAMED:
        say(f"also linted {count(len(added) - NAMED, 'more manifest')} that refer to named files")


def say_renamed(renamed: Mapping[str, str]) -> None:
    """Say which new files count as files that are gone, so that what was accepted there is accepted in them."""
    pairs = sorted(renamed.items())
    for new, old in pairs[:NAMED]:
        say(f"{real_name(new)} counts as {real_name(old)}, renamed: what was accepted there is accepted")
    if len(pairs) > NAMED:
        say(f"{count(len(pairs) - NAMED, 'more file')} count as renamed ones")


def say_skipped(tally: Tally, *, all_named: bool = True) -> None:
    """Say which files of a known format were skipped for a reason, and which named ones are of none.

    Unless ``all_named``, nothing of the latter is told, nor what the settings leave out.
    """
    told = (each for each in tally.passed_over if all_named or (each.skipped and not each.is_excluded))
    skipped = _unlike_first(told)
    for each in skipped[:NAMED]:
        say(f"skipped {real_name(each.file)}: {skip_reason(each)}")
    if len(skipped) > NAMED:
        more = f"skipped {count(len(skipped) - NAMED, 'more file')}"
        say(f"{more} ({_by_format(skipped[NAMED:])}); --format json gives the reason of each")


def _unlike_first(told: Iterable[Result]) -> list[Result]:
    """Return files in the order in which they are named.

    What might have been linted comes first, and whole files before those of which the rest was; of these, one of each
    format and reason before others of the same, so that many files of a kind hide none of another.
    """
    seen: Counter[tuple[tuple[str, ...], str]] = Counter()
    ranked = []
    for each in told:
        kind = (each.formats, each.skipped)
        ranked.append(((not each.skipped, bool(each.workloads), seen[kind]), each))
        seen[kind] += 1
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def _by_format(skipped: Iterable[Result]) -> str:
    """Return how many files of each format there are: ``2 compose, 1 of no known format``."""
    counted = Counter(
        ", ".join(each.formats) or ("link or left out" if each.skipped else NO_FORMAT) for each in skipped
    )
    return ", ".join(f"{number} {name}" for name, number in sorted(counted.items()))


def say_unused(tally: Tally) -> None:
    """Say which files describe hosts or a cluster, and that the workloads of other files are not judged by them."""
    files = [real_name(each.file) for each in tally.unused]
    what = " and ".join(word for word in ("hosts", "a cluster") if any(word in each.describes for each in tally.unused))
    one = len(files) == 1
    verbs = ("describes", "is") if one else ("describe", "are")
    options = " ".join(f"--host {name}" for name in files[:NAMED])
    if files:
        say(f"{some(files, NAMED)} {verbs[0]} {what}, and {verbs[1]} not used for other files: {options} does that")


def say_no_hosts(files: Sequence[NoHost]) -> None:
    """Say which files of folders that were given as hosts hold none, and what would be read in their place."""
    for each in files[:NAMED]:
        why = each.meant or "it holds nothing of a host that is known (docs/hosts.md)"
        say(f"passed over {real_name(each.name)}, given as a host: {why}")
    if len(files) > NAMED:
        say(f"passed over {count(len(files) - NAMED, 'more file')}, given as hosts")


def say_nothing(tally: Tally, paths: Sequence[str], done: str = "linted") -> None:
    """Say that nothing was linted, and what could be."""
    if tally.passed_over:
        say(f"nothing was {done}")
    else:
        where = some([real_name(path) for path in paths], NAMED)
        say(f"nothing was {done} in {where}: {_found(tally.files)}")
    say("a manifest is a file with `apiVersion: vmlint/v1`, or named *.vmlint.yaml; `vmlint init` writes a first one")
    say("`vmlint facts --formats` lists the known formats of other tools")


def _found(number: int) -> str:
    if number == 1:
        return "found 1 file, but it is neither a manifest nor a known format"
    return f"found {number} files, but none is a manifest or a known format" if number else "found no file to look into"
