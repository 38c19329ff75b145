"""How a need meets the layers below a workload: which of them decides, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from vmlint.api import (
    Confidence,
    Feature,
    Finding,
    Need,
    Offer,
    Repair,
    Severity,
    Unknown,
    Version,
    Workload,
    engine_version,
    finding,
    format_size,
    needs_by_tag,
    needs_of,
)

from .any_platform import in_any_platform
from .modes import container_mode, in_any_mode
from .offers import is_granted, offer_of
from .settings import in_its_words
from .wording import listed

State = Literal["hidden", "withheld", "absent"]


class Answer(NamedTuple):
    """Why a need is not met."""

    state: State
    """``hidden``: a layer does not pass it on; ``withheld``: a setting would grant it; ``absent``: it is not there."""
    says: str
    """What a message says of the layer, behind "and": ``the host's CPU lacks it``."""
    path: str
    """The field that shows it."""
    because: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    sure: bool = True
    outside: bool = False
    """Whether a setting outside of the file grants it, which may well be made."""


OF_ENGINE = "deployment.platform.id"
"""The field from which the needs of an engine follow."""

Resolver = Callable[[Workload, Need], Answer | None]
"""Returns why a need is not met; ``None`` where it is met or where another rule speaks of it. Raises ``Unknown``."""


def unmet(
    workload: Workload, resolve: Resolver, *kinds: str, but: tuple[str, ...] = (), host: bool = True
) -> Iterator[Finding]:
    """Yield a finding for each feature that is needed and not there; the first unknown comes last.

    ``kinds`` are the beginnings of the features that a rule speaks of, those first that are told and asked first, and
    ``but`` those that others speak of. ``host`` says whether what the host states of a feature decides.
    """
    unknown: Unknown | None = None
    told: set[tuple[str, str]] = set()
    for need in sorted(needs_of(workload), key=lambda need: (*_gravest_first(need), _place(need, kinds))):
        about = (need.feature.id, need.path)
        if not need.feature.id.startswith(kinds) or need.feature.id.startswith(but) or about in told:
            continue
        try:
            answer = _answer(workload, need, resolve, host=host)
        except Unknown as missing:
            # Of modules that are demanded by name, VM404 asks.
            unknown = unknown or (missing if need.must and need.path != "guest.kernel.modules" else None)
            continue
        # What only makes it better, and is not asked for, was most likely left out on purpose.
        if isinstance(answer, Answer) and (need.must or answer.state != "withheld"):
            told.add(about)  # of several bounds of one feature, the gravest says all
            yield _finding(workload, need, answer)
    if unknown:
        raise unknown
    for need in needs_by_tag(workload):
        if need.feature.id.startswith(kinds) and not need.feature.id.startswith(but):
            _ask_for_the_tag(workload, need, resolve, host=host)


def _answer(workload: Workload, need: Need, resolve: Resolver, *, host: bool) -> Answer | Literal[False] | None:
    """Return what the host states of a feature, or else what a rule finds.

    Of one that nobody knows, and of a value without a bound, VM011 speaks.
    """
    answer = answered(workload, need) if host else None
    known = workload.catalog.feature(need.feature.id)
    unbound = known is not None and known.only_value and not need.feature.operator
    if answer is None and not unbound and workload.catalog.features.is_known(need.feature.id):
        return in_any_platform(workload, lambda one: in_any_mode(one, lambda each: resolve(each, need), _gravity))
    return answer


def _gravity(answer: Answer | None) -> object:
    """Return what a finding is told from another by: that of one way of running stands for those alike."""
    return answer and (answer.state, answer.path, answer.sure, answer.outside)


def _ask_for_the_tag(workload: Workload, need: Need, resolve: Resolver, *, host: bool) -> None:
    """Raise ``Unknown`` where a need would not be met, or may not be, that the tag of the image decides."""
    try:
        answer = _answer(workload, need, resolve, host=host)
    except Unknown:
        raise Unknown("deployment.image.ref") from None
    if answer:
        raise Unknown("deployment.image.ref")


def _gravest_first(need: Need) -> tuple[bool, int]:
    """Put what is needed before what is better, and of bounds the highest first."""
    value = need.feature.value
    return not need.must, -int(value) if value.isdecimal() else 0


def _place(need: Need, kinds: tuple[str, ...]) -> int:
    return next((place for place, kind in enumerate(kinds) if need.feature.id.startswith(kind)), len(kinds))


