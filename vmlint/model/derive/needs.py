"""What a workload needs of the layers below it: what it says itself, and what follows from what it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.model.derivation import DerivedFacts
from vmlint.model.derive.commands import started
from vmlint.model.derive.conditions import holds
from vmlint.model.derive.demands import demands, gpus
from vmlint.model.derive.engines import described_version
from vmlint.model.derive.image_tags import how_it_counts
from vmlint.model.derive.need import Need
from vmlint.model.features import FeatureNeed, named_values, read_need
from vmlint.model.values import Version, VersionRange

if TYPE_CHECKING:
    from vmlint.catalog.software import Program
    from vmlint.model.workload import Workload


_NODES = (
    ("kvm", r"/dev/kvm"),
    ("tun", r"/dev/net/tun|/dev/tun"),
    ("fuse", r"/dev/fuse"),
    ("dri", r"/dev/dri(?:/.*)?"),
    ("kfd", r"/dev/kfd"),
    ("snd", r"/dev/snd(?:/.*)?"),
    ("usb", r"/dev/bus/usb(?:/.*)?"),
    ("serial", r"/dev/tty(?:USB|ACM|AMA)[0-9]+|/dev/serial(?:/.*)?"),
    ("video", r"/dev/video[0-9]+"),
)
"""Device nodes, by the last part of their feature's id."""


def device_feature(node: str) -> str | None:
    """Return the feature of a device node: ``device.tun`` for ``/dev/net/tun``."""
    return next((f"device.{name}" for name, shape in _NODES if re.fullmatch(shape, node)), None)


def needs_of(workload: Workload) -> tuple[Need, ...]:
    """Return what a workload needs; found once, until something else is stated of it."""
    derived: DerivedFacts = vars(workload)["_derived"]
    found: tuple[Need, ...] = derived.once("needs", lambda: _needs(workload))
    return found


def needed_layers(workload: Workload) -> frozenset[str]:
    """Return the layers of what a workload needs."""
    derived: DerivedFacts = vars(workload)["_derived"]
    found: frozenset[str] = derived.once(
        "needed layers",
        lambda: frozenset(_spoken_of_with(need) for need in (*needs_of(workload), *needs_by_tag(workload))),
    )
    return found


def _spoken_of_with(need: Need) -> str:
    """Return the layer whose rules speak of a need: huge pages are of the kernel, and go with what the host has."""
    return "capacity" if need.feature.id.startswith("kernel.hugepages.") else need.feature.layer


def _needs(workload: Workload) -> tuple[Need, ...]:
    return tuple(dict.fromkeys(need for source in _SOURCES for need in source(workload)))


def _stated(workload: Workload) -> Iterator[Need]:
    for feature in workload.requirements.features or ():
        yield Need(feature, "the workload", "requirements.features")


def _of_devices(workload: Workload) -> Iterator[Need]:
    """Yield the device nodes that the deployment hands in: the host must have them."""
    deployment = workload.deployment
    if not deployment.knows("host_devices"):
        return
    for node in deployment.host_devices:
        feature = device_feature(node.partition(":")[0])
        if feature:
            yield Need(FeatureNeed(feature), "the deployment", "deployment.hostDevices")


def _of_gpu(workload: Workload) -> Iterator[Need]:
    """Yield what sharing a graphics processor of the host takes: nearly always, engines share one of NVIDIA's.

    Where the host's is of another maker, that one may be meant, and system containers and machines are given any.
    """
    demanded = workload.requirements
    if demanded.devices.gpu.mode != "shared":
        return
    yield from gpus(workload)
    if any(feature.layer == "gpu" for feature in demanded.features or ()):
        return  # which kind it is, is said
    deployment, vendor = workload.deployment, workload.host.gpu.get("vendor")
    # Windows shares any, by DirectX.
    windows = "windows" in (workload.guest.os.get("family"), workload.host.os.get("family"))
    by_an_engine = deployment.get("architecture") == "container" and deployment.get("mode") != "lxc" and not windows
    # So that no other way to share it is offered.
    lacks_it = "gpu.cuda" in workload.host.features.get("absent", ()) or _is_kept_from_the_host(workload, "gpu.cuda")
    if vendor == "none" or (vendor in (None, "nvidia") and (by_an_engine or lacks_it)):
        yield Need(FeatureNeed("gpu.cuda"), "the deployment", SHARED_GPU, sure=False)


