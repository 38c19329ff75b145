"""Calling the hooks of one plugin.

Nearly every plugin is a module with plain functions marked ``@hookimpl``. Those are called as pluggy would call them.
Whatever else pluggy accepts or refuses (objects, options, other names, parameters) is left to pluggy itself, which
takes 7 ms to import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType, MethodType, ModuleType
from typing import Any

from vmlint.extend import hooks
from vmlint.extend.hooks import HOOKS, PROJECT
from vmlint.words import did_you_mean, nearest

_MARK = f"{PROJECT}_impl"
Results = Mapping[str, Sequence[Any]]
"""What the hooks of a plugin returned, by name: ``None`` for a hook that returned it, nothing for one it lacks."""


def results(plugin: object, name: str) -> Results:
    """Call the hooks of a plugin. Raises what they raise, and ``ValueError`` for a hook that does not exist."""
    if isinstance(plugin, ModuleType) and (plain := _plain(plugin)):
        return {hook: [plain[hook]()] if hook in plain else [] for hook in HOOKS}
    return _by_pluggy(plugin, name)


def _plain(module: ModuleType) -> Mapping[str, FunctionType]:
    """Return the hooks of a module by name; none where any of them is more than a marked function."""
    found: dict[str, FunctionType] = {}
    for name, member in vars(module).items():
        function: Any = member.__func__ if isinstance(member, MethodType | classmethod | staticmethod) else member
        options = vars(function).get(_MARK) if isinstance(function, FunctionType) else None
        if options is None and name not in HOOKS:
            continue
        plain = function is member and isinstance(options, dict) and not any(options.values())
        if not plain or name not in HOOKS or _takes_parameters(function):
            return {}
        found[name] = function
    return found


def _takes_parameters(function: Any) -> bool:
    code = function.__code__
    return bool(code.co_argcount or code.co_kwonlyargcount) or hasattr(function, "__wrapped__")


def _by_pluggy(plugin: object, name: str) -> Results:
    from pluggy import HookspecMarker, PluginManager

    for hook in HOOKS:
        HookspecMarker(PROJECT)(getattr(hooks, hook))
    manager = PluginManager(PROJECT)  # one for each plugin, so that it is known which plugin each thing comes from
    manager.add_hookspecs(hooks)
    manager.register(plugin, name)
    for known in vars(manager.hook):
        if known[0] != "_" and known not in HOOKS:
            hint = did_you_mean(nearest(known, HOOKS), f"the hooks are {', '.join(HOOKS)}")
            raise ValueError(f"there is no hook {known}(); {hint}")
    found: dict[str, Sequence[Any]] = {}
    for hook in HOOKS:
        caller = getattr(manager.hook, hook)
        returned = caller()
        # pluggy drops results that are None
        found[hook] = returned if len(returned) == len(caller.get_hookimpls()) else [None]
    return found
