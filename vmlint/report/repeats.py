"""Findings that say once more what was shown already: a repository with 400 old guests fills no 400 screens.

The first findings of a kind are shown in full, with their lines. Of the others, one entry for each message counts them
and names the first places. Nothing is left out of the counts, of the exit status, or of any other format: a machine,
and `--format concise`, get every place. An error is always shown in full, and so is a finding that offers something of
its own: a fix, or other suggestions than the one before it with the same message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.inert import visible
from vmlint.report import wording
from vmlint.report.screen import Line, file_name, wrap

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.verdict import Candidate

ALIKE = 3
"""Findings with the same message that are shown in full."""
OF_ONE_RULE = 10
"""Findings of one rule that are shown in full, as long as each says something new."""
PLACES = 3
"""Places that an entry names."""
INDENT = "    "


class Repeats:
    """What was shown in full so far, and what was put aside."""

    def __init__(self) -> None:
        self._shown: Counter[tuple[str, str]] = Counter()
        self._of_rule: Counter[str] = Counter()
        self._offered: dict[tuple[str, str], Sequence[Candidate]] = {}
        """What the last of those with the same message suggested."""
        self._aside: dict[tuple[Severity, str, str, str], list[Diagnostic]] = {}

    def puts_aside(self, found: Diagnostic) -> bool:
        """Whether a finding comes in short after all others; otherwise it counts as shown."""
        alike = (found.code, found.message)
        enough = self._shown[alike] >= ALIKE or self._of_rule[found.code] >= OF_ONE_RULE
        offers = bool(found.fixes) or (found.suggestions and found.suggestions != self._offered.get(alike))
        if enough and found.severity < Severity.ERROR and not offers:
            self._aside.setdefault((found.severity, found.code, found.name, found.message), []).append(found)
            return True
        self._offered[alike] = found.suggestions
        self._shown[alike] += 1
        self._of_rule[found.code] += 1
        return False

    def lines(self, columns: int) -> Iterator[Line]:
        """Yield the entries of what was put aside: the gravest first, then by rule, in the order of the run."""
        if not self._aside:
            return
        for kind in sorted(self._aside, key=lambda kind: (-kind[0], kind[1])):
            severity, code, name, message = kind
            found = self._aside[kind]
            head = f"{severity}[{code}]"
            yield [(head, wording.STYLES[severity]), (f" {name}", "bold"), (f": {visible(message)}", "")]
            where = f"{len(found)} more: {wording.some([_place(each) for each in found], PLACES)}"
            for line in wrap(where, columns - len(INDENT)):
                yield [(INDENT + line, "")]
        yield []
        number = wording.count(sum(map(len, self._aside.values())), "finding")
        yield [(f"{number} in short; --format concise shows each at its place", "dim")]
        yield []


def _place(found: Diagnostic) -> str:
    return f"{file_name(found.place.file)}:{found.place.line}:{found.place.column}"
