from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from vmlint.api import Finding, Severity, Version, Workload, finding, rule

from ..shared.amounts import described, each, figure, read
from ..shared.fields import distrust_fields
from ..shared.looks import each_alone

AMOUNTS = {"cpu": "vcpu", "memory": "memory"}
"""Fields of ``resources``, and what the catalogue's ``limits`` call them."""


@rule(
    "VM615",
    "above-guest-or-platform-maximum",
    Severity.WARNING,
    worst=Severity.ERROR,
    fits_if={
        "deployment.machine": "is a type that takes as many processors",
        "deployment.firmware.type": "is one with which the machine takes as much memory",
    },
    sources=("S-01", "P-01", "P-02", "P-04a", "P-04e", "P-14", "P-17", "P-18", "R5-06", "R9-211", "R9-212"),
)
def above_guest_or_platform_maximum(workload: Workload) -> Iterator[Finding]:
    """No platform gives a virtual machine more than it was built for.

    ## Why

    A machine with more processors or memory than that is refused when it is defined or started. The limit may depend on
    the platform's version, on Hyper-V on the generation of the machine (generation 1 ends at 64 processors), on ESXi on
    its firmware, with QEMU on its machine type: i440fx ends at 255 processors.

    ## Severity

    Three milder limits are warnings. Pages of one vendor may disagree, and the amount lie between. A vendor may support
    a guest's release with fewer processors than the platform has to give, as Microsoft does Windows 11 with 32 on
    Hyper-V: the rest is not used, or has no support. And it may repair what an untrusted guest can do to the host only
    up to a certain size, as XCP-ng does up to 32 processors.

    ## When it stays silent

    Only limits from a source count. What an old system itself can address is left to VM504.
    """
    if workload.deployed and workload.platform.has("limits"):
        stated = workload.resources
        yield from each(
            workload, tuple(field for field in AMOUNTS if stated.knows(field) or _is_bounded(workload, field)), _above
        )


def _is_bounded(workload: Workload, field: str) -> bool:
    """Whether the platform has a limit for an amount that the machine may have."""
    limits, deployment = dict(workload.platform.fact("limits")), workload.deployment
    if deployment.knows("machine"):
        by_machine = limits.get("machines", {})
        limits["machines"] = {stem: by_machine[stem] for stem in by_machine if _is_machine(deployment.machine, stem)}
    if deployment.platform.knows("version"):
        limits["byVersion"] = _of_version(limits, deployment.platform.version)
    if deployment.knows("generation") and deployment.generation != "1":
        limits["generation1"] = {}
    if deployment.firmware.knows("type") and deployment.firmware.type != "bios":
        limits["bios"] = {}
    if not workload.untrusted:
        limits["securitySupport"] = {}
    limits["guests"] = _of_guest(workload)
    return _bounds(limits, field)


def _bounds(limits: Any, field: str) -> bool:
    """Whether limits name a greatest amount anywhere, in general or for some machines."""
    return isinstance(limits, Mapping) and (
        AMOUNTS[field] in limits or any(_bounds(each, field) for each in limits.values())
    )


def _above(workload: Workload, field: str) -> Iterator[Finding]:
    platform = workload.platform
    limits: Mapping[str, Any] = platform.fact("limits")
    given = getattr(workload.resources, field)
    if _exceeds(given, limits, field):
        yield _too_much(
            workload, field, limits, f"{platform.name} gives a virtual machine", ("deployment.platform.id",)
        )
        return
    if "otherwise" in limits and _exceeds(given, limits["otherwise"], field):
        yield _doubtful(workload, field, limits, f"{platform.name} gives a virtual machine", "deployment.platform.id")
        return
    narrower = (_by_version, _by_generation, _by_firmware, _by_machine)
    found = [*each_alone(partial(look, workload, field, limits) for look in narrower)]
    yield from found[:1] or _beyond_support(workload, field)


def _by_version(workload: Workload, field: str, limits: Mapping[str, Any]) -> Iterator[Finding]:
    given, versions = getattr(workload.resources, field), limits.get("byVersion", {})
    if not any(_exceeds(given, {**amounts, **amounts.get("otherwise", {})}, field) for amounts in versions.values()):
        return
    version = workload.deployment.platform.version
    amounts = _of_version(limits, version)
    by = f"{workload.platform.name} {version} gives a virtual machine"
    if _exceeds(given, amounts, field):
        yield _too_much(workload, field, amounts, by, ("deployment.platform.version",))
    elif _exceeds(given, amounts.get("otherwise", {}), field):
        yield _doubtful(workload, field, amounts, by, "deployment.platform.version")


