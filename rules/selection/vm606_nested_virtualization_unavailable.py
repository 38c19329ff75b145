from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from vmlint.api import Finding, Platform, Repair, Severity, Workload, both, finding, repair, rule

from ..shared.hardware import EXTENSIONS, needs_of_host
from ..shared.modes import offers

NEEDED = "hardware virtualization is needed (VT-x, AMD-V or EL2)"

WITHOUT_NESTING = re.compile(r"Apple M[12]\b")
"""Models of CPUs whose virtual machines have no EL2 (P-27)."""

CASUAL = ("experimental", "unsupported")


@rule(
    "VM606",
    "nested-virtualization-unavailable",
    Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=("S-01", "S-50", "S-51", "S-52", "S-53", "S-54", "P-02", "P-04c", "P-14", "P-27"),
    symptoms=(
        "VT-x is not available (VERR_VMX_NO_VMX)",
        "AMD-V is not available (VERR_SVM_NO_SVM)",
        "Could not access KVM kernel module: No such file or directory",
        "/dev/kvm: no such file or directory",
        "qemu-system-aarch64: -accel hvf: Error: HV_UNSUPPORTED",
        "Virtualization is not available on this hardware",
    ),
    fits_if={
        "host.virtualized": "is false",
        "host.hypervisor": "names the hypervisor that the vendor supports below this one",
        "deployment.mode": "needs no virtualization extensions",
        "deployment.platform.id": "names a platform that needs no virtualization extensions",
    },
)
def nested_virtualization_unavailable(workload: Workload) -> Iterator[Finding]:
    """A hypervisor inside a virtual machine works only if the one below hands the CPU's extensions on.

    ## Why

    VT-x, AMD-V and Arm's EL2 are invisible in a virtual machine unless nested virtualization was switched on for it.
    Most rented machines and CI runners do not have it: on EC2 it exists on the C8i, M8i and R8i families and their flex
    variants, on Apple silicon from the M3 on. The same holds one level up: `requirements.nested` demands that the guest
    itself can run virtual machines.

    ## What it looks like

    Nothing starts that runs guest code on the CPU: no virtual machine, no Kata pod, no microVM, no desktop product with
    a machine of its own.

    ## Severity

    Where the hypervisor below offers nesting only as an experiment, or the vendor of the one above gives it no support
    there, it is a warning.

    ## When it stays silent

    Containers on a shared kernel, gVisor, emulation and classic PV guests need no extensions. A hypervisor that its
    maker calls fit for labs is left to VM108.
    """
    if not workload.deployed:
        return
    platform = workload.platform
    nested = workload.requirements.nested and not workload.mode.shares_host_kernel
    outer = platform.fact("nesting", "outer") if nested and platform.has("nesting", "outer") else ""
    inside = chain(_inside_the_guest(platform, outer), _inside_on_this_mac(workload) if nested else ())
    found = next(chain(inside, _below(workload, platform)), None)
    if found:
        yield found
    elif nested:
        platform.fact("nesting", "outer")  # undecided where the catalogue does not say


def _inside_the_guest(platform: Platform, offered: str) -> Iterator[Finding]:
    """Whether the guest can run virtual machines of its own."""
    if offered == "no" or offered in CASUAL:
        how = "does not allow" if offered == "no" else "allows only as something its makers do not support"
        yield finding(
            "requirements.nested",
            f"the guest is to run virtual machines itself, which {platform.name} {how}",
            severity=Severity.ERROR if offered == "no" else Severity.WARNING,
            because=("deployment.platform.id",),
        )


def _inside_on_this_mac(workload: Workload) -> Iterator[Finding]:
    """Whether macOS hands the extensions of this CPU on at all; another system on the same CPU may."""
    cpu = workload.host.cpu
    too_old = cpu.knows("model") and WITHOUT_NESTING.match(cpu.model)
    if too_old and "hardware-virtualization" in needs_of_host(workload) and workload.host.os.family == "darwin":
        yield finding(
            "requirements.nested",
            "the guest is to run virtual machines itself, which macOS allows from Apple's M3 on, and this is an "
            f"{cpu.model}",
            because=("host.cpu.model", "host.os.family", "deployment.platform.id"),
            help="use a newer Mac, or run what is inside beside the guest",
        )


