"""What-if: move a workload to a named platform, and lint the result.

A machine keeps what belongs to it: its disk was installed for one kind of firmware, and its guest keeps its drivers.
What belongs to the platform is replaced by the counterpart on the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vmlint.advice import arrival
from vmlint.advice.candidates import apply, machine_changes
from vmlint.advice.concern import UNSETTLED, Concern
from vmlint.advice.concerns import concerns
from vmlint.advice.score import scale, with_score
from vmlint.catalog import Platform
from vmlint.catalog.moves import moves as moves_of
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
_TOLD_APART = ("deployment.firmware.type", "deployment.devices.disk", "deployment.devices.nic")
"""Fields of which a concern says what to choose or look up where they are not known."""
_CHOSEN_ANEW = ("deployment.cpuModel", "deployment.machine", "deployment.devices.video")
"""Settings of today's platform that have to be chosen on the other. What is told by concerns is left out."""


class Move(NamedTuple):
    """The result for one workload on the target."""

    changes: Mapping[str, str | None]
    """Field -> new value, for all changes of the deployment; ``None`` for what has to be chosen anew."""
    keeps: Mapping[str, str]
    """Field -> value, for the firmware and devices that have to be chosen as they are today."""
    before: Outcome
    after: Outcome
    moved: Workload
    concerns: tuple[Concern, ...]
    """What else it asks, or changes, in the order of its kinds."""

    @property
    def blocks(self) -> tuple[Concern, ...]:
        """The concerns with which it cannot run there as it is."""
        return tuple(each for each in self.concerns if each.kind == "breaks")

    @property
    def unsettled(self) -> tuple[Concern, ...]:
        """The concerns without which nobody can say that it runs there."""
        return tuple(each for each in self.concerns if each.kind in UNSETTLED)

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
            and missing.path not in _TOLD_APART
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
        there = {
            **kept, **changes, **absent, **_firmware(kept, target), **arrival.chosen(workload, target),
            **_board(workload, target),
        }  # fmt: skip
        if version:
            there["deployment.platform.version"] = version
        moved = apply(workload, there)
        told = {
            path: value for path, value in _reported(workload, target, there) if path not in kept and path not in absent
        }
        found = Move(
            told,
            _kept_as_is(workload, target, there),
            before,
            lint(moved, rules),
            moved,
            concerns(workload, moved, target),
        )
        candidate = with_score(Candidate(architecture, mode, target.id, {}), scale(workload))
        moves.append(((*_objections(found), _is_worse(workload, mode), -candidate.score), found))
    return min(moves, key=lambda ranked: ranked[0])[1] if moves else None


def _reported(
    workload: Workload, target: Platform, there: Mapping[str, str | None]
) -> Iterator[tuple[str, str | None]]:
    """Yield the changes to report. A block that is removed and filled again is reported by its changed fields."""
    now = {path: as_text(value) for path, value in stated_fields(workload)}
    now["deployment.platform"] = now.get("deployment.platform.id", "")
    if workload.deployment.knows("architecture"):
        now["deployment.architecture"] = workload.deployment.architecture
    elif "deployment.architecture" in there:
        now["deployment.architecture"] = str(there["deployment.architecture"])  # follows from the platform
    for path, value in there.items():
        if value is None:
            lost = (field for field in now if (field == path) or (field.startswith(f"{path}.") and field not in there))
            yield from ((field, None) for field in lost if _is_chosen_anew(workload, target, field))
        elif now.get(path) != value and not _is_same_device(path, now.get(path), value) and _is_asked(path, target):
            yield path, value


def _is_asked(path: str, target: Platform) -> bool:
    """Whether somebody chooses a setting on the target."""
    return arrival.chooses_devices(target) or not path.startswith("deployment.devices.")


def _is_chosen_anew(workload: Workload, target: Platform, field: str) -> bool:
    """Whether a setting of today has a counterpart that has to be chosen: a machine of QEMU's on another of these."""
    if field in _CHOSEN_ANEW:
        ours = field != "deployment.machine" or arrival.is_odd_board(workload, str(workload.deployment.machine))
        return ours and target.data.get("devices", {}).get("driver") == "virtio"
    return not field.startswith(("deployment.firmware.", "deployment.devices.", "deployment.xen."))


def _is_same_device(path: str, now: str | None, then: str) -> bool:
    """Whether a device or machine is only called otherwise. Another maker's machine becomes the target's only one."""
    device = path.removeprefix("deployment.devices.")
    if path == "deployment.machine":
        return now is None or now.startswith(("vmx-", "virtualbox-")) or ("q35" in now) == ("q35" in then)
    return now is not None and device in ("disk", "nic") and moves_of().same(device, now, then)


def _kept_as_is(workload: Workload, target: Platform, there: Mapping[str, str | None]) -> dict[str, str]:
    """Return the firmware and devices that are on the target what they are today."""
    now = {path: as_text(value) for path, value in stated_fields(workload)}
    return {
        path: value
        for path, value in there.items()
        if value is not None
        and path.startswith(("deployment.firmware.", "deployment.devices."))
        and (now.get(path) == value or _is_same_device(path, now.get(path), value))
        and value not in _NOTHING
        and _is_asked(path, target)
    }


def _board(workload: Workload, target: Platform) -> dict[str, str | None]:
    """Return the machine type and the generation on the target, where the machine decides them."""
    about, deployment = arrival.arrival(target), workload.deployment
    start, found = arrival.firmware(workload), dict[str, str | None]()
    if start in about.get("generations", {}):
        found["deployment.generation"] = str(about["generations"][start])
    offered = about.get("machines", ())
    if not offered or not workload.guest.knows("arch") or workload.guest.arch not in ("amd64", "386"):
        return found
    now = str(deployment.machine) if deployment.knows("machine") else ""
    if len(offered) == 1:
        found["deployment.machine"] = offered[0]
    elif now and workload.catalog.machine_types.of_qemu(now):
        found["deployment.machine"] = "q35" if "q35" in now else "pc"
    return found


def _objections(found: Move) -> tuple[int, int]:
    return len(found.breaks) + len(found.blocks), len(found.warns)


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
