"""The report for people as a pure function: what the command line's tests do not bring about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import pytest

from vmlint.catalog import Catalog
from vmlint.findings.diagnostic import Diagnostic, Related
from vmlint.findings.place import Place, Text
from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided, Unknown
from vmlint.findings.verdict import Candidate, Reason
from vmlint.model.workload import Workload
from vmlint.reading.subject import Subject, TablePlaces
from vmlint.report import concise, text, wording
from vmlint.run.check import Checked
from vmlint.run.result import Result, Run, Tally, result_of

if TYPE_CHECKING:
    from vmlint.report.screen import Line

Golden = Callable[[str, str], None]

WORKLOAD = """\
metadata: {name: hmi}
spec:
  hostRef: hosts/prod.yaml
  deployment: {platform: docker}
"""
HOST = """\
spec:
  cpu:
    features: [sse2]
"""
TEXTS = (Text("a.yaml", WORKLOAD), Text("hosts/prod.yaml", HOST))


def need(path: str, condition: str, code: str = "VM606") -> Undecided:
    return Undecided(code, "some-rule", Severity.ERROR, path, condition)


VMX = need("host.cpu.features", "has vmx (Intel) or svm (AMD)")
BARE = need("host.virtualized", "is false")
KVM = Candidate(
    "type1", "hw-assisted", "kvm",
    {"deployment.platform": "kvm", "deployment.architecture": "type1", "deployment.privileged": None},
    score=0.9,
    reasons=(
        Reason("performance", "performance", "guest code on the CPU", ("T1-A1",), 0.5, 4),
        Reason("isolation", "isolation", "a kernel of its own", ("T1-A2",), 0.4, 4),
        Reason("density", "density", "not shown", (), 0.0, 0),
    ),
    gives_up=("fast startup: boots", "density: own memory", "portability: disks"),
    needs=(VMX, BARE),
    warnings=("VM203",),
)  # fmt: skip
HYPERV = KVM._replace(
    platform="hyperv",
    changes={"deployment.platform": "hyperv", "host.os": None, "host.platform": "windows/amd64"},
    needs=(VMX._replace(code="VM101"), BARE, need("host.memory", "is enough")),
    gives_up=(),
    warnings=(),
)
FOUND = Diagnostic(
    "VM401", "shared-kernel", Severity.ERROR, "the kernel is shared", "deployment.platform.id",
    Place("a.yaml", 4, 26, 4, 32), "hmi", suggestions=(KVM, HYPERV),
)  # fmt: skip

SUBJECT = Subject(Workload(Catalog(), {}, date(2026, 11, 22)), TablePlaces({}, {}, Place("a.yaml", 1, 1, 1, 1)), ())


def shown(lines: Sequence[Line]) -> str:
    return "".join("".join(part for part, _ in line).rstrip() + "\n" for line in lines)


def screen(*diagnostics: Diagnostic, columns: int = 80, **more: object) -> str:
    checked = Checked("a.yaml", recognised=True, diagnostics=diagnostics, subjects=(SUBJECT,), texts=TEXTS)
    result = result_of(checked, details=False)
    return shown(list(text.report(Run((result,)), columns)))


def test_shared_conditions_come_once(golden: Golden) -> None:
    golden("report/conditions.txt", screen(FOUND))


def test_same_suggestions_come_once(golden: Golden) -> None:
    again = FOUND._replace(code="VM402", name="other", severity=Severity.WARNING)
    golden("report/same.txt", screen(FOUND, again, again._replace(workload="other")))


def test_many_shared_conditions_are_a_list() -> None:
    """Conditions on one field are one clause, unless a comma in one of them would make that unclear."""
    texts = ("is built for it", "is new", "is not an x86 machine, or its CPU turns out to have vmx", "is free")
    needs = (*(need("host.platform", text) for text in texts), VMX, BARE)
    seen = screen(FOUND._replace(suggestions=(KVM._replace(needs=needs), HYPERV._replace(needs=needs))))
    assert (
        "   = fits with 4 conditions:\n"
        "       if host.platform is built for it, is new and is free\n"
        "       if host.cpu.features has vmx (Intel) or svm (AMD)\n"
        "       if host.virtualized is false\n"
        "       if host.platform is not an x86 machine, or its CPU turns out to have vmx\n"
        "     - platform: kvm, "
    ) in seen


def test_other_files(golden: Golden) -> None:
    features = Place("hosts/prod.yaml", 3, 5, 3, 13)
    resting = FOUND._replace(
        because=(Related("host.cpu.features", features), Related("deployment.mode", FOUND.place)),
        suggestions=(KVM._replace(needs=()),),
    )
    in_host = FOUND._replace(path="host.cpu.features", place=features, suggestions=(KVM._replace(needs=(VMX,)),))
    elsewhere = Related("host.os.id", Place("unread.yaml", 7, 1, 7, 2))
    golden("report/files.txt", screen(resting, in_host, FOUND._replace(because=(elsewhere,), suggestions=())))


def test_nothing_in_it() -> None:
    assert screen() == "all clear: 1 workload in 1 file\n"


@pytest.mark.parametrize(
    ("severities", "files", "workloads", "over", "expected"),
    [
        ("", 1, 0, 0, "all clear: 1 file"),
        ("", 2, 3, 4, "all clear: 3 workloads in 2 files (4 other files)"),
        ("e", 1, 0, 0, "1 error in 1 file"),
        ("e", 0, 0, 0, "1 error (1 file could not be read)"),
        ("e", 1, 0, 2, "1 error in 1 file (2 other files)"),
        ("eewaaa", 3, 2, 12, "2 errors, 1 warning, 3 notes in 2 workloads (3 files; 12 other files)"),
    ],
)
def test_summary(severities: str, files: int, workloads: int, over: int, expected: str) -> None:
    letters = {"e": Severity.ERROR, "w": Severity.WARNING, "a": Severity.NOTE}
    found = tuple(FOUND._replace(severity=letters[letter]) for letter in severities)
    results = [Result("a", recognised=True, diagnostics=found, workloads=workloads)]
    results += [Result("b", recognised=True)] * (files - 1)
    if not files:
        results = [Result("a", recognised=False, diagnostics=found, readable=False)]
    results += [Result("c", recognised=False)] * over
    tally = Tally()
    for each in results:
        tally.add(each)
    assert wording.summary(tally) == expected


def test_undecided_is_grouped_by_field(golden: Golden) -> None:
    missing = [
        VMX,
        VMX._replace(code="VM101"),
        VMX._replace(code="VM101"),
        need(Unknown.in_catalog("kvm", "gpu", "vgpu").path, "", "VM703"),
        need("guest.os.id", "", "VM301"),
    ]
    checked = Checked(
        "a.yaml",
        recognised=True,
        subjects=(SUBJECT, SUBJECT),
        undecided=tuple((name, each) for name in ("hmi", "") for each in missing),
    )
    result = result_of(checked, details=False)._replace(undecided=checked.undecided)
    golden("report/undecided.txt", shown(list(text.report(Run((result,)), 80, undecided=True))))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"deployment.mode": "pvhvm"}, "mode: pvhvm"),
        ({"deployment.machine": None, "deployment.devices": None}, "without machine, devices"),
        ({"deployment.platform": "kvm", "host.os.family": "linux"}, "platform: kvm, needs host os linux"),
        (
            {"deployment.platform": "x", "host.os": None, "host.kernel": None},
            "platform: x, replaces the host's own system",
        ),
        ({"host.cpu.features": "vmx"}, "needs host.cpu.features: vmx"),
        ({"deployment.platform": "\x1b"}, "platform: \\x1b"),
    ],
)
def test_changes_in_words(changes: dict[str, str | None], expected: str) -> None:
    assert wording.changes(KVM._replace(changes=changes)) == expected


def test_a_reason_that_is_not_the_best_names_its_limits() -> None:
    lesser = tuple(reason._replace(value=3) for reason in KVM.reasons[:1])
    said = wording.offer(KVM._replace(reasons=lesser + KVM.reasons[1:2]))
    assert "\u2014 performance with limits: guest code on the CPU; a kernel of its own; " in said


def test_concise_gives_the_best_fit_where_there_is_no_help() -> None:
    result = Result("a.yaml", recognised=True, diagnostics=(FOUND, FOUND._replace(suggestions=())), workloads=1)
    where = "a.yaml:4:26: error VM401 shared-kernel: the kernel is shared"
    fits = "fits if host.cpu.features has vmx (Intel) or svm (AMD), and host.virtualized is false"
    assert shown(list(concise.report(Run((result,))))).splitlines() == [
        f"{where} [{fits}: platform: kvm, architecture: type1, without privileged]",
        where,
    ]
