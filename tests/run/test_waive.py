"""What waivers accept, which of them is needed, and what is said of one that is bad, unused or over."""

from __future__ import annotations

from datetime import date

import pytest

from tests.waived import RULES, SETTINGS, TODAY, lint, mended, split
from vmlint.findings.codes import CODES, can_be_accepted
from vmlint.findings.diagnostic import Diagnostic, merged
from vmlint.findings.place import Place
from vmlint.findings.waiver import Waiver, WaiverPolicy
from vmlint.lint.profiles import PROFILES
from vmlint.reading.file import File
from vmlint.run.check import check
from vmlint.run.result import Result, Run, result_of
from vmlint.run.settings import Same, Settings
from vmlint.run.unneeded import remarks

SERVICE = """\
services:
  a:
    image: debian:12
    privileged: true{}
    volumes: [/var/run/docker.sock:/var/run/docker.sock]
"""


def service(waiver: str = "", **settings: object) -> tuple[list[Diagnostic], list[Diagnostic], list[Diagnostic]]:
    """Lint a privileged service whose line has a waiver."""
    return split(lint("compose.yaml", SERVICE.format(f" # vmlint: {waiver}" if waiver else ""), **settings))


def said(about: list[Diagnostic]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(each.code, each.message, each.help) for each in about]


# -- bad waivers -----------------------------------------------------------------------------------------------------

BAD = {
    "ignore[VM4007]": ("no rule has the code or name `VM4007`", ("did you mean `VM407`?",)),
    "ignore[priviledged-container]": (
        "no rule has the code or name `priviledged-container`",
        ("did you mean `privileged-container`?",),
    ),
    "ignore[xyz]": ("no rule has the code or name `xyz`", ("`vmlint rules` lists the rules",)),
    "ignore[all]": ("`all` stands for several rules: a waiver names each", ()),
    "ignore[VM4]": ("`VM4` stands for several rules: a waiver names each", ()),
    "ignore[vm831]": (
        "VM831 is no rule: a general rule reports it, at its place in the native file: VM407 and VM408",
        ("write VM407 or VM408",),
    ),
    "ignore[VM903]": ("VM903 (invalid-syntax) cannot be waived: it marks what could not be checked", ()),
    "ignore[VM629]": ("VM629 (accepted-risk) cannot be waived: it is about what is accepted", ()),
    "ignore[VM922]": ("VM922 (unused-waiver) cannot be waived: it is about what is accepted", ()),
    "ignore[VM699]": ("VM699 (no-architecture-fits) cannot be waived: nothing is left to choose", ()),
}


@pytest.mark.parametrize("waiver", BAD)
def test_a_bad_waiver_accepts_nothing(waiver: str) -> None:
    counting, accepted, about = service(waiver)
    message, help = BAD[waiver]
    assert said(about) == [("VM923", message, help)]
    assert about[0].place.column == 32 + len("ignore[")
    assert ([each.code for each in counting], accepted) == (["VM407", "VM408"], [])


def test_the_other_rules_of_a_waiver_still_count() -> None:
    counting, accepted, about = service("ignore[VM4007, VM407] x")
    assert [each.code for each in about] == ["VM923"]
    assert ([each.code for each in counting], [each.code for each in accepted]) == (["VM408"], ["VM407"])


def test_a_code_of_a_plugin_that_is_not_installed_is_left_alone() -> None:
    assert service("ignore[ACME001] x")[2] == []


POLICIES = {
    "ignore[VM407]": (WaiverPolicy(reason=True), "the settings demand a reason of each waiver"),
    "ignore[VM407] until 2027-01-01": (WaiverPolicy(reason=True), "the settings demand a reason of each waiver"),
    "ignore[VM407] agreed": (WaiverPolicy(until=True), "the settings demand a last day of each waiver"),
    "ignore[VM407] agreed until 2027-02-21": (
        WaiverPolicy(longest=90),
        "2027-02-21 is too far away: the settings allow 90 days",
    ),
    "ignore[VM407] agreed until 2027-02-20": (
        WaiverPolicy(forbidden=("VM407",)),
        "VM407 (privileged-container) cannot be waived: the settings forbid it",
    ),
    "ignore[privileged-container] agreed": (
        WaiverPolicy(forbidden=("VM4",)),
        "VM407 (privileged-container) cannot be waived: the settings forbid it (VM4)",
    ),
}


