"""The alternatives of a finding as edits of its manifest, where each change is a value that is written there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from vmlint.findings.fix import Edit
from vmlint.reading.subject import OverlaidPlaces, TreePlaces
from vmlint.syntax.yaml.nodes import Scalar, between, find, resolve

if TYPE_CHECKING:
    from vmlint.findings.verdict import Candidate
    from vmlint.reading.subject import Subject

_PLAIN = re.compile(r"[A-Za-z0-9][\w.@/+-]*")


def edits_of(candidate: Candidate, subject: Subject) -> tuple[Edit, ...]:
    """Return the edits that make a candidate of a workload; none where a change has no value to replace."""
    tree = _tree(subject)
    if tree is None:
        return ()
    file, root = next((file, root) for prefix, file, root in tree.roots if not prefix)
    edits = []
    for path, value in candidate.changes.items():
        node, _, matched = find(root, ["spec", *path.split(".")])
        if value is None or not isinstance(node, Scalar) or matched != len(path.split(".")) + 1:
            return ()
        edits.append(Edit(between(node.start, node.end).of(file), _scalar(value, node)))
    return tuple(edits)


def _tree(subject: Subject) -> TreePlaces | None:
    places = subject.places.manifest if isinstance(subject.places, OverlaidPlaces) else subject.places
    return places if isinstance(places, TreePlaces) else None


def _scalar(value: str, node: Scalar) -> str:
    """Return a value as it is written in place of another one, with its quotes."""
    if node.plain and _PLAIN.fullmatch(value) and isinstance(resolve(value), str):
        return value
    return json.dumps(value)
