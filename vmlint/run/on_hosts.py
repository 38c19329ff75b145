"""What was found in a workload on several hosts, as one finding for each cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.run.judged import Judged
from vmlint.words import listed

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.verdict import Candidate
    from vmlint.reading.subject import Subject

_SHOWN = 5
"""Names of hosts in a message."""
_Cause = tuple[str, str, str, Severity]


def together(subject: Subject, judged: Sequence[tuple[tuple[str, ...], Judged]]) -> Judged:
    """Return what was found on any of several hosts.

    Findings of one rule about one field have one cause: they become one, which names the hosts that it concerns. What
    holds on all of them is said as it would be of one. ``judged`` has the names of hosts that are alike, and what was
    found on them.
    """
    causes: dict[_Cause, dict[tuple[str, ...], Diagnostic]] = {}
    for names, found in judged:
        for each in found.diagnostics:
            causes.setdefault((each.code, each.path, each.entry, each.severity), {}).setdefault(names, each)
    return Judged(
        [*_said(causes, {names: {each.code for each in found.undecided} for names, found in judged}, subject)],
        list(dict.fromkeys(each for _, found in judged for each in found.undecided)),
        list(dict.fromkeys(each for _, found in judged for each in found.crashes)),
        {code for _, found in judged for code in found.hidden},
        [],
    )


def _said(
    causes: Mapping[_Cause, Mapping[tuple[str, ...], Diagnostic]],
    every: Mapping[tuple[str, ...], Set[str]],
    subject: Subject,
) -> Iterator[Diagnostic]:
    """Yield one finding for each cause. ``every`` has the codes of the rules that were undecided on each."""
    of_some = [on for cause, on in causes.items() if len(on) < len(every) and cause[3] is Severity.ERROR]
    failing = {names for on in of_some for names in on}
    count = sum(map(len, every))
    left = count - sum(map(len, failing))
    for on in causes.values():
        each = next(iter(on.values()))
        if len(on) == len(every):
            yield each._replace(suggestions=_offered({names: on[names] for names in on if names not in failing} or on))
            continue
        names = [name for group in on for name in group]
        help_ = each.help
        if each.severity is not Severity.ERROR:
            message = f"on {len(names)} of {count} hosts, {_names(names)}: {each.message}"
        else:
            undecided = [
                name for group, codes in every.items() if group not in failing and each.code in codes for name in group
            ]
            sure = left - len(undecided)
            where = [f"runs on {sure} of {count} hosts"] if sure or not undecided else []
            where.append(f"not on {_names(names)}")
            also = f"; not decided on {_names(undecided)}" if undecided else ""
            message = f"{', '.join(where)}{also}: {each.message}"
            if sure and subject.format in ("kubernetes", "kubevirt"):
                help_ = (*help_, "keep it to the other hosts: a nodeSelector or a node affinity")
        # An alternative was judged on these hosts, and says nothing of the others.
        yield each._replace(message=message, help=help_, suggestions=())


def _offered(on: Mapping[tuple[str, ...], Diagnostic]) -> tuple[Candidate, ...]:
    """Return the alternatives that are offered on each of some hosts."""
    first, *others = on.values()
    offered = [[each.changes for each in other.suggestions] for other in others]
    return tuple(each for each in first.suggestions if all(each.changes in changes for changes in offered))


def _names(names: Sequence[str]) -> str:
    if len(names) <= _SHOWN:
        return listed(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
