from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from vmlint.api import Finding, Platform, Repair, Severity, Workload, both, finding, repair, rule

from ..shared.hardware import EXTENSIONS, X86, X86_EXTENSIONS, lacks_slat, needs_of_host
from ..shared.host_releases import host_release, precedes, release_field
from ..shared.looks import each_alone
from ..shared.modes import in_any_mode, offers
from ..shared.mounts import mounts
from ..shared.rented import how_to_find_out, how_to_get_nesting, nests_by_type
from ..shared.wording import family_name, listed

NEEDED = "hardware virtualization is needed (VT-x, AMD-V or EL2)"

INSIDE = "the guest is to run virtual machines itself"

KVM = "/dev/kvm"

WITHOUT_NESTING = re.compile(r"Apple M[12]\b")
"""Models of CPUs whose virtual machines have no EL2 (P-27)."""

CASUAL = ("experimental", "unsupported")


@rule(
    "VM606",
    "nested-virtualization-unavailable",
    Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=(
        "S-01", "S-50", "S-51", "S-52", "S-53", "S-54", "P-02", "P-04c", "P-20", "P-14", "P-27", "R9-201", "R9-202",
        "R9-203", "R9-204", "R13-702", "R13-703", "PD-10",
    ),
    symptoms=(
        "Host CPU does not provide required features: svm",
        "Host CPU does not provide required features: vmx",
        "VT-x is not available (VERR_VMX_NO_VMX)",
        "AMD-V is not available (VERR_SVM_NO_SVM)",
        "Could not access KVM kernel module: No such file or directory",
        "/dev/kvm: no such file or directory",
        "qemu-system-aarch64: -accel hvf: Error: HV_UNSUPPORTED",
        "Virtualization is not available on this hardware",
        "Virtualized Intel VT-x/EPT is not supported on this platform",
        "HVF error: HV_UNSUPPORTED",
    ),
    fits_if={
        "host.virtualized": "is false",
        "host.hypervisor": "names the hypervisor that the vendor supports below this one",
        "host.os.id": "names a release that hands the extensions of this CPU on",
        "deployment.platform.version": "is a release that hands the extensions of this CPU on",
        "deployment.mode": "needs no virtualization extensions",
        "deployment.platform.id": "names a platform that needs no virtualization extensions",
    },
)  # fmt: skip
def nested_virtualization_unavailable(workload: Workload) -> Iterator[Finding]:
    """A hypervisor inside a virtual machine works only if the one below hands the CPU's extensions on.

    ## Why

    VT-x, AMD-V and Arm's EL2 are invisible in a virtual machine unless nested virtualization was switched on for it.
    Most rented machines and CI runners do not have it: on EC2 it exists on some of Intel's families of generation 7 and
    8, on Apple silicon from the M3 on and for guests of Linux alone, under Hyper-V on AMD from Windows Server 2022 and
    Windows 11 on. VMware hands on VT-x only together with EPT, which CPUs before Nehalem lack. The same holds one level
    up: `requirements.nested` demands that the guest itself can run virtual machines. A container does that with the
    extensions of its host, through `/dev/kvm`, which has to be handed to it.

    ## What it looks like

    Nothing starts that runs guest code on the CPU: no virtual machine, no Kata pod, no microVM, no desktop product with
    a machine of its own.

    ## Severity

    Where the hypervisor below offers nesting only as an experiment, or the vendor of the one above gives it no support
    there, it is a warning. A container without `/dev/kvm` is a warning, since a cluster may add the device, and a note
    where nobody states its devices. A rented machine whose type is in no list is a note: providers add families faster
    than lists of them age.

    ## When it stays silent

    Containers that run no machines themselves, gVisor, emulation and classic PV guests need no extensions. A hypervisor
    that its maker calls fit for labs is left to VM108.
    """
    nested, host = workload.requirements.nested, workload.host
    if not workload.deployed or not (nested or host.get("virtualized", True)):
        return
    if nested and workload.deployment.knows("mode") and workload.mode.data.get("nesting") is False:
        yield _without_kvm(workload)
        return
    platform = workload.platform
    if not nested:
        yield from _below(workload, platform)
        return
    looks = partial(_nested, workload, platform), partial(_below, workload, platform)
    yield from list(each_alone(looks))[:1]