@pytest.mark.parametrize("waiver", POLICIES)
def test_a_waiver_against_the_policy_accepts_nothing(waiver: str) -> None:
    policy, message = POLICIES[waiver]
    counting, accepted, about = service(waiver, waiver_policy=policy)
    assert [(each.code, each.message) for each in about] == [("VM923", message)]
    assert ([each.code for each in counting], accepted) == (["VM407", "VM408"], [])


def test_a_waiver_within_the_policy_counts() -> None:
    policy = WaiverPolicy(reason=True, until=True, longest=90, forbidden=("VM408",))
    counting, accepted, about = service("ignore[VM407] agreed until 2027-02-20", waiver_policy=policy)
    assert ([each.code for each in counting], [each.code for each in accepted]) == (["VM408"], ["VM407"])
    assert about == []


def test_what_could_not_be_checked_cannot_be_accepted() -> None:
    assert [code for code in CODES if can_be_accepted(code)] == ["VM912", "VM913", "VM917", "VM928"]
    assert {rule.code for rule in RULES if not can_be_accepted(rule.code)} == {"VM699"}
    text = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {colour: red}\n"
    counting, _, about = split(lint("a.vmlint.yaml", f"# vmlint: ignore-file[VM907]\n{text}"))
    assert ([each.code for each in counting], [each.code for each in about]) == (["VM907"], ["VM923"])


# -- what is needed --------------------------------------------------------------------------------------------------


def test_the_narrowest_is_used() -> None:
    text = SERVICE.format(" # vmlint: ignore[VM407] here")
    text = "# vmlint: ignore-file[VM407, VM408] all\n" + text.replace("  a:", "  a: # vmlint: ignore-workload[VM407] a")
    counting, accepted, about = split(lint("compose.yaml", text))
    assert counting == []
    assert [each.accepted and each.accepted.reason for each in accepted] == ["here", "all"]
    assert said(about) == [
        (
            "VM922",
            "part of this waiver accepts nothing: what VM407 finds is accepted by the waiver in line 5",
            ("remove VM407 from it",),
        ),
        (
            "VM922",
            "this waiver accepts nothing: what VM407 finds is accepted by the waiver in line 5",
            ("remove it",),
        ),
    ]
    counting, accepted, about = split(lint("compose.yaml", mended(text, about)))
    assert (counting, len(accepted), about) == ([], 2, [])


def test_the_first_of_two_alike_is_used() -> None:
    _, accepted, about = service("ignore[VM407, VM407] x")
    assert len(accepted) == 1
    assert [each.place.column for each in about] == [46]


def test_a_waiver_may_be_limited_to_an_entry_of_a_list() -> None:
    socket = "/var/run/docker.sock:/var/run/docker.sock"
    text = f"# vmlint: ignore-file[VM408:{socket}] x\n{SERVICE.format('')}"
    counting, accepted, about = split(lint("compose.yaml", text))
    found = [*counting, *accepted]
    entry = next(each.entry for each in found if each.code == "VM408")
    text = f'# vmlint: ignore-file[VM408:"{entry}"] x\n{SERVICE.format("")}'
    counting, accepted, about = split(lint("compose.yaml", text))
    assert ([each.code for each in accepted], about) == (["VM408"], [])
    _, accepted, about = split(lint("compose.yaml", text.replace(entry, "/other", 1)))
    assert accepted == []
    assert about[0].message == "this waiver accepts nothing: VM408:/other finds nothing in this file"


