"""What a container takes from the kernel underneath (section 3 of the article): its version, modules and build."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Repair, Severity, Unknown, Version, Workload, finding, repair, rule

from .families import families
from .listing import listed

SANDBOXES = {
    "kata": "the same image in a small virtual machine per pod, with a kernel of its own",
    "hyperv": "the same image in a small virtual machine per container, with a kernel of its own",
    "gvisor": "the same image on a kernel in user space, without hardware virtualization; system calls cost more",
}
"""Container modes that do not share the host's kernel, and what each one buys (S-29, S-38b, S-39, S-40)."""

BACKPORTING = re.compile(r"(rhel|centos(-stream)?|almalinux|rocky|ol|eurolinux|miraclelinux)[0-9]")
"""Ids of RHEL and its rebuilds, whose kernels keep an old number and gain newer features."""

BACKPORTED = (Version("4.18"), Version("5.14"))
"""Kernel releases of RHEL 8 and 9. Older ones are too old for current C libraries anyway."""


def on_described_kernel(workload: Workload) -> bool:
    """Tell whether the workload makes its system calls to the kernel that ``host.kernel`` describes.

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
    """Tell whether the kernel is a program that imitates Linux, and so neither the host's nor a real one (gVisor)."""
    return workload.mode.data.get("userKernel", False) is True


def own_kernels(workload: Workload, *names: str) -> Iterator[Repair]:
    """Propose the modes that run the same images without the host's kernel, or those of them that are named."""
    present = families(workload.mode)
    for name, why in SANDBOXES.items():
        if (not names or name in names) and present & families(workload.catalog.modes[name]):
            yield repair(why, mode=name)


@rule(
    "VM403",
    "container-kernel-version",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-44",),
    symptoms=("FATAL: kernel too old",),
    architectures=("container",),
    fits_if={"host.kernel.version": "satisfies {guest.kernel.requires}"},
)
def container_kernel_version(workload: Workload) -> Iterator[Finding]:
    """A container runs on its host's kernel; it cannot bring a newer or an older one.

    Updating the image changes the C library and the programs, never the kernel below them. A library that is too new
    for that kernel ends every program at once with "FATAL: kernel too old"; a feature that the kernel lacks shows as
    "Function not implemented" or "Operation not permitted", often only under load.

    On RHEL 8 and 9 and their rebuilds a kernel that looks too old is a warning, because the vendor carries many newer
    features back into 4.18 and 5.14. Where containers live in a hidden virtual machine (Docker Desktop, WSL 2), the
    host's kernel is not theirs, and the rule does not judge by it.
    """
    wanted = workload.guest.kernel.requires
    if wanted is None:
        return
    if on_user_space_kernel(workload):
        raise workload.mode.unknown("kernel")
    if not on_described_kernel(workload):
        return
    host = workload.host
    running = host.kernel.version
    if running in wanted:
        return
    too_old = any(running < bound for operator, bound in wanted.bounds if operator in (">=", ">"))
    vendor = re.search(r"\.el[0-9]", running.text) or (host.os.knows("id") and BACKPORTING.match(host.os.id))
    if vendor and too_old and any(running.startswith(release) for release in BACKPORTED):
        yield finding(
            "host.kernel.version",
            f"needs kernel {wanted} and the host runs {running}, into which its vendor carries some newer features",
            severity=Severity.WARNING,
            because=("guest.kernel.requires", "deployment.mode", "host.os.id"),
            help="ask which feature the bound stands for, and look it up in the vendor's release notes",
            repairs=own_kernels(workload, "kata"),
        )
        return
    yield finding(
        "host.kernel.version",
        f"needs kernel {wanted}; the host runs {running}, and a container cannot bring its own",
        because=("guest.kernel.requires", "deployment.mode"),
        help="run it on a host with such a kernel, or in a virtual machine",
        repairs=own_kernels(workload, "kata"),
    )


def module_name(text: str) -> str:
    """Spell a kernel module as lsmod does; modprobe takes hyphens and underscores alike."""
    return text.replace("-", "_")