def _is_kept_from_the_host(workload: Workload, feature: str) -> bool:
    """Whether what the host itself runs in does not pass a feature on, whatever runs on the host."""
    host = workload.host
    family = host.os.get("family")
    return any(
        offer.does in ("hides", "absent") and family in offer.data.get("when", {}).get("host.os.family", (family,))
        for who in host.get("layers", (host.get("hypervisor"),))
        if who
        for offer in workload.catalog.offers.about(who, feature)
    )


SHARED_GPU = "requirements.devices.gpu.mode"
"""The field that says how a GPU reaches a workload."""


_OF_DRIVERS = {"macvlan": "net.macvlan", "transparent": "net.mac-spoofing"}
"""What networks need that give a container a hardware address of its own, by their drivers."""


def _of_networks(workload: Workload) -> Iterator[Need]:
    """Yield what the networks of a container take for granted of that around the host."""
    network = workload.deployment.network
    for driver in sorted(network.get("drivers", frozenset())):
        if driver in _OF_DRIVERS:
            yield Need(
                FeatureNeed(_OF_DRIVERS[driver]), f"a network of the kind {driver}", "deployment.network.drivers"
            )


def _of_image(workload: Workload) -> Iterator[Need]:
    deployment = workload.deployment
    if deployment.image.knows("ref"):
        yield from _of_reference(workload, deployment.image.ref, "deployment.image.ref")
    elif deployment.image.states("repository"):
        for need in _of_reference(workload, f"{deployment.image.repository}{ANY_TAG}", "deployment.image.repository"):
            yield need._replace(image="")
    if deployment.image.knows("base"):
        yield from _of_reference(workload, deployment.image.base, "deployment.image.base")
    for reference in deployment.get("other_images", ()):
        if reference != deployment.image.get("ref"):  # the first container's own is among them
            yield from _of_reference(workload, reference, "deployment.otherImages")


def _of_reference(workload: Workload, reference: str, path: str) -> Iterator[Need]:
    given = path == "deployment.image.ref" and workload.deployment.image.states("repository")
    for found in workload.catalog.software.of_image(reference):
        for row in found.program.needs:
            counts = how_it_counts(row, found.tag)
            state = holds(row, workload, first=path != "deployment.otherImages")
            if counts is None or state == "no":
                continue
            who = f"{found.program.name} {counts.shown}".rstrip()
            need = _need(row, who, path, sure=found.own and counts.sure and not given, settled=state == "yes")
            yield need._replace(image=reference)


ANY_TAG = "@unknown"
"""What stands for the tag of a reference that is not known, as behind a digest."""


def needs_by_tag(workload: Workload) -> tuple[Need, ...]:
    """Return what the image may need, as its tag decides that is filled in elsewhere; found once."""
    derived: DerivedFacts = vars(workload)["_derived"]
    found: tuple[Need, ...] = derived.once("needs by tag", lambda: tuple(_by_tag(workload)))
    return found


def _by_tag(workload: Workload) -> Iterator[Need]:
    image = workload.deployment.image
    if not image.states("repository") or image.knows("ref"):
        return
    for found in workload.catalog.software.of_image(f"{image.repository}{ANY_TAG}"):
        for row in found.program.needs:
            if row.keys() & {"versions", "tags", "notTags"} and holds(row, workload) == "yes":
                need = _need(row, found.program.name, "deployment.image.repository", sure=False, settled=True)
                if need.must:
                    yield need


def _of_command(workload: Workload) -> Iterator[Need]:
    """Yield the needs of what a container starts: of the first word, and of one that a shell or a wrapper starts."""
    words = workload.deployment.stated().get("command", ()) if workload.deployment.states("command") else ()
    for name in dict.fromkeys(started(words)):
        for program in workload.catalog.software.of_command(name):
            for row in program.needs:
                if "versions" not in row and (state := holds(row, workload)) != "no":
                    yield _need(row, program.name, "deployment.command", sure=True, settled=state == "yes")