def test_a_rule_that_did_not_run_is_not_unused() -> None:
    idle = "ignore[VM917, VM707] x"
    assert [each.message for each in service(idle)[2]] == [
        "this waiver accepts nothing: VM917 and VM707 find nothing in line 4"
    ]
    only = tuple(rule for rule in RULES if rule.code != "VM707")
    assert [each.help for each in service(idle, rules=only)[2]] == [("remove VM917 from it",)]
    assert service(idle, rules=only, codes=frozenset(CODES) - {"VM917"})[2] == []


def test_a_rule_that_was_undecided_is_not_unused() -> None:
    checked = lint("compose.yaml", SERVICE.format(""))
    undecided = sorted({missing.code for _, missing in checked.undecided})
    assert undecided
    assert service(f"ignore[{', '.join(undecided)}] x")[2] == []


def test_a_rule_whose_finding_the_profile_hides_is_not_unused() -> None:
    quiet = {"profile": PROFILES["minimal"]}
    assert service("ignore[VM408] x", **quiet)[2] == []
    assert [each.code for each in service("ignore[VM707] x", **quiet)[2]] == ["VM922"]


def test_where_the_file_is_broken_no_waiver_is_unused() -> None:
    text = "# vmlint: ignore-file[VM707] x\n" + SERVICE.format("") + "  b: [\n"
    assert [each.code for each in lint("compose.yaml", text).diagnostics] == ["VM903"]


def test_an_invalid_second_document_leaves_the_waivers_of_the_file_alone() -> None:
    manifest = "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: a}\nspec: {environment: dev}\n"
    text = f"# vmlint: ignore-file[VM707] x\n{manifest}"
    assert [each.code for each in lint("a.yaml", text).diagnostics] == ["VM922"]
    broken = f"{text}---\n{manifest.replace('environment', 'enviroment')}"
    assert [each.code for each in lint("a.yaml", broken).diagnostics] == ["VM907"]


# -- dates -----------------------------------------------------------------------------------------------------------


def test_the_last_day_still_counts_and_the_day_after_does_not() -> None:
    counting, accepted, about = service("ignore[VM407] x until 2026-11-22")
    assert ([each.code for each in counting], [each.code for each in accepted]) == (["VM408"], ["VM407"])
    assert said(about) == [("VM925", "the waiver of VM407 runs out today", ())]
    counting, accepted, about = service("ignore[VM407] x until 2026-11-21")
    assert ([each.code for each in counting], accepted) == (["VM407", "VM408"], [])
    message = "the waiver of VM407 ran out on 2026-11-21, and what it accepted is still found"
    assert said(about) == [("VM924", message, ("mend it, or decide anew how long it is accepted",))]


def test_one_that_is_over_and_accepted_nothing_is_unused() -> None:
    assert [each.code for each in service("ignore[VM917] x until 2026-11-21")[2]] == ["VM922"]


def test_a_wider_waiver_counts_where_a_narrow_one_is_over() -> None:
    text = "# vmlint: ignore-file[VM407] x\n" + SERVICE.format(" # vmlint: ignore[VM407] y until 2026-01-01")
    _, accepted, about = split(lint("compose.yaml", text))
    assert [each.accepted and each.accepted.reason for each in accepted] == ["x"]
    assert [(each.code, each.place.line) for each in about] == [("VM922", 5)]


@pytest.mark.parametrize(("until", "codes"), [("2026-12-06", ["VM925"]), ("2026-12-07", [])])
def test_a_waiver_that_runs_out_soon_is_reported(until: str, codes: list[str]) -> None:
    assert [each.code for each in service(f"ignore[VM407] x until {until}")[2]] == codes
    assert service(f"ignore[VM407] x until {until}", waiver_policy=WaiverPolicy(soon=5))[2] == []


def test_without_waivers_everything_counts() -> None:
    counting, accepted, about = service("ignore[VM407, VM917] x until 2026-11-23", waive=False)
    assert ([each.code for each in counting], accepted, about) == (["VM407", "VM408"], [], [])
    assert [each.code for each in service("ignore[VM4007]", waive=False)[2]] == ["VM923"]


# -- findings that are merged ----------------------------------------------------------------------------------------

