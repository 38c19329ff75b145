"""What-if: move a workload to a named platform, and lint the result.

A machine keeps what belongs to it: its disk was installed for one kind of firmware, and its guest keeps its drivers.
What belongs to the platform is replaced by the counterpart on the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from vmlint.advice.candidates import apply, machine_changes
from vmlint.advice.score import scale, with_score
from vmlint.catalog import Platform
from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided, Unknown
from vmlint.findings.verdict import Candidate
from vmlint.lint.engine import lint
from vmlint.lint.hit import Hit
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import Rule
from vmlint.model.as_manifest import stated_fields
from vmlint.model.paths import value_at
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple
from vmlint.words import as_text

_FIRMWARE = ("type", "secureBoot", "tpm")
_NOTHING = ("none", "false")


class Move(NamedTuple):
    """The result for one workload on the target."""

    changes: Mapping[str, str | None]
    """Field -> new value, for all changes of the deployment; ``None`` removes a field."""
    before: Outcome
    after: Outcome
    moved: Workload

    @property
    def breaks(self) -> tuple[Hit, ...]:
        """The errors on the target, also those of today."""
        return self.after.errors

    @property
    def lasting(self) -> tuple[Hit, ...]:
        """The errors on the target that the workload has today too."""
        return tuple(hit for hit in self.breaks if _among(hit, self.before.hits))

    @property
    def warns(self) -> tuple[Hit, ...]:
        """The warnings on the target that the workload does not have today."""
        return tuple(
            hit for hit in self.after.hits if hit.severity is Severity.WARNING and not _among(hit, self.before.hits)
        )

    @property
    def mends(self) -> tuple[Hit, ...]:
        """The errors and warnings of today that would disappear."""
        then = {hit.rule.code for hit in self.after.hits}
        return tuple(hit for hit in self.before.hits if hit.severity > Severity.NOTE and hit.rule.code not in then)

    @property
    def needs(self) -> tuple[Undecided, ...]:
        """What must be true: rules that could report something but lack a fact, unless they lack it today too."""
        today = {(missing.code, missing.path) for missing in self.before.undecided}
        return tuple(
            missing
            for missing in self.after.undecided
            if (missing.severity == Severity.ERROR or (missing.severity == Severity.WARNING and missing.condition))
            and not missing.in_catalog
            and (missing.code, missing.path) not in today
        )


def _among(hit: Hit, others: Sequence[Hit]) -> bool:
    """Whether the same finding is among others."""
    return any((hit.rule.code, hit.finding.message) == (other.rule.code, other.finding.message) for other in others)


def move(workload: Workload, target: Platform, version: str, rules: Sequence[Rule]) -> Move | None:
    """Return the result of a move to a platform; ``None`` if the platform cannot run this kind of workload.

    Of several modes, the one with the fewest errors and warnings is taken, then the one with the best score. A workload
    that runs on the CPU today is emulated there only if nothing else works.
    """
    kept, absent = _kept(workload), _absent(workload)
    before = lint(workload, rules)
    moves = []
    for mode, offer in target.modes.items():
        if "removed" in offer or offer.get("status") in ("legacy", "experimental"):
            continue
        substitution = machine_changes(workload, target, mode)
        if substitution is None or not _same_kind(workload, mode):
            continue
        architecture, changes = substitution
        there = {**kept, **changes, **absent, **_firmware(kept, target), **_devices(workload, target)}
        if version:
            there["deployment.platform.version"] = version
        found = _moved(workload, there, {*kept, *absent}, before, rules)
        for path, model in _emulated_instead(found, target):
            other = _moved(workload, {**there, path: model}, {*kept, *absent}, before, rules)
            if _objections(other) < _objections(found):
                there, found = {**there, path: model}, other
        candidate = with_score(Candidate(architecture, mode, target.id, {}), scale(workload))
        moves.append(((*_objections(found), _is_worse(workload, mode), -candidate.score), found))
    return min(moves, key=lambda ranked: ranked[0])[1] if moves else None


def _moved(
    workload: Workload, there: Mapping[str, str | None], silently: Set[str], before: Outcome, rules: Sequence[Rule]
) -> Move:
    """Make a move and lint the result. Changes of the fields in ``silently`` are not reported."""
    moved = apply(workload, there)
    reported = {path: value for path, value in _reported(workload, there) if path not in silently}
    return Move(reported, before, lint(moved, rules), moved)


def _reported(workload: Workload, there: Mapping[str, str | None]) -> Iterator[tuple[str, str | None]]:
    """Yield the changes to report. A block that is removed and filled again is reported by its changed fields.

    Names of host devices mean nothing on another host, so they are reported as removed. The rules still see them.
    """
    now = {path: as_text(value) for path, value in stated_fields(workload)}
    for path, value in there.items():
        if value is None and any(other.startswith(f"{path}.") for other in there):
            yield from ((field, None) for field in now if _is_lost(field, path, there))
        elif not path.startswith("deployment.devices.") or now.get(path) != value:
            yield path, value
    if "deployment.hostDevices" in now:
        yield "deployment.hostDevices", None


def _is_lost(field: str, block: str, there: Mapping[str, str | None]) -> bool:
    """Whether a field of a block is gone on the target. The list of drives is not told beside the disk's model."""
    return field.startswith(f"{block}.") and field not in there and field != "deployment.devices.drives"


