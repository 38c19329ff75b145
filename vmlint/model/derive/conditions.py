"""Whether the need that a row of the data states holds for a workload: its CPU, command, mounts and variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from vmlint.model.derive.commands import CHARACTERS, WORDS, starts
from vmlint.model.features import named_values

if TYPE_CHECKING:
    from vmlint.model.workload import Workload

Holds = Literal["yes", "no", "open"]
"""``open``: something that is not shown could mean that there is no such need, which is then no ground for an error."""


def holds(row: Mapping[str, Any], workload: Workload, *, first: bool = True) -> Holds:
    """Return whether a need holds, as far as its conditions are known.

    ``first`` says whether it is one of the first container of a pod, whose variables are known.
    """
    arches = row.get("arch")
    if arches and workload.guest.get("arch", workload.host.get("arch", "amd64")) not in arches:
        return "no"
    when = row.get("when")
    if not when:
        return "yes"
    if not (_on_its_host(when, workload) and _as_it_is_run(when, workload)):
        return "no"
    program = _by_its_program(when, workload, first=first)
    state = _in_its_environment(when, workload, first=first) if program != "no" else "no"
    return program if state == "yes" else state


def _on_its_host(when: Mapping[str, Any], workload: Workload) -> bool:
    if (
        "without" in when
        and named_values(workload.host.kernel.get("config", frozenset())).get(when["without"], "n") != "n"
    ):
        return False
    inside = when.get("inside")
    return not inside or inside == workload.host.get("container") or inside in workload.host.get("layers", ())


def _as_it_is_run(when: Mapping[str, Any], workload: Workload) -> bool:
    if when.get("limited") and not workload.resources.knows("memory"):
        return False
    mounts = when.get("mounts")
    if mounts and not _is_mounted(mounts, workload):
        return False
    command = when.get("command")
    usual = _INIT if workload.deployment.get("mode", "") == "lxc" else ()
    words = " ".join(workload.deployment.get("command", usual)[:WORDS])[:CHARACTERS]
    return not command or bool(re.search(command, " ".join(words.split())))


def _by_its_program(when: Mapping[str, Any], workload: Workload, *, first: bool) -> Holds:
    """Judge by what a container starts: an image's tools need less than its server. Only the first's is known."""
    names = when.get("starts")
    if not names:
        return "yes"
    return starts(names, workload.deployment.get("command", ())) if first else "open"


_INIT = ("/sbin/init",)
"""What a system container starts."""


def _is_mounted(pattern: str, workload: Workload) -> bool:
    return any(re.search(pattern, each[:CHARACTERS]) for each in workload.deployment.get("mounts", ()))


def _in_its_environment(when: Mapping[str, Any], workload: Workload, *, first: bool) -> Holds:
    """Judge by variables, and by files that are mounted over those that the image sets a program up with."""
    asked, ruled_out, files = (when.get(key) for key in ("environment", "notEnvironment", "notMounts"))
    state: Holds = "yes"
    if files:
        if _is_mounted(files, workload):
            return "open"  # what is in it is not read
        state = "yes" if workload.deployment.knows("mounts") else "open"
    if not (asked or ruled_out):
        return state
    given: frozenset[str] = workload.deployment.get("environment", _UNSEEN) if first else _UNSEEN
    values = {name: value if found else None for name, found, value in (each.partition("=") for each in given)}
    for name, pattern in (asked or {}).items():
        value = values.get(name)
        if value is None or not re.search(pattern, value):
            return "no"
    for name, pattern in (ruled_out or {}).items():
        value = values.get(name)
        if value is not None and re.search(pattern, value):
            return "no"
        if value is None and (name in values or "*" in values):
            state = "open"
    return state


_UNSEEN = frozenset({"*"})
"""What stands for variables that are not shown."""
