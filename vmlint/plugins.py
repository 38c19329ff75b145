"""Finding and loading plugins: rules and catalogue data come in through the entry-point group ``vmlint``.

vmlint's own rules are one plugin among others. A plugin that fails to load is reported and takes nothing else down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pluggy

from vmlint import hookspecs
from vmlint.catalog import BUILTIN, Catalog
from vmlint.rule import CODE, Rule
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
    """Load every plugin of the entry-point group, one at a time."""
    from importlib.metadata import entry_points

    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    plugins: list[Plugin] = []
    rules: dict[str, Rule] = {}
    folders: list[tuple[Path, str]] = [(BUILTIN, "")]
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name != "builtin", point.name))
    for point in points:
        distribution = point.dist.name if point.dist else "unknown"
        version = point.dist.version if point.dist else "unknown"
        about = Plugin(point.name, distribution, version)
        try:
            found_rules, found_folders = _bring_in(manager, point.load(), point.name)
            own = [_checked(rule, rules, about) for rule in found_rules]
        except Exception as error:  # noqa: BLE001 - whatever a plugin does wrong must not take the run down
            plugins.append(about._replace(error=f"{type(error).__name__}: {error}"))
            continue
        rules |= {rule.code: rule for rule in own}
        folders += [(folder, f"plugin {point.name}") for folder in found_folders]
        plugins.append(about._replace(rules=len(own), folders=len(found_folders)))
    return Installed(tuple(rules[code] for code in sorted(rules)), Catalog(folders), tuple(plugins))


def _bring_in(manager: pluggy.PluginManager, module: object, name: str) -> tuple[list[Rule], list[Path]]:
    manager.register(module, name)
    # Only this plugin's implementations, so that what one brings is known to be its own.
    others = [plugin for plugin in manager.get_plugins() if plugin is not module]
    hook = manager.subset_hook_caller
    rules = [rule for brought in hook("vmlint_rules", others)() for rule in brought]
    folders = [Path(folder) for brought in hook("vmlint_catalog", others)() for folder in brought]
    return rules, folders


def _checked(rule: Rule, known: dict[str, Rule], plugin: Plugin) -> Rule:
    if not isinstance(rule, Rule):
        raise TypeError(f"vmlint_rules() yielded {rule!r}, which is not a rule made by vmlint.api.rule")
    if not CODE.fullmatch(rule.code):
        raise ValueError(f"rule code {rule.code!r} is malformed")
    if rule.code in known or rule.code in STRUCTURE:
        owner = known[rule.code].plugin if rule.code in known else "vmlint"
        raise ValueError(f"rule code {rule.code} is taken by {owner}")
    if rule.code.startswith("VM") and plugin.name != "builtin":
        raise ValueError(f"rule code {rule.code}: codes that begin with VM are vmlint's own; choose another prefix")
    return rule._replace(plugin=f"{plugin.distribution} {plugin.version}")


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
