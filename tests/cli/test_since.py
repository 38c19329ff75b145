"""``vmlint check --since``: what a change brought, in real repositories."""

from __future__ import annotations

import json
import os
from tempfile import gettempdir
from typing import Any

import pytest

from tests.conftest import Vmlint
from tests.repository import Repository

WEB = "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n"
NEW = "  new:\n    image: redis:7\n    privileged: true\n"
HOST = (
    "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {platform: linux/amd64, kernel: {version: '%s'}}\n"
)
GUEST = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: api}\nspec:\n"
    '  guest: {kernel: {requires: ">=5.10"}}\n  hostRef: %s\n  deployment: {platform: docker}\n'
)
OVERLAY = (
    "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: web}\nspec:\n"
    "  requirements: {isolation: {tenancy: untrusted-multi}}\n"
    "  deployment: {source: {file: compose.yaml, name: web}}\n"
)


@pytest.fixture
def repository(repository: Repository) -> Repository:
    """A repository with one finding, in the current folder."""
    repository.commit(**{"shop/compose.yaml": WEB})
    return repository


def new(vmlint: Vmlint, since: str = "HEAD", *arguments: str, remarks: str = "") -> list[tuple[str, str, str]]:
    """Return file, workload and code of what is reported, after a look at what is left behind."""
    screen = vmlint("check", "--since", since, "--format", "json", *arguments)
    assert (screen.status in (0, 1), screen.stderr, os.listdir(gettempdir())) == (True, remarks, [])
    every: list[dict[str, Any]] = json.loads(screen.stdout)["findings"]
    return [(each["place"]["file"], each["workload"], each["code"]) for each in every if not each["accepted"]]


def test_only_what_the_change_brought(vmlint: Vmlint, repository: Repository) -> None:
    assert vmlint("check", "--since", "HEAD").stdout.splitlines()[0] == (
        "nothing new: 1 workload in 1 file (1 there before)"
    )
    repository.put("shop/compose.yaml", "# moved\n" + WEB + NEW)
    status = repository.git("status", "--porcelain")
    assert new(vmlint) == [("shop/compose.yaml", "new", "VM407")]
    assert repository.git("status", "--porcelain") == status
    repository.commit()
    assert new(vmlint, "HEAD~1") == [("shop/compose.yaml", "new", "VM407")]


def test_in_a_folder_and_by_name(vmlint: Vmlint, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.put("shop/compose.yaml", WEB + NEW)
    repository.put("later/compose.yaml", WEB)
    assert new(vmlint, "HEAD", "shop/compose.yaml") == [("shop/compose.yaml", "new", "VM407")]
    monkeypatch.chdir(repository.root / "shop")
    assert new(vmlint) == [("shop/compose.yaml", "new", "VM407")]
    monkeypatch.chdir(repository.root / "later")
    assert new(vmlint, "HEAD", "../shop") == [("shop/compose.yaml", "new", "VM407")]
    assert new(vmlint) == [("later/compose.yaml", "web", "VM407")]


def test_standard_input_is_a_file_as_well(vmlint: Vmlint, repository: Repository) -> None:
    arguments = ("check", "-", "--format", "concise", "--since", "HEAD")
    for name, reported in (("shop/compose.yaml", ["new"]), ("shop/b/compose.yaml", ["web", "new"])):
        screen = vmlint(*arguments, "--stdin-filename", name, stdin=WEB + NEW)
        assert len(screen.stdout.splitlines()) == len(reported)


def test_a_file_that_was_renamed_or_split(vmlint: Vmlint, repository: Repository) -> None:
    repository.git("mv", "shop", "store")
    said = "vmlint: store/compose.yaml counts as shop/compose.yaml, renamed: what was accepted there is accepted\n"
    assert new(vmlint, "HEAD", "store/compose.yaml", remarks=said) == []
    repository.put("more/compose.yaml", WEB)
    remarks = said.replace("store", "more")
    assert new(vmlint, remarks=remarks) == [("store/compose.yaml", "web", "VM407")], "a copy brings a finding more"
    repository.put("more/compose.yaml", WEB.replace("nginx", "httpd").replace("services", "# other\nservices"))
    assert new(vmlint, remarks=said) == [("more/compose.yaml", "web", "VM407")], "the other one is more alike"
    repository.put(
        "store/compose.yaml", "".join(f"# {word}\n" for word in ["another", "file", "altogether"]) * 20 + WEB
    )
    repository.put("more/compose.yaml", "services: {}\n")
    assert new(vmlint) == [("store/compose.yaml", "web", "VM407")], "little of it is what it was"


def test_a_change_elsewhere_that_makes_the_difference(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"hosts/a.yaml": HOST % "6.1", "api.vmlint.yaml": GUEST % "hosts/a.yaml"})
    repository.put("hosts/a.yaml", HOST % "4.18")
    assert [each[1:] for each in new(vmlint)] == [("api", "VM403")]
    assert [each[1:] for each in new(vmlint, "HEAD", "api.vmlint.yaml")] == [("api", "VM403")]
    repository.commit()
    repository.put("shop/web.vmlint.yaml", OVERLAY)
    assert {each[1:] for each in new(vmlint)} == {("web", "VM401")}


