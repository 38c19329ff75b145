"""Finding and loading plugins: rules and catalogue data come in through the entry-point group ``vmlint``.

vmlint's own rules are one plugin among others. A plugin that fails to load is reported and takes nothing else down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pluggy

from vmlint import hookspecs
from vmlint.catalog import BUILTIN, Catalog, nearest
from vmlint.plugin_data import check_folder, folder_of
from vmlint.rule import Rule, told, validate
from vmlint.structure import STRUCTURE

GROUP = "vmlint"


class Plugin(NamedTuple):
    """A plugin that was found, and what became of it."""

    name: str
    distribution: str
    version: str
    rules: int = 0
    folders: int = 0
    error: str = ""
    """Why it did not load; empty where it did."""

    @property
    def owner(self) -> str:
        """How its rules name it: ``acme-rules 1.5``."""
        return f"{self.distribution} {self.version}"


class Installed(NamedTuple):
    """Everything that the installed plugins bring."""

    rules: tuple[Rule, ...]
    """Sorted by code."""
    catalog: Catalog
    plugins: tuple[Plugin, ...]

    @property
    def failures(self) -> tuple[Plugin, ...]:
        """The plugins that did not load."""
        return tuple(plugin for plugin in self.plugins if plugin.error)


def load() -> Installed:
    """Load every plugin of the entry-point group, one at a time: one that fails leaves nothing behind."""
    from importlib.metadata import entry_points

    plugins: list[Plugin] = []
    rules: dict[str, Rule] = {}
    catalog = Catalog(((BUILTIN, ""),))
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name != "builtin", point.name))
    for point in points:
        distribution = point.dist.name if point.dist else "unknown"
        version = point.dist.version if point.dist else "unknown"
        about = Plugin(point.name, distribution, version)
        try:
            own, folders = _bring_in(point.load(), about)
            together = _with_rules(rules, own, about)
            wider = _with_folders(catalog, folders, about)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever a plugin does wrong, be it sys.exit(0) while it is
            plugins.append(about._replace(error=told(error)))  # imported, must not take the run down
            continue
        rules, catalog = together, wider
        plugins.append(about._replace(rules=len(own), folders=len(folders)))
    return Installed(tuple(rules[code] for code in sorted(rules)), catalog, tuple(plugins))


def _bring_in(module: object, about: Plugin) -> tuple[list[Rule], list[Path]]:
    # A manager of its own for each plugin, so that what one brings is known to be its own.
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    hooks = [name for name in vars(manager.hook) if name[0] != "_"]
    manager.register(module, about.name)
    for name in vars(manager.hook):
        if name[0] != "_" and name not in hooks:
            near = nearest(name, hooks)
            hint = f"did you mean {near}()?" if near else f"the hooks are {', '.join(hooks)}"
            raise ValueError(f"there is no hook {name}(); {hint}")
    rules: list[Rule] = list(_brought(manager, "vmlint_rules", "rules"))
    folders = [folder_of(folder) for folder in _brought(manager, "vmlint_catalog", "folders")]
    if not rules and not folders:
        bare = [name for name in hooks if hasattr(module, name) and not getattr(manager.hook, name).get_hookimpls()]
        hint = f"; decorate {bare[0]}() with @hookimpl" if bare else ""
        raise ValueError(f"it brings neither rules nor catalogue data{hint}")
    return rules, folders


def _brought(manager: pluggy.PluginManager, name: str, what: str) -> Iterator[Any]:
    hook = getattr(manager.hook, name)
    results = hook()
    if len(results) < len(hook.get_hookimpls()):  # pluggy leaves out those that are None
        raise TypeError(f"{name}() returned None, not a list of {what}")
    for result in results:
        # A text and a rule can be iterated over, but what comes out was never meant.
        if not isinstance(result, Iterable) or isinstance(result, str | bytes | Rule):
            raise TypeError(f"{name}() returned {result!r}, not a list of {what}")
        yield from result


def _with_rules(known: Mapping[str, Rule], own: Iterable[Rule], about: Plugin) -> dict[str, Rule]:
    """Return the known rules and a plugin's own, in which every code and every name stands for one."""
    rules = dict(known)
    for rule in own:
        if not isinstance(rule, Rule):
            raise TypeError(f"vmlint_rules() yielded {rule!r}, which is not a rule made by vmlint.api.rule")
        validate(rule)
        others = (*rules.values(), *STRUCTURE.values())
        _refuse_taken("code", rule.code, next((other for other in others if other.code == rule.code), None), about)
        if rule.code.startswith("VM") and about.name != "builtin":
            raise ValueError(f"rule code {rule.code}: codes that begin with VM are vmlint's own; choose another prefix")
        _refuse_taken("name", rule.name, next((other for other in others if other.name == rule.name), None), about)
        rules[rule.code] = rule._replace(plugin=about.owner)
    return rules


def _refuse_taken(part: str, word: str, other: Rule | None, about: Plugin) -> None:
    if other is not None:
        own = f"another rule of the same plugin ({other.code} {other.name})"
        raise ValueError(f"rule {part} {word} is taken by {own if other.plugin == about.owner else other.plugin}")


def _with_folders(catalog: Catalog, folders: Iterable[Path], about: Plugin) -> Catalog:
    """Return the catalogue with a plugin's folders, each checked against all that were there before it."""
    for folder in folders:
        check_folder(folder, catalog)
        catalog = Catalog((*catalog.folders, (folder, f"plugin {about.name}")))
    return catalog


def select(rules: Sequence[Rule], chosen: Iterable[str], ignored: Iterable[str]) -> tuple[tuple[Rule, ...], list[str]]:
    """Choose rules by code, prefix of a code, or name.

    Returns the rules and the words that chose nothing. An optional rule needs its whole code or name, or ``ALL``.
    """
    chosen, ignored = tuple(chosen), tuple(ignored)
    known = (*rules, *STRUCTURE.values())
    unknown = [word for word in (*chosen, *ignored) if not any(_matches(rule, word) for rule in known)]
    kept = tuple(rule for rule in rules if _chosen(rule, chosen) and not any(_matches(rule, word) for word in ignored))
    return kept, unknown


def _chosen(rule: Rule, chosen: tuple[str, ...]) -> bool:
    if rule.optional:
        return any(word.upper() in (rule.code, "ALL") or word == rule.name for word in chosen)
    return not chosen or any(_matches(rule, word) for word in chosen)


def _matches(rule: Rule, word: str) -> bool:
    return word == rule.name or rule.code.startswith(word.upper()) or word.upper() == "ALL"
