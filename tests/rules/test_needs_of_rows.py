"""Every row of the data is exercised: a need follows, is flagged where it is absent, and passes where it is met."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.rules.made_up import catalog, workload
from vmlint.api import Workload
from vmlint.catalog.offers import Offer
from vmlint.catalog.software import Program
from vmlint.extend.plugins import load
from vmlint.lint.engine import lint
from vmlint.model.derive.need import Need
from vmlint.model.derive.needs import needs_of
from vmlint.model.features import read_need
from vmlint.model.paths import assign
from vmlint.model.values import Version, VersionRange

RULES = tuple(rule for rule in load().rules if rule.layers)
SOFTWARE = {file.path.stem: file for folder in catalog().folders for file in folder.software}
OFFERS = {file.path.stem: file for folder in catalog().folders for file in folder.offers}


def found(made: Workload, feature: str) -> bool:
    """Whether a rule of needs finds that a feature is not there."""
    return any(hit.finding.entry == feature for hit in lint(made, RULES).hits)


@pytest.mark.parametrize("topic", SOFTWARE)
def test_software(topic: str) -> None:
    """The need follows from the image, the engine or the system, and from nothing that it does not hold for."""
    for id, entry in SOFTWARE[topic].data["software"].items():
        for row in entry.get("needs", ()):
            need = read_need(row["feature"])
            made = next((each for each in running(Program(id, entry), row) if _needs(each, row)), None)
            assert made is not None, f"{topic}: {id}: nothing needs {row['feature']}, whatever its version"
            made.host.features.absent = frozenset({need.id})
            assert found(made, need.id), f"{topic}: {id}: {row['feature']} is needed, is absent, and is not told"
            made.host.features.absent = frozenset()
            made.host.features.present = frozenset({f"{need.id}{_met(made, need.id)}"})
            assert not found(made, need.id), f"{topic}: {id}: {row['feature']} is there, and is told to be missing"
            assert _ruled_out(made, row) == [], f"{topic}: {id}: {row['feature']} is needed whatever is set"
            if row.keys() & {"versions", "tags"} and entry.get("images"):
                other = workload(deployment__image__ref=f"{entry['images'][0]}@sha256:{'0' * 64}")
                assert not _needs_just(other, row), f"{topic}: {id}: which version a digest stands for does not show"


def _needs(made: Workload, row: Mapping[str, Any]) -> bool:
    return any(str(need.feature) == str(read_need(row["feature"])) for need in needs_of(made))


def _ruled_out(made: Workload, row: Mapping[str, Any]) -> list[str]:
    """Return the variables that do not rule a need out, or that make it certain though they are not shown."""
    wrong = []
    given = made.deployment.get("environment", frozenset())
    when = row.get("when", {})
    for name, pattern in when.get("notEnvironment", {}).items():
        for value in _literals(pattern) or ["x"]:
            made.deployment.environment = given | {f"{name}={value}"}
            wrong += [f"{name}={value}"] if _needs_just(made, row) else []
        made.deployment.environment = given | {name}
        wrong += [name] if any(need.must for need in _needs_just(made, row)) else []
    for name in when.get("environment", {}):
        made.deployment.environment = frozenset(each for each in given if not each.startswith(f"{name}="))
        wrong += [f"without {name}"] if _needs_just(made, row) else []
    made.deployment.environment = given
    return wrong


def _needs_just(made: Workload, row: Mapping[str, Any]) -> list[Need]:
    """Return the needs that follow from a row, rather than from another one of the same feature."""
    return [
        need
        for need in needs_of(made)
        if str(need.feature) == str(read_need(row["feature"]))
        and (need.source, need.help) == (row["source"], row.get("help", ""))
    ]


def _met(made: Workload, feature: str) -> str:
    """Return a value within the bounds of all needs of a feature."""
    wanted = [need.feature for need in needs_of(made) if need.feature.id == feature and need.feature.operator]
    for value in (each.value + more for each in wanted for more in ("", "1")):
        if all(each.is_met_by(value) for each in wanted):
            return f"={value}"
    return "=0" if wanted else ""


def running(program: Program, row: Mapping[str, Any]) -> Iterator[Workload]:
    """Yield workloads that run a program, in versions that are in the range of a row or close to it."""
    versions = [str(version) for version in _near(row.get("versions", ">=1"))]
    endings = ["", *_literals(row.get("tags", ""))]
    images, platforms, guests = (program.data.get(key, ()) for key in ("images", "platforms", "guests"))
    for version, ending in itertools.product(versions, endings):
        for tag in (f"{version}{ending}", f"{ending}{version}", ending, f"{version}-{ending.strip('-')}"):
            for image in images[:1]:
                yield _in_container(row, f"{image}:{tag}" if tag else image, "docker")
    for platform, version in itertools.product(platforms, versions):
        yield _in_container(row, "registry.example.com/any:1", f"{platform}@{version}")
    for command in program.data.get("commands", ()):
        made = _in_container(row, "registry.example.com/any:1", "docker")
        told = next(iter(_literals(row.get("when", {}).get("command", ""))), "--help").split()
        made.deployment.command = (f"/usr/bin/{command}", *(word for word in told if word != command))
        yield made
    for guest in guests:
        for id in catalog().guests:
            if id == guest or (guest.endswith("*") and id.startswith(guest[:-1])):
                yield _in_container(row, "", "incus", guest__os=id)
                break


def _in_container(row: Mapping[str, Any], image: str, platform: str, **more: str) -> Workload:
    arch = row.get("arch", ["amd64"])[0]
    made = workload(deployment__platform=platform, host__platform=f"linux/{arch}", **more)
    if "guest__os" not in more:
        assign(made, "guest.platform", f"linux/{arch}")
    if image:
        assign(made, "deployment.image.ref", image)
        assign(made, "deployment.mode", "runc")
    elif "guest__os" in more:
        assign(made, "deployment.mode", "lxc")
    if "inside" in row.get("when", {}):
        assign(made, "host.container", row["when"]["inside"])
    words = _literals(row.get("when", {}).get("command", ""))
    if words:
        made.deployment.command = (*words, *(("more",) if words[-1].endswith(" ") else ()))
    _meet(made, row.get("when", {}))
    return made


def _meet(made: Workload, when: Mapping[str, Any]) -> None:
    """State the mount, the limit and the variables under which a need holds."""
    made.deployment.environment = frozenset(
        f"{name}={(_literals(pattern) or ['x'])[0]}" for name, pattern in when.get("environment", {}).items()
    )
    made.deployment.mounts = ()
    if "mounts" in when:
        path = _literals(when["mounts"])[0]
        made.deployment.mounts = (path if path.partition(":")[0] else f"./data{path}",)
    if "limited" in when:
        assign(made, "resources.memory", "1Gi")


def _near(wanted: str) -> Iterator[Version]:
    """Yield versions at and around the bounds of a range."""
    for _, bound in VersionRange(wanted).bounds:
        yield bound
        *head, last = bound.numbers
        yield Version(".".join(map(str, [*head, last + 1])))
        yield Version(".".join(map(str, [*bound.numbers, 0, 1])))
        if last:
            yield Version(".".join(map(str, [*head, last - 1, 99])))
        for place in range(len(head)):
            if bound.numbers[place]:
                yield Version(".".join(map(str, [*bound.numbers[:place], bound.numbers[place] - 1, 99])))


def _literals(pattern: str) -> list[str]:
    """Return texts that a simple pattern finds: its alternatives without what stands for other characters."""
    while (shorter := re.sub(r"\(\?![^()]*\)", "", pattern)) != pattern or (
        shorter := re.sub(r"(\(\?![^()]*)\([^()]*\)", r"\1", pattern)
    ) != pattern:
        pattern = shorter  # what must not follow
    text = pattern.replace("\\d", "1").replace("\\b", "").replace("\\s", " ")
    text = re.sub(r"\[([^]^])[^]]*\]", r"\1", re.sub(r"\(\?[:!=]", "(", text))
    while (shorter := re.sub(r"\(([^()|]*)(?:\|[^()]*)?\)", r"\1", text)) != text:
        text = shorter  # of a group, the first alternative
    text = re.sub(r"(?<!\\)(?:\.[*?+]|[\^$*?+])", "", text)
    return [re.sub(r"\\(.)", r"\1", each) for each in text.split("|") if each]


@pytest.mark.parametrize("topic", OFFERS)
def test_offers(topic: str) -> None:
    """What a layer passes on is not told, what it hides or lacks is; what it grants is told until it is asked for."""
    wrong = []
    for who, entry in OFFERS[topic].data["offers"].items():
        rows = entry["rows"] if isinstance(entry, Mapping) else entry
        for row in rows:
            for feature in [row["feature"]] if isinstance(row["feature"], str) else row["feature"]:
                if feature.endswith(".*"):
                    continue
                wrong += [f"{who}: {feature}: {fault}" for fault in _faults(who, entry, Offer(who, row), feature)]
    assert wrong == []


def _faults(who: str, entry: Any, offer: Offer, feature: str) -> Iterator[str]:
    made = on_layer(who, entry, offer, feature)
    if made is None:
        yield "no workload gets to it"
        return
    told = found(made, feature)
    if offer.does in ("passes", "provides"):
        if told:
            yield f"{offer.does}, and is told to be missing"
        return
    if not told:
        yield f"is {offer.does}, and nothing is told"
    for grant in offer.data.get("grant", ()):
        granted = on_layer(who, entry, offer, feature)
        assert granted is not None
        for name, value in grant.items():
            field = granted.deployment
            attribute = re.sub(r"([A-Z])", lambda letter: f"_{letter[1].lower()}", name)
            many = field.fields[attribute].many
            setattr(field, attribute, many((value,)) if many else value)
        if found(granted, feature):
            yield f"is told though {grant} grants it"


EMULATED_ON = {
    "rosetta-linux": ("darwin", "darwin/arm64"),
    "qemu-user": ("linux", "linux/arm64"),
}
"""Emulators of programs of another CPU, each with a host on which an engine uses it."""


def on_layer(who: str, entry: Any, offer: Offer, feature: str) -> Workload | None:
    """Return a workload that needs a feature of a layer in a version that a row is about."""
    need = feature if offer.does != "provides" or not offer.data.get("value") else f"{feature}={offer.data['value']}"
    need += ">=v3" if need == "cpu.x86-64-level" else ""  # a level without a bound is no need, as VM011 tells
    made = workload(guest__platform="linux/amd64")
    try:
        made.requirements.features = (read_need(need),)
    except ValueError:
        made.requirements.features = (read_need(feature),)
    deployment = made.deployment
    deployment.privileged = False
    deployment.nesting = False
    for name in ("capabilities", "unconfined", "host_namespaces", "granted", "sysctls"):
        setattr(deployment, name, frozenset())
    for name in ("host_devices", "mounts"):
        setattr(deployment, name, ())
    modes = offer.data.get("modes", ())
    version = _within(offer.data.get("versions"))
    if isinstance(entry, Mapping):
        return _on_kernel(made, entry, version)
    platform = catalog().platform(who)
    if platform is None and who in catalog().modes:
        offering = (each for each in catalog().platforms.values() if who in each.modes)
        platform, modes = next(offering, None), (who,)
        version = ""
    if who in EMULATED_ON:
        for path, text in zip(("host.os.family", "host.platform"), EMULATED_ON[who], strict=True):
            assign(made, path, text)
        platform, version = catalog().platform("docker"), ""
    if platform is None:
        return None
    assign(made, "deployment.platform", f"{platform.id}@{version}" if version else platform.id)
    containers = [mode for mode in platform.modes if catalog().modes[mode].is_container]
    assign(made, "deployment.mode", next(iter(modes), containers[0] if containers else next(iter(platform.modes))))
    if feature.startswith("kernel.syscall.") and platform.id in ("containerd", "cri-o"):
        deployment.seccomp_profile = "RuntimeDefault"
    if any("cpuModel" in grant for grant in offer.data.get("grant", ())):
        deployment.cpu_model = "kvm64"
    for path, values in offer.data.get("when", {}).items():
        assign(made, path, str(values[0]).lower() if isinstance(values[0], bool) else str(values[0]))
    if not made.host.os.knows("family"):
        assign(made, "host.os.family", "linux")
    return made


def _on_kernel(made: Workload, entry: Mapping[str, Any], version: str) -> Workload:
    made.deployment.image.ref = "registry.example.com/any:1"
    # Podman passes version 1 of control groups in some of its releases only.
    of_groups = any(need.layer == "cgroup" for need in made.requirements.features or ())
    assign(made, "deployment.platform", "docker" if of_groups else "podman")
    matches = entry["matches"]
    arch = "arm64" if made.requirements.features and made.requirements.features[0].id == "kernel.page-size" else "amd64"
    assign(made, "host.platform", f"linux/{arch}")
    assign(made, "guest.platform", f"linux/{arch}")
    for system in matches.get("os", ()):
        known = (id for id in catalog().guests if id == system or (system.endswith("*") and id.startswith(system[:-1])))
        assign(made, "host.os.id", next(known, system.rstrip("*")))
        break
    made.host.kernel.cmdline = ("ro", "quiet")
    texts = _literals(matches.get("kernel", "")) or [""]
    own = texts[0] if texts[0][:1].isdigit() else f"{version or '6.6.31'}{texts[0]}"
    if "kernel" in matches or version:
        assign(made, "host.kernel.version", own)
    return made


def _within(wanted: str | None) -> str:
    """Return a version in a range."""
    if not wanted:
        return ""
    return next((str(version) for version in _near(wanted) if VersionRange(wanted).decides(version)), "")
