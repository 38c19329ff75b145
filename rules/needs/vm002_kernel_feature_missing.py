from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from vmlint.api import (
    Finding,
    Need,
    Offer,
    Severity,
    Unknown,
    Version,
    VersionRange,
    Workload,
    kernel_modules,
    named_values,
    rule,
)

from ..shared.kernel_below import below, product_offer, since, vendor_offer
from ..shared.kernel_modules import built, module_name, option_by_module
from ..shared.kernels import on_user_space_kernel, own_kernels
from ..shared.stack import Answer, met, unmet, ways

SETTING = ("kernel.sysctl.", "kernel.own-sysctl.", "kernel.hugepages.")
"""Kinds of features of the kernel that another rule speaks of."""


@rule(
    "VM002",
    "kernel-feature-missing",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-44", "S-39"),
    symptoms=("Function not implemented", "<jemalloc>: Unsupported system page size"),
    architectures=("container",),
    layers=("kernel",),
    yields_to=("VM403", "VM404"),
    fits_if={
        "host.kernel.config": "has the option that is needed",
        "host.kernel.modules": "has the module that is needed",
        "host.kernel.version": "is new enough for the program",
        "host.kernel.pageSize": "is the size that the program was built for",
    },
)
def kernel_feature_missing(workload: Workload) -> Iterator[Finding]:
    """A container needs something of the kernel below it that this kernel does not have.

    ## Why

    A container brings no kernel. Options that the host's kernel was built without, modules that it does not ship,
    system calls that came later and another page size cannot be made up for by any image. With Secure Boot it loads no
    module that a container built a moment ago. On a desktop the kernel is
    that of a hidden machine, which its product built; in a sandbox it is a program that imitates Linux.

    ## What it looks like

    "Function not implemented", a module that modprobe does not find, an allocator that ends with "Unsupported system
    page size", a tracer that finds no BTF.

    ## When it stays silent

    An option that `host.kernel.config` does not list is unknown, not missing. That a host was started with Secure Boot
    is known from `host.security.secureBoot` alone.
    """
    yield from unmet(workload, _resolve, "kernel.", but=SETTING)


def _resolve(workload: Workload, need: Need) -> Answer | None:
    feature = need.feature.id
    if not workload.deployed:
        return None
    serving = below(workload, need)
    if serving.kind == "own":
        return None
    if serving.kind == "product":
        return _of_product(workload, need, serving.who)
    answer = _by_vendor(workload, need)
    if answer is not None:
        return answer or None
    kind = feature.split(".")[1]
    answer = _BY_KIND[kind](workload, need) if kind in _BY_KIND else None
    if answer is None:
        return None
    if feature == "kernel.version":  # of a module or an option, nobody knows whether that kernel has it
        return answer._replace(repairs=tuple(own_kernels(workload, "kata")))
    return answer


def _of_product(workload: Workload, need: Need, who: str) -> Answer | None:
    """Return what the kernel of a product or a sandbox lacks."""
    if _in_every_release(workload, who, need):
        return None
    try:
        found = product_offer(workload, who, need.feature.id)
    except Unknown:
        rows = workload.catalog.offers.about(who, need.feature.id)
        if rows and all(row.does == "passes" or _is_filter(need, row) for row in rows):
            return None  # whichever release it is
        raise
    who = found[0].who if found else who
    name = f"a {workload.mode.name}" if who == workload.mode.id else workload.platform.name
    if found is None and need.feature.id.startswith("kernel.module.") and on_user_space_kernel(workload):
        return Answer("absent", f"{name} has a kernel without modules", "deployment.mode")
    if found is None:
        return _by_version(workload, need, who, name)
    offer, sure = found
    path = "deployment.mode" if who == workload.mode.id else "deployment.platform.id"
    if offer.does == "passes":
        return None
    if offer.does == "provides":
        value = str(offer.data.get("value", ""))
        if not need.feature.operator or not value or _meets(need, value):
            return None
        return Answer("absent", f"the kernel of {name} has {value}", path, sure=sure)
    if offer.does == "on-request":
        if _is_filter(need, offer):
            return None
        return Answer("hidden", f"{name} gives it only on request", path, help=ways(workload, offer), sure=sure)
    return Answer("absent", f"the kernel of {name} does not have it", path, help=ways(workload, offer), sure=sure)


