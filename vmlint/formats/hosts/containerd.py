"""The configuration of containerd: what the handlers of runtime classes really run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.api import File, Span, Spec

_PLUGINS = ("io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "cri")
"""The plugin that talks to Kubernetes, by its names since containerd 2.0, since 1.2, and before."""
_RUNTIMES = re.compile(rb"containerd[\"']?\s{0,9}\.\s{0,9}runtimes\b")
_TYPE = re.compile(r"io\.containerd\.([a-z0-9-]+)\.v[0-9]+")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def recognises(file: File) -> bool:
    """Recognise the tables of its runtimes."""
    return _RUNTIMES.search(file.data) is not None and b"runtime_type" in file.data


def read(file: File) -> Iterator[Spec]:
    """Yield the host that it is of, which it does not name."""
    toml = file.toml
    runs: list[tuple[str, Span]] = []
    without: list[tuple[str, Span]] = []
    spec = Spec("", toml.at())
    for plugin in _PLUGINS:
        path = ("plugins", plugin, "containerd", "runtimes")
        for name, runtime in _table(toml.whole, *path).items():
            program = _program(runtime) if isinstance(runtime, dict) else ""
            if not program or not _NAME.fullmatch(name):
                continue
            runs.append((f"{name}={program}", toml.at(*path, name, "runtime_type")))
            key = "privileged_without_host_devices"
            if runtime.get(key) is True:
                without.append((name, toml.at(*path, name, key)))
    spec.entries("host.runtimes", runs)
    spec.entries("host.runtimesWithoutDevices", without)
    yield spec


def _program(runtime: Mapping[str, Any]) -> str:
    """Return what a runtime runs: the name in its type, or the program that takes the place of runc."""
    match = _TYPE.fullmatch(str(runtime.get("runtime_type", "")))
    other = _table(runtime, "options").get("BinaryName")
    if match and match[1] == "runc" and isinstance(other, str) and other:
        found = other.replace("\\", "/").rpartition("/")[2]
        return found if _NAME.fullmatch(found) else ""
    return match[1] if match else ""


def _table(table: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        inner = table.get(key)
        table = inner if isinstance(inner, dict) else {}
    return table
