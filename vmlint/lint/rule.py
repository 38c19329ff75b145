"""What a rule is, and what it yields.

A rule is a generator function over a workload, registered by :func:`rule`::

    @rule("VM403", "container-kernel-version", Severity.ERROR, article=("CT-C1", "CT-D3"), sources=("S-44",))
    def container_kernel_version(workload: Workload) -> Iterator[Finding]:
        \"\"\"A container runs on its host's kernel; it cannot bring a newer one. …\"\"\"

It reads facts as plain attributes. Reading one that is unknown ends it as undecided, by construction.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from vmlint.findings.codes import Code
from vmlint.findings.severity import Confidence, Severity
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.findings.finding import Finding


class Threshold(NamedTuple):
    """A number by which a rule judges, and which a project may set: a parameter of its function."""

    name: str
    """As settings write it: ``few-hosts`` for the parameter ``few_hosts``."""
    default: bool | int | float
    about: str
    """What it bounds, in one sentence."""

    @property
    def parameter(self) -> str:
        """The name of the function's parameter."""
        return self.name.replace("-", "_")

    @property
    def kind(self) -> type:
        """The type of its values: that of its default."""
        return type(self.default)


class Rule(NamedTuple):
    """A rule and its description."""

    code: str
    name: str
    severity: Severity
    check: Callable[..., Iterable[Finding]]
    doc: str
    since: str
    article: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    """Error texts that users search for."""
    architectures: frozenset[str] = frozenset()
    """Architectures it applies to; empty: all, and workloads without a deployment."""
    demands: tuple[str, ...] = ()
    """Demands that it is about: it is asked only where at least one of them is stated; empty: always."""
    layers: frozenset[str] = frozenset()
    """Layers of features that it is about (``cpu``, ``kernel``): it is asked only where one of them is needed."""
    stage: str = "workload"
    """``workload``: called with the workload. ``undecided`` and ``advice``: called last, with what the rules left
    undecided, or with what the advisor found."""
    fits_if: Mapping[str, str] = {}
    """How to complete "fits if <path> …" for a fact that the rule needs: ``{"host.cpu.features": "has vmx or svm"}``.
    A field in braces is replaced by its value."""
    confidence: Confidence = Confidence.HIGH
    """The highest confidence that a finding of it can have."""
    security: bool = False
    """Whether it guards a boundary: errors that local catalogue data suppresses are reported as accepted risks."""
    optional: bool = False
    """Whether it runs only in the profile ``strict``, or when it is selected by name."""
    worst: Severity | None = None
    """The gravest severity of its findings, where that is graver than its own."""
    yields_to: tuple[str, ...] = ()
    """Codes of the rules that report the same in other words; see :func:`rule`."""
    thresholds: tuple[Threshold, ...] = ()
    """The numbers by which it judges, and which a project may set."""
    module: str = ""
    plugin: str = ""
    file: str = ""
    """The file of its function."""
    others: tuple[Rule, ...] = ()
    """The rules that it yields to, once all plugins are loaded: it does so even where they are not selected."""

    @property
    def cases(self) -> Path | None:
        """The file of its cases, whether or not it is there: beside its function, and named as the rule."""
        name = f"{self.code.lower()}_{self.name.replace('-', '_')}.yaml"
        return Path(self.file).with_name(name) if self.file else None

    @property
    def gravest(self) -> Severity:
        """The gravest severity that a finding of it can have."""
        return self.worst or self.severity

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.strip().partition("\n")[0]


Coded = Rule | Code
"""What has a code: a rule, or something that vmlint itself reports."""

_WITHOUT_DOCSTRINGS = 2
"""The level of Python's optimisation that leaves them out."""

CODE = r"[A-Z]{2,8}[0-9]{3,4}"
NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
STAGES = ("workload", "undecided", "advice")
PLACEHOLDER = r"\{([a-zA-Z0-9.]+)\}"
"""A field in braces in a condition of ``fits_if``."""
_CONFIDENCES = ", ".join(f"Confidence.{confidence.name}" for confidence in reversed(Confidence))
_SEVERITIES = ", ".join(f"Severity.{severity.name}" for severity in reversed(Severity))


