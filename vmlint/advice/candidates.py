"""Find the deployments that could be chosen instead, and apply each to a copy of the workload.

A candidate is a set of changes to fields. The rules lint a copy of the workload with these changes. The same changes to
the manifest give the same workload, so the verdict still holds when a user follows the suggestion.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vmlint.advice.eligible import native, suggested, unasked_modes
from vmlint.advice.trial import Changes, Trial
from vmlint.catalog import Catalog, Platform
from vmlint.findings.finding import Repair
from vmlint.findings.unknown import Unknown
from vmlint.findings.verdict import Candidate
from vmlint.model.paths import assign, is_stated, remove
from vmlint.model.values import OciPlatform
from vmlint.model.workload import Workload, clone
from vmlint.record import NamedTuple

_MACHINE_FIELDS = ("machine", "cpuModel", "generation", "firmware", "devices", "xen")
"""Settings of a virtual machine that depend on its platform; another platform has other ones."""
_CONTAINER_FIELDS = ("privileged", "capabilities", "hostNamespaces", "mounts")
_HOST_OS_FIELDS = ("os", "kernel", "container", "binfmt", "hypervisorPresent")
"""Fields that are removed if another operating system is installed on the host."""


class _Now(NamedTuple):
    """What is read once for all candidates of a workload."""

    workload: Workload
    trial: Trial
    stated: Mapping[str, object]
    """What the deployment states, by attribute."""
    platform: str | None
    mode: str | None
    settings: frozenset[str]
    """The stated ones of the settings that another choice may drop."""


class _Way(NamedTuple):
    """A platform in one of its modes."""

    platform: Platform
    mode: str
    words: tuple[str, ...]
    """The architectures by which it goes, the usual first; not empty."""
    container: bool
    offered: bool
    """Whether it may be suggested: it is neither removed nor experimental."""


def candidates(workload: Workload, repairs: Sequence[Sequence[Repair]], trial: Trial) -> Iterator[Candidate]:
    """Yield every deployment to judge. ``trial`` is a copy of the workload.

    First the repairs of each finding (``repairs``); then the first repairs of all findings together, because repairing
    one of two faults is not enough; then each mode of each platform.
    """
    for proposed in itertools.chain.from_iterable(repairs):
        yield _describe(trial, proposed.changes, proposed.why)
    together = _together(proposals[0] for proposals in repairs if proposals)
    if len(together.changes) > 1:
        yield _describe(trial, together.changes, together.why)
    now = _now(workload, trial)
    is_suggested, unasked, runs = suggested(workload), unasked_modes(workload, now.mode), native(workload)
    for platform, ways in itertools.groupby(_ways(workload.catalog), lambda way: way.platform):
        if platform.id != now.platform and not is_suggested(platform):
            continue
        for way in ways:
            if not way.offered or way.mode in unasked or not runs(platform, way.mode):
                continue
            architecture = _architecture(now, way)
            changes = _changes(now, way, architecture)
            if changes or not workload.deployed:
                yield Candidate(architecture, way.mode, platform.id, changes)
            if changes and platform.id == now.platform:
                yield from _mended(trial, changes, together)


def machine_changes(workload: Workload, platform: Platform, mode: str) -> tuple[str, Changes] | None:
    """Return the architecture and the changes with which a workload runs on a platform in a mode.

    ``None`` if the platform does not offer it.
    """
    way = _way(workload.catalog, platform, mode)
    if way is None:
        return None
    now = _now(workload, Trial(workload))
    architecture = _architecture(now, way)
    return architecture, _changes(now, way, architecture)


def _now(workload: Workload, trial: Trial) -> _Now:
    deployment = workload.deployment
    return _Now(
        workload,
        trial,
        deployment.stated(),
        deployment.platform.id if deployment.platform.knows("id") else None,
        _present_mode(workload),
        frozenset(
            field
            for field in ("runtimeClass", *_MACHINE_FIELDS, *_CONTAINER_FIELDS)
            if is_stated(workload, f"deployment.{field}")
        ),
    )


@functools.lru_cache(maxsize=8)
def _ways(catalog: Catalog) -> tuple[_Way, ...]:
    """Return every mode of every platform by which it goes, in the order of the catalogue."""
    every = (_way(catalog, platform, mode) for platform in catalog.platforms.values() for mode in platform.modes)
    return tuple(way for way in every if way)


def _way(catalog: Catalog, platform: Platform, mode: str) -> _Way | None:
    container = catalog.modes[mode].is_container
    words = [
        word
        for word, default in platform.architectures.items()
        if (default == mode or (word == "container") == container) and word in platform.data.get("suggestAs", (word,))
    ]
    if mode == "emulation":
        words = [word for word in words if word == "full-virtualization"]
    if not words:
        return None
    words.sort(key=lambda word: platform.architectures[word] != mode)
    offer = platform.modes[mode]
    gone = "removed" in offer or offer.get("status") in ("legacy", "experimental")
    return _Way(platform, mode, tuple(words), container, not gone)


def _together(proposals: Iterable[Repair]) -> Repair:
    """Return one repair with all changes that do not conflict."""
    changes: dict[str, str] = {}
    whys: list[str] = []
    for proposed in proposals:
        if not changes.keys() & proposed.changes.keys():
            changes |= proposed.changes
            whys.append(proposed.why)
    return Repair(changes, "; ".join(dict.fromkeys(whys)))


def _mended(trial: Trial, changes: Changes, together: Repair) -> Iterator[Candidate]:
    """Yield another mode of the present platform, together with the repairs of all other faults."""
    taken = {*changes, "deployment.mode"}
    rest = {path: value for path, value in together.changes.items() if path not in taken}
    if rest:
        yield _describe(trial, {**changes, **rest}, "")


def _architecture(now: _Now, way: _Way) -> str:
    """Return the architecture in which a platform offers a mode; the present architecture if it fits."""
    current = now.stated.get("architecture")
    return str(current) if way.platform.id == now.platform and current in way.words else way.words[0]


def _changes(now: _Now, way: _Way, architecture: str) -> dict[str, str | None]:
    """Return the changes that lead to a candidate; none for the present choice."""
    stated, platform, mode = now.stated, way.platform, way.mode
    same_platform = platform.id == now.platform
    if same_platform and stated.get("architecture") in (None, architecture) and now.mode == mode:
        return {}
    changes: dict[str, str | None] = {}
    if not same_platform:
        changes["deployment.platform"] = platform.id
    if stated.get("architecture") != architecture:
        changes["deployment.architecture"] = architecture
    # The usual mode of the platform is not stated, but an old stated mode must be replaced.
    if stated.get("mode", platform.architectures.get(architecture)) != mode:
        changes["deployment.mode"] = mode
    for field in _dropped(way, same_platform=same_platform):
        if field in now.settings:
            changes[f"deployment.{field}"] = None
    changes |= _host_changes(now, platform)
    if "deployment.mode" not in changes and _present_mode(now.trial.of(changes)) != mode:
        changes["deployment.mode"] = mode  # the platform's usual mode, but not for this guest or on this host
    if same_platform and "architecture" not in stated and now.workload.deployment.get("architecture") == architecture:
        unsaid = {path: value for path, value in changes.items() if path != "deployment.architecture"}
        if _is_clear(now.trial.of(unsaid), architecture, mode):
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


def _dropped(way: _Way, *, same_platform: bool) -> Iterator[str]:
    """Yield the settings of the deployment that another choice drops."""
    yield "runtimeClass"
    if not same_platform:
        yield from _MACHINE_FIELDS
    elif way.mode != "pv":
        yield "xen"
    if not way.container:
        yield from _CONTAINER_FIELDS


def _host_changes(now: _Now, platform: Platform) -> dict[str, str | None]:
    """Return the changes to the host's operating system. The hardware stays the same.

    A platform with its own operating system replaces the present one. A platform that is part of an operating system,
    like KVM of Linux, needs a host with that. A hosted product keeps the host as it is.
    """
    host, families = now.workload.host, platform.data["host"].get("os", ())
    family = host.os.family if host.os.knows("family") else None
    if not families or family is None or platform.hosted or family in families:
        return {}
    changes: dict[str, str | None] = {}
    for field in _HOST_OS_FIELDS:
        if is_stated(now.workload, f"host.{field}"):
            changes[f"host.{field}"] = None
    if "own" in families:
        return changes
    wanted = "linux" if "linux" in families else families[0]
    if host.knows("platform"):
        return changes | {"host.platform": str(OciPlatform(wanted, host.platform.arch, host.platform.variant))}
    return changes | {"host.os.family": wanted}


def _describe(trial: Trial, changes: Changes, why: str) -> Candidate:
    """Name the architecture, mode and platform that a repair leads to."""
    deployment = trial.of(changes).deployment
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
