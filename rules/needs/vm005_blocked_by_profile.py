from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Offer, Severity, Unknown, Workload, engine_version, rule

from ..shared.granted import is_excepted, is_privileged, is_stated_privileged
from ..shared.kernel_below import below, vendor_offer
from ..shared.modes import container_mode
from ..shared.offers import OWN_DEFAULT, is_granted, offer_of
from ..shared.settings import to_set
from ..shared.stack import Answer, answered, by_rows, unmet, ways
from ..shared.wording import listed

USUAL = frozenset(
    (
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    )
)  # fmt: skip
"""Capabilities that engines give every container (docs.docker.com, Running containers)."""

MODULES = {"lsm.apparmor": "AppArmor", "lsm.selinux": "SELinux"}
"""Security modules of which a host has one: where the other one is on, this one is not."""
FOR_EVERYBODY = "userns.unprivileged"
KEEP_BACK = (
    "kernel.unprivileged_userns_clone=0",
    "kernel.apparmor_restrict_unprivileged_userns=1",
    "user.max_user_namespaces=0",
)
"""Parameters of the kernel that keep user namespaces from ordinary users (namespaces(7), and AppArmor's documents)."""


@rule(
    "VM005",
    "blocked-by-profile",
    Severity.ERROR,
    article=("CT-D3", "CT-D1"),
    sources=("S-39",),
    symptoms=(
        "Operation not permitted",
        "io_uring_queue_init: Operation not permitted",
        "clone3: Operation not permitted",
    ),
    architectures=("container",),
    layers=("kernel", "capability", "userns", "lsm", "fs"),
    fits_if={
        "deployment.platform.version": "is a release whose profile lets the call through",
        "deployment.capabilities": "has the capability that is needed",
    },
)
def blocked_by_profile(workload: Workload) -> Iterator[Finding]:
    """What a container needs is there in the kernel, and the engine does not let it through.

    ## Why

    Engines start a container with a few capabilities, a list of the system calls that it may make, and a profile of the
    host's security module. What these leave out fails as if the user had no right to it. The lists differ between
    releases: io_uring was let through by Docker for some years, and is blocked since release 25; clone3 was unknown to
    engines before 20.10.10, which blocked it.

    ## What it looks like

    "Operation not permitted" where the same program runs on the host.

    ## When it stays silent

    A profile of one's own (`deployment.seccompProfile`) is not read. In Kubernetes, pods have no profile unless they
    ask for one, or their nodes are set up to give one.
    """
    yield from unmet(workload, _resolve, "capability.", "userns.", "lsm.", "fs.")
    yield from unmet(workload, _let_through, "kernel.syscall.", host=False)


def _let_through(workload: Workload, need: Need) -> Answer | None:
    """Judge a system call that the host has, as far as is known: of one that it lacks, VM002 speaks."""
    deployment = workload.deployment
    unfiltered = "seccomp" in deployment.get("unconfined", ()) and not is_excepted(workload, need, "seccomp")
    of_its_own = deployment.get("seccomp_profile", OWN_DEFAULT) != OWN_DEFAULT
    if (unfiltered or of_its_own) and deployment.get("mode", "") != "lxc":
        return None
    in_a_cluster = deployment.platform.knows("id") and workload.platform.placement == "orchestrator"
    if in_a_cluster and deployment.get("seccomp_profile", "") != OWN_DEFAULT:
        return None  # a pod has no filter then, whatever runs it
    stated = answered(workload, need)
    return None if stated is not None else _resolve(workload, need)


def _resolve(workload: Workload, need: Need) -> Answer | None:
    layer = need.feature.layer
    if not workload.deployed or workload.guest.os.get("family") == "windows":
        return None
    if not container_mode(workload):
        return None
    if layer == "capability":
        return _capability(workload, need)
    if layer == "kernel":
        return _call(workload, need)
    return _other(workload, need)


