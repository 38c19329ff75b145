"""Which platforms and modes an experienced person would think of for a workload at all.

Rules say what does not work. This says what works, perhaps, and is still no answer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from vmlint.catalog import Platform
from vmlint.model.values import cpu_architecture, foreign, perhaps_native
from vmlint.model.workload import Workload


def suggested(workload: Workload) -> Callable[[Platform], bool]:
    """Return whether a platform may be suggested.

    Not if its entry says no, if it is retired, a service of a cloud, or an experiment here: one that supports this
    guest, this host or the guest's CPU only experimentally. Nor for macOS, if it does not run on Apple's computers; nor
    for hard real time, if no source says how it keeps a deadline.
    """
    guest, arch, host = workload.guest.os.get("family"), workload.host.get("arch"), workload.host.os.get("family")
    foreign_guest = arch is not None and workload.guest.knows("arch") and foreign(workload.guest.arch, arch)
    never_late, hidden = _is_never_late(workload), _is_in_a_hidden_machine(workload)

    def is_suggested(platform: Platform) -> bool:
        data = platform.data
        guests, hosts = data.get("guest", {}), data["host"]
        apple = "darwin" in hosts.get("os", ()) or hosts.get("onMacs", False)
        return not (
            "retired" in data
            or not data.get("suggest", True)
            or platform.placement == "service"
            or (never_late and "realtime" not in data)
            or (guest == "darwin" and not apple)
            or (hidden and host is not None and host not in hosts.get("os", ()))
            or (foreign_guest and guests.get("foreignArch") == "experimental")
            or guest in guests.get("experimentalFamilies", ())
            or arch in hosts.get("experimentalArch", ())
            or host in hosts.get("experimentalOs", ())
        )

    return is_suggested


def _is_in_a_hidden_machine(workload: Workload) -> bool:
    """Whether the host is the machine that a product for containers brings along, as Docker Desktop does."""
    below = workload.catalog.platform(workload.host.get("hypervisor", ""))
    return below is not None and below.hosted and all(workload.catalog.modes[each].is_container for each in below.modes)


def unasked_modes(workload: Workload, mode: str | None) -> frozenset[str]:
    """Return the modes that nobody asks for.

    Of containers, where the workload is a machine and is in none, or must never be late; those that run only Windows,
    where guest, host and present mode do not mention Windows; emulation in production, where nothing is emulated today.
    """
    modes = workload.catalog.modes
    of_containers = frozenset(each for each in modes if modes[each].is_container)
    image = workload.deployment.image.knows("ref")
    machine = not image and mode not in of_containers and _is_machine(workload)
    apart = of_containers if machine or _is_never_late(workload) else frozenset()
    slow = frozenset({"emulation"}) if workload.get("environment") == "production" else frozenset()
    return apart | _windows_alone(workload, mode) | slow - {mode}


def _windows_alone(workload: Workload, mode: str | None) -> frozenset[str]:
    modes = workload.catalog.modes
    if workload.guest.os.knows("family") or workload.host.os.get("family") == "windows":
        return frozenset()
    of_windows = frozenset(each for each in modes if modes[each].data.get("families") == ["windows"])
    return frozenset() if mode in of_windows else of_windows


def native(workload: Workload) -> Callable[[Platform, str], bool]:
    """Return whether a platform is built for a CPU that runs the guest's instructions, where the host's is not known.

    Where it is known, rules say what does not start there.
    """
    guest, host = workload.guest, workload.host
    if host.knows("arch") or not guest.knows("arch") or not cpu_architecture(guest.arch):
        return lambda *_: True
    wanted, modes = guest.arch, workload.catalog.modes

    def runs(platform: Platform, mode: str) -> bool:
        if modes[mode].is_container or mode == "emulation":
            return True
        return _is_native(wanted, tuple(platform.data["host"].get("arch", ())))

    return runs


@functools.lru_cache(maxsize=256)
def _is_native(guest: str, hosts: tuple[str, ...]) -> bool:
    """Whether one of several CPUs runs the guest's instructions; of no CPUs, nothing is known."""
    return not hosts or any(not foreign(guest, arch) or perhaps_native(guest, arch) for arch in hosts)


def _is_machine(workload: Workload) -> bool:
    """Whether a workload is a machine as a whole, which no container is: a desktop for people, a system or a kernel
    that is booted.
    """
    os = workload.guest.os
    if workload.guest.kernel.get("source") == "custom" and workload.get("kind") != "function":
        return True
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    if release is not None and (release.data.get("desktop") or release.data.get("machine")):
        return True
    return bool(workload.get("kind") == "desktop" and workload.get("environment") not in ("dev", "test"))


def _is_never_late(workload: Workload) -> bool:
    """Whether a late answer is a wrong one. Then only a documented recipe makes a way fit, and containers have none:
    they are as good as the machine below, which they share with all else.
    """
    return workload.requirements.performance.realtime == "hard"
