from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Unknown, Version, Workload, both, finding, rule

from ..shared.fields import guest_os_field
from ..shared.kernels import on_described_kernel
from ..shared.wording import guest_name

VSYSCALL_ON = frozenset({"vsyscall=emulate", "vsyscall=xonly", "vsyscall=native"})
"""Kernel parameters with which the vsyscall page answers, whatever the kernel was built for."""


def _brought(workload: Workload) -> str | None:
    """Return how a kernel that the mode or the platform brings was built to treat the page; ``None`` for the host's."""
    mode, platform = workload.mode, workload.platform
    if mode.has("vsyscall"):
        return str(mode.fact("vsyscall"))
    return str(platform.fact("host", "vsyscall")) if platform.has("host", "vsyscall") else None


def _vsyscall(workload: Workload) -> str:
    """Return how the kernel below the containers was built to treat the vsyscall page."""
    host, platform = workload.host, workload.platform
    if brought := _brought(workload):
        return brought
    on_described_kernel(workload)
    release = workload.catalog.guest(host.os.id)
    unknown = Unknown.in_catalog(host.os.id, "kernel", "vsyscall")
    if release is None or "own" in platform.fact("host", "os"):
        raise unknown
    built = str(release.fact("kernel", "vsyscall"))
    if host.kernel.knows("version") and not host.kernel.version.startswith(Version(release.fact("kernel", "version"))):
        raise unknown  # not the release's own kernel
    return built


def _goes_unanswered(workload: Workload) -> bool:
    """Whether the kernel below was built without the page, and not started with it."""
    return both(
        lambda: _vsyscall(workload) == "none",
        lambda: _brought(workload) is not None or not VSYSCALL_ON & set(workload.host.kernel.cmdline),
    )


@rule(
    "VM417",
    "old-userland-on-new-kernel",
    Severity.WARNING,
    article=("CT-C1", "CT-D3"),
    sources=("R2-05", "R2-06", "R2-07", "P-26", "R14-942", "R14-943"),
    symptoms=("vsyscall attempted with vsyscall=none", "exited with code 139"),
    architectures=("container",),
    fits_if={"host.kernel.cmdline": "has vsyscall=emulate"},
    confidence=Confidence.MEDIUM,
)
def old_userland_on_new_kernel(workload: Workload) -> Iterator[Finding]:
    """C libraries of before 2012 ask the time at an address that newer kernels no longer answer.

    ## Why

    CentOS 6, Debian 7 and their age call the vsyscall page. Debian's kernels have it switched off since Linux 4.10, and
    so have those of WSL 2 and of Kata's machines. The kernel parameter vsyscall=emulate brings the page back. gVisor
    always answers.

    ## What it looks like

    The shell of such an image ends at once with exit code 139 and no output, and only the kernel's log names "vsyscall
    attempted with vsyscall=none". Other images on the same host are fine.

    ## Severity

    Programs that never ask the time, such as a small shell, do run, so the confidence is medium.

    ## When it stays silent

    The host's release has to be known to be built without the page, with a command line that does not bring it back. A
    kernel of another origin is not judged, and neither is a program for anything but 64-bit x86.
    """
    if {workload.guest.get("arch", "amd64"), workload.host.get("arch", "amd64")} != {"amd64"}:
        return
    if not both(
        lambda: bool(workload.guest_os.data.get("vsyscall")),
        lambda: workload.mode.shares_host_kernel or workload.mode.has("vsyscall"),
        lambda: _goes_unanswered(workload),
    ):
        return
    because, switch = _switch(workload)
    yield finding(
        guest_os_field(workload),
        f"{guest_name(workload)} calls the vsyscall page, which the kernel below does not answer: its programs may end"
        " with exit code 139",
        because=because,
        help=(
            switch,
            "run it in a virtual machine with a kernel of its age, or move to a newer base image",
        ),
    )


def _switch(workload: Workload) -> tuple[tuple[str, ...], str]:
    """Return the fields that decide about the page, and how it is switched on."""
    if workload.mode.has("vsyscall"):
        return ("deployment.mode",), "add vsyscall=emulate to kernel_params in the configuration of Kata Containers"
    if workload.platform.has("host", "vsyscall"):
        return ("deployment.platform.id",), "set kernelCommandLine=vsyscall=emulate below [wsl2] in .wslconfig"
    at = ("host.os.id", "host.kernel.cmdline")
    return at, "start the host's kernel with vsyscall=emulate, if its administrator agrees"