def _is_filter(need: Need, offer: Offer) -> bool:
    """Whether a filter of system calls is meant, which an engine sets: VM005 speaks of it."""
    return offer.does == "on-request" and "grant" in offer.data and need.feature.id.startswith("kernel.syscall.")


def _in_every_release(workload: Workload, who: str, need: Need) -> bool:
    """Whether all releases of a product have it that are known to say anything of it."""
    rows = workload.catalog.offers.about(who, need.feature.id)
    return bool(rows) and all(
        row.does == "provides" and (not need.feature.operator or _meets(need, str(row.data.get("value", ""))))
        for row in rows
    )


def _by_version(workload: Workload, need: Need, who: str, name: str) -> Answer | None:
    """Judge by the version of a product's kernel, where that is known."""
    first = since(workload, need.feature.id)
    rows = workload.catalog.offers.about(who, "kernel.version")
    if first is None or all(Version(str(row.data["value"])) >= first for row in rows):
        return None  # whichever release it is
    found = product_offer(workload, who, "kernel.version")
    if found is None:
        return None
    value = Version(str(found[0].data["value"]))
    if value >= first or value.is_coarser_than(first):
        return None
    says = f"the kernel of {name} is {value}, and {first} is the first with it"
    return Answer("absent", says, "deployment.platform.id", sure=found[1])


def _version(workload: Workload, need: Need) -> Answer | None:
    running = workload.host.kernel.version
    wanted = VersionRange(f"{need.feature.operator}{need.feature.value}")
    if running in wanted:
        return None
    system = workload.host.os
    vendor = workload.catalog.kernel_vendor(running.text, system.id if system.knows("id") else None)
    if vendor and vendor.carries_into(running.text) and need.feature.operator in (">=", ">"):
        return None  # it may well have the feature that the number stands for
    return Answer("absent", f"the host runs {running}", "host.kernel.version")


def _by_vendor(workload: Workload, need: Need) -> Answer | Literal[False] | None:
    """Judge by what the vendor of the host's kernel says of it, where the host itself says nothing.

    ``False`` where it is there, ``None`` where nothing is known.
    """
    kernel = workload.host.kernel
    stated = {"config": "config", "module": "modules", "page-size": "page_size"}.get(need.feature.id.split(".")[1], "")
    if stated and kernel.states(stated):
        return None
    if stated == "modules" and (decided := _by_config(workload, need)) is not None:
        return decided
    found = vendor_offer(workload, need.feature.id)
    if found is None:
        return None
    offer, sure = found
    path = "host.kernel.version" if kernel.knows("version") else "host.os.id"
    value = str(offer.data.get("value", ""))
    if offer.does == "passes" or (offer.does == "provides" and (not need.feature.operator or not value)):
        return False
    if offer.does == "provides" and _meets(need, value):
        return False
    says = f"the host's kernel has {value}" if offer.does == "provides" else "the host's kernel does not have it"
    return Answer("absent", says, path, help=ways(workload, offer), sure=sure)


def _option(workload: Workload, need: Need) -> Answer | None:
    name = need.feature.id.removeprefix("kernel.config.")
    options = named_values(workload.host.kernel.get("config", frozenset()))
    stated = "host.kernel.config" if name in options else "host.kernel.modules"
    value = options.get(name) or option_by_module(workload, name)
    if value:
        if value == "n":
            return Answer("absent", "the host's kernel was built without it", stated)
        if not met(need, value, stated):
            return Answer("absent", f"the host's kernel has {value}", stated)
        return None
    if workload.host.kernel.knows("version") and (answer := _came_later(workload, need)):
        return answer
    raise Unknown("host.kernel.config")


