from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Unknown, Workload, rule

from ..shared.kernel_below import below, vendor_offer
from ..shared.stack import OF_ENGINE, Answer, by_rows, unmet, ways


@rule(
    "VM004",
    "cgroup-version-unfit",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-39",),
    symptoms=(
        "Devices cgroup isn't mounted",
        "cgroups: cgroup mountpoint does not exist: unknown",
        "kubelet is configured to not run on a host using cgroup v1",
        "Failed to mount cgroup at /sys/fs/cgroup/systemd: Operation not permitted",
    ),
    architectures=("container",),
    layers=("cgroup",),
    fits_if={
        "host.cgroup.version": "is the version that is needed",
        "host.cgroup.controllers": "has the controller that is needed",
    },
)
def cgroup_version_unfit(workload: Workload) -> Iterator[Finding]:
    """An engine, an init system or a program needs another version of control groups than the host has mounted.

    ## Why

    The host mounts version 1 or version 2 of control groups, for all of its containers. Engines before 2020 and init
    systems of old images know version 1 alone; kubelets of Kubernetes 1.35 and later refuse it.

    ## What it looks like

    "Devices cgroup isn't mounted", a kubelet that ends at once, a system container whose systemd does not start.

    ## When it stays silent

    Where neither the version nor a system whose default is known is stated.
    """
    yield from unmet(workload, _resolve, "cgroup.v", "cgroup.")  # which version there is decides most


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    if need.path == OF_ENGINE and workload.host.os.get("family", "linux") != "linux":
        return None  # control groups are Linux's
    serving = below(workload, need)
    if serving.kind == "own":
        return None
    feature = need.feature.id
    answer = by_rows(workload, need)
    if answer is not None or serving.kind == "product":
        return answer or None
    of_controller = feature.startswith("cgroup.controller.")
    if of_controller and _switched_on(workload, feature.removeprefix("cgroup.controller.")):
        return None
    found = vendor_offer(workload, feature) if of_controller else None
    if found and found[0].does != "provides":
        if found[0].does == "on-request" and not workload.host.kernel.knows("cmdline"):
            raise Unknown("host.kernel.cmdline")
        asked = ways(workload, found[0])
        outside = found[0].does == "on-request"
        says = "the host's kernel starts without it, unless its command line asks for it"
        return Answer("absent", says, "host.kernel.version", help=asked, sure=found[1] and not outside, outside=outside)
    groups = workload.host.cgroup
    if feature.startswith("cgroup.controller."):
        controller = feature.removeprefix("cgroup.controller.")
        if controller in groups.controllers:
            return None
        return Answer("absent", f"the host's control groups have no controller {controller}", "host.cgroup.controllers")
    version = groups.version
    if feature == "cgroup.v1" and version == "2":
        help = "start the host with systemd.unified_cgroup_hierarchy=0, where its systemd still knows version 1"
        first = (need.help, help) if need.help else (help,)  # to go back to version 1 is the last resort
        return Answer("absent", "the host has version 2 alone", "host.cgroup.version", ("host.os.id",), first)
    if feature == "cgroup.v2" and version != "2":
        help = "start the host with systemd.unified_cgroup_hierarchy=1"
        return Answer("absent", "the host has version 1", "host.cgroup.version", ("host.os.id",), (help,))
    if feature not in ("cgroup.v1", "cgroup.v2"):
        raise Unknown("host.features.present")
    return None


def _switched_on(workload: Workload, controller: str) -> bool:
    """Whether the host says that a controller works, or that it was started with it."""
    host = workload.host
    if any(each.startswith("engine.kubelet.version") for each in host.features.get("present", ())):
        return True  # a kubelet that runs has its controllers
    asked = (f"cgroup_enable={controller}", f"cgroup_{controller}=1")
    return controller in host.cgroup.get("controllers", ()) or any(
        each in asked for each in host.kernel.get("cmdline", ())
    )
