"""What a Compose service mounts of its host: by a path, by a volume, a config or a secret that is one, by a word."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from vmlint.api import Cursor

from .computed import by_default, is_computed
from .containers import mount, of_the_host

_VARIABLE = re.compile(r"(?<!\$)\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")
ENGINE_SOCKET = "/var/run/docker.sock"


def mounts(service: Cursor, root: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Yield each mount in one line, also one whose source is filled in elsewhere, with the cursor that names it.

    ``root`` is the file, whose volumes, configs and secrets a service names.
    """
    for each in service.at("volumes").items:
        text = _mount(each)
        for found in [text] if text is not None else _by_volume(each, root):
            yield found, each.at("source") or each
    for kind, folder in (("configs", "/"), ("secrets", "/run/secrets/")):
        for each in service.at(kind).items:
            name = each.at("source").text or each.text or ""
            file = by_default(root.at(kind, name, "file").text or "")
            if file and _leads_out(file):
                yield (
                    mount(file, each.at("target").text or f"{folder}{name}", read_only=True),
                    each.at("source") or each,
                )
    if service.at("use_api_socket").flag:
        yield mount(ENGINE_SOCKET, ENGINE_SOCKET, read_only=False), service.at("use_api_socket")


def _leads_out(file: str) -> bool:
    """Whether a path is not that of a file of the project."""
    return (not file.startswith(".") and of_the_host(file)) or posixpath.normpath(file).startswith("..")


def _mount(volume: Cursor) -> str | None:
    if volume.text:
        text = _with_literal_source(volume.text)
        kept = is_computed(text) or (of_the_host(text) and _has_source(text))
        return text if kept else None
    source, target = volume.at("source").text, volume.at("target").text or ""
    if not source or volume.at("type").text not in ("bind", "npipe", None):
        return None
    if volume.at("type").text is None and not is_computed(source) and not of_the_host(source):
        return None
    return mount(source, target, read_only=bool(volume.at("read_only").flag))


def _with_literal_source(text: str) -> str:
    """Return a mount without the variables behind its source, where that has none: the source decides."""
    source, colon, rest = text.partition(":")
    return text if is_computed(source) else f"{source}{colon}{_VARIABLE.sub('', rest)}"


def _has_source(text: str) -> bool:
    """Whether a mount names a source; a path in the container alone gets a volume without a name."""
    drive = re.match(r"[a-zA-Z]:[\\/]", text)
    return ":" in text[2 if drive else 0 :]


def _by_volume(volume: Cursor, root: Cursor) -> Iterator[str]:
    """Yield the mounts of a volume with a name, where its driver makes it of paths of the host, as ``mount`` would."""
    name, colon, rest = (volume.text or "").partition(":")
    if not volume.text:
        name, rest = volume.at("source").text or "", volume.at("target").text or ""
    options = root.at("volumes", name, "driver_opts")
    device, kind, flags = (by_default(options.at(key).text or "") for key in ("device", "type", "o"))
    words = flags.split(",")
    if kind == "overlay":
        sources = [
            path for key, paths in (word.split("=", 1) for word in words if "=" in word) for path in _layers(key, paths)
        ]
    elif device and of_the_host(device) and ({"bind", "rbind"} & {*words, kind} or device.startswith("/dev/")):
        sources = [device]
    else:
        return
    read_only = "ro" in words or bool(volume.at("read_only").flag)
    for source in sources:
        if colon and not read_only:
            yield f"{source}:{rest}"
        else:
            yield mount(source, rest.partition(":")[0], read_only=read_only)


def _layers(key: str, paths: str) -> list[str]:
    """Return the folders of the host that an option of an overlay names."""
    return paths.split(":") if key == "lowerdir" else [paths] if key == "upperdir" else []
