"""A kept result is taken only where linting again would give the same."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint import cli, limits
from vmlint.api import Finding, Severity, Workload, finding, rule
from vmlint.catalog import Catalog
from vmlint.extend import plugins
from vmlint.run import check as run_check
from vmlint.run import linter
from vmlint.run.entry import digest
from vmlint.run.record import packed, unpacked

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: api}
spec:
  guest: {os: win2k22, kernel: {requires: ">=5.10"}}
  hostRef: hosts/a.yaml
  deployment: {platform: docker}
"""
HOST = "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: a}\nspec: {kernel: {version: '4.18'}}\n"
COMPOSE = 'services:\n  web: {image: "nginx:1.29", privileged: true}\n'
OVER = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  requirements: {isolation: {tenancy: untrusted-multi}}
  deployment: {source: compose.yaml}
"""
LOCAL = """\
apiVersion: vmlint/v1
kind: Platform
metadata: {name: docker}
spec: {aliases: [whale]}
"""


@pytest.fixture
def project(vmlint: Vmlint) -> Vmlint:
    Path("vmlint.toml").touch()
    for name, text in {"api.yaml": MANIFEST, "hosts/a.yaml": HOST, "compose.yaml": COMPOSE, "over.yaml": OVER}.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text)
    return vmlint


ALL = ["api.yaml", "compose.yaml", "hosts/a.yaml", "over.yaml"]


@pytest.mark.parametrize("shape", [(), ("--format", "concise"), ("--format", "json"), ("--undecided", "--coverage")])
def test_a_second_run_says_the_same_and_lints_nothing(
    project: Vmlint, linted: list[str], shape: tuple[str, ...]
) -> None:
    first = project("check", ".", *shape)
    assert linted == ALL
    assert first.status == 1
    assert project("check", ".", *shape) == first == project("check", ".", *shape, "--no-cache")
    assert linted == ALL * 2


def _write(name: str, text: str) -> Callable[[], object]:
    return lambda: Path(name).write_text(text)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(_write("api.yaml", MANIFEST.replace("win2k22", "debian12")), ["api.yaml"], id="the file"),
        pytest.param(_write("hosts/a.yaml", HOST.replace("4.18", "6.1")), ["api.yaml", "hosts/a.yaml"], id="its host"),
        pytest.param(lambda: Path("hosts/a.yaml").unlink(), ["api.yaml"], id="its host is gone"),
        pytest.param(_write("compose.yaml", COMPOSE.replace("web", "job")), ["compose.yaml", "over.yaml"], id="source"),
        pytest.param(_write("over.yaml", OVER.replace("untrusted", "trusted")), ["over.yaml"], id="overlay"),
        pytest.param(lambda: Path("over.yaml").unlink(), ["compose.yaml"], id="the overlay is gone"),
        pytest.param(lambda: Path("api.yaml").rename("b.yaml"), ["b.yaml"], id="name"),
        pytest.param(lambda: os.utime("api.yaml", (1, 1)), [], id="time alone"),
    ],
)
def test_what_a_change_reaches_is_linted_again(
    project: Vmlint, linted: list[str], change: Callable[[], object], again: list[str]
) -> None:
    project("check", ".", "--format", "json")
    change()
    linted.clear()
    after = project("check", ".", "--format", "json")
    assert sorted(linted) == again
    assert project("check", ".", "--format", "json", "--no-cache") == after


@pytest.mark.parametrize(
    "options",
    [
        ("--profile", "strict"),
        ("--select", "VM4"),
        ("--ignore", "VM401"),
        ("--host", "hosts/a.yaml"),
        ("--catalog", "local"),
        ("--undecided",),
    ],
    ids=lambda options: options[0],
)
def test_other_settings_are_another_run(project: Vmlint, linted: list[str], options: tuple[str, ...]) -> None:
    Path("local").mkdir()
    Path("local/docker.yaml").write_text(LOCAL)
    project("check", "api.yaml", "compose.yaml")
    linted.clear()
    with_cache = project("check", "api.yaml", "compose.yaml", *options)
    assert {"api.yaml", "compose.yaml"} <= {*linted}
    assert project("check", "api.yaml", "compose.yaml", *options, "--no-cache") == with_cache


def test_local_catalogue_documents_count_by_content(project: Vmlint, linted: list[str]) -> None:
    Path("local").mkdir()
    Path("local/docker.yaml").write_text(LOCAL)
    project("check", "api.yaml", "--catalog", "local")
    linted.clear()
    Path("local/docker.yaml").write_text(LOCAL.replace("whale", "orca"))
    project("check", "api.yaml", "--catalog", "local")
    assert linted == ["api.yaml"]


def test_another_day_is_another_run(project: Vmlint, linted: list[str]) -> None:
    project("check", "api.yaml")
    linted.clear()
    with pytest.raises(SystemExit):
        cli.main(["check", "api.yaml", "--today", "2031-01-01"])
    assert linted == ["api.yaml"]


def test_another_folder_is_another_run(project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project("check", "hosts/a.yaml")
    monkeypatch.chdir("hosts")
    linted.clear()
    project("check", "a.yaml")
    assert "a.yaml" in linted


def test_standard_input_is_linted_each_time(project: Vmlint, linted: list[str]) -> None:
    for _ in range(2):
        project("check", "-", stdin=MANIFEST)
    assert linted == ["-", "-"]


_PIECES = {
    "api.yaml": [MANIFEST, MANIFEST.replace("docker", "kvm"), "a: b\n", "apiVersion: vmlint/v1\nkind: [\n", None],
    "hosts/a.yaml": [HOST, HOST.replace("4.18", "6.1"), HOST.replace("Host", "Hots"), None],
    "compose.yaml": [COMPOSE, COMPOSE.replace("privileged: true", "cap_add: [SYS_ADMIN]"), None],
    "over.yaml": [OVER, OVER.replace("untrusted-multi", "single"), OVER.replace("compose.yaml", "api.yaml"), None],
    "local/docker.yaml": [LOCAL, LOCAL.replace("whale", "orca"), None],
}
_EDITS = st.lists(
    st.sampled_from([(name, text) for name, texts in _PIECES.items() for text in texts]), min_size=1, max_size=8
)


@pytest.mark.slow
@examples(8)
@given(
    edits=_EDITS, options=st.sampled_from([(), ("--profile", "strict"), ("--ignore", "VM4"), ("--catalog", "local")])
)
def test_no_answer_is_ever_stale(
    project: Vmlint, linted: list[str], edits: list[tuple[str, str | None]], options: tuple[str, ...]
) -> None:
    """After any edits, a run with the cache of all runs before says what one without a cache says."""
    del linted
    Path("local").mkdir(exist_ok=True)
    for name, text in edits:
        if text is None:
            Path(name).unlink(missing_ok=True)
        else:
            Path(name).write_text(text)
        for arguments in ((".",), ("compose.yaml",), ("api.yaml", "nothing.yaml")):
            command = ("check", *arguments, "--format", "json", *options)
            assert project(*command) == project(*command, "--no-cache")


def _shards() -> list[Path]:
    return sorted(Path(os.environ["VMLINT_CACHE_DIR"]).rglob("*.json"))


def _spoil(text: str) -> None:
    for file in _shards():
        file.write_text(text)


def _turned(value: Any) -> Iterator[Any]:
    """Yield what a bad disk or a bad neighbour could make of the entries of a file."""
    for name, entry in value.items():
        yield {name: entry[:2]}
        yield {name: [entry[0], [["a"]], entry[2]]}
        yield {name: [entry[0], entry[1], [99, "x"]]}
        yield {name: [entry[0], entry[1], [0, "other.yaml", True]]}
        yield {name: [entry[0], entry[1], [-6, "[" * 100_000]]}
        yield {name: [entry[0], entry[1], [-2, 77]]}
        yield {name: 5}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"api.yaml": {}}', "[" * 100_000, "\x00", '{"api.yaml": [1]}']
)
def test_what_is_broken_counts_as_not_there(project: Vmlint, linted: list[str], text: str) -> None:
    first = project("check", ".")
    _spoil(text)
    linted.clear()
    assert project("check", ".") == first
    assert linted == ALL
    linted.clear()
    assert project("check", ".") == first
    assert linted == []


def test_what_is_foreign_counts_as_not_there(project: Vmlint, linted: list[str]) -> None:
    first = project("check", ".")
    kept = [(file, json.loads(file.read_bytes()[32:])) for file in _shards()]
    for file, whole in kept:
        for turned in _turned(whole):
            content = json.dumps(turned).encode()
            file.write_bytes(digest(content).encode() + content)
            linted.clear()
            assert project("check", ".") == first
            assert len(linted) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permissions there")
def test_a_folder_that_others_can_write_is_not_read(project: Vmlint, linted: list[str]) -> None:
    first = project("check", ".")
    [folder] = {file.parent for file in _shards()}
    folder.chmod(0o777)
    before = [file.read_bytes() for file in _shards()]
    linted.clear()
    assert project("check", ".") == first
    assert linted == ALL
    assert [file.read_bytes() for file in _shards()] == before


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VMLINT_CACHE_DIR", str(tmp_path / "file"))
    first = project("check", "api.yaml")
    assert project("check", "api.yaml") == first == project("check", "api.yaml", "--no-cache")
    assert linted == ["api.yaml"] * 3


def test_info_and_clean(project: Vmlint, linted: list[str]) -> None:
    root = Path(os.environ["VMLINT_CACHE_DIR"]) / "results"
    assert project("cache", "info").stdout == f"folder: {root}\nsize: 0.0 KiB\n"
    project("check", ".")
    shown = project("cache", "info").stdout.splitlines()
    assert shown[0] == f"folder: {root}"
    [folder] = (each for each in root.iterdir() if each.is_dir())
    assert shown[2].split()[0] == folder.name
    cleaned = project("cache", "clean")
    assert cleaned.status == 0
    assert cleaned.stdout == f"removed {shown[1].removeprefix('size: ')} from {root}\n"
    assert sorted(each.name for each in root.iterdir()) == [".gitignore", "CACHEDIR.TAG"]
    assert linted == ALL


def test_the_oldest_results_make_room(project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    project("check", ".")
    [old] = {file.parent for file in _shards()}
    os.utime(old, (1, 1))
    monkeypatch.setattr(limits, "CACHE_BYTES", 4_000)
    project("check", ".", "--profile", "strict")
    assert not old.exists()
    assert len({file.parent for file in _shards()}) == 1
    assert linted == ALL * 2


def test_another_database_reaches_what_it_was_asked_for(
    vmlint: Vmlint, linted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "osinfo"
    (database / "os" / "zorb").mkdir(parents=True)
    monkeypatch.setenv("OSINFO_SYSTEM_DIR", str(database))
    Path("odd.vmlint.yaml").write_text(MANIFEST.replace("win2k22", "zorb1").replace("  hostRef: hosts/a.yaml\n", ""))
    vmlint("check", "odd.vmlint.yaml")
    vmlint("check", "odd.vmlint.yaml")
    assert linted == ["odd.vmlint.yaml"]
    (database / "os" / "zorb" / "zorb-1.xml").write_text("<libosinfo/>")
    vmlint("check", "odd.vmlint.yaml")
    assert linted == ["odd.vmlint.yaml"] * 2


def test_only_known_types_are_made_of_what_is_read() -> None:
    """What is kept is data: no name of a class or module stands in it."""
    with pytest.raises((TypeError, ValueError, LookupError)):
        unpacked([-1, "os.system"])
    with pytest.raises(TypeError):
        packed(object())


def test_a_whole_result_survives(project: Vmlint, linted: list[str]) -> None:
    """What is read back is equal to what was kept, in every field."""
    del linted
    project("check", ".", "--format", "json")
    for file in _shards():
        for _, _, value, _ in json.loads(file.read_bytes()[32:]).values():
            result = unpacked(value)
            assert packed(result) == value
            stream = TextIOWrapper(BytesIO())
            json.dump(packed(result), stream)


def test_a_link_that_leads_elsewhere_changes_what_is_annotated(project: Vmlint, linted: list[str]) -> None:
    """The manifest stays as it is; what it says of the file does not."""
    Path("other.yaml").write_text(COMPOSE)
    Path("link.yaml").symlink_to("compose.yaml")
    Path("over.yaml").write_text(OVER.replace("compose.yaml", "link.yaml"))
    project("check", ".", "--format", "json")
    Path("link.yaml").unlink()
    Path("link.yaml").symlink_to("other.yaml")
    linted.clear()
    after = project("check", ".", "--format", "json")
    assert linted == ["compose.yaml", "other.yaml"]
    assert project("check", ".", "--format", "json", "--no-cache") == after


def test_what_standard_input_says_of_a_file_counts(project: Vmlint, linted: list[str]) -> None:
    Path("over.yaml").unlink()
    Path("-").write_text(OVER)
    for text in (OVER, OVER.replace("name: web", "name: other"), MANIFEST):
        command = ("check", "--stdin-filename", "m.yaml", "-", "compose.yaml")
        assert project(*command, stdin=text) == project(*command, "--no-cache", stdin=text)
    assert linted


def test_what_changes_while_it_is_linted_is_not_mistaken(
    project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host document is another one a moment later: the result is kept for the one that was read."""
    check = run_check.check

    def changing(*arguments: Any, **options: Any) -> Any:
        checked = check(*arguments, **options)
        Path("hosts/a.yaml").write_text(HOST.replace("4.18", "6.1"))
        return checked

    with monkeypatch.context() as patched:
        patched.setattr(run_check, "check", changing)
        project("check", "api.yaml")
    linted.clear()
    after = project("check", "api.yaml")
    assert linted == ["api.yaml"]
    assert project("check", "api.yaml", "--no-cache") == after


