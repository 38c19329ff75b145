from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.architectures import HOSTED
from ..shared.wording import listed


@rule(
    "VM214",
    "modules-without-signature",
    Severity.WARNING,
    sources=("R13-721",),
    symptoms=(
        "Kernel driver not installed (rc=-1908)",
        "modprobe: ERROR: could not insert 'vboxdrv': Key was rejected by service",
        "modprobe: ERROR: could not insert 'vboxdrv': Required key not available",
        "Could not open /dev/vmmon: No such file or directory.",
    ),
    architectures=HOSTED,
    confidence=Confidence.MEDIUM,
)
def modules_without_signature(workload: Workload) -> Iterator[Finding]:
    """A Linux host with Secure Boot loads no kernel module that nobody signed, such as those of hosted hypervisors.

    ## Why

    VirtualBox and VMware Workstation bring modules that are built on the host. Under Secure Boot the kernel takes only
    modules with the signature of a key that it knows, so their user has to sign them, and to enrol the key (MOK). Each
    new kernel needs newly signed modules.

    ## What it looks like

    "Kernel driver not installed (rc=-1908)", "Key was rejected by service", or no /dev/vmmon.

    ## When it stays silent

    Where the module is among `host.kernel.loaded`, where Secure Boot is not stated to be on, and on other systems. The
    packages of some distributions sign the modules, so the confidence is medium.
    """
    host = workload.host
    if not host.security.get("secure_boot") or (host.os.knows("family") and host.os.family != "linux"):
        return
    platform = workload.platform
    modules = platform.data.get("host", {}).get("ownModules")
    if not modules or host.os.family != "linux":
        return
    if set(modules) <= host.kernel.get("loaded", frozenset()):
        return
    yield finding(
        "host.security.secureBoot",
        f"the host has Secure Boot on, and {platform.name} needs {listed(modules)}, which its kernel refuses until "
        "somebody signs them",
        because=("deployment.platform.id", "host.os.family"),
        help=(
            "sign the modules with a key of your own, and enrol it: mokutil --import KEY.der",
            "or run the guest in KVM, whose modules come signed with the kernel",
        ),
    )
