"""Which modules a kernel was built with, by its options, and which options, by its modules."""

from __future__ import annotations

from vmlint.api import Workload, kernel_modules, named_values


def module_name(text: str) -> str:
    """Return the name of a module as ``lsmod`` writes it."""
    return text.replace("-", "_")


def built(workload: Workload, module: str) -> bool | None:
    """Whether the host's kernel has a module by the option that builds it; ``None`` where that does not decide.

    One that it was built with as a module may be in a package that the host does not have.
    """
    known = kernel_modules().get(module_name(module))
    if known is None:
        return None
    value = named_values(workload.host.kernel.get("config", frozenset())).get(known.option)
    return True if value == "y" else False if value == "n" and not known.apart else None


def option_by_module(workload: Workload, option: str) -> str | None:
    """Return the value of an option by the module that it builds; ``None`` where the host's lists do not tell."""
    kernel = workload.host.kernel
    for name in (each.name for each in kernel_modules().values() if each.option == option and not each.apart):
        for part, value in (("builtin", "y"), ("modules", "m")):
            if any(module_name(each) == name for each in kernel.get(part, ())):
                return value
        if kernel.knows("modules") and kernel.knows("builtin"):
            return "n"
    return None