def rule(
    code: str,
    name: str,
    severity: Severity,
    *,
    article: Iterable[str] = (),
    sources: Iterable[str] = (),
    symptoms: Iterable[str] = (),
    architectures: Iterable[str] = (),
    demands: Iterable[str] = (),
    layers: Iterable[str] = (),
    stage: str = "workload",
    fits_if: Mapping[str, str] | None = None,
    confidence: Confidence = Confidence.HIGH,
    security: bool = False,
    optional: bool = False,
    worst: Severity | None = None,
    yields_to: Iterable[str] = (),
    thresholds: Mapping[str, str] | None = None,
    since: str = "0.1.0",
) -> Callable[[Callable[..., Iterable[Finding]]], Rule]:
    """Make a rule of a generator function. Its docstring is its documentation: one line, then why it matters.

    ``confidence`` is how sure its findings are, ``security`` whether it guards a boundary (see :class:`Rule`).
    ``worst`` is the gravest severity of its findings where some are graver than ``severity``; ``since`` is the version
    in which the rule first came, of the distribution that brings it.

    ``demands`` are the paths of the demands that it is about, where it says nothing unless one of them is stated. For a
    workload that states none, the rule is not called, nor its file imported. The function must not rely on that: asked
    without them, it finds nothing and is undecided about nothing.

    ``layers`` are the layers of the features (:func:`vmlint.api.needs_of`) that it is about. A workload that needs none
    of them passes it over in the same way.

    ``yields_to`` are the codes of rules that report the same fault in words that help more. If one of them finds
    something in a workload that is at least as grave, and that no profile hides sooner, this rule does not report it.
    The rules must be of one stage, and no two may yield to each other.

    ``thresholds`` say of each keyword-only parameter of the function (``*, few_hosts: int = 3``) what it bounds:
    ``{"few_hosts": "hosts up to which ..."}``. A project may set it, as ``few-hosts``, to another value of the type of
    its default: a number that is not negative, or a flag.

    Raises ``ValueError`` or ``TypeError`` for what :func:`validate` refuses, with a sentence on what to write instead.
    """

    def register(check: Callable[..., Iterable[Finding]]) -> Rule:
        function: Any = check
        while hasattr(function, "__wrapped__"):  # beneath decorators
            function = function.__wrapped__
        if not isinstance(function, FunctionType):
            raise TypeError(f"{code}: a rule is a generator function, not {check!r}")
        return validate(
            Rule(
                code=code,
                name=name,
                severity=severity,
                check=check,
                doc=_dedent(check.__doc__ or _doc_in_source(function)),
                since=since,
                article=_words(code, "article", article),
                sources=_words(code, "sources", sources),
                symptoms=_words(code, "symptoms", symptoms),
                architectures=frozenset(_words(code, "architectures", architectures)),
                demands=_words(code, "demands", demands),
                layers=frozenset(_words(code, "layers", layers)),
                stage=stage,
                fits_if=_conditions(code, fits_if or {}),
                confidence=confidence,
                security=security,
                optional=optional,
                worst=worst,
                yields_to=_words(code, "yields_to", yields_to),
                thresholds=_thresholds(code, function, thresholds or {}),
                module=function.__module__,
                file=function.__code__.co_filename,
            )
        )

    return register


def _doc_in_source(function: FunctionType) -> str:
    """Return the docstring of a function as its file has it: Python's option ``-OO`` takes it away."""
    if sys.flags.optimize < _WITHOUT_DOCSTRINGS:
        return ""
    import ast

    try:
        tree = ast.parse(Path(function.__code__.co_filename).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ""
    named = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == function.__name__)
    return next((ast.get_docstring(each) or "" for each in named), "")


def _words(code: str, part: str, words: Iterable[str]) -> tuple[str, ...]:
    if isinstance(words, str):
        # A text is a sequence of letters, so a missing comma, as in ("CT-C1"), would not be noticed.
        raise TypeError(f"{code}: {part} is a list of words, not the text {words!r}; write ({words!r},) with its comma")
    words = tuple(words)
    for word in words:
        if not isinstance(word, str) or not word.strip():
            raise TypeError(f"{code}: {part} holds {word!r}, which is not a word")
    return words


def _thresholds(code: str, function: FunctionType, about: Mapping[str, str]) -> tuple[Threshold, ...]:
    """Return the keyword-only parameters of a rule's function, with what is said of each."""
    defaults = function.__kwdefaults__ or {}
    count = function.__code__.co_argcount
    parameters = function.__code__.co_varnames[count : count + function.__code__.co_kwonlyargcount]
    if {*parameters} != {*about} or {*parameters} != {*defaults}:
        raise TypeError(
            f"{code}: thresholds describes {', '.join(about) or 'nothing'}; it describes each keyword-only parameter "
            f"of the function, all with defaults: {', '.join(parameters) or 'there is none'}"
        )
    return tuple(Threshold(name.replace("_", "-"), defaults[name], about[name]) for name in parameters)


