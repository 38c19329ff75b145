"""Facts that the settings of a project state about a workload, where its file does not.

A file's own word wins: what it states, and what a hint in it states. A default of its format does not: it only says
what holds where nobody says anything. Where a manifest names its host, facts about another one would be wrong, so facts
about the host are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from vmlint.model.paths import is_stated, state
from vmlint.model.workload import Workload, clone
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.reading.context import Context, GivenFact
    from vmlint.reading.subject import Places, Subject

_LABELS, _HOST = "labels.", "host."


class GivenPlaces(NamedTuple):
    """The places of a workload's facts, of which some stand in settings files. Options and variables are no places."""

    fields: Mapping[str, Place]
    own: Places

    def exact(self, path: str) -> Place | None:
        """Return where a field itself is stated, if it is."""
        return self.fields.get(path.removeprefix("metadata.")) or self.own.exact(path)

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""
        return self.fields.get(path) or self.own.entry(path, entry)

    def around(self, path: str) -> Place:
        """Return the place to show for a field that is not stated."""
        return self.own.around(path)


def with_given(subject: Subject, context: Context, *, names_host: bool = False) -> Subject:
    """Return a workload with the facts of the settings that its file does not state.

    ``names_host``: whether the file names a host document, so that the host is another one's business.
    """
    facts = [fact for fact in context.given if not names_host or not fact.path.startswith(_HOST)]
    taken = _taken(subject.workload, facts, lambda path: _gives_way(path, subject.defaults, subject.places, context))
    if not taken:
        return subject
    return subject._replace(
        places=GivenPlaces({path: place for path, place in taken.items() if place.line}, subject.places),
        texts=tuple(dict.fromkeys((*subject.texts, *context.texts))),
        defaults={path: why for path, why in subject.defaults.items() if path not in taken},
        unknowns={path: why for path, why in subject.unknowns.items() if path not in taken},
        given=taken,
    )


def with_given_host(subject: Subject, context: Context) -> Workload:
    """Return a workload as it is with what the settings say of its host: defaults of a format may depend on that."""
    facts = [fact for fact in context.given if fact.path.startswith(_HOST)]
    whole = clone(subject.workload) if facts else subject.workload
    _taken(whole, facts, lambda path: _gives_way(path, subject.defaults, subject.places, context))
    return whole


def _gives_way(path: str, defaults: Mapping[str, str], places: Places, context: Context) -> bool:
    """Whether a fact that is stated is none of the file's own: a default of its format, or of the host document that
    the settings name for all workloads.
    """
    if path in defaults:
        return True
    if not context.host_files or not path.startswith(_HOST):
        return False
    place = places.exact(path)
    return place is not None and any(place.file == file.name for file in context.host_files)


def _taken(workload: Workload, facts: Iterable[GivenFact], gives_way: Callable[[str], bool]) -> dict[str, Place]:
    """State facts that a workload does not state itself; return which, with their places."""
    taken: dict[str, Place] = {}
    for path, value, place in facts:
        if path.startswith(_LABELS):
            label = path.removeprefix(_LABELS)
            if label in workload.labels:
                continue
            workload.labels = {**workload.labels, label: str(value)}
        elif is_stated(workload, path) and not gives_way(path):
            continue
        else:
            state(workload, path, value)
        taken[path] = place
    return taken
