"""Results in words, the same in every report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.inert import visible
from vmlint.record import NamedTuple
from vmlint.words import listed, local_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vmlint.findings.diagnostic import LocalEntry
    from vmlint.findings.unknown import CatalogFact, Undecided
    from vmlint.findings.verdict import Candidate, Reason, Risk
    from vmlint.run.result import Result, Tally

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
ACCEPTED = {"baseline": "in the baseline", "before": "there before", "hint": "hidden by hints", "waiver": "waived"}
"""What accepts a finding -> how the summary says that it does."""
UNKNOWN = 3
"""Images that are named of which nobody knows what they need."""
HINTED = 5
"""Rules that are named where hints hide their findings."""
CONDITIONS_INLINE = 2
"""Conditions up to which they are one sentence; more are a list."""
REASONS_SHOWN = 2
MERIT = 4
"""The value from which a reason is shown as a merit. What is less than the best names a limit in its text."""


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 error``, ``2 errors``."""
    plural = "" if number == 1 else "s"
    return f"{number} {noun}{plural}"


def some(words: Sequence[str], shown: int) -> str:
    """Join the first words, and say how many more there are."""
    rest = len(words) - shown
    return ", ".join(words[:shown]) + (f" and {rest} more" if rest > 0 else "")


def summary(tally: Tally, limits: Sequence[str] = ()) -> str:
    """Return one line on the whole run. ``limits`` say what was not asked for; they are shown if nothing is found."""
    found = tally.severities
    workloads = count(tally.workloads, "workload") if tally.workloads else ""
    files = count(tally.linted, "file") if tally.linted else ""
    aside = [f"{number} {ACCEPTED[by]}" for by, number in sorted(tally.accepted.items())]
    told = sum(not each.recognised for each in tally.passed_over)
    aside += [f"{told} skipped" if told else ""]
    aside += [count(tally.skipped - told, "other file") if tally.skipped > told else ""]
    aside += [f"{tally.left_out} left out as hidden or vendored" if tally.left_out else ""]
    aside += [f"{count(tally.unread, 'file')} could not be read" if tally.unread else ""]
    if found:
        what = ", ".join(count(found[severity], str(severity)) for severity in sorted(found, reverse=True))
        where = f" in {workloads or files}" if workloads or files else ""
        aside = [files, *aside] if workloads else aside
    else:
        is_open = tally.open or tally.unknown_images
        what = "nothing new" if tally.accepted.keys() - {"hint"} else "nothing found" if is_open else "all clear"
        where = f": {' in '.join(filter(None, (workloads, files)))}"
        aside += limits
    notes = "; ".join(filter(None, aside))
    return what + where + (f" ({notes})" if notes else "")


def unknown(tally: Tally) -> str:
    """Return of which images nobody knows what they need of the hosts that are given; empty for none."""
    images = [visible(image) for image in tally.unknown_images]
    need = "needs" if len(images) == 1 else "need"
    return f"nothing is known of what {some(images, UNKNOWN)} {need} of a host" if images else ""


def fixable(tally: Tally) -> str:
    """Return how many findings can be mended by which option; empty for none."""
    safe, unsafe = tally.fixable, tally.fixable_unsafely
    if not safe:
        return f"{unsafe} can be fixed with --fix --unsafe-fixes" if unsafe else ""
    return f"{safe} can be fixed with --fix" + (f" ({unsafe} more with --unsafe-fixes)" if unsafe else "")


def hinted(tally: Tally) -> str:
    """Return whose findings hints hide; empty where none does."""
    rules = [f"{code} ({name})" for code, name in sorted(tally.hinted.items())]
    return f"hints hide {some(rules, HINTED)}; JSON lists the findings and the hints" if rules else ""


def skip_reason(result: Result) -> str:
    """Return why a file, or one of its formats, was skipped; empty where it was linted or could not be read."""
    if result.skipped or result.recognised or not result.readable:
        return result.skipped
    if result.describes:
        return f"it describes {result.describes}: other files are judged by it where --host names it"
    if result.formats:
        return f"{', '.join(result.formats)} without a workload"
    return "neither a manifest nor a known format"


def changes(candidate: Candidate) -> str:
    """Return what a candidate changes, as a manifest would write it: ``platform: kvm, architecture: type1``."""
    return ", ".join((*choices(candidate.changes), *consequences(candidate.changes)))


