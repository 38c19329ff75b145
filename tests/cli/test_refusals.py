"""What is refused, or left undone, and said so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Vmlint

COMPOSE = "services: {web: {image: 'nginx:1.29'}}\n"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            "vmlint.toml",
            '[severity]\nVM407 = "note"\nvm407 = "error"\n',
            "vmlint.toml:3:1: severity: vm407 and VM407 are both VM407; keep one of them",
        ),
        (
            "vmlint.toml",
            '[severity]\nVM407 = "note"\nprivileged-container = "error"\n',
            "privileged-container and VM407 are both VM407",
        ),
        ("pyproject.toml", '[tool.vmlnt]\nprofile = "strict"\n', "pyproject.toml:1:7: there is no tool 'vmlnt'"),
        ("vmlint.toml", 'select = ["VM907"]\n', "checks of the file itself, such as VM907, are made in every run"),
    ],
)
def test_settings_that_say_two_things_or_nothing(
    vmlint: Vmlint, tmp_path: Path, file: str, text: str, message: str
) -> None:
    (tmp_path / file).write_text(text)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    ran = vmlint("check")
    assert (ran.status, message in ran.stderr) == (2, True), ran.stderr


def test_tables_of_other_tools_are_theirs(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pylint]\n[tool.vmprof]\n[tool.vm]\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    assert vmlint("check").status == 0


def test_a_patch_is_no_report(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    for options in (("-o", "sarif:found.sarif"), ("--format", "json")):
        ran = vmlint("check", "--diff", *options)
        assert (ran.status, "--diff prints a patch and writes no report" in ran.stderr) == (2, True)
    assert vmlint("check", "--diff", "--format", "text").status == 0


def test_a_report_that_cannot_be_written_is_all_that_is_said(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    ran = vmlint("check", "compose.yaml", "-o", "sarif:nowhere/found.sarif")
    assert (ran.status, len(ran.stderr.splitlines())) == (2, 1)


def test_a_folder_with_one_file_is_advised_on_as_that_file(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "a" / "values.yaml").write_text("a: 1\n")
    assert vmlint("suggest", "a").stdout == vmlint("suggest", "a/compose.yaml").stdout
    (tmp_path / "a" / "other-compose.yaml").write_text(COMPOSE)
    ran = vmlint("suggest", "a")
    assert ran.status == 0
    assert ran.stdout.startswith("2 workloads in 2 files (all alike)\n")


def test_a_last_day_behind_another_word_is_no_reason(vmlint: Vmlint, tmp_path: Path) -> None:
    text = "services:\n  web:\n    image: nginx:1.29\n    privileged: true # vmlint: ignore[VM407] {}\n"
    statuses = {}
    for reason in ("only through 2025-01-01", "gone by 2027-03-01", "as decided on 2026-01-01", "by 2027"):
        (tmp_path / "compose.yaml").write_text(text.replace("{}", reason))
        statuses[reason] = vmlint("check").status
    assert [*statuses.values()] == [2, 2, 0, 0]


def test_one_fault_does_not_hide_others(vmlint: Vmlint, tmp_path: Path) -> None:
    head = "apiVersion: vmlint/v1\nkind: Workload\nmetadata:\n  name: a\n  labels: {b: no, n: ~}\n"
    (tmp_path / "a.vmlint.yaml").write_text(f"{head}spec: {{environment: dev}}\n")
    assert "VM912" in vmlint("check").stdout
    vmlint("check", "--fix")
    assert 'labels: {b: "no", n: ~}' in (tmp_path / "a.vmlint.yaml").read_text()


def test_a_missing_kind_is_written_below_the_version(vmlint: Vmlint, tmp_path: Path) -> None:
    spec = "metadata: {name: a}\nspec: {environment: dev, guest: {os: debian12}}\n"
    (tmp_path / "a.vmlint.yaml").write_text(f"# about it\napiVersion: vmlint/v1\n{spec}")
    (tmp_path / "b.vmlint.yaml").write_text(spec)
    vmlint("check", "--fix")
    assert (tmp_path / "a.vmlint.yaml").read_text().startswith("# about it\napiVersion: vmlint/v1\nkind: Workload\n")
    assert (tmp_path / "b.vmlint.yaml").read_text().startswith("apiVersion: vmlint/v1\nkind: Workload\nmetadata")