def _without_kvm(workload: Workload) -> Finding:
    return finding(
        "requirements.nested",
        f"{INSIDE}, and the kernel of a {workload.mode.name} has no KVM",
        because=("deployment.mode",),
        help="use a container on the host's own kernel with the device /dev/kvm, or a machine",
    )


def _nested(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether the guest can run virtual machines of its own."""
    if not platform.hosted and in_any_mode(workload, lambda supposed: supposed.mode.shares_host_kernel):
        yield from _in_a_container(workload)
        return
    if platform.has("nesting", "outer"):
        yield from _inside_the_guest(platform, platform.fact("nesting", "outer"))
    yield from _inside_on_this_mac(workload)
    yield from _inside_this_guest(workload, platform)
    yield from _inside_on_this_cpu(workload, platform)
    yield from _inside_without_slat(workload, platform)
    platform.fact("nesting", "outer")  # undecided where the catalogue does not say


def _inside_the_guest(platform: Platform, offered: str) -> Iterator[Finding]:
    """Whether the platform hands the extensions on at all."""
    if offered == "no" or offered in CASUAL:
        how = "does not allow" if offered == "no" else "allows only as something its makers do not support"
        yield finding(
            "requirements.nested",
            f"{INSIDE}, which {platform.name} {how}",
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
            f"{INSIDE}, which macOS allows from Apple's M3 on, and this is an {cpu.model}",
            because=("host.cpu.model", "host.os.family", "deployment.platform.id"),
            help="use a newer Mac, or run what is inside beside the guest",
        )


def _inside_this_guest(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether guests of this family get the extensions: Apple gives them to Linux alone, whatever the product."""
    only = platform.data.get("nesting", {}).get("outerFamilies", ())
    os = workload.guest.os
    family = os.get("family")
    if family == "darwin" and workload.host.os.get("family") == "darwin" and workload.guest.get("arch") == "arm64":
        who, only, because = "macOS on Apple silicon", ("linux",), ("guest.os.family", "host.os.family")
    elif only and family and family not in only:
        who, because = platform.name, ("guest.os.family", "deployment.platform.id")
    else:
        return
    if workload.deployment.get("mode") == "emulation":
        return
    yield finding(
        "requirements.nested",
        f"{INSIDE}, which {who} allows in guests of {listed(map(family_name, only))} alone",
        because=because,
        help="run what is inside on the host itself, or in a Linux guest",
    )


def _inside_without_slat(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether the host's CPU has the address translation without which the platform hands nothing on."""
    if "slat" not in platform.data.get("nesting", {}).get("outerRequires", ()):
        return
    host = workload.host
    if host.get("arch", "amd64") not in X86 or host.get("virtualized"):
        return
    if not lacks_slat(workload):
        return
    cpu = host.cpu
    listed_flags = cpu.knows("features") and cpu.features & X86_EXTENSIONS
    yield finding(
        "requirements.nested",
        f"{INSIDE}, which {platform.name} allows on a CPU with EPT (Intel) or NPT (AMD) alone, and "
        + ("host.cpu.features has neither" if listed_flags else f"a CPU called {cpu.model} has neither"),
        because=("host.cpu.features" if listed_flags else "host.cpu.model", "deployment.platform.id"),
        help=(
            "leave VT-x switched off for this guest, which then has to emulate what is inside",
            "use a host with a newer CPU: practically any made since 2010",
        ),
    )


def _inside_on_this_cpu(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether the host's release hands the extensions of its CPU on: Hyper-V began with Intel's."""
    since, cpu = platform.data.get("nesting", {}).get("outerSince", {}), workload.host.cpu
    if not since or not cpu.knows("vendor") or cpu.vendor not in since:
        return
    first, release = since[cpu.vendor], host_release(workload)
    if precedes(workload, release, first):
        yield finding(
            "requirements.nested",
            f"{INSIDE}, which {platform.name} allows on {cpu.vendor.upper() if cpu.vendor == 'amd' else 'Intel'} from "
            f"a host of {workload.catalog.guests[first].name} on, and the host runs {release.name}",
            because=("host.cpu.vendor", release_field(workload), "deployment.platform.id"),
            help="use a newer release of the host, or a host with a CPU of the other vendor",
        )


def _in_a_container(workload: Workload) -> Iterator[Finding]:
    """Whether a container reaches the extensions of its host."""
    host = workload.host
    because = ("requirements.nested", "host.virtualized", "deployment.mode")
    available = _has_extensions(workload)
    if not available and not host.virtualized:
        available = True
    if available is False:
        yield finding(
            "host.nestedVirtualization",
            "the container is to run virtual machines itself, with the extensions of its host, and the host is a "
            "virtual machine without them",
            because=(*because, nests_by_type(workload) is False and "host.cloud.instanceType"),
            help=how_to_get_nesting(workload),
        )
    elif available is None:
        yield _perhaps(workload, "the container is to run virtual machines itself", because)
    elif not _has_kvm(workload) and host.os.family == "linux":
        stated = workload.deployment.states("host_devices")
        yield finding(
            "requirements.nested",
            f"the container is to run virtual machines itself, and {KVM} is not "
            + ("handed to it" if stated else "stated to be handed to it"),
            severity=Severity.WARNING if stated else Severity.NOTE,
            because=(stated and "deployment.hostDevices", "deployment.mode"),
            help=f"hand it the device {KVM}; on Kubernetes a device plugin does",
        )


def _has_kvm(workload: Workload) -> bool:
    """Whether the device of KVM is handed to a container."""
    deployment = workload.deployment
    if deployment.get("privileged"):
        return True
    if any(each.source in ("/", "/dev", KVM) for each in mounts(deployment.get("mounts", ()))):
        return True
    given = deployment.get("host_devices", ())
    return any(KVM in device.split(":") or device.endswith("/kvm") for device in given)


def _below(workload: Workload, platform: Platform) -> Iterator[Finding]:
    """Whether the platform itself can run in the virtual machine that is its host."""
    if platform.placement == "service":
        return  # its hosts are the provider's own
    host = workload.host
    if "device.kvm" in host.features.get("absent", ()) and platform.data["host"].get("deviceNode"):
        return  # VM101 says it
    below = _hypervisor_below(workload)
    handed_on = below.fact("nesting", "outer") if below and below.has("nesting", "outer") else ""
    inner = platform.fact("nesting", "inner") if platform.has("nesting", "inner") else ""
    available = _has_extensions(workload)
    if not both(
        lambda: available is not True or not {handed_on, inner}.isdisjoint({"no", *CASUAL}),
        lambda: host.virtualized,
        lambda: "hardware-virtualization" in needs_of_host(workload),
    ):
        return
    because = ("host.virtualized", "deployment.platform.id", "deployment.mode")
    if available is False or "no" in (handed_on, inner):
        yield finding(
            "host.nestedVirtualization",
            f"{NEEDED}, and the host is a virtual machine "
            + ("in which the platform does not work" if inner == "no" else "without it"),
            because=(*because, nests_by_type(workload) is False and "host.cloud.instanceType"),
            help=how_to_get_nesting(workload),
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
        yield _perhaps(workload, NEEDED, because[1:])
    elif inner in CASUAL:
        name = below.name if below else host.hypervisor
        if not below or below.data.get("vendor") != platform.data.get("vendor"):
            yield finding(
                "host.hypervisor",
                f"the vendor of {platform.name} does not support it inside {name}",
                severity=Severity.WARNING,
                because=because,
            )


def _perhaps(workload: Workload, what: str, because: tuple[str, ...]) -> Finding:
    """Build the note that the virtual machine below may lack the extensions."""
    lack = "lack it" if what == NEEDED else "lack the extensions"
    return finding(
        "host.virtualized",
        f"{what}, and the host is a virtual machine that may {lack}",
        severity=Severity.NOTE,
        because=(*because, workload.host.cloud.states("instance_type") and "host.cloud.instanceType"),
        help=how_to_find_out(workload),
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
    if host.os.get("family") == "darwin" and host.get("arch") == "arm64":
        return False  # Apple hands them on to guests of Linux alone
    if host.cpu.knows("model") and WITHOUT_NESTING.match(host.cpu.model):
        return False
    if host.cpu.knows("features"):
        if host.cpu.features & EXTENSIONS:
            return True
        if host.knows("arch") and host.arch in ("amd64", "386"):  # elsewhere the flags do not say
            return False
    return nests_by_type(workload)


def _without_extensions(workload: Workload) -> Iterator[Repair]:
    mode, why = (
        ("gvisor", "a sandbox that needs no virtualization extensions")
        if workload.mode.is_container
        else ("emulation", "slow, but runs on any CPU")
    )
    if offers(workload, mode):
        yield repair(why, mode=mode)