def _of_version(limits: Mapping[str, Any], version: Version) -> Mapping[str, Any]:
    """Return the amounts of a version of the platform; none where no figures are known of it."""
    versions = limits.get("byVersion", {})
    known = [stem for stem in versions if version.startswith(Version(stem))]
    return versions[max(known, key=len)] if known else {}


def _by_generation(workload: Workload, field: str, limits: Mapping[str, Any]) -> Iterator[Finding]:
    first = limits.get("generation1", {})
    if _exceeds(getattr(workload.resources, field), first, field) and workload.deployment.generation == "1":
        by = f"{workload.platform.name} gives a machine of generation 1"
        yield _too_much(workload, field, first, by, ("deployment.generation",))


def _by_firmware(workload: Workload, field: str, limits: Mapping[str, Any]) -> Iterator[Finding]:
    bios = limits.get("bios", {})
    if _exceeds(getattr(workload.resources, field), bios, field) and workload.deployment.firmware.type == "bios":
        by = f"{workload.platform.name} gives a machine with BIOS"
        yield _too_much(workload, field, bios, by, ("deployment.firmware.type", "deployment.platform.id"))


def _by_machine(workload: Workload, field: str, limits: Mapping[str, Any]) -> Iterator[Finding]:
    given, by_machine = getattr(workload.resources, field), limits.get("machines", {})
    if not any(_exceeds(given, amounts, field) for amounts in by_machine.values()):
        return
    machine = workload.deployment.machine
    stem = max((stem for stem in by_machine if _is_machine(machine, stem)), key=len, default="")
    if stem and _exceeds(given, by_machine[stem], field):
        by = f"{workload.platform.name} gives a machine of the type {machine}"
        yield _too_much(workload, field, by_machine[stem], by, ("deployment.machine", "deployment.platform.id"))


def _is_machine(machine: str, stem: str) -> bool:
    """Whether a machine is of a type, in any version: pc and pc-1.3 are, pc-q35-9.2 is of another type than pc."""
    rest = machine.removeprefix(stem) if machine.startswith(stem) else None
    return rest == "" or (bool(rest) and re.match(r"-[0-9]" if "-" not in stem else "-", str(rest)) is not None)


def _beyond_support(workload: Workload, field: str) -> Iterator[Finding]:
    """Find amounts that run without the vendor's support."""
    platform = workload.platform
    limits: Mapping[str, Any] = platform.fact("limits")
    given, own = getattr(workload.resources, field), _of_guest(workload)
    if _exceeds(given, own, field):
        by = f"{platform.name} supports {workload.guest_os.name} with"
        fields = ["guest.os.id", "deployment.platform.id"]
        yield _too_much(workload, field, own, by, fields, Severity.WARNING)
    secure = limits.get("securitySupport", {})
    if workload.untrusted and _exceeds(given, secure, field):
        by = f"{platform.name} has security support for an untrusted guest with"
        fields = [*distrust_fields(workload), "deployment.platform.id"]
        yield _too_much(workload, field, secure, by, fields, Severity.WARNING)


def _of_guest(workload: Workload) -> Mapping[str, Any]:
    """Return the amounts with which the platform supports the guest's release; none where none is known."""
    os = workload.guest.os
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    limits: Mapping[str, Any] = workload.platform.fact("limits")
    return limits.get("guests", {}).get(release.id, {}) if release else {}


def _doubtful(workload: Workload, field: str, amounts: Mapping[str, Any], by: str, because: str) -> Finding:
    """Build the warning that an amount lies between two figures of the vendor."""
    given = getattr(workload.resources, field)
    less, more = (described(field, read(figures[AMOUNTS[field]])) for figures in (amounts["otherwise"], amounts))
    return finding(
        f"resources.{field}",
        f"{by} at most {less} by one of the vendor's pages, {more} by another, and {figure(given)} are asked for",
        severity=Severity.WARNING,
        because=(because,),
    )


def _exceeds(given: float, amounts: Mapping[str, Any], field: str) -> bool:
    name = AMOUNTS[field]
    return name in amounts and given > read(amounts[name])


def _too_much(
    workload: Workload,
    field: str,
    amounts: Mapping[str, Any],
    by: str,
    because: Sequence[str],
    severity: Severity = Severity.ERROR,
) -> Finding:
    most, given = described(field, read(amounts[AMOUNTS[field]])), getattr(workload.resources, field)
    return finding(
        f"resources.{field}",
        f"{by} at most {most}, and {figure(given)} are asked for",
        severity=severity,
        because=because,
        help="a machine of generation 2 may have more; an installed one cannot change its generation"
        if "deployment.generation" in because
        else (),
    )