def _conditions(code: str, fits_if: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(fits_if, Mapping):
        raise TypeError(f"{code}: fits_if is a table of fields and what they must be, not {fits_if!r}")
    return dict(fits_if)


def validate(rule: Rule) -> Rule:
    """Return a valid rule. Raises ``ValueError`` or ``TypeError`` with a sentence for an invalid one."""
    code = rule.code
    if not isinstance(code, str) or not re.fullmatch(CODE, code):
        raise ValueError(f"rule code {code!r}: expected capital letters and digits such as VM403 or ACME001")
    if not isinstance(rule.name, str) or not re.fullmatch(NAME, rule.name):
        raise ValueError(f"{code}: name {rule.name!r} is not kebab-case")
    if not isinstance(rule.severity, Severity):
        raise TypeError(f"{code}: severity {rule.severity!r} is not one of {_SEVERITIES}")
    if rule.worst is not None and not (isinstance(rule.worst, Severity) and rule.worst > rule.severity):
        raise TypeError(f"{code}: worst {rule.worst!r} is not a severity graver than {rule.severity}")
    if not isinstance(rule.confidence, Confidence):
        raise TypeError(f"{code}: confidence {rule.confidence!r} is not one of {_CONFIDENCES}")
    if not callable(rule.check):
        raise TypeError(f"{code}: a rule is a generator function, not {rule.check!r}")
    if not isinstance(rule.doc, str) or not rule.doc.strip():
        raise ValueError(f"{code}: a rule needs a docstring that says why")
    if not isinstance(rule.since, str):
        raise TypeError(f"{code}: since {rule.since!r} is not the text of a version")
    for part in ("article", "sources", "symptoms", "architectures", "demands", "layers", "yields_to"):
        _words(code, part, getattr(rule, part))
    if not rule.article and not rule.sources:
        raise ValueError(f"{code}: name a statement of the article or a source that the rule rests on")
    if rule.architectures:
        from vmlint.model.kinds import words_of
        from vmlint.model.vocabulary import Architecture

        for word in sorted(rule.architectures):
            _one_of(code, "architecture", word, words_of(Architecture))
    for path in rule.demands:
        _check_demand(code, path)
    if rule.layers:
        from vmlint.model.features import FEATURE_LAYERS

        for layer in sorted(rule.layers):
            _one_of(code, "layer", layer, FEATURE_LAYERS)
    _one_of(code, "stage", rule.stage, STAGES)
    _check_conditions(code, rule.fits_if)
    for threshold in rule.thresholds:
        _check_threshold(code, threshold)
    return rule


def _one_of(code: str, part: str, word: str, known: Iterable[str]) -> None:
    if word not in known:
        near = nearest(word, known) if isinstance(word, str) else None
        hint = f"; {did_you_mean(near)}" if near else ""
        raise ValueError(f"{code}: {part} {word!r} is not one of {', '.join(known)}{hint}")


def _check_demand(code: str, path: str) -> None:
    """Raise ``ValueError`` for the path of anything but a demand.

    An absent demand is not made, so a rule that is about it has nothing to say. An absent fact is unknown, and a rule
    that is passed over for that could not say that it is undecided.
    """
    from vmlint.model.paths import field_exists, fields, no_such_field  # a rule from an index needs no model yet

    if not field_exists(path):
        raise ValueError(f"{code}: demands: {no_such_field(path)}")
    if path in fields() and fields()[path].is_demand:
        return
    inside = [name for name, field in fields().items() if field.is_demand and name.startswith(f"{path}.")]
    hint = ""
    if inside:
        hint = f"; it is a group, with the demands {', '.join(inside)}"
    elif path in fields():
        hint = "; absent it is unknown, and leaves a rule undecided"
    raise ValueError(f"{code}: demands holds {path!r}, which is no demand{hint}")


def _check_conditions(code: str, fits_if: Mapping[str, str]) -> None:
    for path, condition in _conditions(code, fits_if).items():
        if not isinstance(path, str) or not isinstance(condition, str):
            raise TypeError(f"{code}: fits_if holds {path!r}: {condition!r}; both are texts")
        from vmlint.model.paths import field_exists, no_such_field

        for field in (path, *re.findall(PLACEHOLDER, condition)):
            if not field_exists(field):
                raise ValueError(f"{code}: fits_if: {no_such_field(field)}")


def _check_threshold(code: str, threshold: Threshold) -> None:
    if threshold.kind not in (bool, int, float) or threshold.default < 0:
        raise TypeError(f"{code}: threshold {threshold.name} is {threshold.default!r}, which is no number from zero on")
    if not isinstance(threshold.about, str) or not threshold.about.strip():
        raise TypeError(f"{code}: threshold {threshold.name} needs a sentence that says what it bounds")


def _dedent(doc: str) -> str:
    lines = doc.strip().expandtabs().splitlines() or [""]
    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
    return "\n".join([lines[0], *(line[margin:].rstrip() for line in lines[1:])]).strip()
