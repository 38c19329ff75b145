from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, finding, rule

from ..shared.kernels import on_described_kernel, on_user_space_kernel, own_kernels

BACKPORTING = re.compile(r"(rhel|centos(-stream)?|almalinux|rocky|ol|eurolinux|miraclelinux)[0-9]")
"""Ids of RHEL and its rebuilds, whose kernels keep an old number and gain newer features."""

BACKPORTED = (Version("4.18"), Version("5.14"))
"""Kernel releases of RHEL 8 and 9. Older ones are too old for current C libraries anyway."""


@rule(
    "VM403",
    "container-kernel-version",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-44",),
    symptoms=("FATAL: kernel too old",),
    architectures=("container",),
    demands=("guest.kernel.requires",),
    fits_if={"host.kernel.version": "satisfies {guest.kernel.requires}"},
)
def container_kernel_version(workload: Workload) -> Iterator[Finding]:
    """A container runs on its host's kernel; it cannot bring a newer or an older one.

    ## Why

    Updating the image changes the C library and the programs, never the kernel below them.

    ## What it looks like

    A library that is too new for the kernel ends every program at once with "FATAL: kernel too old". A feature that the
    kernel lacks shows as "Function not implemented" or "Operation not permitted", often only under load.

    ## Severity

    On RHEL 8 and 9 and their rebuilds a kernel that looks too old is a warning, because the vendor carries many newer
    features back into 4.18 and 5.14.

    ## When it stays silent

    Where containers live in a hidden virtual machine (Docker Desktop, WSL 2), the host's kernel is not theirs and does
    not decide.
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
