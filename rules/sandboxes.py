"""Sandboxed containers (gVisor, Kata) and unikernels: what each cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from .listing import listed
from .mounts import BLOCK_DEVICE, mounts
from .oci import runs_natively
from .shared_kernel import on_user_space_kernel, own_kernels
from .wording import guest_arch_field, guest_name, guest_os_field


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

    It exists for 64-bit x86 and Arm, and it answers 64-bit system calls only: a 32-bit image, which the CPU and an
    ordinary container would run, ends with "exec format error". It shows no block devices, so a disk of the host that
    is handed in is not there. It does not connect to sockets of the host unless its operator allowed that (runsc's flag
    host-uds), so the socket of a container engine is dead inside; older releases refuse to start at all.

    That system calls and file access cost more is no fault, and told as advice only where high performance is demanded:
    code that computes runs at full speed. Kernel modules and kernels of one's own are for VM404 and VM406, other
    operating systems for VM402, foreign CPUs for VM405, and a gVisor installed on a CPU it was not built for VM103.
    """
    if not on_user_space_kernel(workload):
        return
    deployment, name = workload.deployment, workload.mode.name
    yield from _not_64_bit(workload)
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
    yield from _dead_sockets(
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
    getattr(deployment, "mounts")  # noqa: B009 - what is not stated stays open, whatever the rest said


def _not_64_bit(workload: Workload) -> Iterator[Finding]:
    mode, host, guest, image = workload.mode, workload.host, workload.guest, workload.deployment.image
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


def _dead_sockets(workload: Workload, why: str) -> Iterator[Finding]:
    sockets = [each for each in mounts(workload.deployment.get("mounts", ())) if each.engine_socket]
    if sockets:
        yield finding(
            "deployment.mounts",
            f"nobody answers behind {listed(each.path for each in sockets)}: a {workload.mode.name} {why}",
            confidence=Confidence.MEDIUM,
            because=("deployment.mode",),
            help="build images without the engine (rootless BuildKit, Buildah), or reach its API over the network",
            entry=sockets[0].text,
        )


@rule(
    "VM413",
    "kata-limits",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D3",),
    sources=("S-40", "P-19", "R2-02", "R2-03"),
    symptoms=("Host networking requested, not supported by runtime",),
    architectures=("container",),
)
def kata_limits(workload: Workload) -> Iterator[Finding]:
    """A container in a virtual machine of its own shares with the host only what can be carried into the machine.

    Its network card is the machine's, so it cannot have the host's network: some engines refuse ("Host networking
    requested, not supported by runtime"), others start it with a network that is broken, and Kata's makers warn that
    the host's may be broken too. It shares neither processes nor memory with the host: a monitor in "the host's PID
    namespace" sees the machine's few processes and reports nothing wrong. A socket file of the host is visible, and
    nobody listens behind it in the machine's kernel.

    Privileged mode gives the rights of the machine's root, and by default the host's disks on top, unless the runtime
    is set up with privileged_without_host_devices. Many installations are, so that is a hint of low confidence. Hosts
    without hardware virtualization are for VM101, and platforms that cannot start Kata (Podman) for VM621.
    """
    mode, deployment = workload.mode, workload.deployment
    if mode.data.get("hostNetwork", True):
        return
    shared = deployment.get("host_namespaces", frozenset())
    if "network" in shared:
        yield finding(
            "deployment.hostNamespaces",
            f"a {mode.name} cannot have the host's network: its network card is the machine's",
            severity=Severity.ERROR,
            because=("deployment.mode",),
            help="publish its ports, or give it a network of its own (a CNI plugin)",
            repairs=(repair("an ordinary container has the host's network", mode="runc"),),
        )
    apart = [{"pid": "processes", "ipc": "shared memory"}[name] for name in sorted(shared - {"network"}, reverse=True)]
    if apart:
        yield finding(
            "deployment.hostNamespaces",
            f"a {mode.name} sees the {listed(apart)} of its machine, and never the host's",
            confidence=Confidence.MEDIUM,
            because=("deployment.mode",),
            help="run what has to look at the host as an ordinary container",
        )
    yield from _dead_sockets(workload, "has a kernel of its own, and the engine listens in the host's")
    if deployment.get("privileged") is True:
        yield finding(
            "deployment.privileged",
            f"privileged mode hands the host's disks to a {mode.name}, unless the runtime is told not to",
            confidence=Confidence.LOW,
            because=("deployment.mode",),
            help="set privileged_without_host_devices = true for the runtime (containerd, CRI-O)",
        )
    for field in ("host_namespaces", "mounts", "privileged"):
        getattr(deployment, field)  # what is not stated stays open, whatever the rest said


@rule(
    "VM613",
    "unikernel-needs",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D3",),
    sources=("S-61", "R2-09"),
)
def unikernel_needs(workload: Workload) -> Iterator[Finding]:
    """A unikernel is one application with just the kernel that it needs: no services beside it, and no modules.

    Nothing starts systemd or another init system in it, and its drivers are linked in when it is built: such demands
    are errors. OSv and Nanos run one process and refuse to start another, so software that works by starting programs,
    as the jobs of a CI runner mostly do, fails at its first command: a warning. Unikraft can run several processes
    since 0.19, and is not reproached with that.

    That a unikernel does not run in a container on the host's kernel is told by VM402.
    """
    guest = workload.guest
    starts_programs = workload.knows("kind") and workload.kind == "ci-runner"
    demanded = guest.init not in (None, "none") or bool(guest.kernel.modules)
    if not demanded and not starts_programs:
        return
    if guest.os.family != "unikernel":
        return
    name, because, remedy = guest_name(workload), (guest_os_field(workload),), "run it on Linux in a microVM instead"
    if guest.init not in (None, "none"):
        what = "systemd" if guest.init == "systemd" else "an init system"
        yield finding(
            "guest.init",
            f"needs {what} as process 1, and {name} starts one application",
            severity=Severity.ERROR,
            because=because,
            help=remedy,
        )
    if guest.kernel.modules:
        yield finding(
            "guest.kernel.modules",
            f"needs {listed(guest.kernel.modules)} in the kernel, and {name} loads no modules",
            severity=Severity.ERROR,
            because=because,
            help=("link the driver in where the unikernel has one", remedy),
        )
    if starts_programs and workload.guest_os.fact("singleProcess"):
        yield finding(
            "kind",
            f"a CI runner starts programs, and {name} runs a single process",
            confidence=Confidence.MEDIUM,
            because=because,
            help=remedy,
        )
