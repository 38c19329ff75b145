"""On which demands and facts the first answer hangs: found by asking anew without each, and with other values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vmlint.advice.stated import stated_text
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.model.paths import fields, is_stated, locate, remove, state
from vmlint.model.workload import Workload, clone
from vmlint.record import NamedTuple

SHOWN = 2
"""How many are looked for: what hangs on more hangs on these first."""
_FACTS = ("guest.os", "deployment.image", "guest.platform", "host.os", "host.platform")
"""What the score reads besides the conditions of its table: guest, artefact, the two CPUs, the host's system."""

_OPEN = ("requirements.", "environment", "instances")
"""What can be decided otherwise. A desktop is no function, and a host has the memory that it has."""


class Hinge(NamedTuple):
    """A change of one demand or fact after which something else comes first."""

    path: str
    value: str
    """What is stated today; empty where nothing is."""
    instead: str
    """The other value; empty where it is left out."""
    first: Candidate | None
    """What comes first then; ``None`` where nothing fits."""


class Hinges(NamedTuple):
    """What the first answer hangs on."""

    found: tuple[Hinge, ...]
    """At most :data:`SHOWN`: what is stated comes first, demands before facts, the weightier before the others."""
    tried: int
    """How many changes were tried until then."""


class _Variation(NamedTuple):
    path: str
    instead: Any
    """A value that can be stated; ``None`` leaves the field out."""


def hinges(workload: Workload, first: Candidate, ask: Callable[[Workload], Verdict]) -> Hinges:
    """Return the demands and facts of which another value puts something else in the first place.

    Another mode of the same class on the same platform is nothing else. ``ask`` is the advisor itself.
    """
    found: dict[str, Hinge] = {}
    tried = 0
    for variation in _variations(workload):
        if variation.path in found:
            continue
        tried += 1
        varied = _varied(workload, variation)
        best = next(iter(ask(varied).fitting), None)
        if best is None or (best.platform, best.way) != (first.platform, first.way):
            path = variation.path
            found[path] = Hinge(path, stated_text(workload, path), stated_text(varied, path), best)
            if len(found) == SHOWN:
                break
    return Hinges(tuple(found.values()), tried)


def _varied(workload: Workload, variation: _Variation) -> Workload:
    copy = clone(workload)
    remove(copy, variation.path)
    if variation.instead is not None:
        state(copy, variation.path, variation.instead)
    return copy


def _variations(workload: Workload) -> Iterator[_Variation]:
    """Yield the changes to try: of what is stated, then of facts, then demands that nobody makes today."""
    conditions = _conditions(workload)
    stated = [path for path in conditions if is_stated(workload, path)]
    for path in stated:
        yield _Variation(path, None)
        yield from (_Variation(path, value) for value in _others(workload, path, conditions[path]))
    yield from (_Variation(path, None) for path in _FACTS if is_stated(workload, path))
    for path in conditions:
        if path not in stated:
            yield from (_Variation(path, value) for value in _others(workload, path, conditions[path]))


def _conditions(workload: Workload) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the conditions of the table of weights by field: demands first, of each kind the weightiest first."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    weight: dict[str, float] = {}
    for entry in workload.catalog.capabilities["weights"]:
        path = entry["when"]["field"]
        if not path.startswith("guest.os."):  # with the guest's system, which is one of the facts
            found.setdefault(path, []).append(entry["when"])
            weight[path] = weight.get(path, 0) + sum(entry["columns"].values())
    order = sorted(found, key=lambda path: (not path.startswith("requirements."), -weight[path], path))
    return {path: found[path] for path in order}


def _others(workload: Workload, path: str, conditions: list[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield values of a demand with which other conditions of the table hold than today."""
    if not path.startswith(_OPEN):
        return
    group, field = locate(workload, path)
    today = getattr(group, field.attribute) if is_stated(workload, path) else None
    for condition in conditions:
        if "in" in condition:
            yield from (value for value in condition["in"] if value != today)
        elif field.many or condition.get("stated"):
            yield from _examples(path, condition.get("atLeast", 1)) if today is None else ()
        elif "atLeast" in condition:
            least = condition["atLeast"]
            yield least if today is None or today < least else least - 1


def _examples(path: str, least: int) -> Iterator[Any]:
    """Yield an example of a field that states at least so many entries."""
    for example in fields()[path].declared.examples:
        if not isinstance(example, (list, tuple)) or len(example) >= least:
            yield list(example) if isinstance(example, tuple) else example
            return
