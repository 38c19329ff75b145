"""Taking the hints of a file into its workloads: a hint adds a demand or a fact, and contradicts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.findings.problem import Problem
from vmlint.model.as_manifest import stated_fields
from vmlint.model.paths import assign, check_text, fields, locate, no_such_field, remove, state, value_at
from vmlint.words import as_text, certain

if TYPE_CHECKING:
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Span
    from vmlint.model.workload import Workload
    from vmlint.reading.draft import Draft
    from vmlint.reading.hints import Hints


NEEDS = "requirements.features"
"""The list that hints add to, rather than take the place of."""


def take(draft: Draft, hints: Hints, given: Sequence[tuple[str, str, Span]]) -> None:
    """Apply the hints that count; record what is wrong with them, and with the others of the file."""
    draft.problems += (*hints.problems, *draft.spec.faults)
    if not given:
        return
    defaults = draft.defaults.keys()
    stated = tuple(path for path, _ in stated_fields(draft.workload) if not {path, path.rpartition(".")[0]} & defaults)
    for path, value, at in given:
        fault = _taken(draft.workload, path, value, stated)
        if fault:
            draft.problems.append(Problem("VM916", fault, at, fixes=_respelt(path, value, at)))
        elif path != NEEDS or path not in stated:  # otherwise its entries keep their places
            draft.settle(path, at)


def _respelt(path: str, value: str, at: Span) -> tuple[Fix, ...]:
    """Return the fix of a misspelt field, where the hint is written as ``path=value`` and nothing else."""
    near = certain(path, fields())
    if path in fields() or near is None or at.line != at.end_line or at.end_column - at.column != len(path + value) + 1:
        return ()
    from vmlint.findings.fix import replacing  # imported only for what is mended

    at = at._replace(end_column=at.column + len(path))
    return (replacing(f"replace {path!r} by {near!r}", at, near, safe=True),)


def _taken(workload: Workload, path: str, value: str, stated: Sequence[str]) -> str:
    """Take a hint; return what is wrong with one that cannot be taken. ``stated`` is what the file itself states."""
    if path.startswith("labels.") and path != "labels.":
        from vmlint.model.labels import fault

        if wrong := fault(path.removeprefix("labels."), value.strip("\"'")):
            return f"the hint is not understood: {wrong}"
        workload.labels = {**workload.labels, path.removeprefix("labels."): value.strip("\"'")}
        return ""
    if path not in fields() or not fields()[path].in_spec:
        return f"the hint names no field: {no_such_field(path)}"
    before = {field: value_at(workload, field) for field in stated if f"{field}.".startswith(f"{path}.")}
    try:
        if value.startswith("["):
            words = [word.strip().strip("\"'") for word in value.strip("[]").split(",")]
            state(workload, path, [word for word in words if word])
        else:
            check_text(path, value.strip("\"'"))
            assign(workload, path, value.strip("\"'"))
    except (ValueError, KeyError) as error:
        return f"the hint {path}={value} is not understood: {error}"
    if (own := before.get(NEEDS)) and workload.requirements.features is not None:  # what the file itself demands stays
        workload.requirements.features = tuple(dict.fromkeys((*own, *workload.requirements.features)))
    return _contradicted(workload, path, value, before) or _of_other_family(workload, path, value, stated)


def _of_other_family(workload: Workload, path: str, value: str, stated: Sequence[str]) -> str:
    """Take back a hint that names a system of another family than the file states, and return the fault."""
    os = workload.guest.os
    if path not in ("guest.os", "guest.os.id") or "guest.os.family" not in stated or not os.states("id"):
        return ""
    found = workload.catalog.guest(os.id)
    if found is None or found.family == os.family:
        return ""
    remove(workload, "guest.os.id")
    return f"the hint {path}={value} contradicts the file itself: there guest.os.family is {os.family}"


def _contradicted(workload: Workload, path: str, value: str, before: Mapping[str, Any]) -> str:
    """Take back a hint that would hide a fact of the file, and return the fault. Demands are its author's to change."""
    fault = ""
    for field, old in before.items():
        group, declared = locate(workload, field)
        if getattr(group, declared.attribute) != old and not declared.is_demand:
            setattr(group, declared.attribute, old)
            fault = fault or f"the hint {path}={value} contradicts the file itself: there {field} is {as_text(old)}"
    return fault