SHARED = """\
x-base: &base
  image: debian:12
  privileged: true{}
services:
  a:{}
    <<: *base
    restart: always
  b:
    <<: *base
    restart: always
"""


def test_findings_of_one_line_are_accepted_together() -> None:
    found = merged(lint("compose.yaml", SHARED.format(" # vmlint: ignore[VM407] x", "")).diagnostics)
    assert [(each.workload, each.also, bool(each.accepted)) for each in found] == [("a", ("b",), True)]


def test_of_findings_of_one_line_only_those_of_the_waived_workload_are_accepted() -> None:
    found = merged(lint("compose.yaml", SHARED.format("", " # vmlint: ignore-workload[VM407] x")).diagnostics)
    assert [(each.workload, each.also, bool(each.accepted)) for each in found] == [("a", (), True), ("b", (), False)]


# -- manifests -------------------------------------------------------------------------------------------------------

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {{name: a, waivers: {}}}
spec:
  deployment: {{platform: docker, privileged: true, image: {{ref: "debian:12"}}}}
"""


def test_a_manifest_states_waivers_of_its_workload() -> None:
    given = "[{rules: [VM407], reason: agreed, until: 2027-03-01, field: deployment}]"
    counting, accepted, about = split(lint("a.yaml", MANIFEST.format(given)))
    assert (counting, about) == ([], [])
    assert [each.accepted and each.accepted[:3] for each in accepted] == [("waiver", "agreed", "2027-03-01")]
    given = given.replace("field: deployment", "field: deployment.mounts")
    counting, accepted, about = split(lint("a.yaml", MANIFEST.format(given)))
    assert ([each.code for each in counting], accepted) == (["VM407"], [])
    assert [(each.code, each.message) for each in about] == [
        ("VM922", "this waiver accepts nothing: VM407 finds nothing in deployment.mounts")
    ]


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ("[{rules: []}]", "VM908", "`rules`: [] should be non-empty"),
        ("[{rules: [VM407], til: x}]", "VM907", "unknown key `til`"),
        ("[{reason: x}]", "VM910", "`rules` is missing in `waivers`"),
        ("{rules: [VM407]}", "VM908", "`waivers` is a block; expected a list"),
        ("[VM407]", "VM908", "`waivers` is the text 'VM407'; expected a block of fields"),
        ("[{rules: [VM407], until: soon}]", "VM923", None),
        ("[{rules: [VM407], until: 2027-02-30}]", "VM923", "`until`: 2027-02-30 is no day of the calendar"),
        ("[{rules: [VM407], field: deploymnt}]", "VM923", None),
        ("[{rules: [VM4O7]}]", "VM923", "no rule has the code or name `VM4O7`"),
    ],
)
def test_a_malformed_waiver_of_a_manifest(given: str, code: str, message: str | None) -> None:
    diagnostics = lint("a.yaml", MANIFEST.format(given)).diagnostics
    assert (code, message) in [(each.code, message and each.message) for each in diagnostics]
    assert not any(each.accepted for each in diagnostics)


def test_the_rules_of_a_manifests_waiver_are_removed_one_by_one() -> None:
    text = MANIFEST.format("[{rules: [VM707, VM407, VM917], reason: agreed}]")
    about = split(lint("a.yaml", text))[2]
    assert [each.code for each in about] == ["VM922"]
    assert mended(text, about) == MANIFEST.format("[{rules: [VM407], reason: agreed}]")


IDLE = ["{rules: [VM917]}", "{rules: [VM407]}", "{rules: [VM707], reason: x}"]
KEPT = {
    "[{0}]": "[]",
    "[{0}, {1}]": "[{1}]",
    "[{1}, {0}]": "[{1}]",
    "[{0}, {1}, {2}]": "[{1}]",
    "[{1} , {0} , {2}]": "[{1}]",
}


@pytest.mark.parametrize("given", KEPT)
def test_a_waiver_of_a_manifest_is_removed(given: str) -> None:
    text = MANIFEST.format(given.format(*IDLE))
    while about := split(lint("a.yaml", text))[2]:
        text = mended(text, about[:1])
    assert text == MANIFEST.format(KEPT[given].format(*IDLE))


BLOCK = """\
apiVersion: vmlint/v1
kind: Workload
metadata:
  name: a
  waivers:  # agreed
    - rules:
        - VM917
      reason: >-
        in
        two lines
{}    - rules: [VM707]
spec:
  deployment: {{platform: docker, privileged: true, image: {{ref: "debian:12"}}}}
