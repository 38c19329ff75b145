"""A package with a rule in each file, as vmlint's own rules are.

``<section>/vm403_container_kernel_version.py`` holds the rule VM403 as its function ``container_kernel_version``. Where
a package keeps an index of its rules, a file is imported when its rule is first called; else all are imported at once.
A wheel keeps an index if its build calls :func:`keep_index`. It counts only for the files that it was made of.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmlint import __version__
from vmlint.catalog import kept
from vmlint.findings.severity import Confidence, Severity
from vmlint.lint.rule import Rule, Threshold

if TYPE_CHECKING:
    from vmlint.findings.finding import Finding

_FILE = r"[a-z]{2,8}[0-9]{3,4}_(?P<function>[a-z0-9_]+)\.py"
_LEFT_OUT = ("check", "plugin", "file", "others")
"""The parts of a rule that no index holds: they are found, or settled, when it is loaded."""
_INDEX = "rules"
_LISTED = tuple(name for name in Rule._fields if name not in _LEFT_OUT)


class Later:
    """A rule's function that is imported when it is first called."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.__name__ = name
        self._check: Any = None

    def __call__(self, *arguments: Any, **thresholds: Any) -> Iterable[Finding]:
        """Call the function. Raises what its import raises."""
        if self._check is None:
            self._check = getattr(import_module(self.module), self.__name__).check
        return self._check(*arguments, **thresholds)  # type: ignore[no-any-return]


def rules_in(package: str, shown: str = "") -> Iterator[Rule]:
    """Yield the rule of every file of a package.

    Raises ``ImportError`` for the first file that has none; ``shown`` is how it calls the package's folder.
    """
    home = Path(import_module(package).__path__[0])
    index = kept.read(home / _INDEX, _source(home))
    if isinstance(index, dict) and index.get("vmlint") == __version__:
        for listed in index["rules"]:
            yield _rule(home, listed)
        return
    for section, name, function in _files(home):
        try:
            module = import_module(f"{package}.{section}.{name.removesuffix('.py')}")
            yield getattr(module, function)
        except Exception as error:
            raise ImportError(f"{shown or home.name}/{section}/{name}: {type(error).__name__}: {error}") from error


def keep_index(package: str) -> None:
    """Keep an index of the rules of a package inside it."""
    home = Path(import_module(package).__path__[0])
    listed = [{name: _plain(getattr(rule, name)) for name in _LISTED} for rule in rules_in(package)]
    kept.write(home / _INDEX, _source(home), {"vmlint": __version__, "rules": listed})


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return tuple(sorted(value))  # so that the same rules always give the same bytes
    if isinstance(value, tuple):
        return tuple(tuple(each) if isinstance(each, Threshold) else each for each in value)
    return int(value) if isinstance(value, Severity | Confidence) else value


def _rule(home: Path, listed: Mapping[str, Any]) -> Rule:
    module = listed["module"]
    made = {
        "severity": Severity(listed["severity"]),
        "confidence": Confidence(listed["confidence"]),
        "worst": None if listed["worst"] is None else Severity(listed["worst"]),
        "architectures": frozenset(listed["architectures"]),
        "layers": frozenset(listed["layers"]),
        "thresholds": tuple(Threshold(*each) for each in listed["thresholds"]),
        "check": Later(module, listed["name"].replace("-", "_")),
        "file": f"{home.joinpath(*module.split('.')[1:])}.py",
    }
    return Rule(**{**listed, **made})


def _files(home: Path) -> Iterator[tuple[str, str, str]]:
    """Yield section, file name and function of every rule."""
    for section in sorted(entry.name for entry in os.scandir(home) if entry.is_dir()):
        for name in sorted(os.listdir(home / section)):
            if file := re.fullmatch(_FILE, name):
                yield section, name, file["function"]


def _source(home: Path) -> bytes:
    """Return the bytes of all modules of a package with their names."""
    parts = []
    folders = [str(home)]
    while folders:
        folder = folders.pop()
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 - at every start
                    parts += [entry.path.removeprefix(str(home)).encode(), file.read()]
            elif entry.is_dir() and not entry.name.startswith("__"):
                folders.append(entry.path)
    return b"\0".join(parts)
