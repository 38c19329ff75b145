"""Which environment variables, and settings in their place, a service of a Compose file may have unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Cursor

from .variables import HOLDS_SETTINGS, holds_settings

NOT_SHOWN = {
    "env_file": "`env_file` names files of variables, which are not read",
    "extends": "`extends` includes the variables of another service",
    "configs": "`configs` puts files into the container, which can set what variables set",
}
"""Keys of a service, each with why it may have variables that the file does not show."""


def more_variables(service: Cursor, *, whole: bool) -> str:
    """Return why a service may have variables that the file does not show; empty where it has none."""
    given = service.entries.keys()
    for key, why in NOT_SHOWN.items():
        if key in given and service.at(key):
            return why
    for path in _covered(service):
        if holds_settings(path):
            return HOLDS_SETTINGS.format(path)
    return "" if whole else "the file that this one completes may set others"


def _covered(service: Cursor) -> Iterator[str]:
    """Yield the paths in the container that volumes, secrets and temporary folders lie over."""
    given = service.entries.keys()
    for key in ("volumes", "secrets"):
        for each in service.at(key).items if key in given else ():
            text = each.text
            yield _target(text) if text else each.at("target").text or ""
    if "tmpfs" in given:
        tmpfs = service.at("tmpfs")
        for text in (tmpfs.text, *tmpfs.texts):
            yield (text or "").partition(":")[0]


_OPTIONS = re.compile(r":[a-zA-Z,]+$")
"""Options behind a mount in one line."""


def _target(mount: str) -> str:
    """Return the path in the container of a mount in one line: ``/etc/acme`` of ``settings:/etc/acme:ro``."""
    return _OPTIONS.sub("", mount).rpartition(":")[2]
