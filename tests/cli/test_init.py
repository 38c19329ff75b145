"""``vmlint init``: settings that fit what is there, a first manifest that lints clean, and nothing overwritten."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from vmlint.cli.survey import Guess, guesses
from vmlint.extend import plugins
from vmlint.extend.plugins import Plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Vmlint

ROOT = Path(__file__).parents[2]
COMPOSE = "services: {web: {image: nginx}}\n"


def lay(*names: str, text: str = COMPOSE) -> None:
    """Write files into the current folder."""
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, "utf-8")


@pytest.fixture
def shop(vmlint: Vmlint) -> Callable[..., Any]:
    """An empty folder that is called My Shop, and vmlint in it."""
    Path("My Shop").mkdir()

    def run(*arguments: str) -> Any:
        return vmlint("init", *arguments, "My Shop")

    return run


# A folder without workloads


def test_an_empty_folder_gets_settings_and_a_manifest_of_its_name(shop: Callable[..., Any]) -> None:
    seen = shop()
    assert (seen.status, seen.stdout) == (0, "")
    assert seen.stderr.splitlines() == [
        "vmlint: found no workload",
        "vmlint: wrote My Shop/vmlint.toml",
        "vmlint: wrote My Shop/my-shop.vmlint.yaml",
        "vmlint: next: change the manifest, then `vmlint check My Shop`",
    ]
    assert sorted(path.name for path in Path("My Shop").iterdir()) == ["my-shop.vmlint.yaml", "vmlint.toml"]
    written = yaml.safe_load(Path("My Shop/my-shop.vmlint.yaml").read_text("utf-8"))
    assert written["metadata"]["name"] == "my-shop"
    assert tomllib.loads(Path("My Shop/vmlint.toml").read_text("utf-8")) == {"profile": "default"}


def test_manifest_lints_clean(shop: Callable[..., Any], vmlint: Vmlint) -> None:
    shop()
    seen = vmlint("check", "--fail-on", "note")
    assert seen.status == 0, seen.stdout
    assert "nothing found: 1 workload in 1 file" in seen.stdout


def test_everything_that_is_commented_out_is_valid_too(shop: Callable[..., Any], vmlint: Vmlint) -> None:
    shop()
    path = Path("My Shop/my-shop.vmlint.yaml")
    text = re.sub(r"^( *)# (?=(startup|density|mobility|hostRef):)", r"\1", path.read_text("utf-8"), flags=re.M)
    assert text.count("hostRef: host.yaml\n") == 1
    path.write_text(text, "utf-8")
    Path("My Shop/host.yaml").write_text(vmlint("host").stdout, "utf-8")
    found = json.loads(vmlint("check", "--format", "json").stdout)["findings"]
    assert [each for each in found if each["code"].startswith("VM9")] == []


def test_again_does_nothing(shop: Callable[..., Any]) -> None:
    shop()
    before = {path: path.read_bytes() for path in Path("My Shop").iterdir()}
    seen = shop()
    assert seen.status == 0
    assert "vmlint.toml exists already and was left as it is; --force overwrites it" in seen.stderr
    assert "wrote" not in seen.stderr
    assert {path: path.read_bytes() for path in Path("My Shop").iterdir()} == before


# A folder with workloads


def test_settings_name_what_was_found(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    lay("deploy/prod/compose.yaml", "deploy/staging/eu/compose.yaml", "k8s-prod/compose.yaml", "prod/dev/compose.yaml")
    lay("tests/data/compose.yaml", "compose.yaml", "prod/notes.txt", "docs/production/notes.yaml")
    Path("docs/production/notes.yaml").write_text("services: [web]\n")
    shutil.copy(ROOT / "examples/native/libvirt/healthy-web.xml", "deploy/staging/web.xml")
    seen = vmlint("init")
    assert seen.status == 0
    assert not list(Path().glob("*.vmlint.yaml"))
    golden("init/settings.txt", seen.stderr + "\n" + Path("vmlint.toml").read_text("utf-8"))


def test_what_is_commented_out_of_the_settings_is_valid_too(vmlint: Vmlint) -> None:
    lay("deploy/prod/compose.yaml", "k8s-prod/compose.yaml", "tests/compose.yaml")
    vmlint("init")
    text = Path("vmlint.toml").read_text("utf-8")
    whole = tomllib.loads(re.sub(r"^# (?=\[\[|paths|context|fail-on)", "", text, flags=re.M))
    assert whole["fail-on"] == "error"
    assert [(each["paths"], each["context"]) for each in whole["overrides"]] == [
        (["deploy/prod/**"], {"environment": "production"}),
        (["k8s-prod/**"], {"environment": "production"}),
        (["tests/**"], {"environment": "test"}),
    ]


def test_settings_in_the_documentation_are_what_is_written(vmlint: Vmlint) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text("utf-8"), re.S)
    lay("prod/compose.yaml", "dev-tools/compose.yaml")
    vmlint("init")
    assert Path("vmlint.toml").read_text("utf-8").endswith(shown)


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (["prod"], [Guess("prod", "production", certain=True)]),
        (["a/Prod/b", "a/Prod/c"], [Guess("a/Prod", "production", certain=True)]),
        (["prod/dev"], [Guess("prod", "production", certain=False)]),
        (["prod/dev", "prod"], [Guess("prod", "production", certain=False)]),
        (["prod", "prod/dev"], [Guess("prod", "production", certain=False)]),
        (["eu_live.1"], [Guess("eu_live.1", "production", certain=False)]),
        (["uat"], [Guess("uat", "test", certain=False)]),
        (["x[1]/prod"], [Guess("x[1]/prod", "production", certain=False)]),
        (["products", "device", "", "a/b"], []),
    ],
)
def test_what_names_of_folders_tell(folders: list[str], expected: list[Guess]) -> None:
    assert list(guesses(PurePosixPath(each) for each in folders)) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_names_of_folders_are_inert(vmlint: Vmlint) -> None:
    lay('a"]\nfail-on = "note/prod/compose.yaml', "b\\u0041'/prod-1/compose.yaml", "c\x7f/prod/compose.yaml")
    vmlint("init")
    text = Path("vmlint.toml").read_text("utf-8")
    assert tomllib.loads(text) == {"profile": "default"}
    whole = tomllib.loads(re.sub(r"^# (?=\[\[|paths|context)", "", text, flags=re.M))
    found = {path for each in whole["overrides"] for path in each["paths"]}
    assert found == {'a"]\nfail-on = "note/prod/**', "b\\u0041'/prod-1/**", "c\x7f/prod/**"}


def test_many_folders_of_one_environment(vmlint: Vmlint) -> None:
    lay(*(f"shop-{number:02}/prod/compose.yaml" for number in range(11)))
    vmlint("init")
    (override,) = tomllib.loads(Path("vmlint.toml").read_text("utf-8"))["overrides"]
    assert override["paths"] == [f"shop-{number:02}/prod/**" for number in range(8)]
    assert "# and 3 more" in Path("vmlint.toml").read_text("utf-8")


def test_a_manifest_beside_what_is_there_is_asked_for(vmlint: Vmlint) -> None:
    lay("here/compose.yaml")
    vmlint("init", "--manifest", "here")
    assert Path("here/here.vmlint.yaml").is_file()
    assert vmlint("check").status == 0


@pytest.mark.parametrize(("name", "text"), [("vmlint.toml", ""), ("pyproject.toml", "[tool.vmlint]\n")])
def test_settings_that_hold_already_are_left_alone(vmlint: Vmlint, name: str, text: str) -> None:
    Path(".git").mkdir()
    lay(name, text=text)
    lay("team/compose.yaml")
    seen = vmlint("init", "team")
    assert seen.status == 0
    assert f"{name} holds the settings of this folder" in seen.stderr
    assert not Path("team/vmlint.toml").exists()


MACHINE = """\
Vagrant.configure("2") do |config|
  config.vm.box = "debian/bookworm64"
  config.vm.provider "virtualbox"
