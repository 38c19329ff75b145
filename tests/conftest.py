"""What tests of whole screens share: a clean environment, a temporary folder, and golden files.

``pytest --update-goldens`` rewrites the golden files; the difference shows what a user will see change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from hypothesis import settings

from vmlint import cli
from vmlint.api import Finding, Severity, Workload, finding, repair, rule
from vmlint.catalog import Catalog
from vmlint.extend import plugins
from vmlint.extend.plugins import Installed, Plugin
from vmlint.lint.rule import Rule

# The same examples in each run, whatever the machine and its load.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.load_profile("suite")
GOLDENS = Path(__file__).parent / "golden"
TODAY = "2026-11-22"
for _place in ("USER", "LOCAL", "SYSTEM"):
    os.environ[f"OSINFO_{_place}_DIR"] = os.devnull  # no result may depend on whether libosinfo is installed here
os.environ["VMLINT_NO_CACHE"] = "1"  # no result may depend on an earlier run; the cache has tests of its own
SCRUBBED = ("GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS", "LINES", "COLORTERM", "PYTHONIOENCODING")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the golden files anew")
    parser.addoption("--update-cases", action="store_true", help="write the comments in the cases of rules")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run without all rules: the tests of those that are missing would be missing as well."""
    if failures := plugins.load().failures:
        raise pytest.UsageError("\n".join(each.failure for each in failures))
    if config.getoption("--update-cases") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--update-cases writes files, one case after the other; leave -n out")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the cases that were written."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "wrote":
                terminalreporter.write_line(f"wrote the comments of {value}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that no core waits for them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with a golden file, or writes the file."""

    def compare(name: str, text: str) -> None:
        path = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode().replace("\r\n", "\n")

    return compare


class Screen(NamedTuple):
    """The result of a command line."""

    status: int
    stdout: str
    stderr: str


class Vmlint(Protocol):
    def __call__(self, *arguments: str, stdin: str = "") -> Screen: ...


@pytest.fixture
def vmlint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vmlint:
    """Runs a command line in an empty folder, with nothing of the developer's environment."""
    for name in SCRUBBED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> Screen:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin.encode())))
        judges = arguments[0] in ("check", "suggest") or arguments[:2] in (
            ("baseline", "write"),
            ("baseline", "update"),
        )
        dated = ("--today", TODAY) if judges else ()
        try:
            status = cli.run([*arguments, *dated])
        except SystemExit as left:
            status = int(left.code or 0)
        written = capsys.readouterr()
        return Screen(status, written.out, written.err)

    return run


@rule("TEST001", "pv-closed-guest", Severity.ERROR, sources=("T-1",))
def pv_closed_guest(workload: Workload) -> Iterator[Finding]:
    """A closed guest runs on Xen with paravirtual drivers only."""
    choice = workload.deployment
    if workload.guest.os.family == "windows" and (choice.mode, choice.platform.id) != ("pvhvm", "xen"):
        yield finding(
            "guest.os.id",
            f"{workload.guest_os.name} cannot run in mode {choice.mode} here",
            because=("deployment.mode", "deployment.platform.id"),
            help="run it unmodified and install paravirtual drivers in it",
            repairs=(repair("an unmodified guest with paravirtual drivers", mode="pvhvm"),),
        )


@rule("TEST002", "owner-missing", Severity.WARNING, sources=("T-2",), fits_if={"host.virtualized": "is false"})
def owner_missing(workload: Workload) -> Iterator[Finding]:
    """Every workload names its owner."""
    if "owner" not in workload.labels:
        yield finding("name", f"nobody owns {workload.name}", help="add the label `owner`")


@rule("TEST003", "owner-unknown", Severity.NOTE, sources=("T-3",))
def owner_unknown(workload: Workload) -> Iterator[Finding]:
    """An owner should be in the directory."""
    owner = workload.labels.get("owner", "ot")
    if owner not in ("ot", "web"):
        yield finding("metadata.labels.owner", f"{owner} is not in the directory")


@rule("TEST004", "nested-host", Severity.ERROR, sources=("T-4",), fits_if={"host.virtualized": "is false"})
def nested_host(workload: Workload) -> Iterator[Finding]:
    """A host that is a virtual machine itself is out of bounds."""
    if workload.host.virtualized:
        yield finding("host.virtualized", "the host is a virtual machine itself")


@rule("TEST005", "crashing", Severity.ERROR, sources=("T-5",))
def crashing(workload: Workload) -> Iterator[Finding]:
    """It fails on purpose where a label asks for it."""
    if "crash" in workload.labels:
        raise ZeroDivisionError("on purpose")
    yield from ()


OWN: Sequence[Rule] = (pv_closed_guest, owner_missing, owner_unknown, nested_host, crashing)


@pytest.fixture
def own_rules(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[Plugin]], None]:
    """Replaces all installed rules by a few of the tests, so that screens do not change."""
    catalog = Catalog()
    rules = tuple(each._replace(plugin="tests 1.0") for each in OWN)

    def install(found: Sequence[Plugin]) -> None:
        monkeypatch.setattr(plugins, "load", lambda: Installed(rules, catalog, tuple(found)))

    install(())
    return install


def manifest(name: str = "hmi", guest: str = "win2k22", more: str = "", labels: str = "{owner: ot}") -> str:
    """A workload on Xen, as a manifest."""
    return (
        "apiVersion: vmlint/v1\n"
        "kind: Workload\n"
        f"metadata: {{name: {name}, labels: {labels}}}\n"
        "spec:\n"
        f"  guest: {{os: {guest}}}\n"
        "  deployment: {architecture: paravirtualization, platform: xen}\n"
        "  host: {virtualized: false}\n" + more
    )


@pytest.fixture(name="manifest")
def manifest_fixture() -> Callable[..., str]:
    return manifest