def choices(changes: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the fields of the deployment that get another value."""
    for path, value in changes.items():
        if value is not None and not path.startswith("host."):
            yield visible(f"{path.removeprefix('deployment.')}: {value}")


def consequences(changes: Mapping[str, str | None]) -> Iterator[str]:
    """Yield what the choice brings with it: settings that are dropped, another system on the host."""
    gone = [
        path.removeprefix("deployment.") for path, value in changes.items() if value is None and path[:5] != "host."
    ]
    if gone:
        yield f"without {', '.join(gone)}"
    host = {path.removeprefix("host."): value for path, value in changes.items() if path.startswith("host.")}
    for field, value in host.items():
        if value is not None:
            system = field in ("platform", "os.family")
            yield visible(f"needs host os {value.split('/')[0]}" if system else f"needs host.{field}: {value}")
    if host and not any(host.values()):
        yield "replaces the host's own system"


def conditional(needs: Iterable[Undecided], *, also: bool = False) -> tuple[str, list[str]]:
    """Return what makes an offer conditional, empty if nothing does, and the conditions that are still to be listed.

    Few are part of the sentence (``if host.virtualized is false``); of more, it says only the number.
    """
    phrases = conditions(needs)
    if len(phrases) > CONDITIONS_INLINE:
        return f"with {len(phrases)} {'more ' if also else ''}conditions", phrases
    return f"if {'also ' if also else ''}{', and '.join(phrases)}" if phrases else "", []


def conditions(needs: Iterable[Undecided]) -> list[str]:
    """Return the conditions, one clause for each field. One with a comma in it stays alone, so that it stays clear."""
    clauses: dict[str, list[str]] = {}
    alone = []
    for need in needs:
        begins = f"{need.path} "
        if need.fits_if.startswith(begins) and "," not in need.fits_if:
            clauses.setdefault(begins, []).append(need.fits_if.removeprefix(begins))
        else:
            alone.append(need.fits_if)
    return [visible(clause) for clause in (*(path + listed(of) for path, of in clauses.items()), *alone)]


def common_needs(candidates: Sequence[Candidate]) -> tuple[Undecided, ...]:
    """Return the conditions that all candidates share, whichever rules ask for them."""
    if not candidates:
        return ()
    everywhere = set.intersection(*({need.fits_if for need in candidate.needs} for candidate in candidates))
    return tuple(need for need in candidates[0].needs if need.fits_if in everywhere)


def own_needs(candidate: Candidate, common: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """Return the conditions of a candidate that not all of them share."""
    everywhere = {need.fits_if for need in common}
    return tuple(need for need in candidate.needs if need.fits_if not in everywhere)


def offer(candidate: Candidate) -> str:
    """Return a candidate in one line: its changes, the reasons for it, what it gives up."""
    platform_stays = candidate.platform and "deployment.platform" not in candidate.changes
    what = changes(candidate) + (" (same platform)" if platform_stays else "")
    whys = [candidate.repair] if candidate.repair else map(_merit, candidate.reasons[:REASONS_SHOWN])
    clauses = list(dict.fromkeys(whys))
    if candidate.weaknesses:
        clauses.append(f"weak in {', '.join(reason.label for reason in candidate.weaknesses)}")
    if candidate.gives_up:
        losses = [loss.partition(":")[0] for loss in candidate.gives_up]
        clauses.append(f"gives up {', '.join(losses)}")
    clauses += map(risk, candidate.risks)
    if candidate.warnings:
        clauses.append(f"still warns: {', '.join(dict.fromkeys(candidate.warnings))}")
    what += visible(f" {local_to(*candidate.local)}") if candidate.local else ""
    return what + (" \u2014 " + visible("; ".join(clauses)) if clauses else "")


def _merit(reason: Reason) -> str:
    return reason.why if is_merit(reason) else f"{reason.label} with limits: {reason.why}"


def is_merit(reason: Reason) -> bool:
    """Whether a reason speaks for a candidate without a limit."""
    return reason.value >= MERIT


def risk(taken: Risk) -> str:
    """Return a risk that a deployment takes because local catalogue data suppresses a finding."""
    return f"accepts a risk: {taken.code} {taken.message} {local_to(*taken.files)}"


def origin(entry: LocalEntry) -> str:
    """Return which part of a catalogue entry is local, and in which file."""
    part = f"{entry.id} ({', '.join(entry.blocks)})" if entry.blocks else entry.id
    return f"{part} is described by {local_to(*entry.files)}"


class Gap(NamedTuple):
    """A fact that would decide rules."""

    path: str
    codes: tuple[str, ...]
    """The rules that it would decide."""
    in_catalog: CatalogFact | None
    """The fact of the catalogue, where it is not a field of the manifest."""


def gaps(undecided: Iterable[Undecided]) -> list[Gap]:
    """Group undecided rules by the fact that would decide them: the manifest's facts first, then by number of rules."""
    from vmlint.findings.unknown import catalog_fact

    codes: dict[str, dict[str, None]] = {}
    for missing in undecided:
        codes.setdefault(missing.path, {})[missing.code] = None
    found = [Gap(path, tuple(sorted(of)), catalog_fact(path)) for path, of in codes.items()]
    return sorted(found, key=lambda gap: (gap.in_catalog is not None, -len(gap.codes), gap.path))