def test_a_host_may_have_any_name(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"hosts/a.host": HOST % "4.18", "api.vmlint.yaml": GUEST % "hosts/a.host"})
    assert new(vmlint) == []
    repository.put("hosts/b.host", HOST % "4.18")
    assert [each[2] for each in new(vmlint, "HEAD", "--host", "hosts/b.host")] == []
    repository.commit()
    repository.put("other.vmlint.yaml", GUEST.replace("name: api", "name: b").replace("  hostRef: %s\n", ""))
    assert [each[1:] for each in new(vmlint, "HEAD", "--host", "hosts/b.host")] == [("b", "VM403")]


def test_each_revision_is_judged_by_its_own_settings(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"vmlint.toml": 'profile = "minimal"\n'})
    repository.put("vmlint.toml", 'profile = "default"\n')
    assert new(vmlint) == [("shop/compose.yaml", "web", "VM407")]
    assert new(vmlint, "HEAD", "--profile", "strict") == []


def test_settings_that_were_broken(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"vmlint.toml": "profile = 7\n"})
    repository.put("vmlint.toml", "")
    status, stdout, stderr = vmlint("check", "--since", "HEAD")
    assert (status, stdout) == (2, "")
    assert stderr.startswith("vmlint check: error: --since HEAD: that revision cannot be linted: vmlint.toml")
    assert "profile" in stderr


def test_what_could_not_be_checked_is_reported_again(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"shop/compose.yaml": "services: ["})
    assert [each[2] for each in new(vmlint)] == ["VM903"]


def test_the_baseline_comes_first(vmlint: Vmlint, repository: Repository) -> None:
    vmlint("baseline", "write")
    repository.put("shop/compose.yaml", WEB + NEW)
    assert vmlint("check", "--since", "HEAD").stdout.splitlines()[-2].endswith("(1 file; 1 in the baseline)")
    assert (
        vmlint("check", "--since", "HEAD", "--no-baseline").stdout.splitlines()[-2].endswith("(1 file; 1 there before)")
    )


def test_since_a_branch_began(vmlint: Vmlint, repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit(**{"shop/compose.yaml": WEB + NEW})
    repository.git("checkout", "-q", "main")
    repository.commit(**{"shop/compose.yaml": "services: {}\n"})
    repository.git("checkout", "-q", "topic")
    assert [each[1] for each in new(vmlint, "main...")] == ["new"]
    assert [each[1] for each in new(vmlint, "main")] == ["web", "new"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since=-x",), "--since -x: '-x' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        (("--since", "mian"), "--since mian: there is no revision 'mian' here; did you mean `main`?"),
        (("--since", "HEAD", "/"), "--since HEAD: / is not in the repository around the current folder"),
        (
            ("--since", "HEAD", "--on", "kvm"),
            "--on reports on another platform, --since on a change; leave one of them out",
        ),
    ],
    ids=str,
)
def test_misuse(arguments: tuple[str, ...], message: str, vmlint: Vmlint, repository: Repository) -> None:
    assert vmlint("check", *arguments) == (2, "", f"vmlint check: error: {message}\n")


def test_outside_a_repository(vmlint: Vmlint) -> None:
    assert vmlint("check", "--since", "HEAD").stderr == (
        "vmlint check: error: --since HEAD: there is no git repository here\n"
    )


TRAP = "import os\nopen(os.environ['VMLINT_TEST_MARK'], 'a').write(__file__)\n"


@pytest.mark.parametrize("path", [".", "lib"])
def test_nothing_of_a_revision_is_ever_imported(
    path: str,
    vmlint: Vmlint,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Not even where the user's own path names the current folder: the revision's is another one."""
    mark = tmp_path_factory.mktemp("mark") / "mark"
    monkeypatch.setenv("VMLINT_TEST_MARK", str(mark))
    traps = [
        f"{folder}{name}"
        for folder in ("", "lib/", "shop/")
        for name in ("yaml.py", "vmlint/__init__.py", "sitecustomize.py", "usercustomize.py", "json.py", "rich.py")
    ]
    repository.commit(**dict.fromkeys(traps, TRAP), **{"pyproject.toml": "", "setup.cfg": "", "conftest.py": TRAP})
    repository.git("rm", "-rqf", ".", "--ignore-unmatch")
    monkeypatch.setenv("PYTHONPATH", path)
    repository.put("shop/compose.yaml", WEB + NEW)
    monkeypatch.chdir(repository.root / "shop")
    assert new(vmlint) == [("shop/compose.yaml", "new", "VM407")]
    assert not mark.exists()


def test_hostile_settings_of_git_run_nothing(
    vmlint: Vmlint, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("programs")
    program, mark = folder / "leave-mark", folder / "mark"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\n", "utf-8")
    program.chmod(0o755)
    repository.put(".gitattributes", "* filter=f diff=f\n")
    with (repository.root / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(
            f'[core]\nfsmonitor = {program}\npager = {program}\n[filter "f"]\nsmudge = {program}\nclean = {program}\n'
            f'[diff "f"]\ntextconv = {program}\n[alias]\nls-tree = !{program}\n'
        )
    assert new(vmlint) == []
    assert not mark.exists()
