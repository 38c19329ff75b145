"""Containers (section 3 of the article): what they keep apart, and what an image must match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmlint.api import Confidence, Finding, OciPlatform, Severity, Workload, finding, rule

from .isolation import shares_under_a_regime
from .listing import listed
from .oci import Reference, runs_natively
from .shared_kernel import own_kernels
from .wording import distrust_fields

INIT_IMAGES = ("kindest/node", "-init")
"""What ends the name of an image made to start systemd in an application container: kind's nodes, and ubi-init."""


@rule(
    "VM401",
    "untrusted-tenants-share-kernel",
    Severity.ERROR,
    security=True,
    article=("CT-D1", "CT-D2"),
    sources=("S-29", "S-30", "S-38", "S-85", "S-86"),
    architectures=("container",),
    fits_if={"deployment.mode": "is one that does not share the host's kernel (kata, gvisor, microvm, hyperv)"},
)
def untrusted_tenants_share_kernel(workload: Workload) -> Iterator[Finding]:
    """Strangers must not share a kernel: one flaw in it opens every container on the host.

    Namespaces and control groups hide processes from each other; they do not reduce what a process may ask of the
    kernel. A single exploitable system call therefore leads from a customer's function, or a stranger's pull request,
    to the host and to every neighbour. Kubernetes calls containers a weaker boundary than virtual machines, and
    Microsoft does not treat the kernel, and so process isolation, as a boundary against hostile tenants. The article
    says both things about containers; its list of disadvantages is the one to go by.

    A kernel of its own for each tenant mends this and keeps the images: Kata or a microVM where the CPU offers
    virtualization, Hyper-V isolation on Windows, gVisor where it does not. Tenants that trust each other, and tenants
    that declare a node each (`placement: node-per-tenant`), get advice and no error. Of CI jobs on such a node VM409
    speaks, of tenants that trust each other under a compliance regime VM617.
    """
    tenancy = workload.requirements.isolation.tenancy
    if not workload.untrusted and tenancy != "trusted-multi":
        return
    mode = workload.mode
    if not mode.shares_host_kernel:
        return
    deployment = workload.deployment
    jobs = tenancy != "untrusted-multi" and workload.get("kind") == "ci-runner"
    if not workload.untrusted:
        if shares_under_a_regime(workload):
            return  # VM617 speaks
        yield finding(
            "deployment.mode",
            f"several tenants share one kernel in a {mode.name}; that holds as long as they trust each other",
            severity=Severity.NOTE,
            confidence=Confidence.LOW,  # teams of one company sharing a cluster are nothing out of the ordinary
            because=("requirements.isolation.tenancy",),
            repairs=own_kernels(workload),
        )
    elif deployment.get("placement") == "node-per-tenant":
        if jobs:
            return  # VM409 speaks
        yield finding(
            "deployment.mode",
            f"with a node for each tenant, a flaw in the kernel under a {mode.name} costs one tenant's node",
            severity=Severity.NOTE,
            because=("deployment.placement", *distrust_fields(workload)),
            help="make sure that the scheduler enforces the separation, by taints or by node pools",
            repairs=own_kernels(workload),
        )
    else:
        yield finding(
            "deployment.mode",
            f"a {mode.name} shares the host's kernel, which is no sufficient boundary against strangers' code",
            because=distrust_fields(workload),
            help="run each job in a virtual machine that is thrown away after it"
            if jobs
            else "give each tenant a virtual machine, or a node of its own (deployment.placement: node-per-tenant)",
            repairs=own_kernels(workload),
        )


@rule(
    "VM409",
    "untrusted-ci-on-shared-kernel",
    Severity.WARNING,
    security=True,
    article=("CT-U3", "CT-D1"),
    sources=("S-30", "R2-11"),
    architectures=("container",),
    fits_if={"deployment.mode": "is one that does not share the host's kernel (kata, gvisor, microvm, hyperv)"},
    confidence=Confidence.MEDIUM,
)
def untrusted_ci_on_shared_kernel(workload: Workload) -> Iterator[Finding]:
    """A node for each tenant does not keep the jobs of strangers apart that a CI runner takes one after another.

    A pull request from a fork runs whatever its author wrote. Where jobs share a kernel, one of them can leave
    something behind that the next one meets: a changed tool, a cache, a process. A node of its own saves other tenants,
    and not the release that is built there tomorrow. GitHub advises against runners of one's own for public
    repositories for that reason; its own ones are machines that are thrown away after each job.

    It speaks only where VM401 does not: that rule reports strangers' code on a common kernel as an error, and one
    fault is told once. It is silent on runners whose jobs come from people who may push anyway (`untrustedCode` absent
    or false), and on jobs with a kernel of their own. A runner that is thrown away with its node after each job is fine
    as well; no field says so.
    """
    isolation = workload.requirements.isolation
    if not isolation.untrusted_code or isolation.tenancy == "untrusted-multi" or workload.kind != "ci-runner":
        return
    mode = workload.mode
    if not mode.shares_host_kernel or workload.deployment.get("placement") != "node-per-tenant":
        return
    yield finding(
        "deployment.mode",
        f"a node per tenant does not keep apart the jobs of strangers that run one after another in a {mode.name}",
        because=("kind", "deployment.placement", *distrust_fields(workload)),
        help="run each job in a virtual machine, or on a node, that is thrown away after it (ephemeral runners)",
        repairs=own_kernels(workload),
    )