@rule(
    "VM404",
    "container-needs-kernel-module",
    Severity.ERROR,
    article=("CT-C1", "CT-D3"),
    sources=("P-25", "P-26", "S-39"),
    symptoms=(
        "modprobe: FATAL: Module wireguard not found in directory /lib/modules/",
        "modprobe: can't change directory to '/lib/modules': No such file or directory",
    ),
    architectures=("container",),
    fits_if={
        "host.kernel.modules": "has {guest.kernel.modules}",
        "host.kernel.builtin": "has {guest.kernel.modules}",
    },
)
def container_needs_kernel_module(workload: Workload) -> Iterator[Finding]:
    """A kernel module that a container needs must come from the host.

    Modules belong to the kernel, and the kernel is the host's. An image can carry the tools that use a module
    (wg, iptables, mount.nfs), but not the module, and an unprivileged container may not load one either.

    A module that is compiled into the host's kernel never shows up in lsmod, so the rule speaks only where
    host.kernel.builtin is known as well. gVisor's kernel in user space has no modules at all. The hidden virtual
    machines of WSL 2 (which can be given a module image in .wslconfig) and Docker Desktop are not judged, nor is Kata,
    whose guests have a kernel of their own.
    """
    wanted = workload.guest.kernel.modules
    if not wanted:
        return
    if on_user_space_kernel(workload):
        yield finding(
            "guest.kernel.modules",
            f"needs {listed(wanted)} in the kernel, and a {workload.mode.name} has a kernel without modules",
            because=("deployment.mode",),
            help="run it in a virtual machine, or in a container on a host with that module",
            repairs=own_kernels(workload, "kata"),
        )
    if not on_described_kernel(workload):
        return
    kernel = workload.host.kernel
    there = {module_name(module) for part in ("modules", "builtin") for module in kernel.get(part, ())}
    missing = [module for module in wanted if module_name(module) not in there]
    if missing and not kernel.knows("modules"):
        raise Unknown("host.kernel.modules")
    if missing and not kernel.knows("builtin"):
        raise Unknown("host.kernel.builtin")
    if not missing:
        return
    one = len(missing) == 1
    yield finding(
        "guest.kernel.modules",
        f"the kernel module{'' if one else 's'} {listed(missing)} must come from the host, whose kernel has"
        f" {'it neither loadable nor built in' if one else 'them neither loadable nor built in'}",
        because=("host.kernel.modules", "host.kernel.builtin", "deployment.mode"),
        help=(
            "install the module on the host and load it at boot (/etc/modules-load.d)",
            "where one exists, use a variant in user space, such as wireguard-go for wireguard",
        ),
    )


@rule(
    "VM406",
    "container-needs-own-kernel",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-62", "S-33", "S-39"),
    architectures=("container",),
    fits_if={"host.kernel.realtime": "is true"},
)
def container_needs_own_kernel(workload: Workload) -> Iterator[Finding]:
    """Software that comes with a kernel of its own cannot run in a container that shares its host's.

    A patched or self-built kernel, and likewise a real-time one, has to be booted. Nothing boots in a shared-kernel
    container: the image's kernel files just lie there, and the program meets the host's kernel, mostly without an error
    and without the property it was built for. Latency limits are then missed only under load.

    A real-time demand is met where the host's own kernel is a real-time one. The rule does not judge the hidden virtual
    machine of a desktop product; WSL 2, for one, can be told to boot another kernel.
    """
    kernel = workload.guest.kernel
    if kernel.source != "custom" and not kernel.realtime:
        return
    if on_user_space_kernel(workload):
        yield finding(
            "guest.kernel.source" if kernel.source == "custom" else "guest.kernel.realtime",
            f"needs a kernel of its own kind, and a {workload.mode.name} runs on one in user space",
            because=("deployment.mode",),
            help="run it in a virtual machine with that kernel",
            repairs=own_kernels(workload, "kata") if kernel.source == "custom" else (),
        )
    elif not on_described_kernel(workload):
        return
    elif kernel.source == "custom":
        yield finding(
            "guest.kernel.source",
            f"the workload brings a kernel of its own, and a {workload.mode.name} runs on the host's",
            because=("deployment.mode",),
            help="run it in a virtual machine, or configure its kernel as the guest kernel of Kata Containers",
            repairs=own_kernels(workload, "kata"),
        )
    elif not workload.host.kernel.realtime:
        yield finding(
            "guest.kernel.realtime",
            f"needs a real-time kernel, and a {workload.mode.name} runs on the host's, which is not one",
            because=("host.kernel.realtime", "deployment.mode"),
            help="run it on a host with a PREEMPT_RT kernel",
        )
