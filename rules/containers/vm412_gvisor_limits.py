from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Mode, Severity, Workload, finding, rule

from ..shared.fields import guest_arch_field
from ..shared.kernels import has_user_space_kernel, own_kernels
from ..shared.mounts import dead_sockets, mounts
from ..shared.oci import runs_natively
from ..shared.windows import in_a_windows_pod
from ..shared.wording import listed

BLOCK_DEVICE = re.compile(
    r"/dev/(?:(?:sd|hd|vd|xvd)[a-z]+[0-9]*|nvme[0-9]+n[0-9]+(?:p[0-9]+)?|(?:dm-|md|loop|nbd|rbd|zd)[0-9].*"
    r"|(?:disk|mapper)/.+)"
)
"""Names that Linux gives to disks and to what is built of them."""


@rule(
    "VM412",
    "gvisor-limits",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D3",),
    sources=("S-39", "P-20", "R2-01"),
    symptoms=("exec format error",),
    architectures=("container",),
)
def gvisor_limits(workload: Workload) -> Iterator[Finding]:
    """gVisor's kernel in user space imitates Linux, and leaves out some of it.

    ## Why

    gVisor exists for 64-bit x86 and Arm, and it answers 64-bit system calls only. It shows no block devices, so a disk
    of the host that is handed in is not there. It does not connect to sockets of the host unless its operator allowed
    that (runsc's flag host-uds), so the socket of a container engine is dead inside.

    ## What it looks like

    A 32-bit image, which the CPU and an ordinary container would run, ends with "exec format error". Older releases
    refuse to start with a socket at all.

    ## Severity

    System calls and file access cost more, while code that computes runs at full speed: a note, where high performance
    is demanded.

    ## When it stays silent

    Kernel modules are left to VM404, kernels of one's own to VM406, other operating systems to VM402, foreign CPUs to
    VM405, and a gVisor installed on a CPU it was not built for to VM103.
    """
    if in_a_windows_pod(workload):
        return
    deployment, modes = workload.deployment, workload.catalog.modes
    possible = [workload.mode] if deployment.knows("mode") else modes.values()
    limited = [mode for mode in possible if has_user_space_kernel(mode)]
    found = [each for mode in limited for each in _limits(workload, mode)]
    if found:
        _ = deployment.mode  # undecided where another one has no such limits
    yield from found
    if limited:
        _ = deployment.mounts  # what is not stated stays undecided, whatever was found


def _limits(workload: Workload, mode: Mode) -> Iterator[Finding]:
    deployment, name = workload.deployment, mode.name
    yield from _not_64_bit(workload, mode)
    paths = {each.source: each.text for each in mounts(deployment.get("mounts", ()))}
    disks = [path for path in (*paths, *deployment.get("host_devices", ())) if BLOCK_DEVICE.fullmatch(path)]
    if disks:
        yield finding(
            "deployment.mounts" if disks[0] in paths else "deployment.hostDevices",
            f"{listed(disks)} will not be there: a {name} shows no block devices",
            because=("deployment.mode",),
            help="mount the file system that is on it, or use another sandbox",
            entry=paths.get(disks[0], disks[0]),
            repairs=own_kernels(workload, "kata"),
        )
    yield from dead_sockets(
        workload,
        "connects to no socket of the host unless runsc is told to (--host-uds=open), which opens a way out",
    )
    if workload.requirements.performance.class_ == "high":
        yield finding(
            "deployment.mode",
            f"high performance is demanded, and in a {name} system calls and file access cost more",
            severity=Severity.NOTE,
            confidence=Confidence.MEDIUM,
            because=("requirements.performance.class",),
            help="measure it: code that computes runs at full speed, code with many small system calls does not",
        )


def _not_64_bit(workload: Workload, mode: Mode) -> Iterator[Finding]:
    host, guest, image = workload.host, workload.guest, workload.deployment.image
    made_for = mode.fact("arch")
    if host.knows("arch") and host.arch not in made_for:
        if host.arch in workload.platform.data["host"].get("arch", (host.arch,)):
            yield finding(
                "deployment.mode",
                f"gVisor is made for {listed(made_for)}, and the host is {host.arch}",
                severity=Severity.ERROR,
                because=("host.platform",),
            )
        return
    indexed = image.knows("platforms")
    offered = image.platforms if indexed else [guest.platform] if guest.knows("platform") else []
    fitting = [each for each in offered if not host.knows("platform") or runs_natively(each, host.platform)]
    if fitting and not any(each.arch in made_for for each in fitting):
        yield finding(
            "deployment.image.platforms" if indexed else guest_arch_field(workload),
            f"built for {listed(sorted(map(str, fitting)))}, and a {mode.name} runs 64-bit programs only"
            f" ({listed(made_for, 'or')})",
            severity=Severity.ERROR,
            because=("deployment.mode",),
            help="use the 64-bit build of the image",
            repairs=own_kernels(workload, "kata"),
        )
