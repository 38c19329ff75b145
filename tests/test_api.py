"""The public API: what plugins import is listed here, so that no change is unnoticed."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from vmlint import api


def described(name: str) -> str:
    """A name with its parameters or its public members."""
    value = getattr(api, name)
    if inspect.isfunction(value):
        return f"{name}({', '.join(inspect.signature(value).parameters)})"
    if not inspect.isclass(value):
        return name
    members = [member for member in dir(value) if member[0] != "_" and member not in dir(value.__mro__[1])]
    return f"class {name}: {', '.join(members)}"


def test_what_plugins_import(golden: Callable[[str, str], None]) -> None:
    golden("api.txt", "\n".join(map(described, api.__all__)) + "\n")


def test_every_name_is_there_and_nothing_else_is_offered() -> None:
    assert api.__all__ == sorted(api.__all__)
    assert all(hasattr(api, name) for name in api.__all__)
    assert not hasattr(api, "Tower")
