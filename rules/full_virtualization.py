"""Full virtualization (section 4 of the article): complete machines, and the price of translating every instruction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial, reduce

from vmlint.api import Duration, Finding, Repair, Severity, Size, Workload, finding, foreign, repair, rule

from .looks import each_alone
from .wording import (
    DETERMINISTIC_EMULATION,
    MALWARE_LAB,
    distrust_fields,
    guest_arch_field,
    guest_name,
    labelled,
    offers,
)

MACHINES = ("type1", "type2", "full-virtualization")
"""The words under which a virtual machine may turn out to be emulated."""

TIGHT = Duration(0.010)
"""Seconds of latency that an emulated CPU does not keep reliably (a judgement on S-48)."""

NATIVE = {"guest.platform": "names a CPU architecture that the host runs itself", "deployment.mode": "is not emulation"}
"""How "fits if" goes on where it is not settled whether the guest is emulated."""

EXTENSIONS = frozenset({"vmx", "svm", "el2"})
"""What says that a CPU can run guests: flags of x86, and vmlint's own word for Arm's hypervisor level."""

HARDWARE = {"machine": "machine", "firmware": "firmware.type", "disk": "devices.disk", "nic": "devices.nic"}
"""Where a deployment states the hardware that the catalogue's ``legacyHardware`` speaks of."""

LIMITS = ("cpu", "memory")
"""What the catalogue's ``maximum`` may limit."""


def _hardware_instead(workload: Workload) -> tuple[Repair, ...]:
    if not offers(workload, "hw-assisted"):
        return ()
    return (repair("the CPU runs the guest itself, where it is the guest's own kind", mode="hw-assisted"),)


@rule(
    "VM501",
    "full-virtualization-ambiguous",
    Severity.NOTE,
    article=("FV-E3", "FV-C2"),
    sources=("S-03", "S-32"),
    architectures=("full-virtualization",),
)
def full_virtualization_ambiguous(workload: Workload) -> Iterator[Finding]:
    """Full virtualization can mean hardware assistance or emulation, and the two have little in common.

    An unmodified guest on a complete machine is what both offer. With KVM, HVF or WHPX the CPU runs it at nearly full
    speed behind a real boundary; with QEMU's TCG each instruction is translated, which reaches foreign CPUs but is many
    times slower and confines nothing. libvirt spells the difference `kvm` and `qemu`. Where the platform offers both
    and the manifest says neither, vmlint assumes hardware assistance for the host's own kind of CPU and emulation for
    any other, and says so here.

    A platform that offers only one of them is not ambiguous, nor is a type 1 hypervisor that can emulate as well.
    Where nobody wrote `full-virtualization` and nothing can be assumed, as in a file of QEMU that leaves the
    accelerator to the command line, there is nothing to correct.
    """
    if "mode" in workload.deployment.stated() or "type1" in workload.platform.architectures:
        return
    platform = workload.platform
    if not {"hw-assisted", "emulation"} <= platform.modes.keys():
        return
    deployment = workload.deployment
    spoken = "architecture" in deployment.stated()
    assumed: str = deployment.get("mode", "") if spoken else deployment.mode
    yield finding(
        "deployment.architecture",
        f"full virtualization on {platform.name} can be hardware-assisted or emulated; "
        + (f"{assumed} is assumed" if assumed else "neither is stated"),
        because=("deployment.platform.id",),
        help="state mode: hw-assisted for a guest of the host's own CPU architecture, mode: emulation for any other",
        repairs=(repair("says what is assumed anyway", mode=assumed),) if assumed else (),
    )