def _below(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether the platform itself can run in the virtual machine that is its host."""
    host = workload.host
    if not both(
        lambda: host.virtualized,
        lambda: "hardware-virtualization" in needs_of_host(workload),
    ):
        return
    below = _hypervisor_below(workload)
    handed_on = below.fact("nesting", "outer") if below and below.has("nesting", "outer") else ""
    inner = platform.fact("nesting", "inner") if platform.has("nesting", "inner") else ""
    available = _has_extensions(workload)
    because = ("host.virtualized", "deployment.platform.id", "deployment.mode")
    if available is False or "no" in (handed_on, inner):
        yield finding(
            "host.nestedVirtualization",
            f"{NEEDED}, and the host is a virtual machine "
            + ("in which the platform does not work" if inner == "no" else "without it"),
            because=(*because, _by_instance_type(workload) is False and "host.cloud.instanceType"),
            help=(
                "switch nested virtualization on for that machine, if the hypervisor below can",
                "use a physical host; on EC2 a bare-metal type, or C8i, M8i, R8i with nesting switched on",
            ),
            repairs=_without_extensions(workload),
        )
    elif handed_on in CASUAL and below:
        yield finding(
            "host.hypervisor",
            f"{platform.name} needs VT-x, AMD-V or EL2 inside a guest of {below.name}, where nesting is {handed_on}",
            severity=Severity.WARNING,
            because=because,
            repairs=_without_extensions(workload),
        )
    elif available is None:
        yield finding(
            "host.virtualized",
            f"{NEEDED}, and the host is a virtual machine that may lack it",
            severity=Severity.NOTE,
            because=because[1:],
            help="find out, and declare host.nestedVirtualization",
        )
    elif inner in CASUAL:
        name = below.name if below else host.hypervisor
        if not below or below.data.get("vendor") != platform.data.get("vendor"):
            yield finding(
                "host.hypervisor",
                f"the vendor of {platform.name} does not support it inside {name}",
                severity=Severity.WARNING,
                because=because,
            )


def _hypervisor_below(workload: Workload) -> Platform | None:
    if not workload.host.knows("hypervisor"):
        return None
    below = workload.catalog.platform_id(workload.host.hypervisor)
    return workload.catalog.platform(below) if below else None


def _has_extensions(workload: Workload) -> bool | None:
    """Whether the virtual machine below has the extensions; ``None`` where nobody stated it."""
    host = workload.host
    if host.knows("nested_virtualization"):
        return host.nested_virtualization
    if host.cpu.knows("model") and WITHOUT_NESTING.match(host.cpu.model):
        return False
    if host.cpu.knows("features"):
        if host.cpu.features & (EXTENSIONS | {"arm-el2"}):
            return True
        if host.knows("arch") and host.arch in ("amd64", "386"):  # elsewhere the flags do not say
            return False
    return _by_instance_type(workload)


def _by_instance_type(workload: Workload) -> bool | None:
    """``False`` where a rented machine is of another family than those that can have them, ``None`` otherwise."""
    cloud = workload.host.cloud
    if not (cloud.knows("provider") and cloud.knows("instance_type")):
        return None
    service = workload.catalog.service(cloud.provider)
    if service is None or not service.has("nesting", "instanceTypes"):
        return None
    if service.fact("cloud", "bareMetal") in cloud.instance_type:
        return None
    family = cloud.instance_type.partition(".")[0].lower()
    return None if family in service.fact("nesting", "instanceTypes") else False


def _without_extensions(workload: Workload) -> Iterator[Repair]:
    if workload.mode.is_container and offers(workload, "gvisor"):
        yield repair("a sandbox that needs no virtualization extensions", mode="gvisor")
    if not workload.mode.is_container and offers(workload, "emulation"):
        yield repair("slow, but runs on any CPU", mode="emulation")
