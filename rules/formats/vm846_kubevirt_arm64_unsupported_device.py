from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.hardware import X86
from ..shared.looks import each_alone
from ..shared.wording import listed

KNOWN_CPU = {"deployment.platform.id": "names a platform without such limits on {guest.arch}"}


@rule(
    "VM846",
    "kubevirt-arm64-unsupported-device",
    Severity.ERROR,
    sources=("S-72",),
    symptoms=(
        "Arm64 not support this disk bus type, please use virtio or scsi",
        "Arm64 does not support bios boot, please change to uefi boot",
        "UEFI secure boot is currently not supported on aarch64 Arch",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={**KNOWN_CPU, "guest.platform": "names a CPU whose machines there have all of this hardware"},
)
def kubevirt_arm64_unsupported_device(workload: Workload) -> Iterator[Finding]:
    """On Arm, KubeVirt's machines lack part of the hardware that its x86 machines can have.

    ## Why

    There is no BIOS on Arm, no SATA controller on its virtual board and no VGA; keys for Secure Boot are not offered,
    and the only CPU is the host's own.

    ## What it looks like

    A definition that was written for x86 and got `architecture: arm64` is refused by the API server ("please use virtio
    or scsi").

    ## Severity

    Emulated network cards and huge pages are accepted there and not supported all the same: a warning of medium
    confidence.

    ## When it stays silent

    Only what the catalogue says of the guest's CPU architecture on the platform is judged, so that architecture has to
    be known.
    """
    if workload.guest.knows("arch") and workload.guest.arch in X86:
        return  # what platforms offer is described for it, so it is no exception anywhere
    limits = workload.platform.data.get("onArch", {})
    if not limits:
        return
    arch = workload.guest.arch
    if arch not in limits:
        return
    yield from each_alone(
        (
            partial(_firmware, workload, limits[arch]),
            partial(_secure_boot, workload, limits[arch]),
            partial(_cpu_model, workload),
            partial(_huge_pages, workload, limits[arch]),
            *(partial(_device, workload, kind, names) for kind, names in limits[arch].get("devices", {}).items()),
        )
    )


REFUSED_DEVICES = frozenset({"disk", "video"})
"""Devices of which the API server refuses all but those that are listed."""


def _on(workload: Workload) -> str:
    """Name the place in a sentence: ``KubeVirt on arm64``."""
    return f"{workload.platform.name} on {workload.guest.arch}"


def _because(workload: Workload) -> tuple[str, ...]:
    arch = "guest.platform" if workload.guest.states("platform") else "guest.arch"
    return (arch, "deployment.platform.id")


def _firmware(workload: Workload, limits: Mapping[str, Any]) -> Iterator[Finding]:
    offered: Sequence[str] = limits.get("firmware", ())
    if offered and workload.deployment.firmware.type not in offered:
        yield finding(
            "deployment.firmware.type",
            f"{_on(workload)} offers {listed(kind.upper() for kind in offered)} firmware only, not "
            f"{workload.deployment.firmware.type.upper()}",
            because=_because(workload),
            repairs=(repair("the firmware that there is", firmware__type=offered[0]),),
        )


def _secure_boot(workload: Workload, limits: Mapping[str, Any]) -> Iterator[Finding]:
    if limits.get("secureBoot") is False and workload.deployment.firmware.secure_boot:
        yield finding(
            "deployment.firmware.secureBoot",
            f"{_on(workload)} has no Secure Boot",
            because=_because(workload),
            help="write efi: {secureBoot: false}, since efi alone means Secure Boot",
            repairs=(repair("UEFI without Secure Boot", firmware__secureBoot="false"),),
        )


def _cpu_model(workload: Workload) -> Iterator[Finding]:
    models = workload.platform.data.get("cpuModels", {})
    if workload.guest.arch in models.get("onlyPassthrough", ()):
        given = workload.deployment.cpu_model
        model = workload.catalog.cpu_model(given)
        if model is None or model.host != "whole":
            yield finding(
                "deployment.cpuModel",
                f"{_on(workload)} gives a guest the host's own CPU and no model such as {given}",
                because=_because(workload),
                help="leave the model out, or write host-passthrough",
                repairs=(repair("the only model that there is", cpuModel="host-passthrough"),),
            )


def _huge_pages(workload: Workload, limits: Mapping[str, Any]) -> Iterator[Finding]:
    if limits.get("hugepages") is False and workload.deployment.tuning.hugepages:
        yield finding(
            "deployment.tuning.hugepages",
            f"{_on(workload)} does not support huge pages",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            because=_because(workload),
        )


def _device(workload: Workload, kind: str, names: Sequence[str]) -> Iterator[Finding]:
    given = str(getattr(workload.deployment.devices, kind)).lower()
    if given not in names:
        refused = kind in REFUSED_DEVICES
        yield finding(
            f"deployment.devices.{kind}",
            f"{_on(workload)} has {'no' if refused else 'no tested'} {_NOUNS[kind]} {given}, only {listed(names)}",
            severity=None if refused else Severity.WARNING,
            confidence=None if refused else Confidence.MEDIUM,
            because=_because(workload),
            repairs=(repair("a device that there is", **{f"devices__{kind}": names[0]}),),
        )


_NOUNS = {"disk": "disk bus", "nic": "network card", "video": "video device"}
