"""Licences that a platform needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmlint.api import Workload

from .editions import edition


def licensed_edition(workload: Workload) -> str:
    """Return the edition of the platform that was named, where the catalogue has terms for it."""
    written = workload.deployment.platform.get("edition", "")
    return edition(written, workload.platform.data.get("licence", {}).get("editions", {}))


def held(workload: Workload, *labels: str) -> bool:
    """Whether one of several licences is among those that are held."""
    return any(label.lower() in labels for label in workload.guest.licences or ())


def clause(terms: Mapping[str, Any]) -> str:
    """Return the note of an edition as part of a sentence."""
    note = str(terms.get("note", ""))
    return f"{note[:1].lower()}{note[1:]}".removesuffix(".")
