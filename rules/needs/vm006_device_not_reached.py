from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import FeatureNeed, Finding, Need, Severity, Unknown, Version, Workload, engine_version, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.granted import is_privileged, is_stated_privileged
from ..shared.kernel_below import below
from ..shared.modes import container_mode
from ..shared.offers import offer_of
from ..shared.rented import how_to_get_nesting, nests_by_type
from ..shared.settings import to_set
from ..shared.stack import OF_ENGINE, Answer, by_rows, unmet, ways
from ..shared.wording import listed

NODES = {
    "kvm": "/dev/kvm",
    "tun": "/dev/net/tun",
    "fuse": "/dev/fuse",
    "dri": "/dev/dri",
    "kfd": "/dev/kfd",
    "snd": "/dev/snd",
    "usb": "/dev/bus/usb",
    "dvb": "/dev/dvb",
}
"""The device node of a feature, where there is just one."""

LOADED = frozenset({"kvm", "tun", "fuse"})
"""Devices that a module of the kernel makes, without hardware of its own."""

MANY = {"serial": ("/dev/ttyUSB", "/dev/ttyACM", "/dev/serial"), "video": ("/dev/video",)}
"""Beginnings of the device nodes of a feature that has several."""


HANDED_IN = "deployment.hostDevices"
"""The field that lists the host's devices that a workload is given."""

_FOLLOWS_FROM = {
    "gpu.driver.nvidia": "gpu.cuda",
    "gpu.compute-capability": "gpu.cuda",
    "gpu.driver.amd": "gpu.rocm",
}
"""A layer that keeps one of these back has none of the other either."""

ON_LINUX = (
    "run it on a Linux machine that has the device, with the engine on that system itself",
    "leave the device out, where the program works without",
)
"""What helps where a product's hidden machine lacks a device."""

PLUGGED_IN = frozenset({"serial", "usb"})
"""Devices that stand for what is plugged into the host, which no hypervisor imitates."""


@rule(
    "VM006",
    "device-not-reached",
    Severity.ERROR,
    article=("CT-D3", "T2-D2"),
    sources=("S-39", "S-64"),
    symptoms=(
        "Cannot open TUN/TAP dev /dev/net/tun: No such file or directory",
        "/dev/kvm: no such file or directory",
        "fuse: device not found, try 'modprobe fuse' first",
        'could not select device driver "nvidia" with capabilities: [[gpu]]',
        "CUDA driver version is insufficient for CUDA runtime version",
    ),
    architectures=ALL_ARCHITECTURES,
    layers=("device", "gpu"),
    fits_if={
        "host.devices": "has the device that is needed",
        "host.gpu.driver": "is new enough for the program",
        "deployment.hostDevices": "has the device that is needed",
    },
)
def device_not_reached(workload: Workload) -> Iterator[Finding]:
    """A container needs a device, or a driver of the host, that does not reach it.

    ## Why

    A container sees the devices that it is handed, of those that its host has. On a desktop, the host of containers is
    a hidden Linux machine, which has neither the desktop's USB devices nor, mostly, its graphics processor. The user
    part of a GPU's driver comes with the image, the kernel part is the host's: it must not be older than the image's
    CUDA asks for.

    ## What it looks like

    "Cannot open TUN/TAP dev /dev/net/tun", "could not select device driver", "CUDA driver version is insufficient".

    ## When it stays silent

    Where neither the host's devices nor its driver are stated. A graphics processor that a Compose file or a manifest
    asks for is told where the host has none, or none for CUDA. Of a virtual machine, it speaks where its platform hands
    such a device to none, where a Linux host has none of those that are plugged in (USB, serial), or has not the one
    that is handed in: others are imitated. In Kubernetes, device plugins hand devices in under names of their own.
    """
    yield from unmet(workload, _whole, "device.", "gpu.")


def _whole(workload: Workload, need: Need) -> Answer | None:
    """Judge a need, and the graphics processor that a deployment asks for: asking is what a layer's row may want."""
    if need.path != SHARED_GPU:
        return _too_old(workload, need) or _resolve(workload, need)
    host = workload.host
    if not workload.deployed:
        return None
    if host.gpu.get("vendor") == "none":
        return Answer("absent", "the host has no graphics processor", "host.gpu.vendor")
    if host.os.get("family") == "darwin":
        says = "a container on a Mac is given no graphics processor of NVIDIA's"
        return Answer("absent", says, "host.os.family", help=ON_LINUX)
    answer = _resolve(workload, need)
    return None if answer and answer.state == "withheld" else answer


def _too_old(workload: Workload, need: Need) -> Answer | None:
    """Return that the host's graphics processor is of an older generation, whatever way it takes to the program."""
    gpu = workload.host.gpu
    if need.feature.id != "gpu.compute-capability" or not workload.deployed or not gpu.knows("compute"):
        return None
    if _is_unasked(workload, need) or need.feature.is_met_by(gpu.compute.text):
        return None
    return Answer("absent", f"the host's has {gpu.compute}", "host.gpu.compute")


def _is_unasked(workload: Workload, need: Need) -> bool:
    """Whether an image is given no graphics processor: it then runs on the CPU, and asks nothing of a driver."""
    return need.path.startswith("deployment.") and workload.requirements.devices.gpu.mode in (None, "none")


