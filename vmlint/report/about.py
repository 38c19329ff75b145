"""What a report for machines says beside the results, and how it says who a finding is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from vmlint.findings.fingerprint import Identity, fingerprint, identity
from vmlint.findings.severity import Severity
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Accepted, Diagnostic
    from vmlint.lint.rule import Coded
    from vmlint.run.result import Result, Tally

PLACEHOLDER = "{code}"


class About(NamedTuple):
    """What a report says beside the results."""

    rules: Sequence[Coded] = ()
    """What is installed: the rules, and the codes of vmlint itself."""
    docs_url: str = ""
    """Where the page of a rule is, with ``{code}`` in it; empty for the page that ``vmlint explain`` shows."""
    fail_on: Severity = Severity.WARNING
    """The least severity that makes the exit status 1."""
    failures: Sequence[str] = ()
    """The plugins that did not load, each with the reason."""
    status: Callable[[Tally], int] = lambda _: 0
    """The exit status that a run ends with."""
    limits: Sequence[str] = ()
    """How the settings limit what the rules report, in few words."""
    is_whole: Callable[[], bool] = lambda: True
    """Whether, at its end, a run was over all files: not where a signal ended it."""
    profile: str = ""
    """How strict the settings are: the name of a profile."""
    said_by: Sequence[str] = ()
    """What says the settings: files, options, variables of the environment."""
    today: date = date.min
    """The day as of which the files were judged."""

    def page(self, code: str) -> str:
        """Return the address of a rule's page; empty where there is none but the installed one."""
        return self.docs_url.replace(PLACEHOLDER, code)


class Identified(NamedTuple):
    """A finding, and what it is the same by from one run to the next."""

    found: Diagnostic
    fingerprint: str


def identified(result: Result) -> Iterator[Identified]:
    """Yield the findings of a file with their fingerprints, which are unique in a run that names no file twice.

    The file must have its path from the root of its project (``run/from_root.py``).
    """
    seen: Counter[Identity] = Counter()
    for found in result.diagnostics:
        same = identity(found)
        yield Identified(found, fingerprint(result.lasting or result.file, same, seen[same]))
        seen[same] += 1


def explain(code: str) -> str:
    """Return the command that shows the installed page of a rule."""
    return f"vmlint explain {code}"


def why_accepted(accepted: Accepted) -> str:
    """Return why a finding does not count: ``waiver until 2027-03-01: the reason``."""
    until = f" until {accepted.until}" if accepted.until else ""
    return f"{accepted.by}{until}" + (f": {accepted.reason}" if accepted.reason else "")
