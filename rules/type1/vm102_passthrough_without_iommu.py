from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmlint.api import Finding, Mode, Platform, Severity, Workload, both, finding, pci_address, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.modes import possible_modes
from ..shared.wording import listed


@rule(
    "VM102",
    "passthrough-without-iommu",
    Severity.ERROR,
    article=("T1-C4",),
    sources=("S-01", "S-50", "S-55", "S-58", "P-04b", "P-16", "R9-205", "R9-207"),
    symptoms=(
        "unsupported configuration: host doesn't support passthrough of host PCI devices",
        "no iommu_group found: No such file or directory",
        "Internal error: xenopsd internal error: Device.PCI.Cannot_add(_, _)",
    ),
    architectures=ALL_ARCHITECTURES,
    fits_if={"host.iommu": "is true", "deployment.mode": "runs on the host's own kernel"},
)
def passthrough_without_iommu(workload: Workload) -> Iterator[Finding]:
    """A PCI device can be handed to a guest only where an IOMMU keeps the device to that guest's memory.

    ## Why

    A card reads and writes memory by itself. In a virtual machine it would use the guest's addresses, which mean
    something else on the host, so the hypervisor needs an IOMMU (Intel VT-d, AMD-Vi, Arm SMMU) to translate them and to
    confine the card. Most servers have one, and on many it is switched off: in the firmware setup, or on the kernel's
    command line.

    ## What it looks like

    The guest does not start, and the message names an IOMMU group that does not exist.

    ## Severity

    A share of a GPU (vGPU) is a warning: cards of today hand it over as a function of their own, older ones did not. A
    classic PV guest of Xen gets the device even so, because it knows the real addresses. Then nothing confines the
    device, and the Xen project does not support it: a warning.

    ## When it stays silent

    USB devices are handed on by software and need no IOMMU. So were the virtual GPUs of cards from before SR-IOV
    (NVIDIA's before Ampere, Intel's GVT-g): where such a card is in use, the label `vmlint/gpu: mediated` says so, or a
    mediated device (`mdev:…`) among the devices that are handed over. A container on the host's own kernel uses
    the host's driver. VT-x says nothing about an IOMMU, and /proc/cpuinfo does not list it, so only `host.iommu` is
    read. A platform that cannot hand over the device at all is left to VM609, an emulated machine to VM505.
    """
    devices = dict(_whole_devices(workload))
    if not devices:
        if workload.requirements.devices.gpu.mode == "vgpu":
            yield from _share_of_gpu(workload)
        return
    if workload.host.get("iommu", False):
        return  # however it is run
    handed_over = {path: what for path, what in devices.items() if path in (GIVEN, BINDING)}
    if not handed_over and not both(
        lambda: workload.mode.boundary == "vm",
        lambda: not _is_refused(workload.platform, "pci"),
    ):
        return
    if not both(
        lambda: workload.platform.placement != "service",
        lambda: not any(mode.is_container and mode.boundary != "vm" for mode in _modes(workload)),
    ):
        return
    platform, modes = workload.platform, _modes(workload)
    isolated = all(mode.boundary == "vm" for mode in modes)
    if _is_refused(platform, "pci") or not isolated:  # a mere demand is left to VM609 or VM505
        devices = handed_over
    if not devices:
        return
    _ = workload.host.iommu  # undecided where that is not known
    unconfined = isolated and not any(mode.needs_hardware_virtualization for mode in modes)
    what = listed(_one_by_one(workload, devices))
    yield finding(
        "host.iommu",
        f"{what} must reach the guest, and without an IOMMU "
        + ("nothing keeps it from the host's memory" if unconfined else f"{platform.name} cannot hand it over"),
        severity=Severity.WARNING if unconfined else None,
        because=(*devices, "deployment.platform.id", "deployment.mode"),
        help=(
            "switch VT-d, AMD-Vi or the SMMU on in the host's firmware setup, and in its system where that is needed",
            GPU in devices and "or share the GPU through the host's driver (gpu.mode: shared)",
        ),
    )


def _modes(workload: Workload) -> list[Mode]:
    """Return the modes that it may turn out to have, where only the kind of CPU decides."""
    return [workload.catalog.modes[name] for name in possible_modes(workload)]


def _is_refused(platform: Platform, kind: str) -> bool:
    """Whether a platform is known not to hand over devices of a kind."""
    return platform.has("passthrough", kind) and not platform.fact("passthrough", kind)


def _share_of_gpu(workload: Workload) -> Iterator[Finding]:
    """Find a vGPU on a host without an IOMMU, unless the card is stated to be an old one."""
    if workload.labels.get(MEDIATED[0]) == MEDIATED[1]:
        return
    if any(device.startswith("mdev") for device in workload.deployment.get("host_devices", ())):
        return
    if both(
        lambda: workload.mode.boundary == "vm" and workload.mode.id != "emulation",
        lambda: not _is_refused(workload.platform, "vgpu") and workload.platform.placement != "service",
        lambda: not workload.host.iommu,
    ):
        yield finding(
            "host.iommu",
            "a share of a GPU (vGPU) must reach the guest, and cards of today hand it over as a function of their own "
            "(SR-IOV), which takes an IOMMU",
            severity=Severity.WARNING,
            because=(GPU, "deployment.platform.id", "deployment.mode"),
            help=(
                "switch VT-d, AMD-Vi or the SMMU on in the host's firmware setup, and in its system where that is "
                "needed",
                "a card from before SR-IOV (NVIDIA's before Ampere, Intel's GVT-g) says so with the label "
                "vmlint/gpu: mediated",
            ),
        )


GPU = "requirements.devices.gpu.mode"

GIVEN = "deployment.hostDevices"

BINDING = "deployment.network.binding"

MEDIATED = ("vmlint/gpu", "mediated")
"""The label of a card whose virtual GPUs are shares in time, handed over by its driver."""


def _whole_devices(workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the field of each whole PCI device that is demanded or given, and how a sentence names it."""
    devices, deployment = workload.requirements.devices, workload.deployment
    if devices.pci:
        yield "requirements.devices.pci", "a physical PCI device"
    if devices.gpu.mode == "passthrough":
        yield GPU, "a whole physical GPU"
    if deployment.network.get("binding") == "sriov":
        yield BINDING, "a function of a network card (SR-IOV)"
    given = [device for device in deployment.get("host_devices", ()) if pci_address(device)]
    if given:
        yield GIVEN, f"the device{'s' if len(given) > 1 else ''} {listed(given)}"


def _one_by_one(workload: Workload, devices: Mapping[str, str]) -> Iterable[str]:
    """Return how a sentence names the devices, each once: what is given is what was demanded, and a GPU is a card."""
    if GIVEN in devices:
        return [devices[GIVEN]]
    demanded = workload.requirements.devices
    if GPU in devices and len(demanded.pci or ()) <= (demanded.gpu.count or 1):
        return [devices[GPU]]
    return devices.values()
