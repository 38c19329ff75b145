"""Nesting: hypervisors inside virtual machines, below what was chosen or inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from vmlint.api import Finding, Platform, Repair, Severity, Workload, both, finding, repair, rule

from .type1 import needs_of_host
from .wording import offers

HARDWARE_VIRTUALIZATION = frozenset({"vmx", "svm", "el2", "arm-el2"})
"""CPU features, as manifests write them, of which a hypervisor needs one: VT-x, AMD-V, Arm's EL2."""

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

    VT-x, AMD-V and Arm's EL2 are invisible in a virtual machine unless nested virtualization was switched on for it.
    Most rented machines and CI runners do not have it: on EC2 it exists on the C8i, M8i and R8i families and their flex
    variants, on Apple silicon from the M3 on. Without it nothing starts that runs guest code on the CPU: no VM, no Kata
    pod, no microVM, no desktop product with a machine of its own. Where the hypervisor below offers nesting only as an
    experiment, or the vendor of the one above gives it no support there, it is a warning.

    The same holds one level up: `requirements.nested` asks that the guest itself can run virtual machines.

    Containers on a shared kernel, gVisor, emulation and classic PV guests need no extensions and pass on any host. A
    hypervisor that its maker calls fit for labs passes too.
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
    available = _extensions(workload)
    because = ("host.virtualized", "deployment.platform.id", "deployment.mode")
    if available is False or "no" in (handed_on, inner):
        yield finding(
            "host.nestedVirtualization",
            f"{NEEDED}, and the host is a virtual machine "
            + ("in which the platform does not work" if inner == "no" else "without it"),
            because=(*because, *(["host.cloud.instanceType"] if _by_instance_type(workload) is False else [])),
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


def _extensions(workload: Workload) -> bool | None:
    """Tell whether the virtual machine below has the extensions; ``None`` where nobody says."""
    host = workload.host
    if host.knows("nested_virtualization"):
        return host.nested_virtualization
    if host.cpu.knows("model") and WITHOUT_NESTING.match(host.cpu.model):
        return False
    if host.cpu.knows("features"):
        if host.cpu.features & HARDWARE_VIRTUALIZATION:
            return True
        if host.knows("arch") and host.arch in ("amd64", "386"):  # elsewhere the flags do not tell
            return False
    return _by_instance_type(workload)


def _by_instance_type(workload: Workload) -> bool | None:
    """Tell that a rented machine has none, where its type is of another family than those that can have them."""
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


@rule(
    "VM108",
    "hypervisor-nested-in-production",
    Severity.WARNING,
    article=("T1-S1", "T1-U3"),
    sources=("S-31", "S-83", "P-01"),
    architectures=("type1", "paravirtualization"),
)
def hypervisor_nested_in_production(workload: Workload) -> Iterator[Finding]:
    """A hypervisor whose makers mean nesting for laboratories has no place inside a virtual machine in production.

    XCP-ng, Xen and ESXi install in a virtual machine, and that is how they are tried out and taught. The makers say as
    much: it is for tests, nobody supports it, and every device and every page of memory goes through two hypervisors.
    In production it shows as stalls that no side can explain, and as a support case that ends with the first question.

    It judges only platforms of which the catalogue knows that statement. Hypervisors that are supported inside others,
    such as KVM on a cloud's instances with nesting, are not meant. Whether nesting works at all is VM606's question.
    """
    platform = workload.platform
    if not platform.has("nesting", "inner") or platform.fact("nesting", "inner") != "lab":
        return
    if both(lambda: workload.environment == "production", lambda: workload.host.virtualized):
        yield finding(
            "host.virtualized",
            f"{platform.name} is to run inside a virtual machine in production, which its makers mean for labs only",
            because=("environment", "deployment.platform.id"),
            help="install it on a physical host, or run the workload on the hypervisor below",
        )
