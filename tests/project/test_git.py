"""Reading git's objects: which revisions are found, and that nothing which a repository names is ever run."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.repository import HERMETIC
from tests.repository import Repository as Made
from vmlint import limits
from vmlint.project import git
from vmlint.project.git import Blob, GitError, Repository
from vmlint.project.revision import revision_of


@pytest.fixture(autouse=True)
def hermetic(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, HERMETIC[name])


@pytest.fixture
def made(tmp_path: Path) -> Made:
    repository = Made(tmp_path / "project")
    repository.commit(**{"a.yaml": "a: 1\n", "sub/b c.yaml": "b: 2\n"})
    return repository


def read(made: Made, name: str = "HEAD") -> dict[str, bytes]:
    repository = Repository(made.root)
    files = repository.files(repository.commit(name))
    return {blob.name: data for blob, data in repository.contents(files) if not blob.is_link}


def test_files_as_they_were(made: Made) -> None:
    first = made.git("rev-parse", "HEAD")
    made.git("tag", "v1")
    made.commit(**{"a.yaml": "changed\r\n", "été\n.yaml": ""})
    for name in (first, first[:10], "HEAD~1", "v1", "main^"):
        assert read(made, name) == {"a.yaml": b"a: 1\n", "sub/b c.yaml": b"b: 2\n"}
    assert read(made, "main") == {"a.yaml": b"changed\r\n", "sub/b c.yaml": b"b: 2\n", "été\n.yaml": b""}


def test_links_that_lead_out_and_submodules_are_left_out(made: Made) -> None:
    (made.root / "link.yaml").symlink_to("/etc/passwd")
    made.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    made.git("add", "link.yaml")
    made.git("commit", "-q", "-m", "more")
    assert [*read(made)] == ["a.yaml", "sub/b c.yaml"]


def test_names_that_would_leave_the_folder_are_left_out(made: Made) -> None:
    """No checkout makes such a tree, but everybody can write one."""
    blob = made.git("rev-parse", "HEAD:a.yaml")
    inner = made.git("mktree", stdin=f"100644 blob {blob}\tevil.yaml\n".encode())
    tree = made.git("mktree", stdin="".join(f"040000 tree {inner}\t{name}\n" for name in ("..", ".git", "ok")).encode())
    commit = made.git("commit-tree", tree, "-m", "evil")
    assert [*read(made, commit)] == ["ok/evil.yaml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        ("-p", "'-p' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        ("--output=x", "'--output=x' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        ("main..HEAD", "'main..HEAD' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        ("a\0b", "'a\\x00b' is not a revision; write a branch, a tag, a commit, or `REV...`"),
        ("mian", "there is no revision 'mian' here; did you mean `main`?"),
        ("origin/release", "there is no revision 'origin/release' here; fetch it with `git fetch origin release`"),
        ("HEAD:a.yaml", "'HEAD:a.yaml' is not a revision; write a branch, a tag, a commit, or `REV...`"),
    ],
)
def test_what_is_no_revision(name: str, message: str, made: Made) -> None:
    with pytest.raises(GitError) as raised:
        Repository(made.root).commit(name)
    assert str(raised.value) == message


def test_where_a_branch_began(made: Made) -> None:
    base = made.git("rev-parse", "HEAD")
    made.git("checkout", "-q", "-b", "topic")
    made.commit(**{"a.yaml": "topic"})
    made.git("checkout", "-q", "main")
    made.commit(**{"a.yaml": "main"})
    made.git("checkout", "-q", "topic")
    assert Repository(made.root).commit("main...") == base
    made.git("checkout", "-q", "--orphan", "other")
    made.commit(**{"a.yaml": "other"})
    with pytest.raises(GitError, match=r"^main and the present branch have no commit in common$"):
        Repository(made.root).commit("main...")


def test_a_shallow_clone_says_how_to_fetch_more(made: Made, tmp_path: Path) -> None:
    first = made.git("rev-parse", "HEAD")
    made.commit(**{"a.yaml": "more"})
    made.git("clone", "-q", "--depth", "1", f"file://{made.root}", str(tmp_path / "clone"))
    clone = Repository(tmp_path / "clone")
    assert [each.name for each in clone.files(clone.commit("HEAD"))] == ["a.yaml", "sub/b c.yaml"]
    for name, hint in ((first, first), ("origin/old", "old")):
        with pytest.raises(GitError) as raised:
            clone.commit(name)
        assert str(raised.value).endswith(
            f"here; this clone is shallow: fetch it with `git fetch --depth=1 origin {hint}`"
        )


def test_a_worktree_and_a_detached_head(made: Made, tmp_path: Path) -> None:
    made.git("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    assert (tmp_path / "tree" / ".git").is_file()
    tree = Repository(tmp_path / "tree")
    assert tree.commit("HEAD") == made.git("rev-parse", "main")


PROGRAMS = """
[core]
    fsmonitor = {mark}
    hooksPath = {hooks}
    pager = {mark}
    editor = {mark}
    sshCommand = {mark}
    gitProxy = {mark}
    alternateRefsCommand = {mark}
    attributesFile = {attributes}
