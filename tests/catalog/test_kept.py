"""What is kept in a wheel counts for the very bytes that it was made of, and for nothing else."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vmlint.catalog import BUILTIN, DATA, DataFile, kept
from vmlint.extend.rule_files import Later, keep_index, rules_in
from vmlint.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

LINUX = DATA / "guests" / "linux.yaml"
TEXT = "id: acme\nmodes: {1: [true, 1.5, null]}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A data file whose content is kept, and is another than YAML gives: so it shows which of the two was read."""
    path = tmp_path / "acme.yaml"
    path.write_text(TEXT, "utf-8")
    kept.write(path, path.read_bytes(), {"id": "kept"})
    return path


def test_nothing_is_kept_in_a_source_tree() -> None:
    assert not list(DATA.rglob(kept.FOLDER))


def test_what_is_kept_is_read_instead_of_the_yaml(file: Path) -> None:
    assert DataFile(file).data == {"id": "kept"}


@pytest.mark.parametrize(
    "source", [*DATA.glob("*.yaml"), *(each.path for each in (*BUILTIN.platforms, *BUILTIN.guests))]
)
def test_kept_content_is_what_yaml_gives(source: Path, tmp_path: Path) -> None:
    copy = shutil.copy(source, tmp_path / source.name)
    DataFile(Path(copy)).keep()
    assert repr(kept.read(Path(copy), source.read_bytes())) == repr(DataFile(source).parse())


def test_an_edit_of_the_source_counts_at_once(file: Path) -> None:
    file.write_text(TEXT.replace("acme", "emca"), "utf-8")
    assert DataFile(file).data["id"] == "emca"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data + b"0",
        lambda data: data[:20] + bytes([data[20] ^ 1]) + data[21:],
        lambda data: bytes(16) + data[16:],
        lambda data: b"another program's file",
    ],
)
def test_damaged_content_is_passed_over(file: Path, damage: Callable[[bytes], bytes]) -> None:
    place = kept.beside(file)
    place.write_bytes(damage(place.read_bytes()))
    assert DataFile(file).data == {"id": "acme", "modes": {1: [True, 1.5, None]}}


def test_a_folder_in_its_place_is_passed_over(file: Path) -> None:
    kept.beside(file).unlink()
    kept.beside(file).mkdir()
    assert DataFile(file).data["id"] == "acme"


def test_content_of_another_file_is_passed_over(file: Path) -> None:
    other = file.with_name("other.yaml")
    other.write_text("id: other\n", "utf-8")
    shutil.copy(kept.beside(file), kept.beside(other))
    assert DataFile(other).data == {"id": "other"}


def test_a_date_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "dated.yaml"
    path.write_text("checked: 2026-11-22\n", "utf-8")
    with pytest.raises(ValueError, match="unmarshallable"):
        DataFile(path).keep()


RULE = '''
from vmlint.api import Severity, finding, rule

@rule({code!r}, {name!r}, Severity.WARNING, sources=("ACME-HB",), architectures=("type1",), worst=Severity.ERROR)
def {function}(workload):
    """Every workload of ours is wrong."""
    yield finding("name", "it is wrong")
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package with two rules."""
    name = f"{tmp_path.name.replace('-', '_')}_rules"
    home = tmp_path / name
    (home / "racks").mkdir(parents=True)
    (home / "__init__.py").touch()
    for code, function in (("ACME001", "rack_missing"), ("ACME002", "rack_full")):
        text = RULE.format(code=code, name=function.replace("_", "-"), function=function)
        (home / "racks" / f"{code.lower()}_{function}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def forget(package: str) -> None:
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        del sys.modules[name]


def described(rules: list[Rule]) -> Any:
    return [rule._replace(check=described) for rule in rules]


def test_an_index_lists_rules_as_importing_them_does(package: str) -> None:
    imported = list(rules_in(package))
    keep_index(package)
    forget(package)
    listed = list(rules_in(package))
    assert described(listed) == described(imported)
    assert [rule.cases for rule in listed] == [rule.cases for rule in imported]
    assert not [name for name in sys.modules if name.startswith(f"{package}.racks")]


def test_a_listed_rule_is_imported_when_it_is_called(package: str) -> None:
    keep_index(package)
    forget(package)
    rule = next(rules_in(package))
    assert isinstance(rule.check, Later)
    assert [found.message for found in rule.check(None)] == ["it is wrong"]
    assert f"{package}.racks.acme001_rack_missing" in sys.modules
    assert f"{package}.racks.acme002_rack_full" not in sys.modules


def test_vmlints_own_rules_are_listed_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(import_module("vmlint_rules").__path__[0])
    shutil.copytree(own, tmp_path / "copied_rules", ignore=shutil.ignore_patterns("__pycache__", kept.FOLDER))
    for file in (tmp_path / "copied_rules").rglob("*.py"):
        file.write_text(file.read_text("utf-8").replace("vmlint_rules.", "copied_rules."), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    keep_index("copied_rules")
    imported = [rule._replace(check=described, file="", module="") for rule in rules_in("vmlint_rules")]
    assert [rule._replace(check=described, file="", module="") for rule in rules_in("copied_rules")] == imported
    assert len(imported) > 100


@pytest.mark.parametrize("change", ["edit", "add", "remove", "helper"])
def test_an_index_of_other_files_is_passed_over(package: str, tmp_path: Path, change: str) -> None:
    keep_index(package)
    forget(package)
    racks = tmp_path / package / "racks"
    one = racks / "acme001_rack_missing.py"
    if change == "edit":
        one.write_text(one.read_text("utf-8").replace("rack-missing", "rack-amiss"), "utf-8")
    elif change == "add":
        text = RULE.format(code="ACME003", name="rack-odd", function="rack_odd")
        (racks / "acme003_rack_odd.py").write_text(text, "utf-8")
    elif change == "remove":
        one.unlink()
    else:
        (tmp_path / package / "helpers.py").write_text("LIMIT = 3\n", "utf-8")
    rules = list(rules_in(package))
    assert not any(isinstance(rule.check, Later) for rule in rules)
    names = {
        "edit": ["rack-amiss", "rack-full"],
        "add": ["rack-missing", "rack-full", "rack-odd"],
        "remove": ["rack-full"],
        "helper": ["rack-missing", "rack-full"],
    }
    assert [rule.name for rule in rules] == names[change]


def test_an_index_of_another_version_is_passed_over(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_index(package)
    forget(package)
    monkeypatch.setattr("vmlint.extend.rule_files.__version__", "99.0")
    assert not any(isinstance(rule.check, Later) for rule in rules_in(package))


def test_a_broken_rule_names_its_file(package: str, tmp_path: Path) -> None:
    keep_index(package)
    forget(package)
    (tmp_path / package / "racks" / "acme002_rack_full.py").write_text("1 / 0\n", "utf-8")
    with pytest.raises(ImportError, match=f"{package}/racks/acme002_rack_full.py: ZeroDivisionError"):
        list(rules_in(package))
