"""What local catalogue data changes: which findings rest on it, and which objections of security rules it lifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from vmlint.catalog import GuestOS, Platform
from vmlint.findings.verdict import Risk
from vmlint.lint.engine import Hit, lint
from vmlint.lint.rule import Rule, Severity
from vmlint.model.paths import derivation_of
from vmlint.model.workload import Workload, clone


class Described(NamedTuple):
    """An entry of the catalogue that local documents describe, wholly or in part."""

    id: str
    blocks: tuple[str, ...]
    """The blocks that are theirs; empty where the whole entry is."""
    files: tuple[str, ...]


class Lifted(NamedTuple):
    """What a security rule would say without local data."""

    hit: Hit
    files: tuple[str, ...]
    """The documents that keep it from saying so."""

    @property
    def risk(self) -> Risk:
        """What the advisor tells of it."""
        return Risk(self.hit.rule.code, self.hit.finding.message, self.files)


def described(workload: Workload, paths: Iterable[str]) -> tuple[Described, ...]:
    """Return what local documents say of the platforms and systems that some fields name or follow from."""
    if not workload.catalog.local:
        return ()
    fields = [field for path in paths for field in _with_origins(workload, path)]
    found = {
        (type(entry), entry.id): _described(entry)
        for beginnings, entry in _entries(workload)
        if entry.local and any(_within(field, beginning) for field in fields for beginning in beginnings)
    }
    return tuple(found.values())


def lifted(workload: Workload, guards: Sequence[Rule]) -> tuple[Lifted, ...]:
    """Return what the security rules would object to, were it not for local data.

    They judge the workload twice, with the whole catalogue and with the catalogue as it is without local data. So it
    makes no difference which of an entry's facts was changed.
    """
    if not workload.catalog.local or not guards:
        return ()
    pristine = clone(workload)
    pristine.catalog = workload.catalog.pristine
    before = [hit for hit in lint(pristine, guards).hits if hit.severity > Severity.NOTE]
    if not before:
        return ()
    told = {(hit.rule.code, hit.finding.path, hit.severity) for hit in lint(workload, guards).hits}
    return tuple(
        Lifted(hit, _files(workload, hit))
        for hit in before
        if not any(
            (hit.rule.code, hit.finding.path, severity) in told for severity in Severity if severity >= hit.severity
        )
    )


def _files(workload: Workload, hit: Hit) -> tuple[str, ...]:
    """Return the documents that answer for it: those of what it names, or else of all that the workload names."""
    named = described(workload, (hit.finding.path, *hit.finding.because))
    entries = named or tuple(_described(entry) for _, entry in _entries(workload) if entry.local)
    everything = (file for entry in workload.catalog.local for file in entry.local.values())
    return tuple(dict.fromkeys(file for entry in entries for file in entry.files)) or tuple(dict.fromkeys(everything))


def _entries(workload: Workload) -> Iterator[tuple[tuple[str, ...], Platform | GuestOS]]:
    """Yield the entries that a workload names, each with the beginnings of the fields that name it."""
    catalog, host = workload.catalog, workload.host
    platform = workload.deployment.platform.get("id")
    below = catalog.platform_id(host.get("hypervisor") or "")
    guest, system = workload.guest.os.get("id"), host.os.get("id")
    for beginnings, entry in (
        (
            ("deployment.platform", "deployment.mode", "deployment.architecture"),
            platform and catalog.platform(platform),
        ),
        (("host.hypervisor",), below and catalog.platform(below)),
        (("guest.os",), guest and catalog.guest(guest)),
        (("host.os",), system and catalog.guest(system)),
    ):
        if entry:
            yield beginnings, entry


def _with_origins(workload: Workload, path: str) -> tuple[str, ...]:
    derivation = derivation_of(workload, path)
    return (path, *derivation.sources) if derivation else (path,)


def _within(field: str, beginning: str) -> bool:
    return field == beginning or field.startswith(f"{beginning}.")


def _described(entry: Platform | GuestOS) -> Described:
    whole = entry.data.keys() - {"id", "source"} <= entry.local.keys()
    blocks = () if whole else tuple(entry.local)
    return Described(entry.id, blocks, tuple(dict.fromkeys(entry.local.values())))
