"""The devices of libvirt's domains, and what its containers share with their host."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Element, Span, Spec

from ..shared.counts import counted, others
from ..shared.libvirt import NICS, VIDEOS
from ..shared.paths import CARD_COUNT, MACS, UNKNOWN_MODEL
from ..shared.paths import NICS as MODELS
from . import disks
from .addresses import numbers, pci

OTHERS_BY_NAME = {
    "serial": "serial", "parallel": "parallel", "sound": "sound", "filesystem": "shared-folder", "watchdog": "watchdog",
    "smartcard": "smartcard", "redirdev": "usb-redirection", "shmem": "shared-memory", "vsock": "vsock",
}  # fmt: skip
"""Element of a device beside disks and cards -> the manifest's word."""
OTHERS_BY_KIND = {
    ("disk", "device", "floppy"): "floppy", ("disk", "device", "lun"): "host-lun",
    ("memory", "model", "nvdimm"): "persistent-memory", ("memory", "model", "virtio-pmem"): "persistent-memory",
}  # fmt: skip
"""Element, attribute and its value -> the manifest's word."""
OF_GUEST_TOOLS = ("org.qemu.guest_agent", "com.redhat.spice", "org.spice-space")
"""Beginnings of the names of channels that tools in the guest open."""
TO_MACHINES = frozenset({"client", "server", "mcast", "udp"})
"""Types of network cards whose cable leads to another machine."""
UNASKED = (("type", "pty"), ("model", "itco"))
"""The console and the watchdog that libvirt gives machines unasked."""


def machine(spec: Spec, domain: Element, kind: str) -> None:
    """State the devices of a virtual machine."""
    disks.state(spec, domain)
    _nic(spec, domain, kind)
    model = domain.find("devices/video/model")
    video = model.attribute("type") if model else None
    if video and _plain(video.value):
        spec.fact("deployment.devices.video", VIDEOS.get(video.value, video.value), video.at)
    _host_devices(spec, domain)
    kernel, arguments = domain.find("os/kernel"), domain.find("commandline/arg")
    others(
        spec,
        [
            *_others(domain),
            *((word, found.at) for word, found in (("host-kernel", kernel), ("qemu-arguments", arguments)) if found),
        ],
    )


def _others(domain: Element) -> Iterator[tuple[str, Span]]:
    """Yield devices beside disks and cards, less those that machines have unasked: they say nothing."""
    for device in (each for devices in domain.all("devices") for each in devices.children):
        if device.name in ("serial", "parallel") and _of_the_host(device):
            yield "host-device", device.at
        if device.name in OTHERS_BY_NAME and not any(device.get(name) == value for name, value in UNASKED):
            yield OTHERS_BY_NAME[device.name], device.at
        elif device.name == "disk" and device.get("device") == "cdrom" and device.find("source") is not None:
            yield "cd-image", device.at
        elif device.name == "hostdev" and not _host_device(device)[0]:
            yield "host-device", device.at
        elif device.name == "tpm" and (backend := device.find("backend")) and backend.get("type") == "passthrough":
            yield "host-tpm", device.at
        elif word := _of_the_host(device):
            yield word, device.at
        else:
            kinds = ((device.name, name, device.get(name)) for name in ("device", "model"))
            yield from ((OTHERS_BY_KIND[kind], device.at) for kind in kinds if kind in OTHERS_BY_KIND)


def _of_the_host(device: Element) -> str:
    """Return the word for a device that a program or another device of the host stands behind; empty for others."""
    kind, driver, target = device.get("type"), device.find("driver"), device.find("target")
    if device.name in ("serial", "parallel") and kind == "dev":
        return "host-device"
    if device.name == "input" and kind in ("passthrough", "evdev"):
        return "host-input"
    if device.name == "channel" and kind not in ("spicevmc", "spiceport", "qemu-vdagent", "dbus"):
        return "" if target and target.get("name").startswith(OF_GUEST_TOOLS) else "host-channel"
    if device.name == "interface" and kind in TO_MACHINES:
        return "machine-link"
    served = driver is not None and driver.get("name") == "vhostuser"
    if served or (device.name in ("disk", "interface") and kind in ("vhostuser", "vhostvdpa", "vdpa")):
        return "host-service"
    return ""


def _plain(value: str) -> bool:
    return re.fullmatch(r"[\w.+-]{1,60}", value) is not None


