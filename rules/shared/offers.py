"""What one layer does with a feature, in its version and in the circumstances of a workload."""

from __future__ import annotations

from vmlint.api import Need, Offer, Unknown, Version, VersionRange, Workload, value_at

from .granted import is_excepted, is_stated_privileged


def offer_of(workload: Workload, who: str, feature: str, version: Version | None = None) -> tuple[Offer, bool] | None:
    """Return what a layer does with a feature here, and whether that is certain; ``None`` where no row says.

    ``version`` is that of the layer. Where it is unknown, what all maintained versions of a platform do counts.
    """
    rows = [offer for offer in workload.catalog.offers.about(who, feature) if _here(workload, offer)]
    if version is not None:
        return next(((offer, True) for offer in rows if _has_version(offer, version)), None)
    if not rows:
        return None
    does = {offer.does for offer in rows}
    # What some versions pass on, no others are known to hold back.
    if does == {"passes"} or (len(does) == 1 and all("versions" not in offer.data for offer in rows)):
        return next((offer, True) for offer in rows)
    newest = [
        next((offer for offer in rows if _has_version(offer, maintained)), None)
        for maintained in _maintained(workload, who)
    ]
    alike = {offer and offer.does: offer for offer in reversed(newest)}
    only = alike.popitem()[1] if len(alike) == 1 else None
    if only:
        return only, False
    raise Unknown("deployment.platform.version")


def _here(workload: Workload, offer: Offer) -> bool:
    """Whether a row holds in the circumstances of a workload."""
    modes = offer.data.get("modes")
    if modes and workload.deployment.mode not in modes:
        return False
    return all(_is_one_of(_meant(workload, path), wanted) for path, wanted in offer.data.get("when", {}).items())


def _meant(workload: Workload, path: str) -> object:
    """Return the value of a field; of a system's id in another spelling, that of its entry."""
    value = value_at(workload, path)
    return workload.catalog.guests.entry_id(str(value)) if path in _SYSTEMS else value


_SYSTEMS = frozenset({"host.os.id", "guest.os.id"})


def _is_one_of(value: object, wanted: list[object]) -> bool:
    """Whether a value, or an entry of a list, is one of several."""
    return any(each in wanted for each in value) if isinstance(value, tuple | frozenset) else value in wanted


def _has_version(offer: Offer, version: Version) -> bool:
    wanted = offer.data.get("versions")
    return not wanted or VersionRange(wanted).decides(version) is True


def _maintained(workload: Workload, who: str) -> list[Version]:
    """Return the versions of a platform that still get repairs."""
    platform = workload.catalog.platform(who)
    if platform is None or not platform.has("lifecycle"):
        return []
    today = workload.today
    cycles = workload.catalog.cycles(platform.fact("lifecycle", "product"))
    alive = [
        each for each in cycles if not each.ended and (each.security_until is None or each.security_until >= today)
    ]
    # 28 stands for the last release of its series: a bound inside of that is passed.
    return [Version(f"{each.cycle}.9999") for each in alive if each.cycle.replace(".", "").isdigit()]


def is_granted(workload: Workload, offer: Offer, need: Need) -> bool:
    """Whether what has a need has one of the settings by which a layer grants its feature. Raises ``Unknown``."""
    deployment, grants = workload.deployment, offer.data.get("grant", ())
    unknown: Unknown | None = None
    if any(_OF_THE_PRIVILEGED & grant.keys() for grant in grants):
        if is_stated_privileged(workload, need):
            return True
        settled = deployment.knows("privileged") or is_excepted(workload, need, "privileged")
        unknown = None if settled else Unknown("deployment.privileged")
    for grant in grants:
        for name, entry in grant.items():
            if entry == "seccomp" and deployment.get("seccomp_profile", OWN_DEFAULT) != OWN_DEFAULT:
                return True  # what a profile of one's own lets through is not read
            try:
                value = value_at(workload, f"deployment.{name}")
            except Unknown as missing:
                unknown = missing
                continue
            if _has(value, entry) and not is_excepted(workload, need, str(entry)):
                return True
            if name == "capabilities" and _has(value, "ALL") and not is_excepted(workload, need, "ALL"):
                return True
    if unknown:
        raise unknown
    return False


OWN_DEFAULT = "RuntimeDefault"
"""What Kubernetes calls the engine's own seccomp profile."""

_OF_THE_PRIVILEGED = frozenset({"capabilities", "unconfined", "hostDevices"})
"""What a privileged container has without asking."""


def _has(value: object, entry: object) -> bool:
    """Whether a setting is what is asked for, or a list has it; a device counts for the folder that it is in."""
    if not isinstance(value, tuple | frozenset):
        return value == entry
    below = str(entry).rstrip("*")
    return entry in value or (below.startswith("/dev/") and any(str(each).startswith(below) for each in value))
