"""What a rule yields: a finding about a field, and the changes that may remove it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.severity import Confidence, Severity


class Repair(NamedTuple):
    """A change of some fields that may remove a finding. It is shown only after it was linted itself."""

    changes: Mapping[str, str]
    """Field path under ``deployment`` -> new value, as a manifest writes it."""
    why: str
    """A few words: what the change buys."""


class Finding(NamedTuple):
    """A mismatch that a rule found."""

    path: str
    """The field at fault, as a user would write it: ``deployment.platform``."""
    message: str
    """One sentence with the actual values, which a reviewer understands without a manual."""
    severity: Severity | None = None
    """Set if it differs from the rule's severity."""
    because: tuple[str, ...] = ()
    """Other fields that the finding rests on."""
    help: tuple[str, ...] = ()
    """What can be done outside the deployment: on the host, in the image, in the guest."""
    repairs: tuple[Repair, ...] = ()
    confidence: Confidence | None = None
    """Set if it is lower than the rule's confidence."""
    entry: str = ""
    """If the field is a list: the entry at fault, as it was stated. The finding then points at this entry."""
    instead: str = ""
    """The right spelling of the field's value, where nothing but that is wrong: what it means, or surely meant."""
    settled: bool = False
    """Whether nothing but a setting, or another host, repairs it: another platform or mode would only not ask."""


def finding(
    path: str,
    message: str,
    *,
    severity: Severity | None = None,
    because: Iterable[str | Literal[False] | None] = (),
    help: str | Iterable[str | Literal[False] | None] = (),
    repairs: Iterable[Repair] = (),
    confidence: Confidence | None = None,
    entry: str = "",
    instead: str = "",
    settled: bool = False,
) -> Finding:
    """Build a finding about one field; :class:`Finding` describes the parts.

    ``because`` and ``help`` may hold ``None`` and ``False``, which are left out:
    ``because=("guest.os.id", high and "requirements.performance.class")``.

    Raises ``TypeError`` if ``because`` or ``repairs`` is a single value instead of a list.
    """
    if isinstance(because, str):
        raise TypeError(f"because is a list of fields, not the text {because!r}; write because=({because!r},)")
    if isinstance(repairs, Repair):
        raise TypeError("repairs is a list of repairs, not a single one; write repairs=(repair(...),)")
    lines = (help,) if isinstance(help, str) else _kept(help)
    return Finding(path, message, severity, _kept(because), lines, tuple(repairs), confidence, entry, instead, settled)


def _kept(texts: Iterable[str | Literal[False] | None]) -> tuple[str, ...]:
    return tuple(text for text in texts if text is not None and text is not False)


def repair(why: str, **changes: str) -> Repair:
    """Propose a change below ``deployment``; dots in a path are written as two underscores.

    ``repair("keeps the platform", mode="pvhvm")``, ``repair("...", devices__disk="sata")``.
    """
    return Repair({f"deployment.{path.replace('__', '.')}": value for path, value in changes.items()}, why)