@rule(
    "VM502",
    "emulation-for-performance",
    Severity.ERROR,
    article=("FV-D1", "FV-C3"),
    sources=("S-48", "S-44"),
    architectures=MACHINES,
    fits_if=NATIVE | {"host.platform": "has a CPU that runs {guest.arch} code itself"},
)
def emulation_for_performance(workload: Workload) -> Iterator[Finding]:
    """Emulation translates every instruction of the guest; no demand for speed survives that.

    A CPU-bound program runs many times slower under an emulator than on the CPU it was built for, and boots take
    minutes. High performance, or answers within ten milliseconds, cannot be had that way: an error. Standard
    performance is a warning. The remedy is a build for the host's CPU, a host with the guest's CPU, or translation of
    one program (Rosetta, QEMU's user mode) instead of a whole machine.

    An old system whose period hardware was slower still loses nothing: say `performance: {class: best-effort}`.
    """
    performance = workload.requirements.performance
    tight = performance.latency.p99 is not None and performance.latency.p99 <= TIGHT
    if performance.class_ not in ("high", "standard") and not tight:
        return
    if workload.deployment.mode != "emulation":
        return
    high = performance.class_ == "high"
    demands = (
        *(["requirements.performance.class"] if high or not tight else []),
        *(["requirements.performance.latency.p99"] if tight else []),
    )
    demand = f"{performance.class_} performance" if high or not tight else f"an answer within {performance.latency.p99}"
    yield finding(
        "deployment.mode",
        f"{demand} is demanded, and emulation translates every instruction of the guest",
        severity=None if high or tight else Severity.WARNING,
        because=demands,
        help=(
            "use a build of the guest for the host's CPU, or a host with the guest's CPU",
            "for single programs of another CPU, user-mode translation such as Rosetta is much faster",
        ),
        repairs=_hardware_instead(workload),
    )


@rule(
    "VM504",
    "legacy-guest-modern-hardware",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("FV-U1", "FV-A3"),
    sources=("S-68", "S-23"),
    symptoms=("0x0000007B INACCESSIBLE_BOOT_DEVICE", "Insufficient memory to initialize Windows"),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"deployment.firmware.type": "is bios"},
)
def legacy_guest_modern_hardware(workload: Workload) -> Iterator[Finding]:
    """An old system has to find the hardware of its time, even where that hardware is virtual.

    Windows XP has never heard of virtio, NVMe or UEFI and trips over the q35 chipset; Windows 98 fails with more memory
    than it can map; DOS reaches its disks through the BIOS and nothing else. Modern defaults therefore end in a blue
    screen or a blinking cursor, and the cure is older virtual hardware: i440fx, BIOS, IDE, an rtl8139 or PCnet card.
    Where a system is known not to boot at all the finding is an error.

    A guest with drivers slipstreamed for it (`guest.drivers: [virtio-win]`) may keep its virtio disk and card. On
    KubeVirt the annotation `kubevirt.io/disablePCIHole64: "true"` lets old Windows run on q35. In KubeVirt's own files
    it is seen, and the machine then left open; in a manifest, leave `deployment.machine` out.
    """
    yield from each_alone(
        (
            *(partial(_modern, field, workload) for field in HARDWARE),
            *(partial(_excess, limit, workload) for limit in LIMITS),
        )
    )


def _modern(field: str, workload: Workload) -> Iterator[Finding]:
    guest, path = workload.guest_os, HARDWARE[field]
    if not guest.has("legacyHardware", field):
        return
    *groups, name = path.split(".")
    value = str(getattr(reduce(getattr, groups, workload.deployment), name)).lower()
    if not any(_alike(value, word) for word in guest.fact("legacyHardware", field)):
        return
    if "virtio" in value and workload.guest.knows("drivers") and "virtio-win" in workload.guest.drivers:
        return
    fails = guest.has("legacyHardware", "fails") and guest.fact("legacyHardware", "fails")
    works = {"firmware": "bios", **guest.fact("legacyHardware").get("suggest", {})}.get(field)
    yield finding(
        f"deployment.{path}",
        f"{guest.name} {'does not boot from' if fails else 'is known to have trouble with'} {field} {value}",
        severity=Severity.ERROR if fails else None,
        because=("guest.os.id",),
        repairs=(repair("hardware of its time", **{path.replace(".", "__"): works}),) if works else (),
    )


