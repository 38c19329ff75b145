from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Unknown, Workload, engine_version, rule

from ..shared.modes import container_mode
from ..shared.stack import Answer, by_rows, unmet
from ..shared.wording import listed

RUNTIME = "runtime."


@rule(
    "VM009",
    "engine-unfit",
    Severity.ERROR,
    article=("CT-C1", "CT-D3"),
    sources=("S-39",),
    symptoms=(
        "gpg: keyserver receive failed",
        "At least one invalid signature was encountered",
        "Fatal Python error: pyinit_main: can't initialize time",
        "unknown or invalid runtime name",
    ),
    architectures=("container",),
    layers=("engine",),
    fits_if={
        "deployment.platform.version": "is a release that the image works on",
        "host.security.libseccomp": "is a release that the image works on",
    },
)
def engine_unfit(workload: Workload) -> Iterator[Finding]:
    """An image is newer than the engine that is to run it can bear, or needs it in another way of running.

    ## Why

    An engine answers system calls that it does not know as forbidden, where programs expect to hear that there is no
    such call. So an image of a new distribution fails on an old engine, or on an old libseccomp below it, at its first
    step: the package manager cannot verify signatures, threads do not start, the clock cannot be read.

    ## When it stays silent

    Of a runtime that the file names, where the host's engine does not list its own. Where the engine's version, or that
    of the host's libseccomp, is not stated.
    """
    yield from unmet(workload, _resolve, "engine.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    deployment, host = workload.deployment, workload.host
    name = need.feature.id.removeprefix("engine.")
    if workload.deployed and name.startswith(RUNTIME):
        return _runtime(workload, name)
    if not deployment.platform.knows("id") and _met_whichever_it_is(workload, need, name):
        return None
    if not workload.deployed or _runs_another_engine(workload, need, name) or not container_mode(workload):
        return None
    if name == "rootful":
        return _with_root(workload, need)
    if deployment.get("privileged", False) or "seccomp" in deployment.get("unconfined", ()):
        return None  # what the engine's filter answers then does not matter
    if name == "libseccomp":
        if need.feature.is_met_by(host.security.libseccomp.text):
            return None
        help = "update libseccomp2 on the host, from its backports where its release has none"
        return Answer("absent", f"the host has {host.security.libseccomp}", "host.security.libseccomp", help=(help,))
    answer = by_rows(workload, need)
    if answer is not None:
        return answer or None
    version = engine_version(workload, name)
    if deployment.platform.id != name:
        # A pod is confined where it asks for that, by the engine that its node describes.
        if version is None or workload.platform.placement != "orchestrator":
            return None
        if deployment.get("seccomp_profile", "") != "RuntimeDefault" or need.feature.is_met_by(version.text):
            return None
        ways = ("update the engine of the nodes",)
        return Answer("absent", f"the node runs {version}", "host.features.present", help=ways)
    if version is None:
        raise Unknown("deployment.platform.version")
    if need.feature.is_met_by(version.text):
        return None
    own = deployment.platform.states("version")
    says, path = (f"this is {version}", "deployment.platform.version") if own else (
        f"the host has {version}", "host.features.present",
    )  # fmt: skip
    return Answer("absent", says, path, help=(f"update {workload.platform.name}",))


def _met_whichever_it_is(workload: Workload, need: Need, name: str) -> bool:
    """Whether all releases that are known are within the bounds of a need: no other engine than the named one has it.

    The host may describe a release, and one may be stated of a platform that is not.
    """
    if name == "libseccomp":
        security = workload.host.security
        return security.knows("libseccomp") and need.feature.is_met_by(security.libseccomp.text)
    stated = workload.deployment.platform.get("version") if name in workload.catalog.platforms else None
    known = [each for each in (engine_version(workload, name), stated) if each is not None]
    return bool(need.feature.operator and known) and all(need.feature.is_met_by(each.text) for each in known)


def _runs_another_engine(workload: Workload, need: Need, name: str) -> bool:
    """Whether the need is one of an engine that is neither the platform nor what its nodes describe."""
    platform = workload.deployment.platform
    if name in ("rootful", "libseccomp") or not platform.knows("id") or platform.id == name:
        return False
    told = workload.catalog.offers.about(platform.id, need.feature.id)
    described = workload.platform.placement == "orchestrator" and engine_version(workload, name)
    return not told and not described


def _with_root(workload: Workload, need: Need) -> Answer | None:
    """Judge whether the engine runs as root."""
    security = workload.host.security
    answer = None if security.knows("rootless") else by_rows(workload, need)
    if answer is not None:
        return answer or None
    if not security.rootless:
        return None
    return Answer("absent", "the host's engine runs without root", "host.security.rootless")


def _runtime(workload: Workload, name: str) -> Answer | None:
    """Judge a runtime by those that the host's engine knows: where it lists some, there are no others."""
    start = f"engine.{RUNTIME}"
    known = {each.removeprefix(start) for each in workload.host.features.get("present", ()) if each.startswith(start)}
    if not known or name.removeprefix(RUNTIME) in known or not container_mode(workload):
        return None
    listed_ones = listed(sorted(each for each in known if "." not in each) or sorted(known))
    return Answer("absent", f"the host's engine knows {listed_ones}", "host.features.present")
