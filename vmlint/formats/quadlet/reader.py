"""Containers and pods of Podman's Quadlet. Each key stands for an option of `podman run` or `podman pod create`.

A `.kube` unit names a file of Kubernetes objects, which is linted itself. A drop-in (`NAME.container.d/*.conf`,
`container.d/*.conf`) is a part of a unit, or of several: what it says is judged, and what it leaves out is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from vmlint.api import File, Skipped, Span, Spec, Unreadable, limits

from ..shared.carriers import is_named_otherwise, is_script
from ..shared.computed import filled_in, is_computed
from ..shared.containers import command, mount, of_the_host
from ..shared.paths import UNCONFINED
from ..shared.run_options import RunOptions, options
from ..shared.templates import template
from .unit import Unit, Value, lines, read_unit

CONTAINER, POD, KUBE, VOLUME = "Container", "Pod", "Kube", "Volume"
KEYS = {CONTAINER: ("Image", "Rootfs"), KUBE: ("Yaml",), POD: (), VOLUME: ("Device",)}
"""Sections of which a unit has one, each with the keys of which it needs one."""
ENDINGS = {".container": CONTAINER, ".pod": POD, ".kube": KUBE, ".volume": VOLUME}

OPTIONS = {
    "AddCapability": "--cap-add", "AddDevice": "--device", "Sysctl": "--sysctl", "Unmask": "unmask",
    "Mount": "--mount",
}  # fmt: skip
"""Keys that hold words, each with the option that every word stands for."""
REPEATED = {
    "Volume": "--volume",
    "Network": "--network",
    "Ulimit": "--ulimit",
    "PublishPort": "--publish",
}
"""Keys that come once for each option."""
SINGLE = {"ShmSize": "--shm-size", "Memory": "--memory"}
"""Keys of which the last one counts."""
SECURITY = {"SeccompProfile": "seccomp={}", "AppArmor": "apparmor={}", "SecurityLabelType": "label=type:{}"}
"""Keys that stand for an option --security-opt."""
NOT_SHOWN = ("EnvironmentFile", "EnvironmentHost")
"""Keys that set variables which the unit does not show."""
_SPECIFIERS = {"t": "/run"}
"""What systemd fills in after a percent sign, where that is known: for a unit of the system."""
_OF_NO_INSTANCE = dict.fromkeys("iI", "")
"""The same in a unit that is no template."""
STDIN = "<stdin>"
DROP_INS = re.compile(r"(?:(?P<unit>.+)\.)?(?P<kind>container|pod|kube)\.d")
"""The folders of drop-ins: of a unit, of those whose names begin alike (`web-.container.d`), or of all."""
OF_THE_UNIT = "this is a drop-in: the unit, or another drop-in, may state it"
ELSEWHERE = (".image", ".build")
"""Endings of the units that an image may be named by."""

UNLESS_STATED: Mapping[str, tuple[bool | tuple[str, ...], str]] = {
    "deployment.privileged": (False, "a unit is not privileged unless PodmanArgs say so"),
    "deployment.capabilities": ((), "a unit has Podman's usual capabilities unless it adds some"),
    UNCONFINED: ((), "a unit keeps Podman's confinements unless it switches one off"),
    "deployment.hostNamespaces": ((), "a unit has its own namespaces unless it shares the host's"),
    "deployment.mounts": ((), "nothing of the host is mounted unless the unit mounts it"),
    "deployment.hostDevices": ((), "a unit has no device of the host unless it adds it"),
    "deployment.sysctls": ((), "a unit has Podman's kernel parameters unless it sets its own"),
    "deployment.ulimits": ((), "a unit has Podman's limits unless it sets its own"),
}
OF_THE_POD = ("deployment.hostNamespaces", "deployment.mounts", "deployment.sysctls")
"""What the containers of a pod may have by the pod's own unit."""


def recognises(file: File) -> bool:
    """Recognise a unit by its section with the keys that it needs; the name of a file ends as Podman demands."""
    try:
        if len(file.text) > limits.SETTINGS_CHARACTERS:
            return False
    except Unreadable:
        return False
    ending = next((ending for ending in ENDINGS if file.base.endswith(ending)), "")
    part = _drop_in(file)
    if part:
        return any(text == f"[{part['kind'].capitalize()}]" for text, _ in lines(file))
    if not ending and (file.base != STDIN or is_named_otherwise(file) or (is_script(file) and not _is_unit(file))):
        return False
    begun = [text for text, _ in lines(file)]
    for section in [ENDINGS[ending]] if ending else KEYS:
        # A drop-in may name the image of a container.
        keys = () if ending and section == CONTAINER else tuple(f"{key}=" for key in KEYS[section])
        if f"[{section}]" in begun and (not keys or any("".join(line.split()).startswith(keys) for line in begun)):
            return bool(ending) or section not in (POD, VOLUME)
    return False