def _capability(workload: Workload, need: Need) -> Answer | None:
    name = need.feature.id.removeprefix("capability.")
    answer = by_rows(workload, need)
    if answer is not None:
        return answer or None
    if workload.deployment.mode not in ("runc", "crun") or name in USUAL:
        return None
    if is_stated_privileged(workload, need):
        return None
    given = {each for each in workload.deployment.capabilities if not is_excepted(workload, need, each)}
    if {name, "ALL"} & given or is_privileged(workload, need):
        return None
    help = to_set(workload, "capabilities", name)
    says, path = "the container is not given it", "deployment.capabilities"
    if {name, "ALL"} & workload.deployment.capabilities or workload.deployment.get("privileged", False):
        says, path = "only other containers of the pod are given it", "deployment.exceptions"
    return Answer("withheld", says, path, help=help)


def _call(workload: Workload, need: Need) -> Answer | None:
    deployment = workload.deployment
    if deployment.mode == "lxc":
        return _other(workload, need)
    if deployment.mode not in ("runc", "crun"):
        return None  # a sandbox: VM002 speaks of its kernel
    platform = workload.platform
    engine = platform.id
    if platform.placement == "orchestrator":
        if is_excepted(workload, need, "seccompProfile"):
            return None
        engine = next((each for each in ("docker", "cri-o") if engine_version(workload, each)), "containerd")
    found = _engine_offer(workload, engine, need.feature.id)
    if found is None or found[0].does in ("passes", "provides"):
        return None
    offer, sure = found
    if is_granted(workload, offer, need):
        return None
    if "seccomp" in deployment.unconfined and not is_excepted(workload, need, "seccomp"):
        return None
    says = f"the seccomp profile that {platform.name} gives a container blocks it"
    help = ways(workload, offer) or to_set(workload, "unconfined", "seccomp")
    path = "deployment.platform.version" if deployment.platform.knows("version") else "deployment.platform.id"
    return Answer("withheld", says, path, help=help, sure=sure)


def _engine_offer(workload: Workload, engine: str, feature: str) -> tuple[Offer, bool] | None:
    return offer_of(workload, engine, feature, engine_version(workload, engine))


def _other(workload: Workload, need: Need) -> Answer | None:
    """Judge what the rows of the layers say, and what is known of the host."""
    try:
        answer = by_rows(workload, need)
    except Unknown:
        # What the host itself lacks, no engine gives, whatever it does. Else the engine is asked.
        if below(workload, need).kind == "host" and (lacks := _of_host(workload, need)):
            return lacks
        raise
    if answer is not None or below(workload, need).kind != "host":
        return answer or None
    return _of_host(workload, need)


def _of_host(workload: Workload, need: Need) -> Answer | None:
    """Judge what the host says of itself, or its vendor of it."""
    security = workload.host.security
    if need.feature.id == FOR_EVERYBODY and security.knows("user_namespaces"):
        if security.user_namespaces:
            return None
        help = f"see which parameter of the host keeps them back: {listed(KEEP_BACK, 'or')}"
        says = "the host gives them to privileged programs only"
        return Answer("withheld", says, "host.security.userNamespaces", help=(help,))
    if need.feature.id in MODULES and security.knows("modules"):
        there = sorted(MODULES[each] for each in MODULES if each.removeprefix("lsm.") in security.modules)
        if MODULES[need.feature.id] in there or not there:
            return None
        return Answer("absent", f"the host has {listed(there)}", "host.security.modules")
    if found := vendor_offer(workload, need.feature.id):
        return _by_vendor(workload, *found)
    if need.feature.id == FOR_EVERYBODY:
        raise Unknown("host.security.userNamespaces")
    return None


def _by_vendor(workload: Workload, offer: Offer, sure: bool) -> Answer | None:
    """Judge by what the vendor of the host's system says."""
    if offer.does in ("passes", "provides"):
        return None
    path = "host.os.id" if workload.host.os.knows("id") else "host.kernel.version"
    if offer.does == "on-request":
        return Answer(
            "withheld", "the host's system gives it only on request", path, help=ways(workload, offer), sure=sure
        )
    return Answer("absent", "the host's system does not have it", path, help=ways(workload, offer), sure=sure)
