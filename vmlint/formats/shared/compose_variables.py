"""Which environment variables, and settings in their place, a service of a Compose file may have unseen."""

from __future__ import annotations

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
    if why := next((why for key, why in NOT_SHOWN.items() if service.at(key)), ""):
        return why
    if covered := next((path for path in _covered(service) if holds_settings(path)), ""):
        return HOLDS_SETTINGS.format(covered)
    return "" if whole else "the file that this one completes may set others"


def _covered(service: Cursor) -> Iterator[str]:
    """Yield the paths in the container that volumes, secrets and temporary folders lie over."""
    for each in (*service.at("volumes").items, *service.at("secrets").items):
        yield each.at("target").text or _target(each.text or "")
    tmpfs = service.at("tmpfs")
    for text in (tmpfs.text, *tmpfs.texts):
        yield (text or "").partition(":")[0]


def _target(mount: str) -> str:
    """Return the path in the container of a mount in one line: the last part that begins with a slash."""
    return next((part for part in reversed(mount.split(":")) if part.startswith("/")), "")
