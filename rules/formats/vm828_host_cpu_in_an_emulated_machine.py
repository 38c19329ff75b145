from __future__ import annotations

from collections.abc import Collection, Iterator

from vmlint.api import Finding, Platform, Severity, Workload, both, finding, repair, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.emulation import may_be_emulated


@rule(
    "VM828",
    "host-cpu-in-an-emulated-machine",
    Severity.ERROR,
    sources=("R9-266",),
    symptoms=(
        "CPU model 'host' requires KVM or HVF",
        "CPU mode 'host-passthrough' for x86_64 qemu domain on x86_64 host is not supported by hypervisor",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.mode": "is hw-assisted"},
)
def host_cpu_in_an_emulated_machine(workload: Workload) -> Iterator[Finding]:
    """An emulated machine cannot have the CPU of its host: there is no virtualization to show it through.

    ## Why

    `host-passthrough` hands the processor itself to the guest, which takes KVM or another accelerator. The emulator has
    processors of its own making; `max` is the one with all that it can do. Mostly it is the emulation that nobody
    meant: a domain of type `qemu` where `kvm` was wanted, or a machine that was defined in a virtual machine without
    nested virtualization.

    ## What it looks like

    The machine does not start.

    ## When it stays silent

    `host-model` is not meant, for which libvirt chooses a named model, nor `max` and `maximum`. Whoever states no model
    is not asked for one.
    """
    deployment = workload.deployment
    model = workload.catalog.cpu_model(deployment.get("cpu_model", ""))
    if model is None or model.host != "whole":
        return
    if not both(
        lambda: may_be_emulated(workload),
        lambda: deployment.mode == "emulation",
        lambda: deployment.cpu_model.lower() in _not_emulated(workload.platform),
        lambda: may_hold(workload, lambda platform: deployment.cpu_model.lower() in _not_emulated(platform)),
    ):
        return
    yield finding(
        "deployment.cpuModel",
        f"the machine is emulated, and {deployment.cpu_model} hands on a CPU that only hardware virtualization can",
        because=("deployment.mode", "deployment.platform.id"),
        help="in libvirt's XML the type of the domain is kvm where the CPU is to run the guest",
        repairs=(
            repair("the CPU runs the guest itself", mode="hw-assisted"),
            repair("all that the emulator can do", cpuModel="max"),
        ),
    )


def _not_emulated(platform: Platform) -> Collection[str]:
    """Return the models that a platform's emulator refuses."""
    found: Collection[str] = platform.data.get("cpuModels", {}).get("notEmulated", ())
    return found
