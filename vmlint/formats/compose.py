"""Compose files, and what `docker compose config` makes of them: every service is a workload in a container.

The format is that of Docker, whose engine uses runc unless a service names another runtime. Podman reads it too and
shares a kernel in the same way. On a Mac or a Windows desktop the containers run in a hidden Linux machine, and the
file does not name its product, so there the platform stays open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from vmlint.api import Cursor, File, Problem, Skipped, Spec, Unreadable, Written, limits

from .shared.amounts import binary_size
from .shared.compose_files import MADE_OF, as_one, completes, extended, is_compose, refuse_values, services_of, unseen
from .shared.compose_helpers import by_helpers, set_parameters
from .shared.compose_mounts import mounts
from .shared.compose_variables import more_variables
from .shared.compose_words import hints_of, labels_of, take_waivers
from .shared.computed import by_default, filled_in, is_computed, state, state_image
from .shared.containers import (
    USUAL,
    Listed,
    capability,
    confinement_off,
    mode_of,
    named_pairs,
    own_profile,
    words,
)
from .shared.demands import own_parameters, published, runtime_by_name, set_of_cpus
from .shared.paths import GPU, UNCONFINED
from .shared.templates import is_template_of_yaml, template
from .shared.variables import variables

WRITTEN = {
    # Names that an engine takes without more: that of containerd's shim for Kata, and the one that gVisor registers.
    "deployment.mode": Written({"kata": "io.containerd.kata.v2", "gvisor": "runsc"}, line="runtime: {}"),
}

NAMESPACES = {"pid": "pid", "ipc": "ipc", "network_mode": "network"}
ISOLATION = frozenset({"process", "hyperv"})
SYSTEMS = frozenset({"linux", "windows", "darwin", "freebsd"})
"""What `platform` may name without a CPU."""

_MERGING = {"!override": True, "!reset": False}
"""Tags that say how files are merged: the value behind one stands in place of another, or takes another away."""

UNLESS_STATED: dict[str, tuple[bool | tuple[str, ...], str]] = {
    "deployment.privileged": (False, "a service is not privileged unless it sets `privileged`"),
    "deployment.capabilities": ((), "a service has the engine's usual capabilities unless it adds some"),
    UNCONFINED: ((), "a service keeps the engine's confinements unless it switches one off"),
    "deployment.hostNamespaces": ((), "a service has its own namespaces unless it shares the host's"),
    "deployment.mounts": ((), "nothing of the host is mounted unless the service mounts it"),
    "deployment.hostDevices": ((), "a service has no device of the host unless it lists it"),
    "deployment.sysctls": ((), "a service has the engine's kernel parameters unless it sets its own"),
    "deployment.ulimits": ((), "a service has the engine's limits unless it sets its own"),
}


def recognises(file: File) -> bool:
    """Recognise a Compose file by its services: each a block, and no other keys than Compose has."""
    return is_compose(file)


def read(file: File) -> Iterator[Spec]:
    """Yield a workload for each service."""
    whole = "override" not in file.base.lower()
    others: list[str] = []
    for root in as_one(_roots(file)):
        others += unseen(root, file)
        refuse_values(file, root)
        hints = list(hints_of(root.at("x-vmlint")))
        services = extended(services_of(root, file), file)
        waivers = root.at("x-vmlint", "waivers")
        if len(waivers.items) * len(services) > limits.YAML_EXPANDED:
            message = f"these waivers are for more than {limits.YAML_EXPANDED // len(waivers.items)} services"
            raise Unreadable(Problem("VM904", message, waivers.span))
        on_the_host = by_helpers(services) if b"sysctl" in file.data else {}
        for name, service in services.items():
            if service.entries.keys() & MADE_OF or (service.entries and not service.at("provider")):
                spec = _service(name, service, root, whole=whole and bool(service.entries.keys() & MADE_OF))
                set_parameters(spec, on_the_host)
                _networks(spec, root.at("networks"), service.at("networks"))
                spec.hints += [*hints, *hints_of(service.at("x-vmlint")), *labels_of(service.at("labels"))]
                for block in (root, service):
                    take_waivers(spec, block.at("x-vmlint", "waivers"))
                yield spec
        if completes(root):
            raise Skipped("it has no services: it completes another Compose file, which is not judged together with it")
    if others:
        raise Skipped(f"it includes {', '.join(others)[:200]}, where no search looks: lint that by its name, too")


def _roots(file: File) -> list[Cursor]:
    try:
        return file.yaml
    except Unreadable as error:
        if error.problem.code == "VM905":
            with suppress(Unreadable):
                return file.yaml_with(_MERGING)
        if is_template_of_yaml(file.text, error):
            raise template("of a Compose file") from None
        raise


def _service(name: str, service: Cursor, root: Cursor, *, whole: bool) -> Spec:
    spec = Spec(name, service.span)
    spec.default("deployment.architecture", "container", "each service of a Compose file runs in containers")
    _image(spec, service)
    likely = service.rewritten(by_default)  # what an engine does unless somebody sets the variables
    _platform(spec, likely)
    _access(spec, likely, root)
    _resources(spec, service)
    _limits(spec, service)
    _demands(spec, service)
    spec.environment(variables(service.at("environment")), more_variables(service, whole=whole))
    _instances(spec, service)
    if service.at("network_mode").text == "none":
        spec.fact("deployment.network.exposure", "none", service.at("network_mode").span)
    if service.at("extends"):
        for path in UNLESS_STATED:
            spec.unknown(path, "`extends` includes the settings of another service")
    elif whole and service.entries.keys() & MADE_OF:
        for path, (value, why) in UNLESS_STATED.items():
            if path not in spec.unknowns:
                spec.default(path, value, why)
    return spec


def _networks(spec: Spec, networks: Cursor, chosen: Cursor) -> None:
    """State what makes the networks of a service, where the file says it."""
    names = [*chosen.entries, *(each.text for each in chosen.items if each.text)]
    drivers = Listed(spec, "deployment.network.drivers")
    for name in names:
        drivers.add(networks.at(name, "driver").text, networks.at(name, "driver"))
    drivers.state()


def _image(spec: Spec, service: Cursor) -> None:
    image, build = service.at("image"), service.at("build")
    if build:
        # With `build`, `image` is the name of the result and is not pulled.
        spec.unknown("deployment.image.ref", "the image is built from a Dockerfile")
        spec.unknown("guest.os.id", "the image is built from a Dockerfile, which names its base")
        offered = Listed(spec, "deployment.image.platforms")
        for each in build.at("platforms").items:
            offered.add(each.text, each)
        if not offered.left_out:
            offered.state(build.at("platforms"))
        return
    state_image(spec, image)
    spec.unknown("guest.os.id", "an image's name shows its system only for distributions' own images")


def _platform(spec: Spec, service: Cursor) -> None:
    runtime, isolation, platform = service.at("runtime"), service.at("isolation"), service.at("platform")
    if platform.text in SYSTEMS:
        spec.fact("guest.os.family", platform.text, platform.span)
    else:
        state(spec, "guest.platform", platform)
    if isolation.text in ISOLATION:
        spec.fact("guest.os.family", "windows", isolation.span)
        spec.fact("deployment.mode", isolation.text, isolation.span)
    mode = mode_of(runtime.text)
    if mode:
        spec.fact("deployment.mode", mode, runtime.span)
    reason = (
        "`extends` may bring in another runtime"
        if service.at("extends") and not (runtime or isolation)
        else f"what the runtime {runtime.text} is, only the engine's configuration knows"
        if runtime.text and not mode and runtime.text not in USUAL
        else "a WebAssembly module is no container of the usual kind"
        if (platform.text or "").startswith("wasi")
        else ""
    )
    if reason:
        spec.unknown("deployment.mode", reason)
        spec.unknown("deployment.platform.id", reason)
    else:
        why = "Compose is the format of Docker, which takes its usual runtime unless the service names another"
        spec.default("deployment.platform.id", "docker", why, on=("linux",))


def _access(spec: Spec, service: Cursor, root: Cursor) -> None:
    """State what reaches the host."""
    hooks = [*service.at("post_start").items, *service.at("pre_stop").items]  # what runs in the container, too
    privileged = next((each for hook in hooks if (each := hook.at("privileged")).flag), service.at("privileged"))
    if privileged.flag or (privileged.flag is not None and not is_computed(service.at("privileged").text)):
        spec.fact("deployment.privileged", privileged.flag, privileged.span)
    elif privileged:
        spec.unknown("deployment.privileged", "it is filled in elsewhere")
    capabilities = Listed(spec, "deployment.capabilities")
    for each in service.at("cap_add").items:
        capabilities.add(capability(each.text), each)
    capabilities.state(service.at("cap_add"))
    switched_off = Listed(spec, UNCONFINED)
    for each in service.at("security_opt").items:
        switched_off.add(each.text if is_computed(each.text) else confinement_off(each.text), each)
    switched_off.state(service.at("security_opt"))
    namespaces = Listed(spec, "deployment.hostNamespaces")
    for key, namespace in NAMESPACES.items():
        text = service.at(key).text
        namespaces.add(namespace if text == "host" else text if is_computed(text) else None, service.at(key))
    namespaces.state()
    mounted = Listed(spec, "deployment.mounts")
    for text, each in mounts(service, root):
        mounted.add(text, each)
    mounted.state(service.at("volumes"))
    devices = Listed(spec, "deployment.hostDevices")
    for each in service.at("devices").items:
        source = each.at("source")
        devices.add(source.text if source else _before_colon(each.text), source or each)
    devices.state(service.at("devices"))
    _gpu(spec, service)


def _before_colon(text: str | None) -> str | None:
    return text if is_computed(text) else text.partition(":")[0] if text else None


def _gpu(spec: Spec, service: Cursor) -> None:
    gpus = service.at("gpus")
    if service.at("runtime").text == "nvidia":
        spec.fact(GPU, "shared", service.at("runtime").span)
    if gpus.text == "all" or gpus.items:
        spec.fact(GPU, "shared", gpus.span)
    for device in service.at("deploy", "resources", "reservations", "devices").items:
        if {"gpu", "nvidia"} & set(device.at("capabilities").texts):
            spec.fact(GPU, "shared", device.at("capabilities").span)


def _resources(spec: Spec, service: Cursor) -> None:
    limits = service.at("deploy", "resources", "limits")
    cpus = limits.at("cpus") or service.at("cpus")
    if cpus.number and cpus.number > 0:
        spec.fact("resources.cpu", cpus.text, cpus.span)
    elif is_computed(cpus.text):
        spec.unknown("resources.cpu", filled_in(cpus.text))
    size = limits.at("memory") or service.at("mem_limit")
    if binary_size(size.text):
        spec.fact("resources.memory", binary_size(size.text), size.span)
    elif is_computed(size.text):
        spec.unknown("resources.memory", filled_in(size.text))


def _limits(spec: Spec, service: Cursor) -> None:
    """State the parameters, limits and profile that the engine sets for a container, and the command it starts."""
    for key, path in (("sysctls", "deployment.sysctls"), ("ulimits", "deployment.ulimits")):
        pairs = Listed(spec, path)
        for text, at in named_pairs(service.at(key)):
            pairs.add(text, at)
        pairs.state(service.at(key))
    size = service.at("shm_size")
    if binary_size(size.text):
        spec.fact("deployment.sharedMemory", binary_size(size.text), size.span)
    for each in service.at("security_opt").items:
        if profile := own_profile(each.text):
            spec.fact("deployment.seccompProfile", profile, each.span)
    words(spec, service.at("entrypoint"), service.at("command"))


def _demands(spec: Spec, service: Cursor) -> None:
    """State what the service demands of its host beside that: CPUs by number, a runtime by name, ports below 1024."""
    stated = spec.facts.get("deployment.sysctls")
    own_parameters(spec, stated.entries.items() if stated else ())
    set_of_cpus(spec, service.at("cpuset").text, service.at("cpuset"))
    runtime_by_name(spec, service.at("runtime").text, service.at("runtime"))
    for port in service.at("ports").items:
        exact = port.at("published")
        published(spec, exact.text if exact else port.text, exact or port, exact=bool(exact))


def _instances(spec: Spec, service: Cursor) -> None:
    deploy = service.at("deploy")
    if deploy.at("mode").text in ("global", "global-job"):
        spec.fact("deployment.placement", "one-per-host", deploy.at("mode").span)
        spec.unknown("instances", "one on each node")
        return
    replicas = deploy.at("replicas") or service.at("scale")
    if isinstance(replicas.number, int):
        spec.fact("instances", replicas.number, replicas.span)
    else:
        spec.unknown("instances", "`docker compose up --scale` decides where the file does not")