def _drop_in(file: File) -> re.Match[str] | None:
    """Return what the folder of a drop-in says of its units; nothing for other files."""
    return DROP_INS.fullmatch(PurePath(file.name).parent.name) if file.base.endswith(".conf") else None


def _is_unit(file: File) -> bool:
    try:
        return bool(read_unit(file).sections)
    except Unreadable:
        return False


def read(file: File) -> Iterator[Spec]:
    """Yield the container, or what the containers of a pod share."""
    if any(text.startswith(("{%", "<%")) for text, _ in lines(file)):
        raise template("of a unit")
    unit = read_unit(file).filled(_SPECIFIERS if "@" in file.name else {**_SPECIFIERS, **_OF_NO_INSTANCE})
    section = next((section for ending, section in ENDINGS.items() if file.base.endswith(ending)), "")
    section = section or next((section for section in ENDINGS.values() if section in unit.sections), "")
    if section == CONTAINER:
        yield _container(file, unit)
    elif section == POD:
        yield _pod(file, unit)
    elif section == VOLUME:
        yield from _volume(file, unit)
    elif section == KUBE:
        yaml = unit.last(KUBE, "Yaml")
        raise Skipped(f"its pods are in {yaml.text if yaml else 'another file'}: lint that file")


def _container(file: File, unit: Unit) -> Spec:
    spec = _spec(file, unit, CONTAINER, "ContainerName")
    part = _drop_in(file) is not None
    _image(spec, unit, part=part)
    run = _options(spec, unit, CONTAINER)
    optional = [each for each in unit.words(CONTAINER, "AddDevice") if each.text.startswith("-")]
    if optional:
        # Neither are they missing on a host without them, nor is the list of the others all that it gets.
        spec.facts.pop("deployment.hostDevices", None)
        spec.unknown("deployment.hostDevices", f"{optional[0].text} is handed in only where the host has it")
    if unit.last(CONTAINER, "Pod"):
        for path in OF_THE_POD:
            if path not in spec.facts:
                spec.unknown(path, "the unit of its pod may state it")
    _command(spec, unit)
    _variables(spec, unit, run, part=part)
    _defaults(spec, run, part=part)
    return spec


def _pod(file: File, unit: Unit) -> Spec:
    spec = _spec(file, unit, POD, "PodName")
    spec.unknown("deployment.image.ref", "the units of its containers name their images")
    spec.unknown("guest.os.id", "the units of its containers name their images")
    run = _options(spec, unit, POD)
    for path in UNLESS_STATED:
        if path not in (*OF_THE_POD, *spec.facts):
            spec.unknown(path, "the units of its containers may state it")
    _defaults(spec, run, part=_drop_in(file) is not None)
    return spec


def _volume(file: File, unit: Unit) -> Iterator[Spec]:
    """Yield what a volume of Podman mounts of the host, which each container that names it gets."""
    device, kind, flags = (unit.last(VOLUME, key) for key in ("Device", "Type", "Options"))
    words = [*(flags.text.split(",") if flags else ()), kind.text if kind else ""]
    if device is None or not of_the_host(_plain(device)) or not {"bind", "rbind"} & {*words}:
        return
    spec = _spec(file, unit, VOLUME, "VolumeName")
    spec.unknown("deployment.image.ref", "the units that use the volume name their images")
    spec.unknown("guest.os.id", "the units that use the volume name their images")
    text = _plain(device)
    spec.entries("deployment.mounts", [(mount(text, text, read_only="ro" in words), device.span)])
    yield spec


def _spec(file: File, unit: Unit, section: str, name_key: str) -> Spec:
    name = unit.last(section, name_key)
    literal = name if name and not _is_open(name.text) else None
    part = _drop_in(file)
    base = PurePath(file.name).parent.name.removesuffix(".d") if part else file.base
    stem = base.removesuffix(next((end for end in ENDINGS if base.endswith(end)), ""))
    spec = Spec(literal.text if literal else stem, literal.span if literal else unit.sections[section])
    spec.default("deployment.platform.id", "podman", "the format is Podman's", unit.sections[section])
    spec.default("deployment.architecture", "container", "a unit of Quadlet runs in containers")
    return spec