def _excess(limit: str, workload: Workload) -> Iterator[Finding]:
    guest = workload.guest_os
    if not guest.has("maximum", limit):
        return
    most = guest.fact("maximum", limit)
    given = getattr(workload.resources, limit)
    if given > (Size.parse(most) if limit == "memory" else most):
        yield finding(
            f"resources.{limit}",
            f"{guest.name} cannot cope with {given:g} CPUs, only with {most}"
            if limit == "cpu"
            else f"{guest.name} cannot cope with {given} of memory, only with {most}",
            because=("guest.os.id",),
            help=f"give it no more {limit} than {most}",
        )


def _alike(value: str, word: str) -> bool:
    return word in value.split("-") or ("virtio" in value and "virtio" in word)


@rule(
    "VM506",
    "emulation-as-sandbox",
    Severity.ERROR,
    article=("FV-E3",),
    sources=("S-03", "S-34"),
    architectures=MACHINES,
    fits_if=NATIVE | {"host.platform": "has a CPU that runs {guest.arch} code itself"},
    security=True,
)
def emulation_as_sandbox(workload: Workload) -> Iterator[Finding]:
    """An emulator is no sandbox: QEMU promises nothing for guests that run without hardware assistance.

    Emulating a whole machine looks like the thickest of walls, and is the opposite. The translator and the device
    models are an enormous program that was never hardened against its guest; QEMU's security policy says outright that
    faults there are ordinary bugs unless KVM or a like accelerator is in use, and SUSE does not support it at all.
    Whoever demands a boundary for untrusted code, or a virtual machine's isolation, does not get it.

    A malware laboratory on a machine that is cut off and wiped afterwards knows this, and says so with the label
    `vmlint/malware-lab`.
    """
    level = workload.requirements.isolation.level
    walled = level in ("vm", "confidential")
    if not (workload.untrusted or walled) or labelled(workload, MALWARE_LAB):
        return
    if workload.deployment.mode != "emulation":
        return
    yield finding(
        "deployment.mode",
        "emulation is no security boundary, and "
        + ("untrusted code needs one" if workload.untrusted else f"isolation level {level} demands one"),
        because=(*distrust_fields(workload), *(["requirements.isolation.level"] if walled else [])),
        help=(
            "if the guest's CPU is foreign, put the emulator itself into a hardware-assisted virtual machine",
            f"a laboratory whose host is wiped afterwards can be labelled {MALWARE_LAB}",
        ),
        repairs=_hardware_instead(workload),
    )


@rule(
    "VM507",
    "needless-emulation",
    Severity.WARNING,
    article=("FV-D1", "FV-D2"),
    sources=("S-32", "S-03", "P-16"),
    architectures=MACHINES,
)
def needless_emulation(workload: Workload) -> Iterator[Finding]:
    """A guest of the host's own CPU architecture is emulated although the CPU could run it.

    Usually nobody chose this: libvirt's `<domain type='qemu'>`, a QEMU command line without `-accel`, KVM's module not
    loaded on the day the machine was defined. The guest works, at a fraction of the speed and without a boundary worth
    the name. `type='kvm'`, or the accelerator kvm, hvf or whpx, is all that is missing.

    Silent where emulation has a reason: a foreign CPU, a host without the extensions or one that is a virtual machine
    without nesting (CI runners), an old system that modern CPUs upset, and a workload that wants the emulator itself
    (record and replay, instruction tracing, debugging), which says so with the label `vmlint/deterministic-emulation`.
    KubeVirt's `useEmulation` alone is no emulation: it tries the hardware first.
    """
    if workload.deployment.mode != "emulation" or labelled(workload, DETERMINISTIC_EMULATION):
        return
    guest, host = workload.guest, workload.host
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    if foreign(guest.arch, host.arch) or not host.cpu.features & EXTENSIONS:
        return
    if host.knows("virtualized") and host.virtualized and not host.nested_virtualization:
        return
    yield finding(
        "deployment.mode",
        f"{guest_name(workload)} is emulated, although the host's {host.arch} CPU could run it itself",
        because=("host.cpu.features", "host.platform", guest_arch_field(workload)),
        help=(
            "check that the host's accelerator is there: /dev/kvm on Linux, HVF on macOS, WHPX on Windows",
            f"if the emulator itself is wanted, label the workload {DETERMINISTIC_EMULATION}",
        ),
        repairs=_hardware_instead(workload),
    )