def _objections(found: Move) -> tuple[int, int]:
    return len(found.breaks), len(found.warns)


def _emulated_instead(found: Move, target: Platform) -> Iterator[tuple[str, str]]:
    """Yield emulated models for a device with a finding: an old guest may lack drivers for paravirtual ones."""
    wrong = {path for hit in (*found.breaks, *found.warns) for path in (hit.finding.path, *hit.finding.because)}
    for field in ("disk", "nic"):
        path = f"deployment.devices.{field}"
        if path in wrong and path in found.changes:
            for model in _models(target, "emulated", field):
                yield path, model


def _is_worse(workload: Workload, mode: str) -> bool:
    """Whether a mode emulates what runs on the CPU today, or shares the kernel of what has its own."""
    present = workload.deployment.get("mode")
    if present is None:
        return mode == "emulation"
    shares = [workload.catalog.modes[each].shares_host_kernel for each in (mode, present)]
    return (mode == "emulation" and present != mode) or shares == [True, False]


def _same_kind(workload: Workload, mode: str) -> bool:
    """Whether a mode runs what the workload is: an image or a machine.

    A small machine around a container is both, unless it is known to come from an image.
    """
    try:
        present = workload.mode
        if present.data["class"] == "container-vm" and not workload.deployment.image.any_stated():
            return True
        return present.is_container == workload.catalog.modes[mode].is_container
    except Unknown:
        deployment = workload.deployment
        if not deployment.knows("architecture"):
            return True
        return (deployment.architecture == "container") == workload.catalog.modes[mode].is_container


def _kept(workload: Workload) -> dict[str, str | None]:
    """Return what the machine's disk requires: the firmware of its installation."""
    return {
        f"guest.firmware.{field}": text for field, text in _present_firmware(workload).items() if text not in _NOTHING
    }


def _absent(workload: Workload) -> dict[str, str | None]:
    """Return the firmware features that the machine does not have: a move does not add a TPM."""
    return {
        f"deployment.firmware.{field}": text for field, text in _present_firmware(workload).items() if text in _NOTHING
    }


def _present_firmware(workload: Workload) -> dict[str, str]:
    """Return the known facts of the machine's firmware, as a manifest writes them."""
    found = {}
    for field in _FIRMWARE:
        try:
            value = value_at(workload, f"deployment.firmware.{field}")
        except Unknown:
            continue
        found[field] = as_text(value)
    return found


def _firmware(kept: Mapping[str, str | None], target: Platform) -> dict[str, str | None]:
    """Return the firmware on the target: the same, as far as the target offers it."""
    offered = target.data.get("firmware", {})
    has = {
        "type": offered.get("types", ()),
        "secureBoot": ("true",) if offered.get("secureBoot") else (),
        "tpm": offered.get("tpm", ()),
    }
    fields = {path.rpartition(".")[2]: value for path, value in kept.items()}
    return {f"deployment.firmware.{field}": value for field, value in fields.items() if value in has[field]}


def _devices(workload: Workload, target: Platform) -> dict[str, str | None]:
    """Return the target's counterparts of the machine's devices."""
    found: dict[str, str | None] = {}
    if not target.has("devices"):
        return found
    for field in ("disk", "nic"):
        if not workload.deployment.devices.states(field):
            continue
        present = str(getattr(workload.deployment.devices, field))
        emulated, paravirtual = _models(target, "emulated", field), _models(target, "paravirtual", field)
        if present in paravirtual or (present in emulated and present not in _own_paravirtual(workload, field)):
            found[f"deployment.devices.{field}"] = present
        elif paravirtual:
            found[f"deployment.devices.{field}"] = paravirtual[0]
    return found


def _models(platform: Platform, kind: str, field: str) -> tuple[str, ...]:
    return tuple(platform.data.get("devices", {}).get(kind, {}).get(field, ()))


def _own_paravirtual(workload: Workload, field: str) -> tuple[str, ...]:
    """Return the paravirtual models of the present platform: a paravirtual device becomes one again."""
    try:
        return _models(workload.platform, "paravirtual", field)
    except Unknown:
        return ("vmxnet3", "pvscsi", "virtio")