def _module(workload: Workload, need: Need) -> Answer | None:
    kernel = workload.host.kernel
    name = module_name(need.feature.id.removeprefix("kernel.module."))
    loaded, there = (
        {module_name(each) for part in parts for each in kernel.get(part, ())}
        for parts in (("builtin", "loaded"), ("builtin", "loaded", "modules"))
    )
    if name in there:
        known = workload.catalog.feature(need.feature.id)
        if name in loaded or not kernel.knows("loaded") or not known or not known.data.get("loadedBefore"):
            return None
        help = f"modprobe {name} on the host, and name it in /etc/modules-load.d"
        return Answer("withheld", "the host has not loaded it", "host.kernel.loaded", help=(help,))
    if kernel.knows("modules") and kernel.knows("builtin"):
        return Answer("absent", "the host's kernel has it neither loadable nor built in", "host.kernel.modules")
    if (decided := _by_config(workload, need)) is not None:
        return decided or None
    if kernel.knows("version") and (answer := _came_later(workload, need)):
        return answer
    raise Unknown("host.kernel.modules" if not kernel.knows("modules") else "host.kernel.builtin")


def _by_config(workload: Workload, need: Need) -> Answer | Literal[False] | None:
    """Judge a module by the option that builds it: ``False`` where it is there, ``None`` where that is not known."""
    name = module_name(need.feature.id.removeprefix("kernel.module."))
    has = built(workload, name)
    if has is False:
        says = f"the host's kernel was built without it (CONFIG_{kernel_modules()[name].option} is not set)"
        return Answer("absent", says, "host.kernel.config")
    return False if has else None


def _unsigned(workload: Workload, _: Need) -> Answer | None:
    """Whether the kernel takes modules that were built on the spot, and that nobody signed."""
    if not workload.host.security.secure_boot:
        return None
    return Answer(
        "absent",
        "the host has Secure Boot on, with which its kernel refuses modules that nobody signed",
        "host.security.secureBoot",
    )


def _parameter(workload: Workload, need: Need) -> Answer | None:
    """Whether the host was started with another value of a kernel parameter than the program can bear."""
    name = need.feature.id.removeprefix("kernel.parameter.")
    given = named_values(workload.host.kernel.get("cmdline", frozenset()))
    if name not in given or met(need, given[name], "host.kernel.cmdline"):
        return None
    return Answer("absent", f"the host was started with {name}={given[name]}", "host.kernel.cmdline")


def _call(workload: Workload, need: Need) -> Answer | None:
    return _came_later(workload, need)


def _came_later(workload: Workload, need: Need) -> Answer | None:
    """Judge by the first kernel that has a feature."""
    first = since(workload, need.feature.id)
    if first is None or (not workload.host.kernel.knows("version") and _is_above(workload, first)):
        return None
    running = workload.host.kernel.version
    if running >= first or running.is_coarser_than(first):
        return None
    system = workload.host.os
    vendor = workload.catalog.kernel_vendor(running.text, system.id if system.knows("id") else None)
    if vendor and vendor.carries_into(running.text):
        return None
    return Answer("absent", f"the host runs {running}, and {first} is the first kernel with it", "host.kernel.version")


def _is_above(workload: Workload, first: Version) -> bool:
    """Whether the guest requires a kernel that is no older than one: VM403 asks which it is, and tells."""
    wanted = workload.guest.kernel.requires
    return wanted is not None and any(bound >= first for operator, bound in wanted.bounds if operator in (">=", ">"))


def _pages(workload: Workload, need: Need) -> Answer | None:
    size = workload.host.kernel.page_size
    if need.feature.is_met_by(str(size)):
        return None
    return Answer(
        "absent",
        f"the host's kernel has pages of {size} bytes",
        "host.kernel.pageSize",
        because=() if workload.host.kernel.states("page_size") else ("host.kernel.version",),
    )


def _meets(need: Need, value: str) -> bool:
    if need.feature.id == "kernel.version":
        return Version(value) in VersionRange(f"{need.feature.operator}{need.feature.value}")
    return need.feature.is_met_by(value)


_BY_KIND = {
    "version": _version,
    "config": _option,
    "module": _module,
    "unsigned-modules": _unsigned,
    "parameter": _parameter,
    "syscall": _call,
    "idmapped-tmpfs": _call,
    "page-size": _pages,
}
