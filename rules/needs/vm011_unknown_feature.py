from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import (
    FeatureNeed,
    Finding,
    Severity,
    Workload,
    certain_word,
    finding,
    kernel_options,
    kernel_parameters,
    rule,
)

from ..shared.slips import slip_of

DEMAND = "requirements.features"
_ENGINE_ITSELF = re.compile(r"engine\.[a-z][a-z0-9-]*\.version")
"""How hosts state the release of an engine, also of one that no need can name."""
_FEW_NAMES = ("capability.", "cgroup.controller.", "device.")
"""Kinds whose names are few and far from each other. Modules and system calls are not: xfs is no slip of zfs."""
_REAL = ("device.cuse",)
"""Names that Linux has, and that differ from a described one by a single letter."""
_MANY_NAMES = ("kernel.module.", "kernel.config.", "kernel.syscall.", "kernel.sysctl.")
"""Kinds with so many names that only what nobody means is told: letters that are swapped, doubled or left out."""


@rule(
    "VM011",
    "unknown-feature",
    Severity.WARNING,
    article=("CT-C1",),
)
def unknown_feature(workload: Workload) -> Iterator[Finding]:
    """A feature is named by an id that there is not, or with a bound that it cannot have.

    ## Why

    Needs and what hosts offer meet by the ids of features. One that is misspelt (`cpu.avxx`) is met by nothing and
    lacked by nothing, so it would switch its check off without a word. So would a bound on a feature that has no value
    (`device.tun>=2`), and a feature that is nothing but a value without a bound (`kernel.page-size`).

    ## Severity

    It is a note for a module, an option, a system call or a parameter of the kernel: no list has all of their names,
    and a name that is nearly one of the known ones may be another's.

    ## When it stays silent

    Features that documents of kind `Feature` and plugins describe count like vmlint's own. Any name may stand for the
    star of a kind such as `kernel.module.*`, unless it is a known one with letters swapped, doubled or left out; of
    `device.*`, `capability.*` and `cgroup.controller.*`, one is told that differs from a described one by a single
    letter. Flags of CPUs count that Linux knows, whether or not they are described, and those of a host are not looked
    at: tools that list them have words of their own.
    """
    for need in workload.requirements.features or ():
        yield from _of_need(workload, need)
    features = workload.host.features
    for name in ("present", "absent"):
        for each in sorted(features.get(name, ())):
            yield from _of_host(workload, f"host.features.{name}", each)


def _of_need(workload: Workload, need: FeatureNeed) -> Iterator[Finding]:
    known = workload.catalog.feature(need.id)
    slip = _slip(workload, need.id)
    if slip or not workload.catalog.features.is_known(need.id):
        yield _unheard_of(workload, DEMAND, need.id, str(need), slip)
    elif wrong := need.misbound(known.bound if known else "", only_value=bool(known and known.only_value)):
        instead = f"a bound, such as {need.id}{known.bound}" if known and known.bound else need.id
        yield finding(DEMAND, wrong, help=f"write {instead}", entry=str(need))
    elif meant := _nearly(workload, need.id):
        yield finding(
            DEMAND,
            f"{need.id} is not among the names that are known, and nearly one of them",
            severity=Severity.NOTE,
            help=f"did you mean {meant}?",
            entry=str(need),
        )


def _of_host(workload: Workload, path: str, written: str) -> Iterator[Finding]:
    id, equals, _ = written.partition("=")
    if id.startswith("cpu.") or _ENGINE_ITSELF.fullmatch(id):
        return  # tools have words of their own for flags
    slip = _slip(workload, id)
    if slip or not workload.catalog.features.is_known(id):
        yield _unheard_of(workload, path, id, written, slip)
        return
    known = workload.catalog.feature(id)
    if known is None or path.endswith("absent"):
        return
    if equals and not known.bound:
        yield finding(path, f"{id} is there or not, and has no value", help=f"write {id}", entry=written)
    elif known.only_value and not equals:
        value = known.bound.lstrip("<>=!")
        yield finding(
            path,
            f"{id} is a value, and what it is on the host is not stated",
            help=f"write it behind an equals sign, as in {id}={value}",
            entry=written,
        )


def _slip(workload: Workload, id: str) -> str | None:
    """Return the feature that a misspelt id surely means, among those of which any other name would do as well."""
    features = workload.catalog.features
    if not id.startswith(_FEW_NAMES) or id in _REAL or features.own(id):
        return None
    return certain_word(id, [each.id for each in features])


def _nearly(workload: Workload, id: str) -> str | None:
    """Return the one known name of the kernel that an id has with a slip; ``None`` where it is known itself."""
    kind = next((each for each in _MANY_NAMES if id.startswith(each)), "")
    if not kind:
        return None
    known = {each.id for each in workload.catalog.features if each.id.startswith(kind)}
    known |= {f"kernel.config.{each}" for each in kernel_options()}
    known |= {f"kernel.sysctl.{each}" for each in kernel_parameters()}
    if id in known:
        return None
    name = id.removeprefix(kind)
    meant = [each for each in known if each.startswith(kind) and slip_of(name, each.removeprefix(kind))]
    return meant[0] if len(meant) == 1 else None


def _unheard_of(workload: Workload, path: str, id: str, written: str, slip: str | None) -> Finding:
    near = slip or workload.catalog.features.nearest(id)
    layers = sorted({each.id.partition(".")[0] for each in workload.catalog.features})
    own = "or describe it in a document of kind Feature (docs/catalogue.md)"
    if id.partition(".")[0] not in layers:
        own = f"an id begins with its layer, which is one of {', '.join(layers)}"
    return finding(
        path,
        f"there is no feature {id}, as far as is known",
        help=(
            f"did you mean {near}?" if near else "docs/layers.md lists them all",
            own,
        ),
        entry=written,
    )
