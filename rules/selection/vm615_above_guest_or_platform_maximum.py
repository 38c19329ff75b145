from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vmlint.api import Finding, Severity, Version, Workload, finding, rule

from ..shared.amounts import described, each, figure, read
from ..shared.fields import distrust_fields

AMOUNTS = {"cpu": "vcpu", "memory": "memory"}
"""Fields of ``resources``, and what the catalogue's ``limits`` call them."""


@rule(
    "VM615",
    "above-guest-or-platform-maximum",
    Severity.WARNING,
    worst=Severity.ERROR,
    sources=("S-01", "P-01", "P-02", "P-04a", "P-04e", "P-14", "P-17", "P-18", "R5-06"),
)
def above_guest_or_platform_maximum(workload: Workload) -> Iterator[Finding]:
    """No platform gives a virtual machine more than it was built for.

    ## Why

    A machine with more processors or memory than that is refused when it is defined or started. The limit may depend on
    the platform's version, and on Hyper-V on the generation of the machine: generation 1 ends at 64 processors.

    ## Severity

    Two milder limits are warnings. A vendor may support a guest's release with fewer processors than the platform has
    to give, as Microsoft does Windows 11 with 32 on Hyper-V: the rest is not used, or has no support. And it may repair
    what an untrusted guest can do to the host only up to a certain size, as XCP-ng does up to 32 processors.

    ## When it stays silent

    Only limits from a source count. What an old system itself can address is left to VM504.
    """
    if workload.deployed and workload.platform.has("limits"):
        yield from each(workload, tuple(AMOUNTS), _above)


def _above(workload: Workload, field: str) -> Iterator[Finding]:
    platform, deployment = workload.platform, workload.deployment
    limits: Mapping[str, Any] = platform.fact("limits")
    given = getattr(workload.resources, field)
    if _exceeds(given, limits, field):
        yield _too_much(
            workload, field, limits, f"{platform.name} gives a virtual machine", ("deployment.platform.id",)
        )
        return
    versions: Mapping[str, Any] = limits.get("byVersion", {})
    if any(_exceeds(given, amounts, field) for amounts in versions.values()):
        version = deployment.platform.version
        known = [stem for stem in versions if version.startswith(Version(stem))]
        amounts = versions[max(known, key=len)] if known else {}
        if _exceeds(given, amounts, field):
            by = f"{platform.name} {version} gives a virtual machine"
            yield _too_much(workload, field, amounts, by, ("deployment.platform.version",))
            return
    first = limits.get("generation1", {})
    if _exceeds(given, first, field) and deployment.generation == "1":
        by = f"{platform.name} gives a machine of generation 1"
        yield _too_much(workload, field, first, by, ("deployment.generation",))
        return
    yield from _beyond_support(workload, field)


def _beyond_support(workload: Workload, field: str) -> Iterator[Finding]:
    """Find amounts that run without the vendor's support."""
    platform, os = workload.platform, workload.guest.os
    limits: Mapping[str, Any] = platform.fact("limits")
    given = getattr(workload.resources, field)
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    own = limits.get("guests", {}).get(release.id, {}) if release else {}
    if release and _exceeds(given, own, field):
        by = f"{platform.name} supports {release.name} with"
        fields = ["guest.os.id", "deployment.platform.id"]
        yield _too_much(workload, field, own, by, fields, Severity.WARNING)
    secure = limits.get("securitySupport", {})
    if workload.untrusted and _exceeds(given, secure, field):
        by = f"{platform.name} has security support for an untrusted guest with"
        fields = [*distrust_fields(workload), "deployment.platform.id"]
        yield _too_much(workload, field, secure, by, fields, Severity.WARNING)


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
