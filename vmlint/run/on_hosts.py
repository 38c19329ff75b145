"""What was found in a workload on several hosts, as one finding for each cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.run.judged import Judged
from vmlint.words import listed

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
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
    every = [name for names, _ in judged for name in names]
    causes: dict[_Cause, Diagnostic] = {}
    concerned: dict[_Cause, list[str]] = {}
    for names, found in judged:
        on_these: dict[_Cause, Diagnostic] = {}
        for each in found.diagnostics:
            on_these.setdefault((each.code, each.path, each.entry, each.severity), each)
        for cause, each in on_these.items():
            causes.setdefault(cause, each)
            concerned.setdefault(cause, []).extend(names)
    failing = {name for cause, names in concerned.items() if cause[3] is Severity.ERROR for name in names}
    return Judged(
        [*_said(causes, concerned, every, failing, subject)],
        list(dict.fromkeys(each for _, found in judged for each in found.undecided)),
        list(dict.fromkeys(each for _, found in judged for each in found.crashes)),
        {code for _, found in judged for code in found.hidden},
        [],
    )


def _said(
    causes: dict[_Cause, Diagnostic],
    concerned: dict[_Cause, list[str]],
    every: Sequence[str],
    failing: set[str],
    subject: Subject,
) -> Iterator[Diagnostic]:
    left = len(every) - len(failing)
    for cause, each in causes.items():
        names = concerned[cause]
        if len(names) == len(every):
            yield each if len(causes) == 1 else each._replace(suggestions=())
            continue
        if each.severity is Severity.ERROR:
            message = f"runs on {left} of {len(every)} hosts, not on {_names(names)}: {each.message}"
        else:
            message = f"on {len(names)} of {len(every)} hosts, {_names(names)}: {each.message}"
        help_ = each.help
        if each.severity is Severity.ERROR and left and subject.format in ("kubernetes", "kubevirt"):
            help_ = (*help_, "keep it to the other hosts: a nodeSelector or a node affinity")
        # An alternative was judged on one of the hosts, and says nothing of the others.
        yield each._replace(message=message, help=help_, suggestions=())


def _names(names: Sequence[str]) -> str:
    if len(names) <= _SHOWN:
        return listed(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
