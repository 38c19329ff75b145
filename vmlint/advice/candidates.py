"""Find the deployments that could be chosen instead, and apply each to a copy of the workload.

A candidate is a set of changes to fields. The rules lint a copy of the workload with these changes. The same changes to
the manifest give the same workload, so the verdict still holds when a user follows the suggestion.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vmlint.catalog import Platform
from vmlint.findings.finding import Repair
from vmlint.findings.unknown import Unknown
from vmlint.findings.verdict import Candidate
from vmlint.model.paths import assign, is_stated, remove
from vmlint.model.values import OciPlatform
from vmlint.model.workload import Workload, clone

Changes = Mapping[str, str | None]

_MACHINE_FIELDS = ("machine", "cpuModel", "generation", "firmware", "devices", "xen")
"""Settings of a virtual machine that depend on its platform; another platform has other ones."""
_CONTAINER_FIELDS = ("privileged", "capabilities", "hostNamespaces", "mounts")
_HOST_OS_FIELDS = ("os", "kernel", "container", "binfmt", "hypervisorPresent")
"""Fields that are removed if another operating system is installed on the host."""


def candidates(workload: Workload, repairs: Sequence[Sequence[Repair]]) -> Iterator[Candidate]:
    """Yield every deployment to judge.

    First the repairs of each finding (``repairs``); then the first repairs of all findings together, because repairing
    one of two faults is not enough; then each mode of each platform.
    """
    for proposed in itertools.chain.from_iterable(repairs):
        yield _describe(workload, proposed.changes, proposed.why)
    together = _together(proposals[0] for proposals in repairs if proposals)
    if len(together.changes) > 1:
        yield _describe(workload, together.changes, together.why)
    for platform in workload.catalog.platforms.values():
        if not _offered(workload, platform):
            continue
        for mode, offer in platform.modes.items():
            architecture = _architecture(workload, platform, mode)
            gone = "removed" in offer or offer.get("status") in ("legacy", "experimental")
            if architecture and not gone and not _is_unasked(workload, mode):
                changes = _changes(workload, platform, architecture, mode)
                if changes or not workload.deployed:
                    yield Candidate(architecture, mode, platform.id, changes)
                if changes and platform.id == _stated_platform(workload):
                    yield from _mended(workload, changes, together)


def machine_changes(workload: Workload, platform: Platform, mode: str) -> tuple[str, Changes] | None:
    """Return the architecture and the changes with which a workload runs on a platform in a mode.

    ``None`` if the platform does not offer it.
    """
    architecture = _architecture(workload, platform, mode)
    return (architecture, _changes(workload, platform, architecture, mode)) if architecture else None


def _together(proposals: Iterable[Repair]) -> Repair:
    """Return one repair with all changes that do not conflict."""
    changes: dict[str, str] = {}
    whys: list[str] = []
    for proposed in proposals:
        if not changes.keys() & proposed.changes.keys():
            changes |= proposed.changes
            whys.append(proposed.why)
    return Repair(changes, "; ".join(dict.fromkeys(whys)))


def _mended(workload: Workload, changes: Changes, together: Repair) -> Iterator[Candidate]:
    """Yield another mode of the present platform, together with the repairs of all other faults."""
    taken = {*changes, "deployment.mode"}
    rest = {path: value for path, value in together.changes.items() if path not in taken}
    if rest:
        yield _describe(workload, {**changes, **rest}, "")


def _offered(workload: Workload, platform: Platform) -> bool:
    """Whether a platform may be suggested: not if it is retired, experimental, or another cloud service."""
    if platform.id == _stated_platform(workload):
        return True
    return "retired" not in platform.data and platform.placement != "service" and not _is_experiment(workload, platform)


def _is_experiment(workload: Workload, platform: Platform) -> bool:
    """Whether a platform supports this guest or this host only experimentally."""
    guests, hosts = platform.data.get("guest", {}), platform.data["host"]
    return (
        workload.guest.os.get("family") in guests.get("experimentalFamilies", ())
        or workload.host.get("arch") in hosts.get("experimentalArch", ())
        or workload.host.os.get("family") in hosts.get("experimentalOs", ())
    )


def _is_unasked(workload: Workload, mode: str) -> bool:
    """Whether a mode runs only Windows, but guest, host and present mode do not mention Windows."""
    if workload.guest.os.knows("family") or workload.host.os.get("family") == "windows":
        return False
    present = _present_mode(workload)
    return _is_of_windows(workload, mode) and not (present and _is_of_windows(workload, present))


def _is_of_windows(workload: Workload, mode: str) -> bool:
    return bool(workload.catalog.modes[mode].data.get("families") == ["windows"])


def _stated_platform(workload: Workload) -> str | None:
    choice = workload.deployment.platform
    return choice.id if choice.knows("id") else None


def _architecture(workload: Workload, platform: Platform, mode: str) -> str | None:
    """Return the architecture in which a platform offers a mode; the present architecture if it fits."""
    container = workload.catalog.modes[mode].is_container
    words = [
        word
        for word, default in platform.architectures.items()
        if (default == mode or (word == "container") == container) and word in platform.data.get("suggestAs", (word,))
    ]
    if mode == "emulation":
        words = [word for word in words if word == "full-virtualization"]
    exact = [word for word in words if platform.architectures[word] == mode] or words
    current = workload.deployment.stated().get("architecture")
    if platform.id == _stated_platform(workload) and current in words:
        return str(current)
    return exact[0] if exact else None


def _changes(workload: Workload, platform: Platform, architecture: str, mode: str) -> dict[str, str | None]:
    """Return the changes that lead to a candidate; none for the present choice."""
    stated = workload.deployment.stated()
    same_platform = platform.id == _stated_platform(workload)
    if same_platform and stated.get("architecture") in (None, architecture) and _present_mode(workload) == mode:
        return {}
    changes: dict[str, str | None] = {}
    if not same_platform:
        changes["deployment.platform"] = platform.id
    if stated.get("architecture") != architecture:
        changes["deployment.architecture"] = architecture
    # The usual mode of the platform is not stated, but an old stated mode must be replaced.
    if stated.get("mode", platform.architectures.get(architecture)) != mode:
        changes["deployment.mode"] = mode
    for field in _dropped(workload, mode, same_platform=same_platform):
        changes[f"deployment.{field}"] = None
    changes |= _host_changes(workload, platform)
    if "deployment.mode" not in changes and _present_mode(apply(workload, changes)) != mode:
        changes["deployment.mode"] = mode  # the platform's usual mode, but not for this guest or on this host
    if same_platform and "architecture" not in stated and workload.deployment.get("architecture") == architecture:
        unsaid = {path: value for path, value in changes.items() if path != "deployment.architecture"}
        if _is_clear(apply(workload, unsaid), architecture, mode):
            return unsaid  # if only the platform was stated, the architecture is not added
    return changes


def _is_clear(workload: Workload, architecture: str, mode: str) -> bool:
    deployment = workload.deployment
    return bool(deployment.get("architecture") == architecture and deployment.get("mode") == mode)


def _present_mode(workload: Workload) -> str | None:
    try:
        return workload.deployment.mode
    except Unknown:
        return None


def _dropped(workload: Workload, mode: str, *, same_platform: bool) -> Iterator[str]:
    container = workload.catalog.modes[mode].is_container
    fields = ["runtimeClass"]
    if not same_platform:
        fields += _MACHINE_FIELDS
    elif mode != "pv":
        fields.append("xen")
    if not container:
        fields += _CONTAINER_FIELDS
    for field in fields:
        if is_stated(workload, f"deployment.{field}"):
            yield field


def _host_changes(workload: Workload, platform: Platform) -> dict[str, str | None]:
    """Return the changes to the host's operating system. The hardware stays the same.

    A platform with its own operating system replaces the present one. A platform that is part of an operating system,
    like KVM of Linux, needs a host with that. A hosted product keeps the host as it is.
    """
    host, families = workload.host, platform.data["host"].get("os", ())
    family = host.os.family if host.os.knows("family") else None
    if not families or family is None or platform.hosted or family in families:
        return {}
    changes: dict[str, str | None] = {}
    for field in _HOST_OS_FIELDS:
        if is_stated(workload, f"host.{field}"):
            changes[f"host.{field}"] = None
    if "own" in families:
        return changes
    wanted = "linux" if "linux" in families else families[0]
    if host.knows("platform"):
        return changes | {"host.platform": str(OciPlatform(wanted, host.platform.arch, host.platform.variant))}
    return changes | {"host.os.family": wanted}


def _describe(workload: Workload, changes: Changes, why: str) -> Candidate:
    """Name the architecture, mode and platform that a repair leads to."""
    repaired = apply(workload, changes)
    deployment = repaired.deployment
    return Candidate(
        deployment.architecture if deployment.knows("architecture") else "",
        deployment.mode if deployment.knows("mode") else "",
        deployment.platform.id if deployment.platform.knows("id") else "",
        changes,
        why,
    )


def apply(workload: Workload, changes: Changes) -> Workload:
    """Return a copy of the workload with the changes made.

    Raises ``KeyError`` or ``ValueError`` for a change that does not fit the format.
    """
    copy = clone(workload)
    for path, value in changes.items():
        remove(copy, path)
        if value is not None:
            assign(copy, path, value)
    return copy


def is_repair(candidate: Candidate) -> bool:
    """Whether a candidate keeps architecture, platform and host, and changes only settings."""
    kept = ("deployment.platform", "deployment.architecture", "deployment.platform.id")
    return not any(path in kept or path.startswith("host.") for path in candidate.changes)