def _image(spec: Spec, unit: Unit, *, part: bool) -> None:
    image = unit.last(CONTAINER, "Image")
    spec.unknown("guest.os.id", "an image's name shows its system only for distributions' own images")
    if image is None and (part or not unit.last(CONTAINER, "Rootfs")):
        spec.unknown("deployment.image.ref", OF_THE_UNIT)
    elif image is None:
        spec.unknown("deployment.image.ref", "the root of its file system is a folder of the host")
    elif _is_open(image.text):
        spec.unknown("deployment.image.ref", filled_in(image.text))
    elif image.text.endswith(ELSEWHERE):
        spec.unknown("deployment.image.ref", f"the unit {image.text} names the image")
    else:
        spec.fact("deployment.image.ref", image.text, image.span)


def _options(spec: Spec, unit: Unit, section: str) -> RunOptions:
    """State what the keys stand for, and what PodmanArgs add."""
    run = RunOptions(spec, of_podman=True)
    if root := unit.last(section, "Rootfs"):
        folder = _plain(root).partition(":")[0]  # options of the mount may follow
        run.option("--volume", f"{folder}:/", root)
    for key, option in OPTIONS.items():
        for word in unit.words(section, key):
            text = _plain(word)
            if key == "Unmask":
                run.option("--security-opt", f"unmask={text}", word)
            else:
                run.option(option, text.removeprefix("-"), word)
    for key, option in REPEATED.items():
        for value in unit.all(section, key):
            run.option(option, _plain(value), value)
            if key == "Network" and value.text == "none":
                spec.fact("deployment.network.exposure", "none", value.span)
    for key, option in SINGLE.items():
        if single := unit.last(section, key):
            run.option(option, _plain(single), single)
    for key, written in SECURITY.items():
        if single := unit.last(section, key):
            run.option("--security-opt", written.format(_plain(single)), single)
    disabled = unit.last(section, "SecurityLabelDisable")
    if disabled and unit.flag(section, "SecurityLabelDisable"):
        run.option("--security-opt", "label=disable", disabled)
    handed = [*unit.words(section, "GlobalArgs"), *unit.words(section, "PodmanArgs")]
    for name, text, at in options((_plain(word), word) for word in handed):
        run.option(name, text, at)
    run.state()
    return run


def _command(spec: Spec, unit: Unit) -> None:
    found = [*unit.arguments(CONTAINER, "Entrypoint"), *unit.arguments(CONTAINER, "Exec")]
    command(spec, [text for text in map(_plain, found) if text], found[-1].span if found else None)


def _variables(spec: Spec, unit: Unit, run: RunOptions, *, part: bool) -> None:
    """State the environment variables of a container. A secret is one where it is asked for as such."""
    found: list[tuple[str, str | None, Span]] = []
    for word in unit.words(CONTAINER, "Environment"):
        name, equals, value = word.text.partition("=")
        found.append((name, value.replace("%%", "%") if equals and not _is_open(value) else None, word.span))
    for secret in unit.all(CONTAINER, "Secret"):
        name, *settings = secret.text.split(",")
        if "type=env" in settings:
            target = next((each.removeprefix("target=") for each in settings if each.startswith("target=")), name)
            found.append((target, None, secret.span))
    more = next((f"{key} sets others, which are not shown" for key in NOT_SHOWN if unit.last(CONTAINER, key)), "")
    spec.environment([*found, *run.variables], more or run.more_variables or (OF_THE_UNIT if part else ""))


def _defaults(spec: Spec, run: RunOptions, *, part: bool) -> None:
    if run.runtime:
        spec.unknown("deployment.mode", f"what the runtime {run.runtime} is, only Podman's configuration knows")
    for path, (value, why) in UNLESS_STATED.items():
        if part and path not in spec.facts:
            spec.unknowns.setdefault(path, OF_THE_UNIT)
        elif path not in spec.unknowns:
            spec.default(path, value, why)


def _is_open(text: str) -> bool:
    """Whether systemd or Podman fills something in."""
    return is_computed(text) or "%" in text.replace("%%", "")


def _plain(value: Value) -> str:
    """Return a text with systemd's own marks; what it fills in (`%h`, `%t`) is marked as a variable is."""
    return "$" + value.text if _is_open(value.text) and not is_computed(value.text) else value.text.replace("%%", "%")
