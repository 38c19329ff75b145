"""Codes without a rule, and what reports the fault instead. A code is never reused."""

from __future__ import annotations

from vmlint.record import NamedTuple


class Tombstone(NamedTuple):
    """A code without a rule."""

    name: str
    reason: str
    """One sentence."""
    see: tuple[str, ...] = ()
    """The rules that report it instead."""


def _native(name: str, *see: str) -> Tombstone:
    return Tombstone(name, f"a general rule reports it, at its place in the native file: {' and '.join(see)}", see)


TOMBSTONES = {
    "VM211": Tombstone(
        "hosted-without-gpu-passthrough",
        "one rule reports missing passthrough for every platform: VM609",
        ("VM609",),
    ),
    "VM424": Tombstone(
        "hyperv-isolation-on-kubernetes",
        "Kubernetes has no such mode, and VM621 reports every mode that a platform lacks",
        ("VM621",),
    ),
    "VM801": _native("libvirt-domain-type-qemu", "VM507"),
    "VM802": _native("libvirt-emulated-bus", "VM311"),
    "VM803": _native("libvirt-win11-firmware", "VM622"),
    "VM804": _native("libvirt-cpu-migration", "VM616"),
    "VM814": _native("xl-pci-with-migration", "VM611"),
    "VM821": _native("vmx-legacy-nic-or-firmware", "VM311", "VM622"),
    "VM823": Tombstone(
        "ovf-os-section-mismatch",
        "a descriptor that contradicts its manifest is drift (VM917); inside one descriptor, the CIM number and "
        "VMware's word often differ without a fault",
        ("VM917",),
    ),
    "VM831": _native("compose-privileged-or-socket", "VM407", "VM408"),
    "VM832": _native("compose-platform-pinned-foreign", "VM405"),
    "VM833": _native("compose-windows-isolation", "VM422"),
    "VM841": _native("pod-untrusted-without-runtimeclass", "VM401"),
    "VM842": _native("kubevirt-not-live-migratable", "VM611", "VM612", "VM618"),
    "VM845": _native("kubevirt-legacy-windows", "VM504"),
    "VM851": _native("vagrant-box-architecture", "VM203"),
    "VM861": _native("lima-vz-foreign-arch", "VM203"),
    "VM862": Tombstone("lima-vmtype-immutable", "one version of a file does not show that a setting was changed"),
}
"""All tombstones, by code."""
