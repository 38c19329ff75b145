"""Print what vmlint needs to run, as a software bill of materials: CycloneDX 1.6 in JSON.

It lists what ``pyproject.toml`` declares and what that needs in turn, in the versions that are installed beside it. It
has neither a day nor a random number, so that the same versions give the same bytes. What builds and tests vmlint is
not in it: see ``build-requirements.txt`` and ``constraints.txt``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
EXTRA = "lsp"
"""What is needed by this extra alone is optional."""


def bill(project: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bill of a project, given as the table of its ``pyproject.toml``.

    Raises ``PackageNotFoundError`` for a dependency that is not installed.
    """
    needed = [*map(Requirement, project["dependencies"])]
    more = [*map(Requirement, project["optional-dependencies"][EXTRA])]
    required = _closure(needed)
    every = required | _closure(more)
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    links = {own: sorted({_purl(_found(each)) for each in _that_count((*needed, *more))})}
    links |= {_purl(each): sorted(map(_purl, _needs(each, set()))) for each in every.values()}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(project["name"], project["version"], project["license"], "application")},
        "components": [
            _component(each.name, each.version, _license(each), "library")
            | {"scope": "required" if name in required else "optional"}
            for name, each in sorted(every.items())
        ],
        "dependencies": [{"ref": ref, "dependsOn": on} for ref, on in sorted(links.items())],
    }


def _closure(requirements: Iterable[Requirement]) -> dict[str, Distribution]:
    """Return what some requirements need, directly and through others, by its name as registries write it."""
    found: dict[str, Distribution] = {}
    waiting = [(_found(each), each.extras) for each in _that_count(requirements)]
    while waiting:
        each, extras = waiting.pop()
        if _name(each.name) not in found or extras:
            found[_name(each.name)] = each
            waiting += [(other, set()) for other in _needs(each, extras)]
    return found


def _needs(of: Distribution, extras: set[str]) -> Iterator[Distribution]:
    for each in _that_count(map(Requirement, of.requires or ()), extras):
        yield _found(each)


def _that_count(requirements: Iterable[Requirement], extras: Iterable[str] = ()) -> Iterator[Requirement]:
    """Yield what is needed on this system."""
    for each in requirements:
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield each


def _found(requirement: Requirement) -> Distribution:
    return distribution(requirement.name)


def _component(name: str, version: str, license: str, kind: str) -> dict[str, Any]:  # noqa: A002 - the format's word
    purl = f"pkg:pypi/{_name(name)}@{version}"
    about = {"type": kind, "bom-ref": purl, "name": _name(name), "version": version, "purl": purl}
    return about | ({"licenses": [{"expression": license}]} if license else {})


def _license(of: Distribution) -> str:
    """Return an expression of SPDX, where the package gives one or a name that is one."""
    about = dict(of.metadata.items())  # type: ignore[attr-defined] # a message, as of a mail
    said = about.get("License-Expression") or about.get("License") or ""
    return said if re.fullmatch(r"MIT|BSD-[23]-Clause|Apache-2\.0|PSF-2\.0|MPL-2\.0|.* (OR|AND) .*", said) else ""


def _purl(of: Distribution) -> str:
    return f"pkg:pypi/{_name(of.name)}@{of.version}"


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    print(json.dumps(bill(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]), indent=2))
