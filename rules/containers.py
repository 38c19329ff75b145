"""Containers (section 3 of the article): what they keep apart, and what an image must match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmlint.api import Finding, OciPlatform, Severity, Workload, either, finding, foreign, rule

from .listing import listed
from .shared_kernel import own_kernels
from .wording import distrust_fields

BROAD_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE"})
"""Capabilities that amount to the host's root: mounting anything, loading kernel code."""

NODE_AGENT = ("vmlint/role", "node-agent")
"""The label by which storage, network and monitoring agents say that reaching the host is their task."""

INIT_IMAGES = ("kindest/node", "-init")
"""What ends the name of an image made to start systemd in an application container: kind's nodes, and ubi-init."""


@rule(
    "VM401",
    "untrusted-tenants-share-kernel",
    Severity.ERROR,
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
    that declare a node each (`placement: node-per-tenant`), get advice and no error.
    """
    tenancy = workload.requirements.isolation.tenancy
    if not workload.untrusted and tenancy != "trusted-multi":
        return
    mode = workload.mode
    if not mode.shares_host_kernel:
        return
    deployment = workload.deployment
    if not workload.untrusted:
        yield finding(
            "deployment.mode",
            f"several tenants share one kernel in a {mode.name}; that holds as long as they trust each other",
            severity=Severity.ADVICE,
            because=("requirements.isolation.tenancy",),
            repairs=own_kernels(workload),
        )
    elif deployment.knows("placement") and deployment.placement == "node-per-tenant":
        yield finding(
            "deployment.mode",
            f"with a node for each tenant, a flaw in the kernel under a {mode.name} costs one tenant's node",
            severity=Severity.ADVICE,
            because=("deployment.placement", *distrust_fields(workload)),
            help="make sure that the scheduler enforces the separation, by taints or by node pools",
            repairs=own_kernels(workload),
        )
    else:
        yield finding(
            "deployment.mode",
            f"a {mode.name} shares the host's kernel, which is no sufficient boundary against strangers' code",
            because=distrust_fields(workload),
            help="give each tenant a virtual machine, or a node of its own (deployment.placement: node-per-tenant)",
            repairs=own_kernels(workload),
        )


def runs_natively(software: OciPlatform, host: OciPlatform) -> bool:
    """Tell whether a CPU runs software of a platform itself.

    64-bit Arm is taken to run 32-bit Arm code, except on a Mac: Apple's cores never had AArch32. x86-64 levels are no
    part of a platform.
    """
    if (software.arch, host.arch, host.os) == ("arm", "arm64", "darwin"):
        return False
    if software.arch == "arm" and host.arch == "arm" and software.variant and host.variant:
        return software.variant <= host.variant
    return (software.arch, host.arch) == ("arm", "arm64") or not foreign(software.arch, host.arch)


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
        "host.platform": "has the CPU architecture {guest.arch}",
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
    if any(runs_natively(each, host._replace(os="darwin") if apple else host) for each in offered):
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
    "VM407",
    "privileged-container",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D2",),
    sources=("S-77", "S-76", "S-40"),
    architectures=("container",),
)
def privileged_container(workload: Workload) -> Iterator[Finding]:
    """A privileged container on a shared kernel is root on the host in all but name.

    Privileged mode switches off what makes a container: it sees the host's devices, may mount its file systems and load
    code into its kernel. SYS_ADMIN, SYS_MODULE and ALL come close to that one by one. Whoever takes over such a
    container has the node.

    It becomes an error where the workload is untrusted, and where it runs in production under a compliance regime. It
    is silent on agents whose task is the host (label `vmlint/role: node-agent`: storage and network drivers,
    monitoring), and on sandboxes with a kernel of their own, in which privilege ends at the sandbox.
    """
    label, role = NODE_AGENT
    if workload.labels.get(label) == role or not workload.mode.shares_host_kernel:
        return
    deployment = workload.deployment

    def broad() -> list[str]:
        given = {capability.upper().removeprefix("CAP_") for capability in deployment.capabilities}
        return sorted(given & BROAD_CAPABILITIES)

    if not either(lambda: deployment.privileged, lambda: bool(broad())):
        return
    privileged = deployment.knows("privileged") and deployment.privileged
    regimes = workload.requirements.isolation.compliance
    severity = Severity.WARNING
    because: tuple[str, ...] = ("deployment.mode",)
    if workload.untrusted:
        severity, because = Severity.ERROR, ("deployment.mode", *distrust_fields(workload))
    elif regimes and workload.knows("environment") and workload.environment == "production":
        severity, because = Severity.ERROR, ("deployment.mode", "environment", "requirements.isolation.compliance")
    yield finding(
        "deployment.privileged" if privileged else "deployment.capabilities",
        f"{'privileged mode' if privileged else 'the capability ' + listed(broad())} gives the container's root the"
        " rights of the host's, past the isolation that a container has",
        severity=severity,
        because=because,
        help=(
            "grant the single capabilities and devices that it needs; image builds can do without (rootless BuildKit)",
            "an agent that manages the node says so with the label vmlint/role: node-agent",
        ),
        repairs=own_kernels(workload, "kata"),
    )


def repository(reference: str) -> str:
    """Return an image reference without its tag and digest: a colon before the last slash belongs to a port."""
    path, slash, name = reference.partition("@")[0].rpartition("/")
    return path + slash + name.partition(":")[0]


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
    kind's nodes and Red Hat's init images.
    """
    if workload.guest.init != "systemd" or workload.platform.fact("init") != "application":
        return
    image = workload.deployment.image
    if image.knows("ref") and repository(image.ref).endswith(INIT_IMAGES):
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
