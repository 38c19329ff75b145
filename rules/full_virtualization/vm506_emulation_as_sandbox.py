from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import POSSIBLY_EMULATED
from ..shared.emulation import NOT_EMULATED, hardware_instead, why_emulated
from ..shared.fields import distrust_fields
from ..shared.labels import MALWARE_LAB, labelled


@rule(
    "VM506",
    "emulation-as-sandbox",
    Severity.ERROR,
    article=("FV-E3",),
    sources=("S-03", "S-34"),
    architectures=POSSIBLY_EMULATED,
    demands=("requirements.isolation.level", "requirements.isolation.tenancy", "requirements.isolation.untrustedCode"),
    fits_if=NOT_EMULATED | {"host.platform": "has a CPU that runs {guest.arch} code itself"},
    security=True,
)
def emulation_as_sandbox(workload: Workload) -> Iterator[Finding]:
    """An emulator is no sandbox: QEMU promises nothing for guests that run without hardware assistance.

    ## Why

    Emulating a whole machine looks like the strongest of walls, and is the opposite. The translator and the device
    models are an enormous program that was never hardened against its guest; QEMU's security policy says that faults
    there are ordinary bugs unless KVM or a like accelerator is in use, and SUSE does not support it at all. Whoever
    demands a boundary for untrusted code, or a virtual machine's isolation, does not get it.

    ## When it stays silent

    A malware laboratory on a machine that is cut off and wiped afterwards has the label `vmlint/malware-lab`.
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
        because=(*distrust_fields(workload), walled and "requirements.isolation.level", *why_emulated(workload)),
        help=(
            "if the guest's CPU is foreign, put the emulator itself into a hardware-assisted virtual machine",
            f"a laboratory whose host is wiped afterwards can be labelled {MALWARE_LAB}",
        ),
        repairs=hardware_instead(workload),
    )