def test_a_crash_is_not_kept(
    vmlint: Vmlint, linted: list[str], own_rules: object, manifest: Callable[..., str]
) -> None:
    del own_rules
    Path("a.yaml").write_text(manifest(labels="{crash: now}"))
    assert [vmlint("check", "a.yaml").status for _ in range(2)] == [4, 4]
    assert linted == ["a.yaml"] * 2


class Markup(str):
    """A text of another type."""

    __slots__ = ()


@rule("TEST009", "marked-up", Severity.WARNING, sources=("T-9",))
def marked_up(workload: Workload) -> Iterator[Finding]:
    """Its message is of a type of its own."""
    yield finding("name", Markup(f"{workload.name} is marked up"))


def test_what_json_cannot_hold_is_not_kept(
    vmlint: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch, manifest: Callable[..., str]
) -> None:
    monkeypatch.setattr(plugins, "load", lambda: plugins.Installed((marked_up,), Catalog(), ()))
    Path("a.yaml").write_text(manifest())
    assert vmlint("check", "a.yaml") == vmlint("check", "a.yaml", "--no-cache")
    assert vmlint("check", "a.yaml").status == 1
    assert linted == ["a.yaml"] * 3


def test_an_interrupted_run_keeps_what_it_has(
    project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint = linter.Linter.__call__

    def interrupted(self: linter.Linter, name: str) -> linter.Made:
        if name == "over.yaml":
            raise KeyboardInterrupt
        return lint(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(linter.Linter, "__call__", interrupted)
        with pytest.raises(KeyboardInterrupt):
            project("check", ".")
    linted.clear()
    project("check", ".")
    assert linted == ["over.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permissions there")
def test_the_folders_are_for_their_user_alone(project: Vmlint, linted: list[str]) -> None:
    before = os.umask(0)
    try:
        project("check", ".")
    finally:
        os.umask(before)
    [folder] = {file.parent for file in _shards()}
    assert [each.stat().st_mode & 0o777 for each in (folder, folder.parent)] == [0o700, 0o700]
    moved = folder.rename(folder.with_name("moved"))
    folder.symlink_to(moved)
    linted.clear()
    project("check", ".")
    assert linted == ALL


def test_the_cache_does_not_lint_itself(project: Vmlint, linted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMLINT_CACHE_DIR", "kept")
    first = project("check", ".", "--format", "json")
    assert project("check", ".", "--format", "json") == first
    assert linted == ALL
