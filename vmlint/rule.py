"""What a rule is, and what it yields.

A rule is a generator function over a workload, registered by :func:`rule`::

    @rule("VM403", "container-kernel-version", Severity.ERROR, article=("CT-C1", "CT-D3"), sources=("S-44",))
    def container_kernel_version(workload: Workload) -> Iterator[Finding]:
        \"\"\"A container runs on its host's kernel; it cannot bring a newer one. …\"\"\"

It reads facts as plain attributes. Reading one that is unknown ends it as undecided, by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple


class Severity(IntEnum):
    """How bad a finding is.

    ``ERROR``: cannot start, cannot do what the manifest demands, or breaks a boundary it asks for. ``WARNING``: works,
    but contradicts a demand, a vendor's statement or a lifecycle. ``ADVICE``: a better fit exists.
    """

    ADVICE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Repair(NamedTuple):
    """A change of some fields that may remove a finding. It is shown only after it was linted itself."""

    changes: Mapping[str, str]
    """Field path under ``deployment`` -> new value, as a manifest writes it."""
    why: str
    """A few words: what the change buys."""


class Finding(NamedTuple):
    """A mismatch that a rule found."""

    path: str
    """The field that is at fault, as a user would write it: ``deployment.platform``."""
    message: str
    """One sentence that a reviewer understands without a manual, with the values at hand."""
    severity: Severity | None = None
    """Set where it differs from the rule's own."""
    because: tuple[str, ...] = ()
    """Other fields that the finding rests on."""
    help: tuple[str, ...] = ()
    """What can be done beyond the deployment: to the host, the image, the guest."""
    repairs: tuple[Repair, ...] = ()


class Rule(NamedTuple):
    """A rule with everything that is said about it."""

    code: str
    name: str
    severity: Severity
    check: Callable[..., Iterable[Finding]] | None
    """``None`` for findings that vmlint itself makes while reading (VM9xx)."""
    doc: str
    since: str
    article: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    """Error texts that users search for."""
    architectures: frozenset[str] = frozenset()
    """Architectures it speaks about; empty: all, and workloads without a deployment."""
    stage: str = "workload"
    """``workload``: called with the workload. ``undecided`` and ``advice``: called last, with what the rules left
    undecided, or with what the advisor found."""
    fits_if: Mapping[str, str] = {}
    """How to complete "fits if <path> …" for a fact that the rule needs: ``{"host.cpu.features": "has vmx or svm"}``.
    A field in braces is replaced by its value."""
    optional: bool = False
    """Whether it runs only when it is selected by name."""
    module: str = ""
    plugin: str = ""
    examples: Path | None = None

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().partition("\n")[0]


CODE = re.compile(r"[A-Z]{2,8}[0-9]{3,4}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
STAGES = ("workload", "undecided", "advice")


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    article: Iterable[str] = (),
    sources: Iterable[str] = (),
    symptoms: Iterable[str] = (),
    architectures: Iterable[str] = (),
    stage: str = "workload",
    fits_if: Mapping[str, str] | None = None,
    optional: bool = False,
    since: str = "0.1.0",
) -> Callable[[Callable[..., Iterable[Finding]]], Rule]:
    """Make a rule of a generator function. Its docstring is its documentation: one line, then why it matters.

    Raises ``ValueError`` for a malformed code or name, a missing docstring, or a rule without any source.
    """
    article, sources = tuple(article), tuple(sources)
    if not CODE.fullmatch(code):
        raise ValueError(f"rule code {code!r}: expected letters and digits such as VM403 or ACME001")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{code}: name {name!r} is not kebab-case")
    if not article and not sources:
        raise ValueError(f"{code}: name a statement of the article or a source that the rule rests on")
    if stage not in STAGES:
        raise ValueError(f"{code}: stage {stage!r} is not one of {', '.join(STAGES)}")

    def register(check: Callable[..., Iterable[Finding]]) -> Rule:
        if not check.__doc__:
            raise ValueError(f"{code}: a rule needs a docstring that says why")
        code_object: Any = check.__code__
        examples = Path(code_object.co_filename).parent / "examples" / f"{code}.yaml"
        return Rule(
            code,
            name,
            severity,
            check,
            _dedent(check.__doc__),
            since,
            article,
            sources,
            tuple(symptoms),
            frozenset(architectures),
            stage,
            dict(fits_if or {}),
            optional,
            check.__module__,
            examples=examples,
        )

    return register


def _dedent(doc: str) -> str:
    lines = doc.strip().expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0], *(line[margin:].rstrip() for line in lines[1:])]).strip()


def finding(
    path: str,
    message: str,
    *,
    severity: Severity | None = None,
    because: Iterable[str] = (),
    help: str | Iterable[str] = (),
    repairs: Iterable[Repair] = (),
) -> Finding:
    """Make a finding about one field; see :class:`Finding` for the parts."""
    lines = (help,) if isinstance(help, str) else tuple(help)
    return Finding(path, message, severity, tuple(because), lines, tuple(repairs))


def repair(why: str, **changes: str) -> Repair:
    """Propose a change below ``deployment``; dots in a path are written as two underscores.

    ``repair("keeps the platform", mode="pvhvm")``, ``repair("...", devices__disk="sata")``.
    """
    return Repair({f"deployment.{path.replace('__', '.')}": value for path, value in changes.items()}, why)