"""


def test_waivers_of_a_manifest_are_removed_with_their_lines() -> None:
    used = "    # the driver\n    - {rules: [VM407], reason: driver}\n"
    for between in (used, ""):
        text = BLOCK.format(between)
        while about := split(lint("a.yaml", text))[2]:
            text = mended(text, about[:1])
        left = f"  waivers:  # agreed\n{used}" if between else ""
        assert text == BLOCK[: BLOCK.index("  waivers")] + left + BLOCK[BLOCK.index("spec:") :].format()


def test_a_host_document_has_no_waivers() -> None:
    text = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a, waivers: [{rules: [VM407]}]}\nspec: {os: debian12}\n"
    assert [(each.code, each.message) for each in lint("h.yaml", text).diagnostics] == [
        ("VM907", "unknown key `waivers`")
    ]


# -- a manifest over a native file -----------------------------------------------------------------------------------

OVERLAY = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: a}
spec: {deployment: {source: compose.yaml}}
"""


def over(native: str, manifest: str = OVERLAY) -> tuple[list[Diagnostic], list[Diagnostic], list[Diagnostic]]:
    """Lint a manifest over a native file."""
    context = SETTINGS.context._replace(open_reference=lambda _, name: File(name, native.encode()))
    return split(check(File("a.vmlint.yaml", manifest.encode()), SETTINGS._replace(context=context)))


def test_a_waiver_in_the_native_file_counts_for_the_manifest_over_it() -> None:
    counting, accepted, about = over(SERVICE.format(" # vmlint: ignore[VM407] x"))
    assert ([each.code for each in counting], [each.code for each in accepted]) == (["VM408"], ["VM407"])
    assert about == []
    counting, accepted, about = over("# vmlint: ignore-file[VM407, VM408] x\n" + SERVICE.format(""))
    assert (counting, [each.code for each in accepted], about) == ([], ["VM407", "VM408"], [])


def test_one_that_accepts_nothing_is_reported_there() -> None:
    about = over(SERVICE.format(" # vmlint: ignore[VM917] x"))[2]
    assert [(each.code, each.place.file, each.place.line) for each in about] == [("VM922", "compose.yaml", 4)]


def test_a_waiver_in_the_manifest_counts_for_what_the_native_file_states() -> None:
    for manifest in (
        OVERLAY.replace("{name: a}", "{name: a, waivers: [{rules: [VM407], reason: x}]}"),
        f"# vmlint: ignore-workload[VM407] x\n{OVERLAY}",
        f"# vmlint: ignore-file[VM407] x\n{OVERLAY}",
    ):
        counting, accepted, about = over(SERVICE.format(""), manifest)
        assert ([each.code for each in counting], [each.code for each in accepted]) == (["VM408"], ["VM407"])
        assert about == []


# -- the settings ----------------------------------------------------------------------------------------------------


def entry(line: int, *rules: str, **more: str) -> Waiver:
    return Waiver(rules, Place("vmlint.toml", line, 1, line, 12), **more)  # type: ignore[arg-type]


def passed(*files: tuple[str, str], waivers: tuple[Waiver, ...], policy: WaiverPolicy | None = None) -> list[Result]:
    """Lint files with the waivers of the settings."""
    settings = SETTINGS._replace(waivers=waivers, waiver_policy=policy or WaiverPolicy())
    results = [
        result_of(lint(*file, waivers=waivers, waiver_policy=settings.waiver_policy), details=False) for file in files
    ]
    return with_remarks(results, settings)


