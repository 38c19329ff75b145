from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, pci_address, repair, rule

from ..shared.devices import GPU, Wish, wished
from ..shared.host_releases import host_release, precedes
from ..shared.modes import offers
from ..shared.wording import family_name, listed

GIVEN = "deployment.hostDevices"
CLASSES = "host.cluster.runtimeClasses"


@rule(
    "VM609",
    "device-passthrough-unsupported",
    Severity.ERROR,
    article=("FV-U3", "T1-C4"),
    sources=("P-04b", "P-11c", "P-17", "P-19", "P-26", "P-31", "S-64", "R4-01", "R8-314", "R9-205"),
    fits_if={
        "deployment.platform.id": "names a platform that hands devices of the host through",
        "deployment.mode": "runs on the host's own kernel",
        "deployment.platform.version": "hands the device on",
        "host.os.id": "names a system on which the platform hands the device on",
    },
)
def device_passthrough_unsupported(workload: Workload) -> Iterator[Finding]:
    """Not every platform can give a guest a device of the host.

    ## Why

    Handing a PCI device through takes an IOMMU, and a hypervisor that was made for it. Desktop products mostly share
    the GPU for 3-D graphics and keep the device itself; microVM monitors leave it out on purpose. The same goes for a
    vGPU, a slice of a card that the guest drives as if it were its own. On Xen a PVH guest has no PCI devices of the
    host, where PV and HVM guests can have them. What a platform that is a part of its host's system can hand on may
    depend on that system's edition and release: Hyper-V gives away whole devices on Windows Server only, and shares of
    a GPU from Windows Server 2025 on.

    ## What it looks like

    A guest on such a platform starts without the device, or its definition is refused.

    ## Severity

    A shared GPU (`gpu: {mode: shared}`) asks for less, and most ways of running can give it, but Windows containers
    with Hyper-V isolation and Firecracker have no GPU at all. Kata reaches one with QEMU; where the handler of a
    runtime class names another monitor (`kata-fc`), that is a warning, since a cluster chooses its names itself.

    ## When it stays silent

    Containers on the host's own kernel use the host's driver. A platform of which the catalogue does not say is not
    judged. Emulation is left to VM505.
    """
    given = _given(workload)
    handed = [Wish("pci", GIVEN, f"the device {listed(given)}")] if given else []
    devices, gpu = [*wished(workload), *handed], workload.requirements.devices.gpu.mode not in (None, "none")
    usb_given = [device for device in workload.deployment.get("host_devices", ()) if device.startswith("usb:")]
    if not (devices or gpu or workload.requirements.devices.usb or usb_given) or not workload.deployed:
        return
    deployment = workload.deployment
    if deployment.knows("mode") and deployment.mode == "emulation":
        return
    usb = workload.requirements.devices.usb
    if (usb or usb_given) and workload.platform.data.get("passthrough", {}).get("usb") is False:
        names = usb or [device.removeprefix("usb:") for device in usb_given]
        path = "requirements.devices.usb" if usb else GIVEN
        devices.append(Wish("usb", path, f"the USB device{'s' if len(names) > 1 else ''} {listed(names)}"))
    if not devices and not gpu:
        return
    if gpu and _without_gpu(workload):
        yield _no_gpu(workload)
        return
    if gpu and (monitor := _monitor_without_gpu(workload)):
        yield finding(
            "deployment.runtimeClass",
            f"a GPU must reach the workload, and {_named(workload)} names a machine monitor ({monitor}) "
            "with which Kata reaches none",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            because=(GPU, deployment.runtime_handler != deployment.runtime_class and CLASSES),
            help="use a runtime class of Kata with QEMU",
        )
        return
    if _reached_by_host_driver(workload):
        return
    platform = workload.platform
    refused = [
        device
        for device in devices
        if platform.has("passthrough", device.cell) and platform.fact("passthrough", device.cell) is False
    ]
    barred = [device for device in devices if device.cell == "pci" and not refused and _bars_pci(workload)]
    if barred:
        yield finding(
            "deployment.mode",
            f"{listed(device.name for device in barred)} must reach the guest, and none reaches a guest of "
            f"{workload.mode.name}",
            because=dict.fromkeys(device.path for device in barred),
            help="choose a mode of the platform that hands devices through",
            repairs=(repair("an HVM guest can have the device", mode="pvhvm"),) if offers(workload, "pvhvm") else (),
        )
    if refused:
        yield finding(
            "deployment.platform.id",
            f"{listed(device.name for device in refused)} must reach the guest, which {platform.name} does not offer",
            because=dict.fromkeys(device.path for device in refused),
            help="use a hypervisor that hands devices through"
            + (", or share the host's driver (gpu.mode: shared)" if gpu else ""),
        )
    if gpu and not (refused or barred) and (host := _host_without(workload, "gpu")):
        yield finding(
            "deployment.platform.id",
            f"a GPU must reach the workload, which {host}",
            because=(GPU, "host.os.family"),
            help=(
                "run it on macOS itself, whose GPU reaches no container of this kind, or without a GPU"
                if workload.host.os.family == "darwin"
                else None,
                "use a platform that hands GPUs on here, or another host",
            ),
        )
        return
    for device in devices if not (refused or barred) else ():
        platform.fact("passthrough", device.cell)  # undecided where the catalogue does not say
        if host := _host_without(workload, device.cell):
            yield finding(
                "deployment.platform.id",
                f"{device.name} must reach the guest, which {host}",
                because=(device.path, "host.os.id" if workload.host.os.knows("id") else "deployment.platform.version"),
                help="use a host of that kind, or a hypervisor that hands the device on here",
            )