SHARED_GPU = "requirements.devices.gpu.mode"
"""The field that says how a graphics processor reaches a workload."""


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    if need.feature.layer == "device" and workload.guest.os.get("family") == "windows" and _in_container(workload):
        return None  # Windows has no device nodes
    if not container_mode(workload):
        return _in_machine(workload, need) if workload.deployment.platform.knows("id") else None
    kind, _, name = need.feature.id.partition(".")
    if kind == "gpu" and need.feature.operator and not workload.platform.hosted:
        return _driver(workload, need)
    serving = below(workload)
    answer = by_rows(workload, need)
    if answer is None and need.feature.id in _FOLLOWS_FROM:
        answer = by_rows(workload, need._replace(feature=FeatureNeed(_FOLLOWS_FROM[need.feature.id]))) or None
    if answer and answer.state != "withheld" and serving.kind == "product":
        return answer._replace(help=(*answer.help, *ON_LINUX))
    if answer is not None:
        return answer or None
    if kind == "gpu":
        if workload.host.gpu.knows("vendor") and workload.host.gpu.vendor == "none":
            return Answer("absent", "the host has no graphics processor", "host.gpu.vendor")
        return None
    if serving.kind != "host":
        return _no_hardware(workload, name) if workload.host.os.get("family") == "linux" else None
    return _node(workload, need, name)


def _in_container(workload: Workload) -> bool:
    return bool(workload.deployment.get("architecture") == "container")


def _in_machine(workload: Workload, need: Need) -> Answer | None:
    """Judge what a virtual machine is handed. What its host lacks, its platform may imitate: sound, USB, graphics."""
    host, platform = workload.host, workload.platform
    id = _FOLLOWS_FROM.get(need.feature.id, need.feature.id)
    found = offer_of(workload, platform.id, id, engine_version(workload, platform.id))
    if found and found[0].does in ("hides", "absent"):
        says = f"{platform.name} does not hand it to its machines"
        return Answer("hidden", says, OF_ENGINE, help=(*ways(workload, found[0]), *ON_LINUX), sure=found[1])
    if need.feature.layer == "gpu" and host.gpu.get("vendor") == "none":
        return Answer("absent", "the host has no graphics processor", "host.gpu.vendor")
    answer = by_rows(workload, need)
    if answer and answer.path != OF_ENGINE:
        return answer  # the platform can hand out nothing that the host is not given itself
    name = need.feature.id.removeprefix("device.")
    # A device that is handed in is the host's own: one that its platform imitates is another.
    of_linux = name in PLUGGED_IN and host.os.get("family") == "linux"
    return _no_hardware(workload, name) if of_linux or need.path == HANDED_IN else None


def _no_hardware(workload: Workload, name: str) -> Answer | None:
    """Return that a host has no hardware of a kind, which it then can hand to no machine on it."""
    host = workload.host
    beginnings = MANY.get(name) or ((NODES[name],) if name in NODES and name not in LOADED else ())
    if not beginnings or not host.knows("devices"):
        return None
    if any(node.startswith(beginnings) for node in host.devices):
        return None
    says = f"the host has no {listed(beginnings, 'or')}"
    return Answer("absent", says, "host.devices", help=("take a host with that device",))


def _node(workload: Workload, need: Need, name: str) -> Answer | None:
    host, deployment = workload.host, workload.deployment
    beginnings = MANY.get(name) or ((NODES[name],) if name in NODES else ())
    if not beginnings:
        return None
    if host.knows("devices") and not any(node.startswith(beginnings) for node in host.devices):
        way = f"modprobe {name} on the host" if name in LOADED else "take a host with that device"
        return Answer("absent", f"the host has no {listed(beginnings, 'or')}", "host.devices", help=(way,))
    if name == "kvm" and not host.knows("devices") and nests_by_type(workload) is False:
        says = "machines of the host's type can run no virtual machines themselves"
        return Answer("absent", says, "host.cloud.instanceType", help=tuple(how_to_get_nesting(workload)))
    if need.path == HANDED_IN:
        if host.knows("devices"):
            return None
        raise Unknown("host.devices")
    if deployment.mode not in ("runc", "crun") or workload.platform.placement == "orchestrator":
        return None
    if is_stated_privileged(workload, need) or "/dev" in {
        mount.partition(":")[0] for mount in deployment.get("mounts", ())
    }:
        return None
    handed = deployment.host_devices
    if any(node.startswith(beginnings) for node in handed) or is_privileged(workload, need):
        return None
    node = NODES.get(name) or next(
        (each for each in sorted(host.get("devices", ())) if each.startswith(beginnings)), f"{beginnings[0]}0"
    )
    help = to_set(workload, "hostDevices", node)
    return Answer("withheld", f"the container is not given {node}", "deployment.hostDevices", help=help)


def _driver(workload: Workload, need: Need) -> Answer | None:
    gpu = workload.host.gpu
    if _is_unasked(workload, need):
        return None
    if gpu.knows("vendor") and gpu.vendor == "none":
        return Answer("absent", "the host has no graphics processor", "host.gpu.vendor")
    if need.feature.id == "gpu.driver.nvidia":
        if gpu.knows("vendor") and gpu.vendor != "nvidia":
            return Answer("absent", f"the host's graphics processor is one of {gpu.vendor}", "host.gpu.vendor")
        found: Version = gpu.driver
        if need.feature.is_met_by(found.text):
            return None
        return Answer("absent", f"the host has {found}", "host.gpu.driver", help=("update the driver on the host",))
    if need.feature.id == "gpu.compute-capability" and not gpu.knows("compute"):
        raise Unknown("host.gpu.compute")
    return None
