"""What tells a Compose file from others that have services: its name, or its services and the keys beside them."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Collection

from vmlint.api import Cursor, File, Problem, Skipped, Unreadable, limits

from .computed import by_default, is_computed

NAMES = (
    "compose.yaml",
    "compose.yml",
    "compose.*.y*ml",
    "*docker-compose*.y*ml",
    "docker-stack*.y*ml",
)
TOP = frozenset({"version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models"})
"""Keys that a Compose file may have at its top, beside its own extensions (x-...)."""

MADE_OF = frozenset({"image", "build", "extends"})
"""Keys of a service of which it needs one. A service without any is completed by another file."""

USUAL = frozenset({
    "cap_add", "command", "container_name", "depends_on", "deploy", "devices", "entrypoint", "env_file", "environment",
    "healthcheck", "network_mode", "networks", "ports", "privileged", "restart", "security_opt", "volumes",
})  # fmt: skip
"""Keys that services often have beside these."""
OF_SERVICES = MADE_OF | USUAL | frozenset({
    "annotations", "attach", "blkio_config", "cap_drop", "cgroup", "cgroup_parent", "configs", "cpu_count",
    "cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpus", "cpuset",
    "credential_spec", "develop", "device_cgroup_rules", "dns", "dns_opt", "dns_search", "domainname", "expose",
    "external_links", "extra_hosts", "gpus", "group_add", "hostname", "init", "ipc", "isolation", "label_file",
    "labels", "links", "logging", "mac_address", "mem_limit", "mem_reservation", "mem_swappiness", "memswap_limit",
    "models", "oom_kill_disable", "oom_score_adj", "pid", "pids_limit", "platform", "post_start", "pre_stop",
    "profiles", "provider", "pull_policy", "read_only", "runtime", "scale", "secrets", "shm_size", "stdin_open",
    "stop_grace_period", "stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "use_api_socket", "user",
    "userns_mode", "uts", "volumes_from", "working_dir",
})  # fmt: skip
"""All keys of a service (compose-spec, 2026-12-01)."""
_TELLING = frozenset({"privileged", "pid", "ipc", "uts", "cgroup", "volumes", "devices", "sysctls", "tmpfs"})
"""Keys of services that hardly any other file has, beside those of two words (``cap_add``)."""
_KEY = re.compile(r"""^(?P<indent> *)(?P<quote>["']?)(?P<key>[A-Za-z][\w.-]*)(?P=quote)[ \t]*:(?=\s|$)""", re.MULTILINE)
"""A line of YAML that begins with a key."""

_IMAGE = re.compile(r"(?!.*\.(?:png|jpe?g|svg|webp|gif|avif)$)[\w$]\S*", re.IGNORECASE)
"""An image of a container, also one with variables; in data of websites, services have pictures."""


def is_compose(file: File) -> bool:
    """Whether a file is one by its services, or is broken and has the name of one."""
    named = is_named(file)
    if any((found := services_of(root, file)) and (named or _is_full(root, found)) for root in file.outline):
        return True
    if _has_usual_name(file) and any(unseen(root, file) or completes(root) for root in file.outline):
        return True
    if file.documents or not _is_yaml(file) or b"services" not in file.searchable:
        return False
    return named or _says_so(file.text)


def _says_so(text: str) -> bool:
    """Whether the lines of a text that is not YAML are those of a Compose file: its break may be above its services.

    Its top keys are those of Compose, and a service has an image or a build, and another key of a service.
    """
    keys = [(len(match["indent"]), match["key"]) for match in _KEY.finditer(text)]
    if any(not indent and _is_foreign(key) for indent, key in keys):
        return False
    services: dict[str, set[str]] = {}
    path: list[tuple[int, str]] = []
    for indent, key in keys:
        while path and path[-1][0] >= indent:
            path.pop()
        path.append((indent, key))
        if len(path) == 3 and path[0][1] == "services":
            services.setdefault(path[1][1], set()).add(key)
    return any(found & MADE_OF and found & USUAL for found in services.values())


def _is_yaml(file: File) -> bool:
    return file.base.lower().endswith((".yaml", ".yml"))


def is_named(file: File) -> bool:
    """Whether a file has the name of a Compose file."""
    return "compose" in file.base.lower() or _has_usual_name(file)


def _has_usual_name(file: File) -> bool:
    return any(fnmatch.fnmatchcase(file.base.lower(), name) for name in NAMES)


def services_of(root: Cursor, file: File) -> dict[str, Cursor]:
    """Return the services of a document; none where it, or one that is made of nothing, has keys that Compose has not.

    What has the usual name of a Compose file is one: another file may say what its services are made of, and some tools
    pass over the keys that they do not know.
    """
    found = root.at("services").entries
    if _has_usual_name(file) and any(service.entries for service in found.values()):
        return found
    if any(map(_is_foreign, root.entries)):
        return {}
    if any(service.entries.keys() & MADE_OF for service in found.values()):
        return found
    return found if not file.base.lower().startswith("values") and _is_part(found.values()) else {}


def _is_part(services: Collection[Cursor]) -> bool:
    """Whether services have keys of Compose alone: what they are made of stands in a file that names this one.

    Another file extends them or includes both, or a command names several files.
    """
    keys = [key for service in services for key in service.entries if not key.startswith("x-")]
    telling = any(key in _TELLING or "_" in key for key in keys)
    return telling and OF_SERVICES.issuperset(keys) and not any(service.is_list for service in services)


def refuse_values(file: File, root: Cursor) -> None:
    """Skip what may be values of a Helm chart as well: by its name, where its services have nothing but images."""
    if file.base.lower().startswith("values") and not is_named(file) and not _has_more(root, services_of(root, file)):
        raise Skipped("its services have images alone, which values of a Helm chart may have: name it compose.yaml")


def _is_full(root: Cursor, services: dict[str, Cursor]) -> bool:
    """Whether services are more than names of images, or each is one that can be started: in other files, few are."""
    return _has_more(root, services) or all(
        _IMAGE.fullmatch(service.at("image").text or "") or service.at("build").given for service in services.values()
    )


def _has_more(root: Cursor, services: dict[str, Cursor]) -> bool:
    return len(root.entries) > 1 or any(service.entries.keys() - {"image"} for service in services.values())


_DEPTH = 16
"""Services that extend each other in a row."""
_REPLACED = frozenset({"command", "entrypoint", "extends"})
"""Keys whose value is not joined with that of the extended service."""


_COMPLETES = frozenset({"volumes", "configs", "secrets"})
"""Keys by which a file can give the services of another one more of the host."""


def completes(root: Cursor) -> bool:
    """Whether a document has no services, but says what those of another file mount."""
    return not (root.at("services").entries or any(map(_is_foreign, root.entries))) and any(
        root.at(key).entries for key in _COMPLETES
    )


def as_one(roots: list[Cursor]) -> list[Cursor]:
    """Return the documents of a file, those of Compose laid over each other: docker compose takes them for one."""
    ours = [root for root in roots if root.entries and not any(_is_foreign(key) for key in root.entries)]
    if len(ours) < 2:
        return roots
    whole = ours[0]
    for root in ours[1:]:
        whole = root.over(whole, _REPLACED)
    return [whole, *(root for root in roots if root not in ours)]


def _is_foreign(key: str) -> bool:
    return key not in TOP and not key.startswith("x-")


def extended(services: dict[str, Cursor], file: File) -> dict[str, Cursor]:
    """Return services with what they take from others of the same file. ``extends`` stays where it names another.

    Raises ``Unreadable`` where that is very much.
    """
    taken = _Taken(services, file)
    return {name: taken.whole(service, _DEPTH) for name, service in services.items()}


class _Taken:
    """Counts what services take from others, which is as much for each of them."""

    def __init__(self, services: dict[str, Cursor], file: File) -> None:
        self._services, self._file = services, file
        self._left = limits.YAML_EXPANDED

    def whole(self, service: Cursor, left: int) -> Cursor:
        extends = service.at("extends")
        name, other = extends.at("service").text or extends.text or "", extends.at("file").text
        if not left or name not in self._services or (other or self._file.base).rpartition("/")[2] != self._file.base:
            return service
        base = self.whole(self._services[name], left - 1)
        self._left -= sum(len(each.entries) + len(each.items) + 1 for each in base.entries.values())
        if self._left < 0:
            message = f"what services extend is more than {limits.YAML_EXPANDED} values, together"
            raise Unreadable(Problem("VM904", message, extends.span))
        return service.without("extends").over(base, _REPLACED)


def unseen(root: Cursor, file: File) -> list[str]:
    """Return the files that a document includes, or whose services it extends, and that no search of folders finds."""
    named = [each for entry in root.at("include").items for each in (entry, entry.at("path"), *entry.at("path").items)]
    named += [service.at("extends", "file") for service in root.at("services").entries.values()]
    texts = dict.fromkeys(by_default(each.text) for each in named if each.text)
    return [text for text in texts if is_computed(text) or not _is_found(text, file)]


def _is_found(name: str, file: File) -> bool:
    """Whether a search finds a file that another one names. None looks above the folder in which it began."""
    place = posixpath.normpath(posixpath.join(posixpath.dirname(file.name), name))
    if name.startswith(("/", "~", "github.com/")) or place.startswith(".."):
        return False
    *folders, base = name.split("/")
    hidden = any(each.startswith(".") and each not in (".", "..") for each in (*folders, base))
    return base.lower().endswith((".yaml", ".yml")) and not hidden and not _OF_OTHERS & {*folders} and ":" not in name


_OF_OTHERS = frozenset({"node_modules", "vendor", "third_party", "venv", "site-packages", "__pycache__"})
"""Folders of other people's code, which a search leaves out."""
