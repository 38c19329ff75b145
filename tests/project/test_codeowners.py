"""CODEOWNERS as GitHub and GitLab read it: their own documented examples, and where the two differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmlint import limits
from vmlint.project.codeowners import Owners, parsed

GITHUB = """\
# the usual owners
*       @everyone
*.tf    @infra   # a comment
*.go docs@example.com
*.txt @acme/writers
/build/logs/ @logs
docs/*  @pages
apps/ @apps
/kept/ @kept @second
/kept/free
**/plans @plans
/deep/**/*.xml @xml
white\\ space/ @space
bad.md no-owner @
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", "@everyone"),
        ("a/b/main.tf", "@infra"),
        ("main.go", "docs@example.com"),
        ("x/notes.txt", "@acme/writers"),
        ("build/logs/a/b", "@logs"),
        ("x/build/logs/a", "@everyone"),
        ("docs/start", "@pages"),
        ("docs/more/start", "@everyone"),
        ("x/docs/start", "@everyone"),
        ("x/apps/y/z", "@apps"),
        ("apps", "@everyone"),
        ("kept/a/b", "@kept @second"),
        ("kept/free", ""),
        ("kept/free/below", ""),
        ("x/y/plans/z", "@plans"),
        ("plans", "@plans"),
        ("deep/a.xml", "@xml"),
        ("deep/a/b/c.xml", "@xml"),
        ("deep/a/b/c.yaml", "@everyone"),
        ("white space/a", "@space"),
        ("bad.md", ""),
    ],
)
def test_as_github_reads_it(path: str, owners: str) -> None:
    assert " ".join(parsed(GITHUB).of(path)) == owners


GITLAB = """\
* @everyone
\\#notes @hash
[Documentation][2] @writers
docs/
README.md
!docs/draft.md
docs/draft.md @nobody-again
^[Data base] @dba
model/db/
config/db/setup.md @writers @ops
[documentation]
docs/api/ @@maintainer
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x", "@everyone"),
        ("#notes", "@hash"),
        ("docs/a", "@everyone @writers"),
        ("x/docs/a", "@everyone @writers"),  # a pattern without a slash in front begins in any folder
        ("docs/draft.md", "@everyone"),  # what is excluded from a section stays so
        ("docs/api/a", "@everyone @@maintainer"),  # sections of one name are one
        ("x/model/db/a", "@everyone @dba"),
        ("config/db/setup.md", "@everyone @writers @ops"),
    ],
)
def test_as_gitlab_reads_it(path: str, owners: str) -> None:
    assert " ".join(parsed(GITLAB).of(path)) == owners


def test_where_the_two_differ() -> None:
    assert parsed("db/main @dba").of("x/db/main") == ()
    assert parsed("db/main @dba", gitlab=True).of("x/db/main") == ("@dba",)
    assert parsed("* @a\n!x @b").of("x") == ("@a",)
    assert parsed("* @a\n!x", gitlab=True).of("x") == ()


def test_a_set_of_characters_is_none() -> None:
    assert parsed("/a[bc] @x\n").of("ab") == ()
    assert parsed("/a[bc] @x\n").of("a[bc]") == ("@x",)


def test_hostile_patterns_cost_little() -> None:
    # It would take years, if each star could go back to each other one.
    stars = parsed("*a" * 500 + "b @x\n" + "**/a/" * 500 + "b @x\n", gitlab=True)
    assert stars.of("a" * 4000) == ()
    assert stars.of("a/" * 2000 + "c") == ()


def test_each_repository_has_its_own(tmp_path: Path) -> None:
    for name, owner, place in (("one", "@one", ".github"), ("two", "@two", "docs")):
        folder = tmp_path / name
        (folder / ".git").mkdir(parents=True)
        (folder / place).mkdir()
        (folder / place / "CODEOWNERS").write_text(f"/vms/ {owner}\n")
    (tmp_path / "none").mkdir()
    owners = Owners()
    assert owners(str(tmp_path / "one" / "vms" / "a.xml")) == ("@one",)
    assert owners(str(tmp_path / "two" / "vms" / "b" / "a.xml")) == ("@two",)
    assert owners(str(tmp_path / "two" / "a.xml")) == ()
    assert owners(str(tmp_path / "none" / "a.xml")) is None


def test_the_first_place_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "CODEOWNERS").write_text("a/b @root\n")
    monkeypatch.chdir(tmp_path)
    assert Owners()("a/b") == ("@root",)
    assert Owners()("x/a/b") == ()
    (tmp_path / ".gitlab-ci.yml").touch()
    assert Owners()("x/a/b") == ("@root",)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text("a/b @github\n")
    assert Owners()("a/b") == ("@github",)


def test_none_that_leads_out_of_the_repository_or_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("* @outside\n")
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "CODEOWNERS").symlink_to(tmp_path / "secret")
    assert Owners()(str(root / "a")) is None
    (root / "CODEOWNERS").unlink()
    (root / "CODEOWNERS").write_bytes(b"* @x\n" + b"#" * limits.OWNERS_BYTES)
    assert Owners()(str(root / "a")) is None
    (root / "CODEOWNERS").unlink()
    (root / "CODEOWNERS").mkdir()
    assert Owners()(str(root / "a")) is None
