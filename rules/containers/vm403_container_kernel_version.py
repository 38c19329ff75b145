from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.kernels import on_described_kernel, on_user_space_kernel, own_kernels


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

    A kernel that looks too old is a warning where its vendor carries newer features back into it, and keeps its number:
    RHEL and its rebuilds, SUSE, Amazon Linux, Oracle's UEK, Ubuntu and Proxmox VE.

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
    vendor = workload.catalog.kernel_vendor(running.text, host.os.id if host.os.knows("id") else None)
    if vendor and too_old and vendor.carries_into(running.text):
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
