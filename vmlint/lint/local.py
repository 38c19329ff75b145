"""What local catalogue data changes: which findings rest on it, and which security findings it suppresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.lint.engine import lint
from vmlint.model.paths import derivation_of
from vmlint.model.workload import Workload, clone

if TYPE_CHECKING:
    from vmlint.catalog import Record
    from vmlint.findings.diagnostic import LocalEntry
    from vmlint.findings.verdict import Risk
    from vmlint.lint.hit import Hit
    from vmlint.lint.rule import Rule


def local_entries(workload: Workload, paths: Iterable[str]) -> tuple[LocalEntry, ...]:
    """Return what local documents state about the entries that some fields name or follow from."""
    if not workload.catalog.local:
        return ()
    fields = [field for path in paths for field in _with_origins(workload, path)]
    found = {
        (type(entry), entry.id): _local(entry)
        for beginnings, entry in _entries(workload)
        if entry.local and any(_within(field, beginning) for field in fields for beginning in beginnings)
    }
    return tuple(found.values())


def risks(workload: Workload, guards: Sequence[Rule]) -> tuple[Risk, ...]:
    """Return what the security rules would report without local data.

    They judge the workload twice, with the whole catalogue and with the catalogue as it is without local data. So it
    does not matter which of an entry's facts was changed.
    """
    if not workload.catalog.local or not guards:
        return ()
    pristine = clone(workload)
    pristine.catalog = workload.catalog.pristine
    before = [hit for hit in lint(pristine, guards).hits if hit.severity > Severity.NOTE]
    if not before:
        return ()
    from vmlint.findings.verdict import Risk

    known = {(hit.rule.code, hit.finding.path, hit.severity) for hit in lint(workload, guards).hits}
    return tuple(
        Risk(hit.rule.code, hit.finding, _files(workload, hit))
        for hit in before
        if not any(
            (hit.rule.code, hit.finding.path, severity) in known for severity in Severity if severity >= hit.severity
        )
    )


def _files(workload: Workload, hit: Hit) -> tuple[str, ...]:
    """Return the documents behind a risk: those of the entries it names, or else of all that the workload names."""
    named = local_entries(workload, (hit.finding.path, *hit.finding.because))
    entries = named or tuple(_local(entry) for _, entry in _entries(workload) if entry.local)
    everything = (file for entry in workload.catalog.local for file in entry.local.values())
    return tuple(dict.fromkeys(file for entry in entries for file in entry.files)) or tuple(dict.fromkeys(everything))


def _entries(workload: Workload) -> Iterator[tuple[tuple[str, ...], Record]]:
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
    image = workload.deployment.image.get("ref")
    for path, reference in (
        ("deployment.image.ref", image),
        *(("deployment.otherImages", other) for other in workload.deployment.get("other_images", ())),
    ):
        for found in catalog.software.of_image(reference) if reference else ():
            yield (path,), found.program
    for path, programs in (
        ("guest.os", catalog.software.of_guest(guest) if guest else ()),
        ("deployment.platform", catalog.software.of_platform(platform) if platform else ()),
    ):
        for program in programs:
            yield (path,), program


def _with_origins(workload: Workload, path: str) -> tuple[str, ...]:
    derivation = derivation_of(workload, path)
    return (path, *derivation.sources) if derivation else (path,)


def _within(field: str, beginning: str) -> bool:
    return field == beginning or field.startswith(f"{beginning}.")


def _local(entry: Record) -> LocalEntry:
    from vmlint.findings.diagnostic import LocalEntry  # imported only where there is local data

    whole = entry.data.keys() - {"id", "source"} <= entry.local.keys()
    blocks = () if whole else tuple(entry.local)
    return LocalEntry(entry.id, blocks, tuple(dict.fromkeys(entry.local.values())))
