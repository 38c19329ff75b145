"""How a run starts: nothing of the current folder is imported, and a signal ends it without a word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [str(Path(sys.executable).with_name("vmlint"))]
MODULE = [sys.executable, "-m", "vmlint"]
TRAP = "import sys; sys.stderr.write(f'TRAPPED {__name__}\\n')\n"
TRAPS = ("yaml", "pluggy", "argparse", "json", "rich", "jsonschema", "vmlint_rules", "difflib")
WEB = 'services: {web: {image: "centos:6", privileged: true}}\n'


def started(command: list[str], path: str | None, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | more
    if path is not None:
        environment["PYTHONPATH"] = path
    words = [*command, "check", "--no-cache", "--format", "concise", *(arguments or (".",))]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def strange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's folder, the current one, with modules of the names of others."""
    folder = tmp_path / "strange"
    (folder / "lib").mkdir(parents=True)
    for name in TRAPS:
        (folder / f"{name}.py").write_text(TRAP)
        (folder / "lib" / f"{name}.py").write_text(TRAP)
    (folder / "evil-1.0.dist-info").mkdir()
    (folder / "evil-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (folder / "evil-1.0.dist-info/entry_points.txt").write_text("[vmlint]\nevil = argparse\n")
    (folder / "compose.yaml").write_text(WEB)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("command", [COMMAND, MODULE], ids=["command", "module"])
@pytest.mark.parametrize(
    "path",
    [None, "", ":", ":/nowhere", "/nowhere:", "/nowhere::/elsewhere", ".", "./", "lib", "./lib/../lib:", "../strange"],
)
def test_nothing_of_the_current_folder_is_imported(strange: Path, command: list[str], path: str | None) -> None:
    found = started(command, path and path.replace(":", os.pathsep))
    assert "TRAPPED" not in found.stderr
    assert found.returncode == 1
    assert "VM407" in found.stdout
    named = path is not None and path.strip(":") not in ("", "/nowhere", "/nowhere::/elsewhere")
    assert ("PYTHONPATH: nothing is imported from" in found.stderr) == named


def test_an_absolute_path_is_what_its_user_means(strange: Path, tmp_path: Path) -> None:
    for path in (str(strange / "lib"), os.pathsep.join(("lib", str(strange / "lib")))):
        found = started(COMMAND, path)
        assert "TRAPPED" in found.stderr
        assert "PYTHONPATH" not in found.stderr


def test_vmlint_itself_may_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    import vmlint

    monkeypatch.chdir(Path(vmlint.__file__).parent.parent)
    found = started(MODULE, os.curdir, "--version")
    assert "PYTHONPATH" not in found.stderr


WHERE = """
import os, signal, sys
class Signalled:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), {number})
sys.meta_path.insert(0, Signalled())
from vmlint.__main__ import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("module", ["vmlint.cli", "vmlint.cli.check", "vmlint.run.runner", "vmlint.catalog"])
def test_a_signal_at_the_start_ends_it_without_a_word(
    number: signal.Signals, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compose.yaml").write_text(WEB)
    script = WHERE.format(module=module, number=int(number))
    found = subprocess.run(
        [sys.executable, "-c", script, "check", "--no-cache", "."],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert found.returncode in (-number, 128 + number)
    assert (found.stdout, found.stderr) == ("", "")


def test_an_interrupt_that_is_ignored_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compose.yaml").write_text(WEB)
    script = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    script += WHERE.format(module="vmlint.cli", number=int(signal.SIGINT))
    command = [sys.executable, "-c", script, "check", "--no-cache", "."]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 1
