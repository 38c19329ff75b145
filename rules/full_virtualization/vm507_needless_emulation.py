from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, foreign, rule

from ..shared.architectures import POSSIBLY_EMULATED
from ..shared.emulation import hardware_instead
from ..shared.fields import guest_arch_field
from ..shared.hardware import EXTENSIONS
from ..shared.labels import DETERMINISTIC_EMULATION, labelled
from ..shared.modes import possible_modes
from ..shared.wording import guest_name


@rule(
    "VM507",
    "needless-emulation",
    Severity.WARNING,
    article=("FV-D1", "FV-D2"),
    sources=("S-32", "S-03", "P-16"),
    architectures=POSSIBLY_EMULATED,
)
def needless_emulation(workload: Workload) -> Iterator[Finding]:
    """A guest of the host's own CPU architecture is emulated although the CPU could run it.

    ## Why

    Usually nobody chose this: libvirt's `<domain type='qemu'>`, a QEMU command line without `-accel`, KVM's module not
    loaded on the day the machine was defined. `type='kvm'`, or the accelerator kvm, hvf or whpx, is all that is
    missing.

    ## What it looks like

    The guest works, at a fraction of the speed and without a boundary to rely on.

    ## When it stays silent

    Emulation can have a reason: a foreign CPU, a host without the extensions or one that is a virtual machine without
    nesting (CI runners), an old system that has trouble with modern CPUs, or a workload that wants the emulator itself
    (record and replay, instruction tracing, debugging; label `vmlint/deterministic-emulation`). KubeVirt's
    `useEmulation` alone is no emulation: it tries the hardware first.
    """
    if workload.deployment.get("mode", "emulation") != "emulation" or labelled(workload, DETERMINISTIC_EMULATION):
        return
    guest, host = workload.guest, workload.host
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    if not both(
        lambda: possible_modes(workload) == {"emulation"},  # what is only assumed has its reason
        lambda: bool(host.cpu.features & EXTENSIONS),
        lambda: not foreign(guest.arch, host.arch),
        lambda: not host.get("virtualized") or host.nested_virtualization,
    ):
        return
    yield finding(
        "deployment.mode",
        f"{guest_name(workload)} is emulated, although the host's {host.arch} CPU could run it itself",
        because=("host.cpu.features", "host.platform", guest_arch_field(workload)),
        help=(
            "check that the host's accelerator is there: /dev/kvm on Linux, HVF on macOS, WHPX on Windows",
            f"if the emulator itself is wanted, label the workload {DETERMINISTIC_EMULATION}",
        ),
        repairs=hardware_instead(workload),
    )
