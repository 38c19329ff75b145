"""Plugins are found where ``importlib.metadata`` finds them, in real environments and in odd ones."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from vmlint.extend.entry_points import EntryPoint, entry_points

Install = Callable[..., Path]


def expected(group: str) -> list[tuple[str, ...]]:
    return sorted(
        (point.name, point.value, point.dist.name if point.dist else "", point.dist.version if point.dist else "")
        for point in metadata.entry_points(group=group)
    )


def found(group: str) -> list[tuple[str, ...]]:
    return sorted(tuple(point) for point in entry_points(group))


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a distribution in a new folder, which is put first on the path."""

    def install(
        folder: str,
        points: str,
        version: str = "1.5",
        site: str = "site",
        about: str = "METADATA",
    ) -> Path:
        place = tmp_path / site
        if str(place) not in sys.path:
            place.mkdir()
            monkeypatch.syspath_prepend(place)
        (place / folder).mkdir()
        (place / folder / about).write_text(
            f"Metadata-Version: 2.1\nName: acme-rules\nVersion: {version}\nSummary: x\n\nVersion: 9\n", "utf-8"
        )
        (place / folder / "entry_points.txt").write_text(points, "utf-8")
        return place

    return install


@pytest.mark.parametrize("group", ["vmlint", "console_scripts", "pytest11", "no.such.group"])
def test_this_environment(group: str) -> None:
    assert found(group) == expected(group)


POINTS = """\
[console_scripts]
vmlint = other:main

# a comment
[vmlint]
acme = acme_rules
# acme2 = acme_rules
  spaced   =   acme_rules : plugin.inner [extra]

[vmlint.other]
no = acme_rules
"""


@pytest.mark.parametrize(
    ("folder", "about"),
    [
        ("acme_rules-1.5.dist-info", "METADATA"),
        ("Acme.Rules-1.5.DIST-INFO", "METADATA"),
        ("acme_rules-1.5-py3.11.egg-info", "PKG-INFO"),
        ("acme_rules.egg-info", "PKG-INFO"),
    ],
)
def test_a_distribution(install: Install, folder: str, about: str) -> None:
    install(folder, POINTS, about=about)
    assert ("acme", "acme_rules", "acme-rules", "1.5") in found("vmlint")
    assert found("vmlint") == expected("vmlint")


def test_the_first_of_two_on_the_path_counts(install: Install) -> None:
    install("acme_rules-1.5.dist-info", POINTS)
    install("acme.rules-2.0.dist-info", POINTS.replace("acme =", "newer ="), version="2.0", site="before")
    assert ("newer", "acme_rules", "acme-rules", "2.0") in found("vmlint")
    assert found("vmlint") == expected("vmlint")


def test_what_is_removed_is_gone(install: Install) -> None:
    place = install("acme_rules-1.5.dist-info", POINTS)
    assert "acme" in {name for name, *_ in found("vmlint")}
    (place / "acme_rules-1.5.dist-info" / "entry_points.txt").unlink()
    assert "acme" not in {name for name, *_ in found("vmlint")}


def test_an_egg(install: Install) -> None:
    install("EGG-INFO", POINTS, site="acme_rules-1.5-py3.11.egg", about="PKG-INFO")
    assert "acme" in {name for name, *_ in found("vmlint")}
    assert found("vmlint") == expected("vmlint")


def test_a_zip_file_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "acme.zip", "w") as file:
        file.writestr("acme_rules-1.5.dist-info/METADATA", "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.5\n")
        file.writestr("acme_rules-1.5.dist-info/entry_points.txt", POINTS)
    monkeypatch.syspath_prepend(tmp_path / "acme.zip")
    assert ("acme", "acme_rules", "acme-rules", "1.5") in found("vmlint")
    assert found("vmlint") == expected("vmlint")


def test_another_finder(monkeypatch: pytest.MonkeyPatch, install: Install) -> None:
    place = install("acme_rules-1.5.dist-info", POINTS)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(place)])

    class Finder:
        find_spec = staticmethod(lambda *_: None)
        find_distributions = staticmethod(
            lambda context: PathFinder.find_distributions(metadata.DistributionFinder.Context(path=[str(place)]))
        )

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert "acme" in {name for name, *_ in found("vmlint")}
    assert found("vmlint") == expected("vmlint")


def test_folders_that_are_missing_or_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = found("vmlint")
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "empty"), str(tmp_path / "none"), *sys.path])
    assert found("vmlint") == before


def test_a_distribution_that_names_nothing(install: Install) -> None:
    place = install("acme_rules-1.5.dist-info", "[vmlint]\nacme = acme_rules\n")
    (place / "acme_rules-1.5.dist-info" / "METADATA").unlink()
    assert EntryPoint("acme", "acme_rules", "unknown", "unknown") in entry_points("vmlint")


def test_objects_are_loaded(install: Install) -> None:
    (install("acme_rules-1.5.dist-info", POINTS) / "acme_loaded.py").write_text("class A:\n    b = 3\n", "utf-8")
    assert EntryPoint("x", "acme_loaded:A.b", "", "").load() == 3
    assert EntryPoint("x", "acme_loaded : A.b [extra]", "", "").load() == 3
    assert EntryPoint("x", "acme_loaded", "", "").load().__name__ == "acme_loaded"
