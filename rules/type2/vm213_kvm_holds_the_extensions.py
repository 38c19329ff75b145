from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.api import Confidence, Finding, Platform, Severity, Unknown, Version, Workload, finding, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import HOSTED

MODULES = frozenset({"kvm_intel", "kvm_amd"})
"""The modules of KVM that take VT-x or AMD-V."""

SWITCHED_OFF = "kvm.enable_virt_at_load=0"
"""The kernel parameter with which they take it for a running machine only."""


@rule(
    "VM213",
    "kvm-holds-the-extensions",
    Severity.ERROR,
    sources=("R13-720", "R13-730"),
    symptoms=(
        "VirtualBox can't operate in VMX root mode. (VERR_VMX_IN_VMX_ROOT_MODE)",
        "VirtualBox can't enable the AMD-V extension. (VERR_SVM_IN_USE)",
        "Host API has not enabled SVME bit in EFER MSR. (VERR_SVM_HOST_SVME_NOT_ENABLED)",
    ),
    architectures=HOSTED,
    fits_if={"host.kernel.loaded": "has no module of KVM", "host.kernel.version": "is from before 6.12"},
)
def kvm_holds_the_extensions(workload: Workload) -> Iterator[Finding]:
    """From Linux 6.12 on KVM takes VT-x or AMD-V when its module is loaded, and leaves none to other hypervisors.

    ## Why

    Before, KVM took them for as long as one of its machines ran. Distributions load its modules at every start, so
    that VirtualBox finds the extensions taken on a host that runs no machine of KVM's. VirtualBox 7.2.10 asks KVM for
    them instead, though not on Linux 6.12, and there `kvm.enable_virt_at_load=0` is in its way.

    ## What it looks like

    No machine starts: VERR_VMX_IN_VMX_ROOT_MODE on Intel, VERR_SVM_IN_USE on AMD.

    ## Severity

    Where the release of the platform is not stated, it may be one that shares the extensions: a warning.

    ## When it stays silent

    With the kernel parameter `kvm.enable_virt_at_load=0` for earlier releases, without KVM's modules among
    `host.kernel.loaded`, and on hosts that do not run Linux.
    """
    host = workload.host
    if host.os.get("family", "linux") != "linux":
        return  # before the platform is asked for, which may not be known
    found = [*_taken(workload)]
    if found and host.os.family == "linux":
        yield from found


def _taken(workload: Workload) -> Iterator[Finding]:
    """Whether KVM holds the extensions, on a host that runs Linux."""
    kernel, release = workload.host.kernel, workload.deployment.platform
    if kernel.knows("loaded") and not kernel.loaded & MODULES:
        return
    if not may_hold(workload, lambda platform: _is_kept_out(workload, platform)):
        return
    platform = workload.platform
    rival = _rival(platform)
    if "hardware-virtualization" not in platform.requires(workload.deployment.mode):
        return
    shares = rival.get("shares")
    told_off = SWITCHED_OFF in kernel.get("cmdline", ())
    if not kernel.knows("version"):
        _ = workload.host.os.family  # undecided without it, which tells more than the kernel's version
        raise Unknown("host.kernel.version")
    if told_off:
        yield from _left_unlocked(workload, shares)
        return
    able = shares and kernel.version >= Version(shares["kernel"])
    held = min(kernel.loaded & MODULES)
    unsure = able and not release.knows("version")
    yield finding(
        "host.kernel.loaded",
        f"the module {held} is loaded, and on this kernel it takes the CPU's extensions from {platform.name}",
        severity=Severity.WARNING if unsure else None,
        confidence=Confidence.MEDIUM if unsure else None,
        because=("host.kernel.version", "deployment.platform.id"),
        help=(
            f"start the host with {SWITCHED_OFF}, or unload the module (modprobe -r {held})",
            shares and able and f"or update {platform.name} to {shares['version']} or later",
            "or run the guest in KVM",
        ),
        entry=held,
    )


def _rival(platform: Platform) -> Mapping[str, Any]:
    """Return how a platform gets on with KVM; nothing where the two do not meet, or nobody knows."""
    found: Mapping[str, Any] = platform.data.get("coexistence", {}).get("kvm", {})
    return found


def _is_kept_out(workload: Workload, platform: Platform) -> bool:
    """Whether KVM may keep a platform out, as far as is known of the kernel and of the platform's release."""
    rival, kernel = _rival(platform), workload.host.kernel
    running, release = kernel.get("version"), workload.deployment.platform.get("version")
    if not rival or (running is not None and running < Version(rival["from"])):
        return False
    shares: Mapping[str, str] = rival.get("shares", {})
    if SWITCHED_OFF in kernel.get("cmdline", ()):  # what an earlier release wants is in the way of a newer one
        return bool(shares) and (release is None or bool(release >= Version(shares["version"])))
    if not shares or running is None or release is None:
        return True
    return bool(running < Version(shares["kernel"]) or release < Version(shares["version"]))


def _left_unlocked(workload: Workload, shares: Mapping[str, str] | None) -> Iterator[Finding]:
    """Whether KVM was told to leave the extensions alone, and the platform's release asks KVM to switch them on."""
    kernel, release = workload.host.kernel, workload.deployment.platform
    if not shares or kernel.version < Version(shares["kernel"]) or release.version < Version(shares["version"]):
        return
    _ = kernel.loaded  # undecided where that is not stated: without KVM, nothing is amiss
    yield finding(
        "host.kernel.cmdline",
        f"{workload.platform.name} {release.version} has KVM switch the CPU's extensions on, and {SWITCHED_OFF} keeps "
        "KVM from it",
        because=("host.kernel.version", "deployment.platform.version"),
        help="start the host without that parameter, and remove it from /etc/modprobe.d",
        entry=SWITCHED_OFF,
    )
