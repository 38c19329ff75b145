"""Which kernel a container runs on, and the modes that bring one."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Mode, Repair, Workload, repair

from .modes import families


def hides_a_machine(workload: Workload) -> bool:
    """Whether Linux containers are wanted of an engine on a desktop, where some product hides a Linux machine.

    An engine on Windows Server runs Windows containers and nothing else. Kata and microVMs need the hardware itself.
    """
    platform, deployment = workload.platform, workload.deployment
    if platform.placement not in ("kernel-integrated", "orchestrator") or platform.data["host"].get("requires"):
        return False
    families = platform.fact("host", "os")
    if "linux" not in families or not deployment.knows("architecture") or deployment.architecture != "container":
        return False
    host, guest = workload.host.os, workload.guest.os
    if not host.knows("family") or not guest.knows("family") or guest.family != "linux":
        return False
    if host.family == "windows" and host.knows("id"):
        found = workload.catalog.guest(host.id)
        if found and found.known and not found.data.get("desktop"):
            return False
    natively = host.family in families and deployment.kernel_family == "linux"
    return host.family in ("darwin", "windows") and not natively


CLOSED_FAMILIES = frozenset({"windows", "darwin", "dos", "os2", "netware"})
"""Families whose kernels nobody outside the vendor can port to a paravirtual interface (statement PV-C1)."""

SANDBOXES = {
    "kata": "the same image in a small virtual machine per pod, with a kernel of its own",
    "hyperv": "the same image in a small virtual machine per container, with a kernel of its own",
    "gvisor": "the same image on a kernel in user space, without hardware virtualization; system calls cost more",
}
"""Container modes that do not share the host's kernel, and what each one buys (S-29, S-38b, S-39, S-40)."""


def on_described_kernel(workload: Workload) -> bool:
    """Whether the workload makes its system calls to the kernel that ``host.kernel`` describes.

    A platform that keeps its containers in a virtual machine brings a kernel that no field of the host describes.
    """
    if not workload.mode.shares_host_kernel:
        return False
    platform, deployment, host = workload.platform, workload.deployment, workload.host
    hidden = platform.hosted or (
        deployment.knows("kernel_family") and host.os.knows("family") and deployment.kernel_family != host.os.family
    )
    if hidden:
        raise platform.unknown("kernel")
    return True


def on_user_space_kernel(workload: Workload) -> bool:
    """Whether the kernel is a program that imitates Linux, and so neither the host's nor a real one (gVisor)."""
    return has_user_space_kernel(workload.mode)


def has_user_space_kernel(mode: Mode) -> bool:
    """Whether containers of a mode make their system calls to a program that imitates Linux."""
    return mode.data.get("userKernel", False) is True


def own_kernels(workload: Workload, *names: str) -> Iterator[Repair]:
    """Propose the modes that run the same images without the host's kernel, or those of them that are named."""
    present = families(workload.mode)
    for name, why in SANDBOXES.items():
        if (not names or name in names) and present & families(workload.catalog.modes[name]):
            yield repair(why, mode=name)
