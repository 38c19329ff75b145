"""What would be found of a workload if one of its facts were another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from vmlint.model.outline import note, noted
from vmlint.model.paths import locate
from vmlint.model.workload import Workload, clone

Found = TypeVar("Found")


def supposing(workload: Workload, path: str, value: Any, look: Callable[[Workload], Found]) -> Found:
    """Return what ``look`` finds in a workload that has ``value`` in the field at ``path``, and else the same facts.

    The workload itself stays as it is; what is read of the other one counts as read of it. Raises what ``look`` raises.
    """
    supposed = clone(workload)
    group, field = locate(supposed, path)
    setattr(group, field.attribute, value)
    try:
        return look(supposed)
    finally:
        note(workload, noted(supposed))
