from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.kernels import hides_a_machine
from ..shared.modes import families, mode_is_stated
from ..shared.windows import lacks_windows, runs_windows_images
from ..shared.wording import family_name, family_names


def not_native(workload: Workload) -> frozenset[str]:
    """Return the host's family where the platform does not run on it, so that a virtual machine must be in between."""
    kernel = workload.deployment.kernel_family
    supported = kernel == "linux" or kernel in workload.platform.fact("host", "os")
    return frozenset() if supported else frozenset({kernel})


@rule(
    "VM402",
    "container-os-family-mismatch",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-38", "S-44", "P-15", "P-25"),
    symptoms=("no matching manifest for windows/amd64 in the manifest list entries",),
    architectures=("container",),
    fits_if={
        "guest.os.id": "names a system of the family whose kernel the containers share",
        "host.platform": "names a {guest.os.family} host",
    },
)
def container_os_family_mismatch(workload: Workload) -> Iterator[Finding]:
    """A container runs programs of its host's operating system family, because it runs them on its host's kernel.

    ## Why

    An image holds files, not a kernel. Its programs make their system calls to whatever kernel is already running, and
    a Linux kernel does not answer FreeBSD's or Windows' calls, nor Windows Linux's. What looks like an exception is a
    hidden virtual machine: Docker Desktop, WSL 2, Lima and Podman's machine start a Linux of their own, and that is the
    kernel which counts here.

    ## When it stays silent

    Windows images on hosts without Windows are left to VM421, where the platform runs such images on other hosts. A
    host on which the engine itself cannot run natively (Docker on a Mac, or for Linux programs on a Windows desktop) is
    left to VM623, since some virtual machine must then be in between. FreeBSD hosts can emulate Linux's system calls;
    no platform in the catalogue relies on that.
    """
    if runs_in_no_mode(workload):
        yield finding(
            "guest.os.family",
            f"{workload.platform.name} runs no {family_name(workload.guest.os.family)} programs in any of its modes",
            because=("deployment.platform.id",),
            help="run it in a virtual machine, which brings its own kernel",
        )
        return
    if workload.guest.os.get("family") == "other" or not both(
        lambda: shares_some_kernel(workload), lambda: not lacks_windows(workload)
    ):
        return
    deployment = workload.deployment
    needed = workload.guest.os.family
    system = family_name(needed)
    if needed == "unikernel":
        yield finding(
            "guest.os.family",
            "a unikernel is a kernel itself, and these containers run programs on the host's",
            because=("deployment.mode",),
            help="run it in a virtual machine or a microVM",
        )
    elif mode_is_stated(workload) and needed not in families(workload.mode):
        yield finding(
            "deployment.mode",
            f"a {workload.mode.name} runs {family_names(families(workload.mode))} programs only,"
            f" and the guest is {system}",
            because=("guest.os.family",),
            help=f"run it on a host with a {system} kernel, or in a virtual machine",
        )
    elif needed == "windows" and runs_windows_images(workload) and _hosts(workload) <= {"linux", "windows"}:
        return  # it has its kernel, or is left to VM421: which of them need not be known
    elif deployment.kernel_family in {needed, *not_native(workload)} or hides_a_machine(workload):
        return
    elif needed == "windows" and deployment.kernel_family == "linux" and runs_windows_images(workload):
        return  # left to VM421, which may still wait for the mode
    else:
        yield finding(
            "guest.os.family",
            f"{system} programs need a {system} kernel, and {workload.platform.name} runs containers on"
            f" {family_name(deployment.kernel_family)} here",
            because=("deployment.platform.id", "deployment.mode", "host.os.family"),
            help=(
                "for development, a product that brings a Linux machine: Docker Desktop, WSL 2, Lima, Podman machine"
                if needed == "linux"
                else f"run it in a virtual machine, which brings its own {system} kernel"
            ),
        )


def runs_in_no_mode(workload: Workload) -> bool:
    """Whether the guest's family is ruled out although nothing says which of the platform's modes it would be."""
    deployment, platform = workload.deployment, workload.platform
    if deployment.knows("mode") or not workload.guest.os.knows("family"):
        return False
    family = workload.guest.os.family
    modes = [workload.catalog.modes[name] for name in platform.modes]
    taken = [mode.data.get("families", (family,)) for mode in modes if mode.is_container]
    ported = platform.has("host", "experimentalOs") and family in platform.fact("host", "experimentalOs")
    return family not in ("unikernel", "other") and not ported and not any(family in families for families in taken)


def shares_some_kernel(workload: Workload) -> bool:
    """Whether the containers run on the kernel of their host, or of the machine that their platform brings.

    Which mode it is need not be known where the kernel's family is: on Windows, process isolation and Hyper-V isolation
    run the same images.
    """
    deployment = workload.deployment
    by_default = not deployment.states("runtime_class") and deployment.knows("kernel_family")
    return True if by_default and not deployment.knows("mode") else workload.mode.shares_host_kernel


def _hosts(workload: Workload) -> set[str]:
    """Return the families of the systems on which the platform runs, also as an experiment."""
    host = workload.platform.data["host"]
    return {*host.get("os", ()), *host.get("experimentalOs", ())}
