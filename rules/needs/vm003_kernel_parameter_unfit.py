from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import FeatureNeed, Finding, Need, Severity, Unknown, Workload, named_values, rule

from ..shared.kernel_below import below, product_offer
from ..shared.settings import to_set
from ..shared.stack import Answer, by_rows, met, unmet

NAMESPACED = ("net.", "kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
"""Beginnings of kernel parameters that a container may have for itself (sysctl of Docker and Kubernetes)."""

NOT_OWN = ("net.core.rmem_max", "net.core.wmem_max", "net.core.rmem_default", "net.core.wmem_default")
"""Parameters of the network that are the host's in kernels that most hosts run."""


OWN = "kernel.own-sysctl."
KINDS = ("unsafe", "of-the-host")
SAFE = frozenset(
    {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
     "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time",
     "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem",
     "net.ipv4.tcp_wmem"}
)  # fmt: skip
"""Parameters of its own that Kubernetes gives a pod unasked (pkg/kubelet/sysctl/safe_sysctls.go, and its manual)."""
ENGINES = ("runc", "crun")
"""Modes whose containers have the parameters of the host, but for some of their own."""


@rule(
    "VM003",
    "kernel-parameter-unfit",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-39",),
    symptoms=("max virtual memory areas vm.max_map_count [65530] is too low", "Too many open files"),
    architectures=("container",),
    layers=("kernel",),
    fits_if={"host.kernel.sysctls": "has the value that is needed"},
)
def kernel_parameter_unfit(workload: Workload) -> Iterator[Finding]:
    """A container needs another value of a kernel parameter than the kernel below it has.

    ## Why

    Most kernel parameters are the host's: an image cannot set them, and neither can a container without the host's
    rights. Those of the network and of System V shared memory belong to a container, which may be given its own values;
    a file that gives a container one of the others is refused.

    ## What it looks like

    A search engine ends at its start with "max virtual memory areas vm.max_map count [65530] is too low".

    ## When it stays silent

    A parameter that `host.kernel.sysctls` does not list is unknown: distributions differ in their defaults.
    """
    yield from unmet(workload, _resolve, "kernel.sysctl.", OWN)


def _resolve(workload: Workload, need: Need) -> Answer | None:
    feature = need.feature.id
    if workload.deployed and feature.startswith(OWN):
        return _own(workload, need)
    if not workload.deployed or not feature.startswith("kernel.sysctl."):
        return None
    name = feature.removeprefix("kernel.sysctl.")
    set_here = named_values(workload.deployment.get("sysctls", frozenset()))
    if name in set_here:
        if met(need, set_here[name], "deployment.sysctls"):
            return None
        return Answer("withheld", f"the deployment sets {name} to {set_here[name]}", "deployment.sysctls")
    own = name.startswith(NAMESPACED) and name not in NOT_OWN
    serving = below(workload, need)
    if serving.kind == "own":
        return None
    if serving.kind == "product":
        found = product_offer(workload, serving.who, feature)
        if found is None or found[0].does != "provides" or need.feature.is_met_by(str(found[0].data["value"])):
            return None
        says = f"the machine of {workload.platform.name} has {found[0].data['value']}"
        return Answer("absent", says, "deployment.platform.id", help=(f"set {name} in that machine",), sure=found[1])
    there = named_values(workload.host.kernel.get("sysctls", frozenset()))
    if name not in there:
        raise Unknown("host.kernel.sysctls")
    if met(need, there[name], "host.kernel.sysctls"):
        return None
    here = f"{name}={need.feature.value}"
    help = (
        to_set(workload, "sysctls", here) if own else (f"set it on the host: sysctl -w {here}, and in /etc/sysctl.d",)
    )
    return Answer("withheld" if own else "absent", f"the host has {there[name]}", "host.kernel.sysctls", help=help)


def _own(workload: Workload, need: Need) -> Answer | None:
    """Judge a parameter that the file sets for the container alone."""
    name = need.feature.id.removeprefix(OWN)
    value = named_values(workload.deployment.get("sysctls", frozenset())).get(name, "VALUE")
    on_the_host = f"set it on the host (sysctl -w {name}={value}, and in /etc/sysctl.d), and leave it out here"
    if workload.deployment.get("mode") not in ENGINES:
        return None
    if name.startswith("net.") and "network" in workload.deployment.get("host_namespaces", ()):
        says = "it shares the network of its host"
        return Answer("absent", says, "deployment.hostNamespaces", help=(on_the_host,))
    kind = FeatureNeed(f"{OWN}{_kind(name)}")
    answer = by_rows(workload, need._replace(feature=kind)) or None
    if answer and answer.state == "absent":
        says = "the kernel has it for the whole host only"
        return answer._replace(says=says, help=(*answer.help, on_the_host))
    return answer


def _kind(name: str) -> str:
    """Return what the rows of the layers call a parameter of its kind."""
    if name in (*KINDS, *SAFE):
        return name if name in KINDS else "safe"
    return "unsafe" if name.startswith((*NAMESPACED, "kernel.domainname")) else "of-the-host"
