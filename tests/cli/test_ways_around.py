"""Ways around the gate that are closed: links, untracked files, unreadable files, renamed files, unfinished merges."""

from __future__ import annotations

from tests.conftest import Vmlint
from tests.repository import Repository

EVIL = "services:\n  web:\n    image: nginx:1.29\n    privileged: true\n"
VMX = 'config.version = "8"\nvirtualHW.version = "19"\nguestOS = "windows7srv-64"\n'


def test_a_settings_file_that_is_a_link(vmlint: Vmlint, repository: Repository) -> None:
    link = repository.root / "vmlint.toml"
    link.symlink_to("cfg/strict.toml")
    repository.commit(**{"cfg/strict.toml": '[severity]\nVM407 = "error"\n', "compose.yaml": EVIL})
    repository.put("cfg/strict.toml", 'ignore = ["VM407"]\n')
    assert vmlint("check").status == 0
    assert vmlint("check", "--policy-from", "HEAD", "--format", "concise").stdout.count("error VM407") == 1
    link.unlink()
    link.symlink_to("../outside.toml")
    repository.commit()
    link.unlink()
    screen = vmlint("check", "--policy-from", "HEAD")
    assert (screen.status, "vmlint.toml is a link that leads out of the repository" in screen.stderr) == (2, True)


def test_untracked_files_are_left_out_where_that_is_asked_for(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"compose.yaml": EVIL.replace("    privileged: true\n", "")})
    repository.put("n/untracked.yaml", EVIL)
    for words in (["--since", "HEAD"], ["--policy-from", "HEAD"]):
        assert vmlint("check", *words).status == 1
        assert vmlint("check", *words, "--tracked").status == 0
    repository.git("add", "n/untracked.yaml")
    assert vmlint("check", "--since", "HEAD", "--tracked").status == 1


def test_what_git_knows_is_asked_of_a_repository(vmlint: Vmlint) -> None:
    assert vmlint("check", "--tracked").stderr == ("vmlint check: error: --tracked: there is no git repository here\n")


def test_what_could_not_be_checked_fails_in_spite_of_exit_zero(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("compose.yaml", EVIL)
    assert vmlint("check", "--exit-zero").status == 0
    assert vmlint("check", "--exit-zero", "nope.yaml").status == 1
    repository.put("b.vmlint.yaml", "apiVersion: vmlint/v1\nkind: [\n")
    assert vmlint("check", "--exit-zero").status == 1
    repository.put("b.vmlint.yaml", "apiVersion: vmlint/v1\nkind: workload\nmetadata: {name: a}\nspec: {kind: batch}\n")
    assert vmlint("check", "--diff", "b.vmlint.yaml").status == 1
    assert vmlint("check", "--diff", "--exit-zero", "b.vmlint.yaml").status == 0


def test_a_renamed_file_that_names_its_workload(vmlint: Vmlint, repository: Repository) -> None:
    repository.commit(**{"old.vmx": VMX, "keep.vmx": VMX})
    assert vmlint("check").status == 1
    assert vmlint("baseline", "write").status == 0
    (repository.root / "old.vmx").rename(repository.root / "new.vmx")
    assert vmlint("check", "--since", "HEAD", "--no-baseline").status == 0
    screen = vmlint("check")
    said = "vmlint: new.vmx counts as old.vmx, renamed: what was accepted there is accepted\n"
    assert (screen.status, screen.stderr) == (0, said)
    repository.put("more.vmx", VMX)
    assert vmlint("check").status == 1, "one more is new"


def test_both_sides_of_a_merge_and_places_outside(vmlint: Vmlint, repository: Repository) -> None:
    repository.put("a.yaml", EVIL)
    repository.put("b.yaml", EVIL)
    assert vmlint("baseline", "write").status == 0
    file = repository.root / "vmlint-baseline.json"
    whole = file.read_text()
    head, first, second, end = whole.split("\n", 2)[2].rpartition("]")[0], *whole.split("\n")[3:5], "  ]\n}\n"
    assert head
    file.write_text(
        '{\n  "version": 1,\n  "findings": [\n<<<<<<< ours\n' + first + "\n||||||| base\n"
        '    {"file": "gone.yaml", "rule": "VM407"}\n=======\n' + second + "\n>>>>>>> theirs\n" + end
    )
    assert "`vmlint baseline update` keeps the entries of both sides" in vmlint("check").stderr
    assert vmlint("baseline", "update").status == 0
    assert file.read_text() == whole
    screen = vmlint("baseline", "write", "--baseline", "../x.json")
    assert (screen.status, "leads out of the project" in screen.stderr) == (2, True)
    screen = vmlint("baseline", "show", "nope")
    assert (screen.status, "there is no file or folder nope" in screen.stderr) == (2, True)
