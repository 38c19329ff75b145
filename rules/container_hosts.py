"""Where containers run (section 3 of the article): hidden machines, system containers, kernels of another age."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Unknown, Version, Workload, finding, rule

from .listing import listed
from .mounts import Mount, mounts
from .shared_kernel import on_described_kernel
from .wording import guest_name, guest_os_field

VSYSCALL_ON = frozenset({"vsyscall=emulate", "vsyscall=xonly", "vsyscall=native"})
"""Kernel parameters with which the vsyscall page answers, whatever the kernel was built for."""

_SOURCES = frozenset(
    {"app", "apps", "backend", "code", "frontend", "html", "lib", "node_modules", "packages", "project", "projects"}
    | {"repo", "repos", "source", "src", "vendor", "web", "workspace", "www"}
)
"""What folders of source code are called."""

_HOME = {
    "darwin": re.compile(r"(?:~|/Users/[^/]+)/(?P<inside>.+)"),
    "windows": re.compile(r"(?:[a-zA-Z]:|/mnt/[a-z]|/[a-z]|//[a-z])[\\/]+Users[\\/]+[^\\/]+[\\/]+(?P<inside>.+)", re.I),
}
"""Paths below a home directory that lie on the host's own file system. Windows' Linux distributions have homes of
their own, which lie inside the hidden machine."""


def _source_tree(path: Mount, system: str) -> bool:
    """Tell whether a mount looks like source code: a project's folder, or a folder below a home directory."""
    if path.read_only:
        return False
    home = _HOME[system].fullmatch(path.source)
    if home:
        steps = re.split(r"[\\/]+", home["inside"].rstrip("\\/"))
        return "." not in steps[-1] and not any(step.startswith((".", "Library", "AppData")) for step in steps)
    if system == "windows" or not path.source.startswith("."):
        return False  # on Windows the project may well lie in a Linux distribution, and is fast there
    steps = [step for step in path.source.split("/") if step not in ("", ".", "..")]
    return not steps or steps[-1] in _SOURCES


@rule(
    "VM414",
    "desktop-container-io",
    Severity.NOTE,
    article=("T2-D1",),
    sources=("R2-08", "P-26"),
    architectures=("container",),
    fits_if={"host.os.family": "is linux"},
    confidence=Confidence.MEDIUM,
)
def desktop_container_io(workload: Workload) -> Iterator[Finding]:
    """Source code that lies on a Mac or on a Windows drive crosses into a virtual machine with every file access.

    Products that run Linux containers on a desktop keep them in a hidden Linux machine. A folder of the host that is
    mounted into a container is shared with that machine, and each opened file makes the journey. One large file does
    not mind; a build that opens ten thousand small ones takes several times as long as on Linux, and changes may go
    unnoticed by programs that watch files.

    It speaks only where more than best effort is demanded (requirements.performance.class), of mounts that look like
    source code: a folder of the project, or one below a home directory. Read-only mounts, single files, hidden folders
    and named volumes are left alone, and so is whatever lies in a Linux distribution of WSL. How much it costs depends
    on the product's way of sharing, which no field names.
    """
    performance = workload.requirements.performance.class_
    if performance not in ("standard", "high"):
        return
    platform, host = workload.platform, workload.host.os
    if not platform.hosted or host.family not in _HOME:
        return
    trees = [each.path for each in mounts(workload.deployment.mounts) if _source_tree(each, host.family)]
    if trees:
        yield finding(
            "deployment.mounts",
            f"mounts {listed(trees)} from the host into the machine that {platform.name} hides, and {performance}"
            " performance is demanded",
            because=("deployment.platform.id", "host.os.family", "requirements.performance.class"),
            help=(
                "keep what is read often in a named volume: dependencies, build output, databases",
                "on Windows, keep the project in the file system of the Linux distribution"
                if host.family == "windows"
                else "use the fastest way of sharing that the product has (VirtioFS, synchronized file shares)",
            ),
        )