def emulator(workload: Workload, offered: Iterable[OciPlatform]) -> bool | None:
    """Tell whether something below the container translates foreign programs; ``None`` where it may."""
    if not workload.mode.shares_host_kernel:
        return False  # a handler in the host's kernel does not reach into a sandbox
    platform, host = workload.platform, workload.host
    foreign_programs = platform.fact("guest", "foreignArch")
    if platform.hosted and foreign_programs in ("user-mode", "emulated"):
        return True
    if host.knows("binfmt"):
        return bool({each.arch for each in offered} & {each.arch for each in host.binfmt})
    return None if foreign_programs == "user-mode" else False


@rule(
    "VM405",
    "container-architecture-mismatch",
    Severity.ERROR,
    article=("CT-A5",),
    sources=("S-44", "S-74"),
    symptoms=(
        "exec format error",
        "exec user process caused: exec format error",
        "The requested image's platform (linux/amd64) does not match the detected host platform (linux/arm64/v8)",
    ),
    architectures=("container",),
    fits_if={
        "guest.platform": "names the CPU architecture of the host",
        "host.platform": "has a CPU that runs {guest.arch} code itself",
    },
)
def container_architecture_mismatch(workload: Workload) -> Iterator[Finding]:
    """An image is portable only between hosts whose CPU it was built for.

    A container holds machine code, and nothing underneath translates it. An amd64 image on an arm64 host ends with
    "exec format error" before its first line of output. Containers with a small virtual machine around them fare no
    better, since that machine has its host's CPU.

    Where an emulator is registered with the kernel (binfmt_misc), or the platform brings one as Docker Desktop does,
    the container starts and is slow, and some programs crash (SQL Server on Apple silicon is a known one): a warning,
    acceptable for builds and development. It is a warning too where the platform allows for such emulators and nobody
    stated host.binfmt. An image whose index offers the host's platform is fine, and so is 386 on amd64. Of 32-bit Arm
    on arm64 nothing is said, since some cores run it and others do not, except on Apple's, which never do. Where
    neither the index (deployment.image.platforms) nor guest.platform is known, nothing is said: most published images
    are multi-platform.
    """
    image = workload.deployment.image
    indexed = image.knows("platforms") and bool(image.platforms)
    offered = image.platforms if indexed else frozenset({workload.guest.platform})
    if workload.deployment.knows("kernel_family"):
        kernel = workload.deployment.kernel_family
        offered = frozenset(each for each in offered if each.os == kernel) or offered
    host = workload.host.platform
    apple = workload.host.cpu.knows("vendor") and workload.host.cpu.vendor == "apple"
    if any(runs_natively(each, OciPlatform("darwin", host.arch) if apple else host) for each in offered):
        return
    path = "deployment.image.platforms" if indexed else "guest.platform"
    what = f"the {'image' if indexed else 'software'} is built for {listed(sorted(map(str, offered)))}"
    advice = "build or choose a multi-platform image, or place it on a host of that CPU architecture"
    emulated = emulator(workload, offered)
    if emulated is False:
        yield finding(
            path,
            f"{what} and the host is {host}, so it cannot start (exec format error)",
            because=("host.platform", "deployment.platform.id", "deployment.mode"),
            help=advice,
        )
    else:
        how = "it runs under emulation only" if emulated else "it starts only where an emulator is registered (binfmt)"
        yield finding(
            path,
            f"{what} and the host is {host}: {how}, slowly and not always correctly",
            severity=Severity.WARNING,
            because=("host.platform", "host.binfmt", "deployment.platform.id"),
            help=(advice, "emulation is good enough for builds and for development"),
        )


@rule(
    "VM411",
    "init-system-in-app-container",
    Severity.WARNING,
    article=("CT-E1", "CT-E2"),
    sources=("P-15", "P-25"),
    symptoms=(
        "System has not been booted with systemd as init system (PID 1). Can't operate.",
        "Failed to connect to bus: Host is down",
    ),
    architectures=("container",),
)
def init_system_in_app_container(workload: Workload) -> Iterator[Finding]:
    """An application container starts one program; it does not boot a system with systemd.

    Docker and Kubernetes run the image's entry point as process 1 and stop when it ends. Nothing starts services or
    timers, and systemctl answers "System has not been booted with systemd as init system". Software that installs
    itself as a set of services wants a system container (LXC, Incus) or a virtual machine, which do boot.

    It is silent on platforms that set systemd up by themselves when they find it, and on images made for it, such as
    kind's nodes and Red Hat's init images. What a unikernel cannot start is told by VM613.
    """
    if workload.guest.init != "systemd" or workload.platform.fact("init") != "application":
        return
    if workload.guest.os.get("family") == "unikernel":
        return
    image = workload.deployment.image
    if image.knows("ref") and Reference.parse(image.ref).repository.endswith(INIT_IMAGES):
        return
    yield finding(
        "guest.init",
        f"needs systemd as process 1, and {workload.platform.name} starts a single program there",
        because=("deployment.platform.id",),
        help=(
            "run one service per container, or use a system container (LXC, Incus) or a virtual machine",
            "an image built to start systemd needs extra rights and mounts here",
        ),
    )