def _host_without(workload: Workload, cell: str) -> str:
    """Return on which hosts alone the platform hands a kind of device on, if this is none of them; else nothing."""
    platform = workload.platform
    allowed = platform.data.get("passthrough", {}).get("hosts", {}).get(cell)
    if not allowed:
        return ""
    if "families" in allowed:
        family = workload.host.os.family
        names = listed(map(family_name, allowed["families"]))
        only = f"{platform.name} offers under {names} only"
        return f"{only}, while the host runs {family_name(family)}" if family not in allowed["families"] else ""
    host = host_release(workload)
    if host.data.get("desktop"):
        only = f"{platform.name} offers under server editions only"
        return f"{only}, while the host runs {host.name}" if allowed.get("desktop") is False else ""
    if "since" in allowed and precedes(workload, host, allowed["since"]):
        first = workload.catalog.guests[allowed["since"]].name
        return f"{platform.name} offers from {first} on, while the host runs {host.name}"
    return ""


def _given(workload: Workload) -> list[str]:
    """Return the PCI devices of the host that the deployment hands over."""
    return [device for device in workload.deployment.get("host_devices", ()) if pci_address(device)]


def _bars_pci(workload: Workload) -> bool:
    deployment = workload.deployment
    return deployment.knows("mode") and workload.platform.modes.get(deployment.mode, {}).get("pci") is False


def _bars_gpu(workload: Workload, mode: str) -> bool:
    """Whether no GPU of the host reaches a workload in a mode, on any platform or on the chosen one."""
    if workload.catalog.modes[mode].data.get("gpu") is False:
        return True
    return workload.platform.modes.get(mode, {}).get("gpu") is False


def _without_gpu(workload: Workload) -> bool:
    """Whether the mode has no GPU; unknown only where another mode of the platform would make a difference."""
    deployment = workload.deployment
    if deployment.knows("mode"):
        return _bars_gpu(workload, deployment.mode)
    return any(_bars_gpu(workload, mode) for mode in workload.platform.modes) and _bars_gpu(workload, deployment.mode)


def _no_gpu(workload: Workload) -> Finding:
    mode = workload.mode
    return finding(
        "deployment.mode",
        f"a GPU must reach the workload, and none of the host reaches a {mode.name}",
        because=(GPU,),
        help="use a container on the host's own kernel, or a machine whose platform hands GPUs through",
        repairs=(repair("uses the GPU of the host through its own Windows, for DirectX", mode="process"),)
        if offers(workload, "process")
        else (),
    )


def _monitor_without_gpu(workload: Workload) -> str:
    """Return the machine monitor without GPU that a runtime class names, or nothing."""
    deployment = workload.deployment
    if not deployment.knows("mode") or not deployment.knows("runtime_handler"):
        return ""
    monitors = workload.mode.data.get("monitorsWithoutGpu", ())
    name = f"-{deployment.runtime_handler.lower()}-"
    return next((monitor for monitor in monitors if f"-{monitor}-" in name), "")


def _named(workload: Workload) -> str:
    """Return how a sentence names the handler of the runtime class."""
    deployment = workload.deployment
    if deployment.runtime_handler == deployment.runtime_class:
        return deployment.runtime_class
    return f"{deployment.runtime_handler}, the handler of the runtime class {deployment.runtime_class},"


def _reached_by_host_driver(workload: Workload) -> bool:
    """Whether it is a container on the host's own kernel, and not in the machine that a desktop product keeps."""
    deployment, platform = workload.deployment, workload.platform
    if not deployment.knows("architecture") or deployment.architecture != "container":
        return False
    if not workload.mode.shares_host_kernel:
        return False
    if not platform.has("host", "kernelFamily"):
        return True
    if not platform.hosted and workload.host.os.knows("family") and workload.host.os.family == deployment.kernel_family:
        return True  # Podman keeps a machine on a Mac and on Windows, and needs none on Linux
    return bool(deployment.kernel_family != platform.fact("host", "kernelFamily"))