def _nic(spec: Spec, domain: Element, kind: str) -> None:
    every = list(domain.all("devices/interface"))
    # The second card of a pair takes the place of the first, and has its address on purpose.
    own = [card for card in every if not _stands_in(card)]
    counted(spec, CARD_COUNT, [card.at for card in own])
    addresses = [mac for card in own for each in card.all("mac") if (mac := each.attribute("address"))]
    spec.entries(MACS, ((mac.value.lower(), mac.at) for mac in addresses if mac.value))
    spec.entries(MODELS, (_model(card) or (UNKNOWN_MODEL, card.at) for card in own))
    cards = (card for card in every if card.get("type") not in ("hostdev", "vdpa"))
    card = next(cards, None)
    if card is None:
        return
    stated = _model(card)
    if stated:
        spec.fact("deployment.devices.nic", *stated)
    elif kind == "xen" and spec.text("deployment.mode") in ("pv", "pvh"):
        spec.default("deployment.devices.nic", "xen-netfront", "such a Xen guest has no other network card", card.at)
    else:
        spec.unknown("deployment.devices.nic", "the card has no model, and libvirt takes the first that QEMU has")


def _model(card: Element) -> tuple[str, Span] | None:
    """Return a card's model as a manifest writes it, and its place."""
    model = card.find("model")
    stated = model.attribute("type") if model else None
    return (NICS.get(stated.value, stated.value), stated.at) if stated and _plain(stated.value) else None


def _stands_in(card: Element) -> bool:
    """Whether a card is the transient one of a pair (``teaming``)."""
    teaming = card.find("teaming")
    return teaming is not None and teaming.get("type") == "transient"


def _host_devices(spec: Spec, domain: Element) -> None:
    devices = (*domain.all("devices/hostdev"), *domain.all("devices/interface"))
    found = [*(_host_device(device) for device in devices), *disks.of_the_host(domain)]
    spec.entries("deployment.hostDevices", (each for each in found if each[0]))


def _host_device(device: Element) -> tuple[str, Span]:
    """Return how a manifest names a device of the host that is passed through, and its place."""
    if device.name == "interface" and device.get("type") != "hostdev":
        return "", device.at
    source = device.find("source")
    if source is None:
        return "", device.at
    address, kind = source.find("address"), device.get("type")
    if address is not None and kind == "hostdev":
        kind = address.get("type")
    vendor, product = source.find("vendor"), source.find("product")
    if kind == "pci" and address is not None:
        if at := pci(address):
            return at, address.at
    elif kind == "usb" and vendor is not None and product is not None:
        ids = numbers(vendor.get("id"), product.get("id"))
        if ids:
            return "usb:{:04x}:{:04x}".format(*ids), vendor.at
    elif kind == "usb" and address is not None:
        return f"usb:{address.get('bus')}-{address.get('device')}", address.at
    elif kind == "mdev" and address is not None and address.get("uuid"):
        return f"mdev:{address.get('uuid')}", address.at
    block = source.find("block") or source.find("char")
    if device.get("mode") == "capabilities" and block is not None and block.text:
        return block.text, block.text_at
    return "", device.at


def container(spec: Spec, domain: Element) -> None:
    """State what a container of libvirt's own driver shares with its host."""
    mounts: list[tuple[str, Span]] = []
    rooted = False
    for entry in domain.all("devices/filesystem"):
        source, target = entry.find("source"), entry.find("target")
        is_root = target is not None and target.get("dir") == "/"
        rooted = rooted or is_root
        directory = source.attribute("dir") if source and entry.get("type", "mount") == "mount" else None
        if directory and (not is_root or not directory.value.strip("/.")):
            mounts.append((directory.value, directory.at))
    devices = domain.find("devices")
    at = devices.at if devices else None
    if mounts:
        spec.entries("deployment.mounts", mounts)
    elif rooted:
        spec.default("deployment.mounts", (), "no directory of the host is listed but the container's root", at)
    else:
        spec.unknown("deployment.mounts", "the container has no root directory and sees its host's")
    _host_devices(spec, domain)
    _rights(spec, domain)
    if domain.find("namespace") is not None:
        spec.unknown("deployment.hostNamespaces", "it takes namespaces over from elsewhere")
    elif domain.find("features/privnet") is None and domain.find("devices/interface") is None:
        why = "without an interface or `privnet` a container stays in the host's network"
        spec.default("deployment.hostNamespaces", ("network",), why, at)
    else:
        spec.default("deployment.hostNamespaces", (), "a container has its own namespaces", at)


def _rights(spec: Spec, domain: Element) -> None:
    mapped, kept = domain.find("idmap"), domain.find("features/capabilities")
    policy = kept.attribute("policy") if kept else None
    if mapped is not None:
        spec.fact("deployment.privileged", False, mapped.at)
    elif policy and policy.value == "allow" and kept and all(each.get("state") != "off" for each in kept.children):
        spec.fact("deployment.privileged", True, policy.at)
    else:
        why = "its root is the host's (no `idmap`), less the capabilities that are taken away"
        spec.unknown("deployment.privileged", why)