def with_remarks(results: list[Result], settings: Settings) -> list[Result]:
    lines = "".join(f"line {number}\n" for number in range(1, 30))
    return [*results, *remarks({each.file: each.uses for each in results}, Same(settings), lambda _: lines)]


PRIVILEGED = ("compose.yaml", SERVICE.format(""))
PLAIN = ("plain.yaml", "services: {a: {image: 'debian:12', restart: always}}\n")


def test_an_entry_of_the_settings_accepts() -> None:
    (result,) = passed(PRIVILEGED, waivers=(entry(3, "VM407", reason="agreed", until="2027-03-01"),))
    accepted = [each for each in result.diagnostics if each.accepted]
    assert [each.code for each in accepted] == ["VM407"]
    assert accepted[0].accepted == ("waiver", "agreed", "2027-03-01", Place("vmlint.toml", 3, 1, 3, 12), "file")


def test_an_entry_may_be_limited_to_a_workload_and_a_field() -> None:
    waivers = (
        entry(1, "VM407", workload="b"),
        entry(2, "VM407", field="deployment.mounts"),
        entry(3, "VM407", workload="a", field="deployment"),
    )
    first, last = passed(PRIVILEGED, waivers=waivers)
    used = [each.accepted.place for each in first.diagnostics if each.accepted]
    assert used == [waivers[2].place]
    assert [(each.code, each.place.line) for each in last.diagnostics] == [("VM922", 1), ("VM922", 2)]


def test_an_entry_that_one_file_needs_is_needed() -> None:
    assert len(passed(PLAIN, PRIVILEGED, PLAIN, waivers=(entry(3, "VM407"),))) == 3


def test_an_entry_that_no_file_needs_is_reported_at_its_place() -> None:
    *files, last = passed(PLAIN, PRIVILEGED, waivers=(entry(3, "VM407", "VM917"), entry(5, "VM707")))
    assert len(files) == 2
    assert (last.file, last.beside) == ("vmlint.toml", True)
    assert said([*last.diagnostics]) == [
        (
            "VM922",
            "part of this waiver accepts nothing: VM917 finds nothing under its paths that no other waiver accepts",
            ("remove VM917 from it",),
        ),
        (
            "VM922",
            "this waiver accepts nothing: VM707 finds nothing under its paths that no other waiver accepts",
            ("remove it",),
        ),
    ]
    assert last.lines == {"vmlint.toml": {3: "line 3", 4: "line 4", 5: "line 5", 6: "line 6"}}
    run = Run([*files, last])
    assert len([*run]) == 3
    assert (run.tally.files, run.tally.linted, run.tally.accepted["waiver"]) == (2, 2, 1)


def test_an_entry_that_covers_no_linted_file_is_left_alone() -> None:
    results = [result_of(lint(*PLAIN), details=False)]
    assert len(with_remarks(results, SETTINGS._replace(waivers=(entry(3, "VM407"),)))) == 1


def test_bad_and_expired_entries_are_reported_once() -> None:
    waivers = (
        entry(1, "VM4O7"),
        entry(2, "VM407", reason="x", until="2026-11-01"),
        entry(3, "VM408", until="tomorrow"),
    )
    *files, last = passed(PRIVILEGED, PRIVILEGED, waivers=waivers)
    assert [each.code for file in files for each in file.diagnostics if each.accepted] == []
    assert [(each.code, each.place.line) for each in last.diagnostics] == [("VM923", 1), ("VM924", 2), ("VM923", 3)]


def test_a_comment_comes_before_the_settings() -> None:
    text = SERVICE.format(" # vmlint: ignore[VM407] here")
    first, last = passed(("compose.yaml", text), waivers=(entry(3, "VM407", reason="there"),))
    assert [each.accepted.reason for each in first.diagnostics if each.accepted] == ["here"]
    assert [each.code for each in last.diagnostics] == ["VM922"]


def test_the_day_is_that_of_the_run() -> None:
    assert TODAY == date(2026, 11, 22) == SETTINGS.context.today