def _of_modules(workload: Workload) -> Iterator[Need]:
    """Yield the modules that are demanded, and what one stands for that its presence alone does not give."""
    for module in workload.guest.kernel.modules or ():
        name = module.replace("-", "_")
        for feature in (f"kernel.module.{name}", _SERVICES.get(name)):
            if feature:
                yield Need(FeatureNeed(feature), "the workload", "guest.kernel.modules")


_SERVICES = {"nfsd": "fs.nfs-server"}
"""Modules of servers inside of the kernel, which are closed to a container's own users."""


def _of_guest(workload: Workload) -> Iterator[Need]:
    os = workload.guest.os
    if os.knows("id"):
        programs = workload.catalog.software.of_guest(workload.catalog.guests.entry_id(os.id))
        yield from _of_entries(workload, programs, "guest.os.id", None)


def _of_platform(workload: Workload) -> Iterator[Need]:
    platform = workload.deployment.platform
    programs = workload.catalog.software.of_platform(platform.id) if platform.knows("id") else ()
    if programs:
        version = engine_version(workload, platform.id)
        yield from _of_entries(workload, programs, "deployment.platform.id", version)


def engine_version(workload: Workload, name: str) -> Version | None:
    """Return the release of an engine, by the id of its platform: the stated one, or that which the host describes."""
    platform = workload.deployment.platform
    if platform.knows("id") and platform.id == name and platform.states("version"):
        return platform.version
    return described_version(workload, name)


def _of_limits(workload: Workload) -> Iterator[Need]:
    """Yield what enforces a limit of memory: engines drop the limit without it."""
    deployment = workload.deployment
    if workload.resources.knows("memory") and deployment.knows("mode") and workload.mode.is_container:
        yield Need(FeatureNeed("cgroup.controller.memory"), "the limit of memory", "resources.memory", must=False)


def _of_mode(workload: Workload) -> Iterator[Need]:
    """Yield what a sandbox needs of the host itself, as an engine does."""
    deployment = workload.deployment
    if deployment.knows("mode") and deployment.knows("platform") and deployment.platform.get("id") != deployment.mode:
        programs = workload.catalog.software.of_platform(deployment.mode)
        yield from _of_entries(workload, programs, "deployment.platform.id", None)


def _of_rootless(workload: Workload) -> Iterator[Need]:
    """Yield what an engine without root needs, where the host states how its kernel is set."""
    host = workload.host
    if not host.security.get("rootless", False):
        return
    listed = named_values(host.kernel.get("sysctls", frozenset()))
    for name, least in (("user.max_user_namespaces", "100"), ("kernel.unprivileged_userns_clone", "1")):
        if name in listed:
            yield Need(
                FeatureNeed(f"kernel.sysctl.{name}", ">=", least), "an engine without root", "host.security.rootless"
            )


def _of_entries(
    workload: Workload, programs: tuple[Program, ...], path: str, version: Version | None
) -> Iterator[Need]:
    """Yield the needs of a system or an engine: of one without a known version, those of all its versions."""
    for program in programs:
        for row in program.needs:
            wanted = row.get("versions")
            if wanted and (version is None or not VersionRange(wanted).decides(version)):
                continue
            if (state := holds(row, workload)) != "no":
                who = f"{program.name} {version}" if wanted else program.name
                yield _need(row, who, path, sure=True, settled=state == "yes")


def _need(row: Mapping[str, Any], who: str, path: str, *, sure: bool, settled: bool) -> Need:
    return Need(
        read_need(row["feature"]),
        who,
        path,
        settled and row.get("grade", "must") == "must",
        sure and row.get("confidence", "high") == "high",
        row.get("help", ""),
        tuple(row.get("errors", ())),
        str(row.get("source", "")),
    )


_SOURCES = (
    _stated,
    _of_devices,
    _of_gpu,
    _of_networks,
    _of_modules,
    _of_image,
    _of_command,
    _of_guest,
    _of_platform,
    _of_mode,
    _of_rootless,
    _of_limits,
    demands,
)
