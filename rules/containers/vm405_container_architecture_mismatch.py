from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmlint.api import Finding, OciPlatform, Severity, Workload, finding, rule

from ..shared.oci import runs_natively
from ..shared.wording import listed


def translates_foreign(workload: Workload, offered: Iterable[OciPlatform]) -> bool | None:
    """Whether something below the container translates foreign programs; ``None`` where it may."""
    platform, host, deployment = workload.platform, workload.host, workload.deployment
    if deployment.knows("mode") and not workload.mode.shares_host_kernel:
        return False  # a handler in the host's kernel does not reach into a sandbox
    foreign_programs = platform.fact("guest", "foreignArch")
    nowhere = foreign_programs not in ("user-mode", "emulated") and not host.knows("binfmt")
    if nowhere or not workload.mode.shares_host_kernel:
        return False
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

    ## Why

    A container holds machine code, and nothing underneath translates it. Containers with a small virtual machine around
    them fare no better, since that machine has its host's CPU.

    ## What it looks like

    An amd64 image on an arm64 host ends with "exec format error" before its first line of output.

    ## Severity

    Where an emulator is registered with the kernel (binfmt_misc), or the platform brings one as Docker Desktop does,
    the container starts and is slow, and some programs crash (SQL Server on Apple silicon is a known one): a warning,
    acceptable for builds and development. It is a warning too where the platform allows for such emulators and nobody
    stated `host.binfmt`.

    ## When it stays silent

    An image whose index offers the host's platform is fine, and so is 386 on amd64. 32-bit Arm on arm64 is not judged,
    since some cores run it and others do not, except on Apple's, which never do. Nor is an image of which neither the
    index (`deployment.image.platforms`) nor `guest.platform` is known: most published images are multi-platform.
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
    emulated = translates_foreign(workload, offered)
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