end
"""


def test_the_settings_hold_at_once(vmlint: Vmlint) -> None:
    lay("prod/Vagrantfile", "desk/Vagrantfile", text=MACHINE)
    assert vmlint("check").status == 0
    assert vmlint("init").status == 0
    found = json.loads(vmlint("check", "--format", "json").stdout)["findings"]
    assert [(each["code"], each["place"]["file"]) for each in found] == [("VM201", "prod/Vagrantfile")]


def test_findings_of_today_are_accepted_on_request(vmlint: Vmlint) -> None:
    Path(".git").mkdir()
    lay("shop/prod/Vagrantfile", text=MACHINE)
    seen = vmlint("init", "--baseline", "shop")
    assert seen.status == 0, seen.stderr
    assert "wrote 1 finding to vmlint-baseline.json" in seen.stderr
    assert vmlint("check").status == 0
    assert vmlint("check", "--no-baseline").status == 1
    lay("shop/prod/new/Vagrantfile", text=MACHINE)
    assert vmlint("check").status == 1
    assert vmlint("init", "--baseline", "shop").status == 2
    assert vmlint("init", "--baseline", "--force", "shop").status == 0
    assert vmlint("check").status == 0


def test_findings_of_another_project_are_accepted_there(vmlint: Vmlint) -> None:
    lay("shop/.git/HEAD", "shop/prod/Vagrantfile", "prod/Vagrantfile", text=MACHINE)
    assert vmlint("init", "--baseline", "shop").status == 0
    (listed,) = json.loads(Path("shop/vmlint-baseline.json").read_text("utf-8"))["findings"]
    assert listed["file"] == "prod/Vagrantfile"
    assert not Path("vmlint-baseline.json").exists()


# What exists


def test_what_was_asked_for_and_exists_stops_everything(vmlint: Vmlint) -> None:
    lay("here/here.vmlint.yaml", text="mine\n")
    seen = vmlint("init", "--manifest", "here")
    assert (seen.status, seen.stdout) == (2, "")
    assert "here/here.vmlint.yaml exists already and was left as it is; --force overwrites it" in seen.stderr
    assert not Path("here/vmlint.toml").exists()
    assert vmlint("init", "--manifest", "--force", "here").status == 0
    assert "apiVersion" in Path("here/here.vmlint.yaml").read_text("utf-8")


@pytest.mark.parametrize("broken", [b"\xff\xfe", b"\0"])
def test_files_that_are_no_text_are_kept(vmlint: Vmlint, broken: bytes) -> None:
    Path("vmlint.toml").write_bytes(broken)
    assert "was left as it is" in vmlint("init").stderr
    assert Path("vmlint.toml").read_bytes() == broken


def test_links_are_not_followed(vmlint: Vmlint) -> None:
    Path("elsewhere").mkdir()
    Path("here").mkdir()
    Path("here/.vmlint").symlink_to("../elsewhere")
    seen = vmlint("init", "--schemas", "--force", "here")
    assert seen.status == 2
    assert "here/.vmlint/config.json is reached through a link, here/.vmlint" in seen.stderr
    assert list(Path("elsewhere").iterdir()) == []
    assert list(Path("here").iterdir()) == [Path("here/.vmlint")]


def test_a_folder_may_be_a_link_itself(vmlint: Vmlint) -> None:
    Path("real").mkdir()
    Path("link").symlink_to("real")
    assert vmlint("init", "link").status == 0
    assert Path("real/vmlint.toml").is_file()


def test_no_folder(vmlint: Vmlint) -> None:
    seen = vmlint("init", "nowhere")
    assert seen.status == 2
    assert "nowhere is not a folder" in seen.stderr


def test_folder_that_cannot_hold_files(vmlint: Vmlint) -> None:
    Path(".vmlint").write_text("in the way", "utf-8")
    seen = vmlint("init", "--schemas", "--force")
    assert seen.status == 2
    assert "cannot be written" in seen.stderr


# Schemas


def test_schemas_are_named_where_they_are_used(shop: Callable[..., Any]) -> None:
    shop("--schemas")
    text = Path("My Shop/my-shop.vmlint.yaml").read_text("utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    jsonschema.validate(yaml.safe_load(text), json.loads(Path("My Shop", named[1]).read_text("utf-8")))
    text = Path("My Shop/vmlint.toml").read_text("utf-8")
    named = re.match(r"#:schema (\S+)\n", text)
    assert named
    jsonschema.validate(tomllib.loads(text), json.loads(Path("My Shop", named[1]).read_text("utf-8")))


def test_installed_schemas_can_be_named_in_the_settings_of_an_editor(vmlint: Vmlint) -> None:
    seen = vmlint("schema", "workload", "--path")
    assert seen.status == 0
    assert json.loads(Path(seen.stdout.strip()).read_text("utf-8"))["title"] == "vmlint workload"
    assert vmlint("schema", "wurkload", "--path").status == 2
    assert vmlint("schema", "--list", "--path").status == 2


# Hooks


def test_hook_is_written_where_there_is_none(vmlint: Vmlint) -> None:
    Path(".git").mkdir()
    lay("deep/compose.yaml")
    seen = vmlint("init", "--hook", "deep")
    assert (seen.status, seen.stdout) == (0, "")
    assert "wrote .pre-commit-config.yaml" in seen.stderr
    (used,) = yaml.safe_load(Path(".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    published, _ = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert used == {"repo": "local", "hooks": [published | {"language": "system"}]}
    assert "names vmlint already" in vmlint("init", "--hook", "deep").stderr


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_hook_beside_others_is_printed(vmlint: Vmlint, force: tuple[str, ...]) -> None:
    config = Path(".pre-commit-config.yaml")
    config.write_text("repos:\n  - repo: meta\n    hooks: [{id: identity}]\n", "utf-8")
    before = config.read_text("utf-8")
    seen = vmlint("init", "--hook", *force)
    assert seen.status == 0
    assert ".pre-commit-config.yaml holds other things too; add this to it:" in seen.stderr
    assert config.read_text("utf-8") == before
    assert len(yaml.safe_load(before + seen.stdout)["repos"]) == 2


def test_hook_without_a_plugin_that_did_not_load(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = plugins.load()
    broken = Plugin("racks", "racks", "1.0", error="SyntaxError: no")
    monkeypatch.setattr(plugins, "load", lambda: whole._replace(plugins=(*whole.plugins, broken)))
    seen = vmlint("init", "--hook")
    assert seen.status == 4
    assert "plugin racks (racks 1.0) did not load" in seen.stderr
    assert "files: >-" in Path(".pre-commit-config.yaml").read_text("utf-8")


# CI


def installed_from(monkeypatch: pytest.MonkeyPatch, folder: Path, origin: str | None) -> None:
    """Pretend that vmlint was installed from an origin, as pip notes it."""
    where = folder / "vmlint-0.1.0.dist-info"
    where.mkdir()
    (where / "METADATA").write_text("Metadata-Version: 2.1\nName: vmlint\nVersion: 0.1.0\n", "utf-8")
    if origin is not None:
        (where / "direct_url.json").write_text(origin, "utf-8")
    monkeypatch.setattr(metadata, "distribution", lambda _: metadata.Distribution.at(where))


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("origin", "requirement"),
    [
        (None, "vmlint==0.1.0"),
        (f'{{"url": "https://x.test/v", "vcs_info": {{"vcs": "git", "commit_id": "{COMMIT}"}}}}',
         f"vmlint @ git+https://x.test/v@{COMMIT}"),
        ('{"url": "https://x.test/v.whl", "archive_info": {}}', "vmlint @ https://x.test/v.whl"),
        ('{"url": "https://me:word@x.test/v.whl", "archive_info": {}}', ""),
        ('{"url": "https://x.test/$(id)\\"v.whl", "archive_info": {}}', ""),
        ('{"url": "file:///src/v", "dir_info": {"editable": true}}', ""),
    ],
)  # fmt: skip
def test_ci_installs_the_vmlint_that_was_tried(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: str | None, requirement: str
) -> None:
    installed_from(monkeypatch, tmp_path, origin)
    Path(".github").mkdir()
    seen = vmlint("init", "--ci")
    assert "wrote .github/workflows/vmlint.yml" in seen.stderr
    assert ("the step fails until you write what installs it there" in seen.stderr) == (not requirement)
    steps = yaml.safe_load(Path(".github/workflows/vmlint.yml").read_text("utf-8"))["jobs"]["vmlint"]["steps"]
    unknown = 'echo "put here what installs vmlint" >&2; exit 1'
    assert steps[2]["run"] == (f'pip install "{requirement}"' if requirement else unknown)
    assert steps[3]["run"] == "vmlint check"


def test_ci_of_gitlab(vmlint: Vmlint) -> None:
    seen = vmlint("init", "--ci-host", "gitlab")
    assert (seen.status, seen.stdout) == (0, "")
    text = Path(".gitlab-ci.yml").read_text("utf-8")
    Path(".gitlab-ci.yml").write_text("stages: [test]\n", "utf-8")
    seen = vmlint("init", "--ci")
    assert ".gitlab-ci.yml holds other things too; add this to it:" in seen.stderr
    assert seen.stdout == text
    assert yaml.safe_load(text)["vmlint"]["artifacts"]["reports"] == {"codequality": "vmlint-code-quality.json"}


def test_ci_of_nobody(vmlint: Vmlint) -> None:
    seen = vmlint("init", "--ci")
    assert seen.status == 2
    assert "nothing here shows where CI runs; say it: --ci-host github or gitlab" in seen.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize(("host", "kind"), [("github", "github-workflows"), ("gitlab", "gitlab-ci")])
def test_what_runs_in_ci_is_what_the_host_reads(vmlint: Vmlint, host: str, kind: str) -> None:
    vmlint("init", "--ci-host", host)
    (written,) = (path for path in Path().rglob("*.yml") if path.is_file())
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_a_hook_needs_is_printed_where_the_step_of_ci_exists(vmlint: Vmlint) -> None:
    Path(".pre-commit-config.yaml").write_text("repos: []\n", "utf-8")
    Path(".github/workflows").mkdir(parents=True)
    Path(".github/workflows/vmlint.yml").write_text("name: other\n", "utf-8")
    seen = vmlint("init", "--hook", "--ci")
    assert (seen.status, "exists already" in seen.stderr) == (2, True)
    assert "- repo: local" in seen.stdout