[filter "f"]
    clean = {mark}
    smudge = {mark}
    process = {mark}
    required = true
[diff "d"]
    textconv = {mark}
    command = {mark}
[diff]
    external = {mark}
[pager]
    ls-tree = {mark}
    rev-parse = {mark}
[alias]
    ls-tree = !{mark}
    cat-file = !{mark}
[credential]
    helper = !{mark}
[remote "origin"]
    url = ext::{mark}
    promisor = true
    partialclonefilter = blob:none
    uploadpack = {mark}
    fetch = +refs/heads/*:refs/remotes/origin/*
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[extensions]
    partialClone = origin
"""


@pytest.fixture
def hostile(made: Made, tmp_path: Path) -> Path:
    """The mark that every program leaves which the repository names."""
    mark, hooks = tmp_path / "mark", tmp_path / "hooks"
    program = tmp_path / "leave-mark"
    program.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{mark}'\ncat\n", "utf-8")
    program.chmod(0o755)
    hooks.mkdir()
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / hook).symlink_to(program)
    (tmp_path / "attributes").write_text("* filter=f diff=d\n", "utf-8")
    made.put(".gitattributes", "* filter=f diff=d text eol=crlf working-tree-encoding=UTF-16\n")
    settings = PROGRAMS.format(mark=program, hooks=hooks, attributes=tmp_path / "attributes")
    with (made.root / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(settings)
    return mark


def test_nothing_that_a_repository_names_is_run(made: Made, hostile: Path) -> None:
    made.put("a.yaml", "changed, so that an index would be refreshed")
    assert read(made)["a.yaml"] == b"a: 1\n"
    with pytest.raises(GitError):
        Repository(made.root).commit("none")
    assert not hostile.exists()
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, git itself runs what the settings name
        made.git("add", "-A")
    assert hostile.exists(), "the settings do name programs that git would run"


def test_a_missing_object_is_not_fetched(made: Made, hostile: Path) -> None:
    blob = made.git("rev-parse", "HEAD:a.yaml")
    (made.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match=r"^a\.yaml is not in this clone, which was made without all files; fetch it$"):
        read(made)
    assert not hostile.exists()


def test_neither_the_index_nor_the_work_tree_is_touched(made: Made) -> None:
    made.put("a.yaml", "changed")
    made.put("new.yaml", "new")
    before = {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in made.root.rglob("*") if path.is_file()
    }
    assert read(made)["a.yaml"] == b"a: 1\n"
    assert before == {
        str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in made.root.rglob("*") if path.is_file()
    }


def test_the_environment_leads_git_nowhere_else(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook is run with these variables set, perhaps for another repository."""
    other = Made(tmp_path / "other")
    other.commit(**{"other.yaml": ""})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.root / ".git" / "objects"))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    assert [*read(made)] == ["a.yaml", "sub/b c.yaml"]
    assert not (tmp_path / "trace").exists()


def test_no_objects_are_replaced(made: Made) -> None:
    commit = made.git("rev-parse", "HEAD")
    other = made.commit(**{"a.yaml": "other"})
    made.git("replace", commit, other)
    assert read(made, commit)["a.yaml"] == b"a: 1\n"


def test_a_git_inside_the_project_is_not_run(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = made.put("bin/git", "#!/bin/sh\ntouch planted\n")
    planted.chmod(0o755)
    monkeypatch.setenv("PATH", str(planted.parent))
    with pytest.raises(GitError, match="inside the project"):
        Repository(made.root)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(GitError, match=r"^git is not installed, or not on the PATH$"):
        Repository(made.root)


def test_a_repository_inside_the_tree_is_not_taken_for_the_project(made: Made) -> None:
    """A folder that looks like a bare repository can be committed, with settings of its own."""
    made.git("clone", "-q", "--bare", ".", "bare")
    (made.root / ".git").rename(made.root / "elsewhere")
    (made.root / ".git").mkdir()
    with pytest.raises(GitError, match="cannot use bare repository"):
        Repository(made.root / "bare").commit("HEAD")


def test_everything_is_bounded(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REVISION_LISTING", 10)
    with pytest.raises(GitError, match="its list of files is larger than"):
        [*Repository(made.root).files("HEAD")]
    monkeypatch.undo()
    monkeypatch.setattr(limits, "REVISION_BYTES", 6)
    with pytest.raises(GitError, match="its files are larger than"), revision_of("HEAD", made.root, lambda _: True):
        pass
    monkeypatch.undo()
    monkeypatch.setattr(limits, "FILE_BYTES", 4)
    with revision_of("HEAD", made.root, lambda _: True) as revision:
        assert not (revision.folder / "a.yaml").exists()


def test_git_is_stopped_where_it_hangs(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 600\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "_SECONDS", 0.05)
    with pytest.raises(GitError, match="git took too long and was stopped"):
        [*Repository(made.root).files("HEAD")]


def test_the_folder_is_private_and_goes_away(made: Made) -> None:
    with revision_of("HEAD", made.root / "sub", lambda name: name.startswith("b")) as revision:
        folder = revision.folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert (folder / "sub" / "b c.yaml").read_bytes() == b"b: 2\n"
        assert not (folder / "a.yaml").exists()
        assert revision.here(made.root / "sub" / "x") == folder / "sub" / "x"
        assert revision.here(made.root.parent) is None
    assert not folder.exists()
    with pytest.raises(KeyboardInterrupt), revision_of("HEAD", made.root, lambda _: True) as revision:
        raise KeyboardInterrupt
    assert not revision.folder.exists()


def test_outside_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"^there is no git repository here$"), revision_of("HEAD", tmp_path, bool):
        pass


def test_a_blob_that_is_another_is_refused(made: Made) -> None:
    blob = made.git("rev-parse", "HEAD:a.yaml")
    with pytest.raises(GitError, match="is not in this clone"):
        [*Repository(made.root).contents([Blob("a.yaml", blob, 99)])]


def test_a_name_of_two_commits_is_no_revision(made: Made) -> None:
    first = made.git("rev-parse", "HEAD")
    made.commit(**{"a.yaml": "changed"})
    made.git("update-ref", "refs/remotes/origin/main", first)
    repository = Repository(made.root)
    assert repository.commit("origin/main") == first
    made.git("tag", "origin/main", "HEAD")
    for name in ("origin/main", "origin/main~0", "origin/main...", "origin/main@{0}"):
        with pytest.raises(
            GitError, match="'origin/main' is ambiguous: it names refs/remotes/origin/main and refs/tags/"
        ):
            repository.commit(name)
    assert repository.commit("refs/remotes/origin/main") == first
    made.git("tag", "-a", "-m", "the same", "main", "HEAD")
    assert repository.commit("main") == made.git("rev-parse", "HEAD"), "one commit by two names"
    made.git("branch", first[:8], "HEAD")
    with pytest.raises(GitError, match="is ambiguous"):
        repository.commit(first[:8])
    assert repository.commit(first) == first
    made.git("update-ref", "refs/tags/HEAD", first)
    with pytest.raises(GitError, match="'HEAD' is ambiguous"):
        repository.commit("HEAD")


def test_a_shallow_clone_is_told_to_fetch_more(made: Made, tmp_path: Path) -> None:
    made.commit(**{"a.yaml": "changed"})
    made.git("clone", "-q", "--depth=1", f"file://{made.root}", str(tmp_path / "shallow"))
    with pytest.raises(GitError, match=r"no revision 'HEAD~1' here; this clone is shallow: .* `git fetch --unshallow`"):
        Repository(tmp_path / "shallow").commit("HEAD~1")
    with pytest.raises(GitError, match="HEAD does not go back that far"):
        Repository(made.root).commit("HEAD~9")