@rule(
    "VM415",
    "docker-inside-lxc",
    Severity.WARNING,
    article=("CT-E1", "CT-E2"),
    sources=("P-15", "P-25", "R2-10"),
    symptoms=("open sysctl net.ipv4.ip_unprivileged_port_start file: reopen fd 8: permission denied: unknown",),
    architectures=("container",),
    fits_if={"host.container": "is none"},
    confidence=Confidence.MEDIUM,
)
def docker_inside_lxc(workload: Workload) -> Iterator[Finding]:
    """An engine for application containers inside a system container stacks two layers that nobody tests together.

    Both want to set up namespaces, control groups and a security profile, and the inner one needs what the outer one
    forbids. An update of either can end that: in November 2025 a security release of runc kept containers from starting
    in LXC everywhere until its profiles were changed, with "open sysctl … permission denied". All of them share the
    host's kernel, and a system container cannot be moved while it runs. Proxmox recommends a virtual machine for
    application containers where isolation and live migration count.

    Incus does support it, with security.nesting, so this is no certain fault; in development and tests it is advice. It
    is silent on orchestrators, on products that bring their own machine, and on modes that run one.
    """
    platform = workload.platform
    if platform.placement != "kernel-integrated" or workload.host.container != "lxc":
        return
    if platform.fact("init") != "application" or not workload.mode.shares_host_kernel:
        return
    trial = workload.get("environment") in ("dev", "test")
    yield finding(
        "deployment.platform.id",
        f"{platform.name} inside an LXC container shares the kernel of a host it does not own, and may break with"
        " updates of either",
        severity=Severity.NOTE if trial else None,
        because=("host.container", "deployment.mode"),
        help=(
            "run the engine in a virtual machine, which is isolated and can be moved while it runs",
            "where it stays: nesting switched on, an unprivileged container, and host and engine updated together",
        ),
    )


def _vsyscall(workload: Workload) -> str:
    """Return how the kernel below the containers was built to treat the vsyscall page."""
    platform, host = workload.platform, workload.host
    if platform.has("host", "vsyscall"):
        return str(platform.fact("host", "vsyscall"))
    on_described_kernel(workload)
    release = workload.catalog.guest(host.os.id)
    unknown = Unknown.in_catalog(host.os.id, "kernel", "vsyscall")
    if release is None or "own" in platform.fact("host", "os"):
        raise unknown
    built = str(release.fact("kernel", "vsyscall"))
    if host.kernel.knows("version") and not host.kernel.version.startswith(Version(release.fact("kernel", "version"))):
        raise unknown  # not the release's own kernel
    return built


@rule(
    "VM417",
    "old-userland-on-new-kernel",
    Severity.WARNING,
    article=("CT-C1", "CT-D3"),
    sources=("R2-05", "R2-06", "R2-07", "P-26"),
    symptoms=("vsyscall attempted with vsyscall=none", "exited with code 139"),
    architectures=("container",),
    fits_if={"host.kernel.cmdline": "has vsyscall=emulate"},
    confidence=Confidence.MEDIUM,
)
def old_userland_on_new_kernel(workload: Workload) -> Iterator[Finding]:
    """C libraries of before 2012 ask the time at an address that newer kernels no longer answer.

    CentOS 6, Debian 7 and their age call the vsyscall page. Debian's kernels have it switched off since Linux 4.10, WSL
    2's likewise: the shell of such an image ends at once with exit code 139 and not a word of output, and only the
    kernel's log names "vsyscall attempted with vsyscall=none". Other images of the same host are fine.

    The kernel parameter vsyscall=emulate brings the page back. It speaks where the host's release is known to be built
    without the page and its command line does not bring it back; a kernel of another origin is not judged, and neither
    is any program that is no 64-bit x86 one. Programs that never ask the time, such as a small shell, do run.
    """
    if not workload.guest_os.data.get("vsyscall") or not workload.mode.shares_host_kernel:
        return
    if {workload.guest.get("arch", "amd64"), workload.host.get("arch", "amd64")} != {"amd64"}:
        return
    hidden = workload.platform.has("host", "vsyscall")
    if _vsyscall(workload) != "none":
        return
    if not hidden and VSYSCALL_ON & set(workload.host.kernel.cmdline):
        return
    yield finding(
        guest_os_field(workload),
        f"{guest_name(workload)} calls the vsyscall page, which the kernel below does not answer: its programs may end"
        " with exit code 139",
        because=("deployment.platform.id",) if hidden else ("host.os.id", "host.kernel.cmdline"),
        help=(
            "set kernelCommandLine=vsyscall=emulate below [wsl2] in .wslconfig"
            if hidden
            else "start the host's kernel with vsyscall=emulate, if its administrator agrees",
            "run it in a virtual machine with a kernel of its age, or move to a newer base image",
        ),
    )