def answered(workload: Workload, need: Need) -> Answer | Literal[False] | None:
    """Return what the host states of just this feature: an answer, ``False`` where it is met, or ``None``."""
    features = workload.host.features
    if not features.any_stated():
        return None
    id = need.feature.id
    for each in features.get("present", ()):
        name, _, value = each.partition("=")
        if name == id:
            if met(need, value, "host.features.present"):
                return False
            return Answer("absent", f"the host has {value}", "host.features.present")
    absent = {each.partition("=")[0] for each in features.get("absent", ())}
    if id in absent or (need.feature.layer not in _OF_THE_DEPLOYMENT and features.get("complete", False)):
        return _of_a_container(workload, id) or Answer("absent", "the host does not have it", "host.features.absent")
    return None


def met(need: Need, value: str, path: str) -> bool:
    """Whether a value is within the bound of a need. Raises ``Unknown`` of its field where the two have no order."""
    found = need.feature.decides(value)
    if found is None:
        raise Unknown(path)
    return found


_OF_THE_DEPLOYMENT = frozenset({"container", "capability", "engine", "lsm"})
"""Layers that the deployment sets up itself, whatever its host has."""


def _of_a_container(workload: Workload, feature: str) -> Answer | None:
    """Return why a host that is a system container does not have a feature, and how its file asks for it."""
    if workload.host.get("container") != "lxc":
        return None
    for who in reversed(workload.host.get("layers", ())):  # LXC itself is below its managers' own words
        known = workload.catalog.platform(who)
        offer = next((each for each in workload.catalog.offers.about(who, feature) if _in_system_container(each)), None)
        if known and offer:
            says = f"the host is a container of {known.name} that does not have it"
            return Answer("absent", says, "host.features.absent", ("host.container",), help=ways(workload, offer, who))
    return None


def _in_system_container(offer: Offer) -> bool:
    """Whether a row is about unprivileged system containers."""
    when = offer.data.get("when", {})
    return "lxc" in offer.data.get("modes", ("lxc",)) and False in when.get("deployment.privileged", (False,))


def _finding(workload: Workload, need: Need, answer: Answer) -> Finding:
    feature = workload.catalog.feature(need.feature.id)
    sure = need.sure and answer.sure
    return finding(
        need.path,
        f"{need.who} needs {titled(need, feature)}, and {answer.says}",
        severity=Severity.NOTE if not need.must else Severity.WARNING if answer.outside else None,
        because=(answer.path, *answer.because),
        help=tuple(dict.fromkeys((*answer.help, need.help or None, _general(answer, feature)))),
        repairs=answer.repairs,
        confidence=None if sure else Confidence.MEDIUM,
        entry=need.entry or need.feature.id,
        settled=need.path in _PROMISED or bool(feature and feature.settled and need.path in _OF_THE_FILE),
    )


_OF_THE_FILE = frozenset({"requirements.features", "requirements.devices.gpu.count"})
"""Fields by which a file itself demands something, rather than by what it runs."""
_PROMISED = frozenset({"deployment.cpuModel", "deployment.cpuFlags"})
"""Fields by which a file promises a machine instructions, which no way of running it gives that only asks for less."""


def _general(answer: Answer, feature: Feature | None) -> str | None:
    """Return what helps wherever the feature is absent."""
    return (feature.help or None) if feature and answer.state == "absent" else None


def titled(need: Need, feature: Feature | None) -> str:
    """Return how a message names a need: ``AVX``, ``kernel parameter vm.max_map_count of at least 262144``."""
    title = feature.title if feature else need.feature.id
    if need.feature.id.startswith("kernel.sysctl."):
        title = need.feature.id.removeprefix("kernel.sysctl.")  # its users know it by that
    elif need.feature.id.startswith("kernel.module."):
        title = f"the kernel module {need.feature.id.removeprefix('kernel.module.')}"
    elif feature is None and need.feature.layer == "cpu":
        title = f"the CPU flag {need.feature.id.removeprefix('cpu.')}"
    elif need.feature.id.startswith("kernel.config."):
        title = f"{title} (CONFIG_{need.feature.id.removeprefix('kernel.config.')})"
    operator, value = need.feature.operator, need.feature.value
    words = {
        "": "",
        ">=": " {} or later",
        "<=": " {} or earlier",
        "<": " below {}",
        ">": " above {}",
        "!=": " other than {}",
    }
    if value.isdigit() and need.feature.layer not in ("engine", "gpu"):
        amount = format_size(int(value)) if need.feature.id in _IN_BYTES else value
        if operator == ">=" and need.feature.id.startswith(_COUNTED):
            return f"{amount} {title}"
        return title + _AMOUNTS.get(operator, " {}").format(amount)
    return title + words.get(operator, " {}").format(value)


