from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.wording import listed

TAKEN = "host.cluster.machineTypes"

PLAIN = (("pc-q35", "q35"), ("pc-i440fx", "pc"), ("rhel", "pc"), ("pc-", "pc"), ("virt", "virt"))
"""Beginning of a machine type -> the name without a version, which each build of QEMU has."""


@rule(
    "VM834",
    "machine-type-of-another-build",
    Severity.ERROR,
    sources=("R13-724", "R13-726", "R14-131"),
    symptoms=(
        "unsupported machine type",
        "does not support machine type",
        "is not supported (allowed values: [q35* pc-q35*])",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"host.os.id": "names a system whose QEMU has {deployment.machine}"},
)
def machine_type_of_another_build(workload: Workload) -> Iterator[Finding]:
    """Some machine types are in one distribution's build of QEMU alone, and some builds have no other.

    ## Why

    Red Hat gives its builds machine types of its own (`pc-q35-rhel9.6.0`), and from release 8 on they have no versions
    of upstream's. Ubuntu adds types with the names of its releases (`pc-i440fx-focal`) to the usual ones. A file that
    libvirt wrote names the type of the host where it was made. KubeVirt takes those types only that its configuration
    lists: q35 on x86.

    ## What it looks like

    "unsupported machine type" or "does not support machine type", when the machine is defined or started. KubeVirt's
    API server refuses the object.

    ## Severity

    A cluster's administrator may admit more types to KubeVirt, so that finding has medium confidence, unless the
    cluster's settings are known.

    ## When it stays silent

    For types without a version, which each build has. Where the host's system is not stated, upstream's types pass.
    """
    machine = workload.deployment.get("machine", "").strip().lower()
    if not machine or not workload.catalog.machine_types.of_qemu(machine):
        return
    if workload.deployment.platform.knows("id"):
        taken = workload.host.cluster.get("machine_types")
        if taken and workload.platform.placement == "orchestrator":
            yield from _in_the_cluster(workload, machine, taken)
            return
        admitted = workload.platform.data.get("machines", {}).get("admitted", ())
        if admitted:
            if _is_known(workload, machine) and not any(
                re.fullmatch(rf"{re.escape(name)}(-.*)?", machine) for name in admitted
            ):
                yield finding(
                    "deployment.machine",
                    f"{workload.platform.name} takes no machine of type {machine}, only {listed(admitted, 'or')}",
                    confidence=Confidence.MEDIUM,
                    because=("deployment.platform.id",),
                    help="write q35, or let the cluster's emulatedMachines admit the type",
                    repairs=(repair("the type that it takes", machine="q35"),),
                )
            return
    yield from _on_the_host(workload, machine)


def _in_the_cluster(workload: Workload, machine: str, taken: frozenset[str]) -> Iterator[Finding]:
    """Whether a machine type is one of those that the cluster is set up to take."""
    if any(fnmatchcase(machine, each.lower()) for each in taken):
        return
    names = {name.rstrip("*-").lower() for name in taken}
    yield finding(
        "deployment.machine",
        f"the cluster takes no machine of type {workload.deployment.machine}, only {listed(sorted(taken), 'or')}",
        because=(TAKEN, "deployment.platform.id"),
        help="write a type that it takes, or let its emulatedMachines admit this one",
        repairs=(repair("the type that it takes", machine="q35"),) if "q35" in names else (),
    )


def _is_known(workload: Workload, machine: str) -> bool:
    """Whether a machine type is one of QEMU's by its name, with or without a version."""
    types = workload.catalog.machine_types
    return machine in ("pc", "isapc", "microvm") or bool(types.versioned(machine) or types.build_of(machine))


def _on_the_host(workload: Workload, machine: str) -> Iterator[Finding]:
    """Whether the QEMU of the host's system is a build that has the type."""
    os, types = workload.host.os, workload.catalog.machine_types
    build = types.build_of(machine)
    if not (build or (os.knows("id") and types.versioned(machine))):
        return
    if os.knows("id") and (build.is_on(os.id) if build else not types.only_build_on(os.id)):
        return
    if not workload.platform.data.get("machines"):
        return
    system = workload.catalog.guest(os.id)
    name = system.name if system else os.id
    if build and not build.is_on(os.id):
        says = f"only {build.maker}'s builds of QEMU have the machine type {machine}, and the host runs {name}"
    elif not build and (own := types.only_build_on(os.id)):
        says = f"the QEMU of {name} has {own.maker}'s machine types alone, and {machine} is none of them"
    else:
        return
    plain = next((right for beginning, right in PLAIN if machine.startswith(beginning)), "")
    yield finding(
        "deployment.machine",
        says,
        because=("host.os.id",),
        help=plain and f"write {plain} for the newest type that the host has",
        repairs=(repair("the type of the QEMU at hand", machine=plain),) if plain else (),
    )
