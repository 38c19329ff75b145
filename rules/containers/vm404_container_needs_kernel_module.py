from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Unknown, Workload, finding, rule

from ..shared.kernel_modules import built, module_name
from ..shared.kernels import on_described_kernel, on_user_space_kernel, own_kernels
from ..shared.wording import listed


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
    demands=("guest.kernel.modules",),
    fits_if={
        "host.kernel.modules": "has {guest.kernel.modules}",
        "host.kernel.builtin": "has {guest.kernel.modules}",
    },
)
def container_needs_kernel_module(workload: Workload) -> Iterator[Finding]:
    """A kernel module that a container needs must come from the host.

    ## Why

    Modules belong to the kernel, and the kernel is the host's. An image can carry the tools that use a module (wg,
    iptables, mount.nfs), but not the module, and an unprivileged container may not load one either. gVisor's kernel in
    user space has no modules at all.

    ## When it stays silent

    A module that is compiled into the host's kernel never shows up in lsmod, so the host is judged only where
    `host.kernel.builtin` is known as well, or where its configuration leaves the module out. The hidden virtual
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
    missing = [module for module in wanted if module_name(module) not in there and not built(workload, module)]
    left_out = [module for module in missing if built(workload, module) is False]
    listed_whole = kernel.knows("modules") and kernel.knows("builtin")
    if missing and not left_out and not listed_whole:
        raise Unknown("host.kernel.builtin" if kernel.knows("modules") else "host.kernel.modules")
    if not missing:
        return
    missing = missing if listed_whole else left_out
    shows = ("host.kernel.modules", "host.kernel.builtin") if listed_whole else ("host.kernel.config",)
    one = len(missing) == 1
    yield finding(
        "guest.kernel.modules",
        f"the kernel module{'' if one else 's'} {listed(missing)} must come from the host, whose kernel has"
        f" {'it neither loadable nor built in' if one else 'them neither loadable nor built in'}",
        because=(*shows, "deployment.mode"),
        help=(
            "install the module on the host and load it at boot (/etc/modules-load.d)",
            "where one exists, use a variant in user space, such as wireguard-go for wireguard",
        ),
    )