_COUNTED = ("capacity.", "kernel.hugepages.")
"""Beginnings of features that are things to count: 8 logical CPUs."""
_AMOUNTS = {">=": " of at least {}", "<=": " of at most {}", "<": " below {}", ">": " above {}", "=": " of {}",
            "!=": " other than {}"}  # fmt: skip
_IN_BYTES = frozenset({"container.shm-size", "capacity.memory"})


def by_rows(workload: Workload, need: Need) -> Answer | Literal[False] | None:
    """Return what the rows of the layers say: an answer; ``False`` where one of them provides it; else ``None``.

    A layer that passes a feature on, unasked or asked, does not have it for that: those below it count. What one below
    lacks, a layer above gives to nobody who asks. What an engine needs itself, neither it nor a sandbox on top of it
    gives.
    """
    withheld: Answer | None = None
    for layer in layers(workload):
        if need.path == OF_ENGINE and layer.path in ("deployment.mode", OF_ENGINE):
            continue
        try:
            found = offer_of(workload, layer.who, need.feature.id, layer.version)
        except Unknown:
            if withheld:
                break
            raise
        if found is None:
            continue
        offer, sure = found
        if layer.path == "host.layers" and "grant" in offer.data:
            continue  # how that layer was asked is no setting of this workload
        if offer.does == "provides":
            return withheld or False
        if offer.does == "passes" or (
            offer.does == "on-request" and "grant" in offer.data and is_granted(workload, offer, need)
        ):
            continue
        if offer.does != "on-request":
            hides = offer.does == "hides"
            says = f"{layer.name} does not {'pass it on' if hides else 'have it'}"
            state: State = "hidden" if hides else "absent"
            return Answer(state, says, layer.path, help=ways(workload, offer), sure=sure)
        says = f"{layer.name} gives it only on request"
        outside = "grant" not in offer.data
        withheld = withheld or Answer(
            "withheld", says, layer.path, help=ways(workload, offer), sure=sure and not outside, outside=outside
        )
    return withheld


class Layer(NamedTuple):
    """A layer that has rows of its own."""

    who: str
    name: str
    """What a message calls it."""
    path: str
    """The field that names it."""
    version: Version | None = None


def layers(workload: Workload) -> Iterator[Layer]:
    """Yield the layers below a workload, from the nearest down. Raises ``Unknown`` for what is not known of it."""
    mode = container_mode(workload)
    if mode and not mode.shares_host_kernel:
        yield Layer(mode.id, f"a {mode.name}", "deployment.mode")
    platform = workload.platform
    yield Layer(platform.id, platform.name, OF_ENGINE, engine_version(workload, platform.id))
    host = workload.host
    below = [(each, "host.layers") for each in host.get("layers", ())]
    if not below and host.knows("hypervisor"):
        below.append((host.hypervisor, "host.hypervisor"))
    if host.cloud.knows("provider") and (service := workload.catalog.service(host.cloud.provider)):
        below.append((service.id, "host.cloud.provider"))
    for who, path in dict(below).items():
        known = workload.catalog.platform(who)
        if who != platform.id and known:
            yield Layer(who, known.name, path)


def ways(workload: Workload, offer: Offer, who: str = "") -> tuple[str, ...]:
    """Return how a layer is asked for a feature, in the words of its files; ``who`` where it is not the platform."""
    grants = [(name, entry) for grant in offer.data.get("grant", ()) for name, entry in grant.items()]
    settings = [
        in_its_words(workload, name, str(entry).lower() if isinstance(entry, bool) else str(entry), who)
        for name, entry in grants
        if (name, entry) != _NO_FILTER
    ]
    written = [*dict.fromkeys(filter(None, settings))]
    found = []
    if _NO_FILTER in grants:  # to switch the filter off altogether would open far more than what is needed
        profile = in_its_words(workload, "seccompProfile", "FILE", who)
        where = "" if profile.startswith("deployment.") else f": {profile}"
        found.append(f"give it a seccomp profile of its own that lets this through{where}")
    if written:
        found.append(f"set {listed(written, 'or')}")
    return (*found, *([str(offer.data["ask"])] if "ask" in offer.data else []))


_NO_FILTER = ("unconfined", "seccomp")
