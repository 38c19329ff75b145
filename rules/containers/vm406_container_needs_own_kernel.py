from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.kernels import on_described_kernel, on_user_space_kernel, own_kernels


@rule(
    "VM406",
    "container-needs-own-kernel",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-62", "S-33", "S-39"),
    architectures=("container",),
    demands=("guest.kernel.source", "guest.kernel.realtime"),
    fits_if={"host.kernel.realtime": "is true"},
)
def container_needs_own_kernel(workload: Workload) -> Iterator[Finding]:
    """Software that comes with a kernel of its own cannot run in a container that shares its host's.

    ## Why

    A patched or self-built kernel, and likewise a real-time one, has to be booted. Nothing boots in a shared-kernel
    container: the image's kernel files are never used.

    ## What it looks like

    The program meets the host's kernel, mostly without an error and without the property it was built for. Latency
    limits are then missed only under load.

    ## When it stays silent

    A real-time demand is met where the host's own kernel is a real-time one. The hidden virtual machine of a desktop
    product is not judged; WSL 2, for one, can be told to boot another kernel.
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
