"""vmlint's own rules: an ordinary plugin, grouped as the article's sections are."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from vmlint.api import Rule, hookimpl

MODULES = (
    "type1",
    "hosts",
    "type2",
    "coexistence",
    "licences",
    "paravirtualization",
    "classic_pv",
    "paravirtual_devices",
    "containers",
    "host_access",
    "shared_kernel",
    "container_hosts",
    "sandboxes",
    "images",
    "windows_containers",
    "windows_versions",
    "full_virtualization",
    "emulation",
    "devices",
    "selection",
    "nesting",
    "cpus",
    "resources",
    "realtime",
    "confidential",
    "firmware",
    "isolation",
    "budgets",
    "mobility",
    "verdict",
    "guests",
    "lifecycle",
    "lifecycle_outlook",
    "specs.libvirt",
    "specs.kubevirt",
    "specs.xl",
    "specs.hyperv",
)


@hookimpl
def vmlint_rules() -> Iterable[Rule]:
    """Return every rule that the modules define."""
    for name in MODULES:
        module = import_module(f"{__name__}.{name}")
        yield from (value for value in vars(module).values() if isinstance(value, Rule))
