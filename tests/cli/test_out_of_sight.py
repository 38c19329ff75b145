"""Files that nobody looks at are told: links, and what a branch moved to where no search looks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Vmlint
from tests.repository import Repository

BAD = 'services: {evil: {image: "nginx:1.29", privileged: true}}\n'
GOOD = 'services: {web: {image: "nginx:1.29"}}\n'


def test_a_link_is_told_and_fails_a_strict_gate(vmlint: Vmlint, tmp_path: Path) -> None:
    for folder in ("a", "specs", "elsewhere/.hidden"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "a/compose.yaml").write_text(GOOD)
    (tmp_path / "a/same-compose.yaml").symlink_to("compose.yaml")  # linted under its own name
    (tmp_path / "elsewhere/.hidden/c.yaml").write_text(BAD)
    (tmp_path / "a/compose.yml").symlink_to("../elsewhere/.hidden/c.yaml")
    (tmp_path / "a/specs").symlink_to("../elsewhere/.hidden")
    (tmp_path / "a/gone-compose.yml").symlink_to("nowhere")
    ran = vmlint("check", "a")
    assert ran.status == 0
    assert "(2 skipped)" in ran.stdout
    assert ran.stderr.splitlines() == [
        "vmlint: skipped a/compose.yml: it is a link to a file, and links are not followed",
        "vmlint: skipped a/specs: it is a link to a folder, and links are not followed",
    ]
    assert vmlint("check", "a", "--fail-on-skipped").status == 1
    assert vmlint("check", "a", "--fail-on-skipped", "--exit-zero").status == 0
    assert vmlint("check", "a/compose.yaml", "--fail-on-skipped").status == 0
    files = json.loads(vmlint("check", "a", "--format", "json").stdout)["files"]
    assert [each["file"] for each in files if each["status"] == "skipped"] == ["a/compose.yml", "a/specs"]


def test_a_file_of_a_known_format_that_is_not_read_fails_a_strict_gate(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(f"{BAD}{{% if x %}}\n")
    (tmp_path / "other.yaml").write_text("a: 1\n")
    assert vmlint("check", ".", "other.yaml", "--allow-empty").status == 0
    assert vmlint("check", ".", "other.yaml", "--allow-empty", "--fail-on-skipped").status == 1
    assert (
        vmlint("check", "compose.yaml", "--exclude", "compose.yaml", "--allow-empty", "--fail-on-skipped").status == 0
    )


def test_a_list_may_hold_links_to_folders(vmlint: Vmlint, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "compose.yaml").write_text(GOOD)
    (tmp_path / "b").symlink_to("a")
    ran = vmlint("check", "--files-from", "-", stdin="b\ncompose.yaml\n")
    assert (ran.status, ran.stderr) == (0, "vmlint: skipped b: a link to a folder, which is not followed\n")


def test_what_a_branch_moves_out_of_sight_is_told(vmlint: Vmlint, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    for name in ("a/compose.yaml", "b/compose.yaml", "c/compose.yaml", "d/compose.yaml"):
        repository.put(name, BAD.replace("evil", f"evil-{name[0]}"))
    repository.put("values.yaml", "replicas: 1\nname: not a specification\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "pr")
    for folder in ("a/vendor", "moved"):
        (tmp_path / folder).mkdir()
    repository.git("mv", "a/compose.yaml", "a/vendor/compose.yaml")
    repository.git("mv", "b/compose.yaml", "moved/compose.yaml")  # still found
    repository.git("mv", "values.yaml", "a/vendor/values.yaml")
    repository.git("rm", "-q", "c/compose.yaml")
    (tmp_path / "d/compose.yaml").rename(tmp_path / "d/.kept.yaml")
    (tmp_path / "d/compose.yaml").symlink_to(".kept.yaml")
    repository.put("a/vendor/compose.yaml", BAD.replace("evil", "evil-a") + "# one more line\n")
    repository.commit()
    told = [
        "vmlint: skipped a/vendor/compose.yaml: it was a/compose.yaml, which was linted at main",
        "vmlint: skipped d/compose.yaml: it is a link now, and was linted at main",
    ]
    for option in ("--policy-from", "--since"):
        ran = vmlint("check", ".", option, "main", "--ignore", "VM407")
        assert sorted(line for line in ran.stderr.splitlines() if "skipped" in line) == told
        assert ran.status == 0
    assert vmlint("check", ".", "--since", "main", "--ignore", "VM407", "--fail-on-skipped").status == 1
    assert "vendor" not in vmlint("check", "d", "--since", "main").stderr  # elsewhere
