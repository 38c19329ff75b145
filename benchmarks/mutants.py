"""Mutation testing of the built-in rules: how many small faults in ``rules/`` do the tests notice?

Run with ``make mutants`` (all modules, both cores) or ``python benchmarks/mutants.py vm403 shared.mounts``. The
mutations are those of Cosmic Ray. Its own runner starts a test command for each, a second and more; here every mutant
gets a forked process in which vmlint is loaded already, so that several thousand take minutes. A mutant is killed when
a case of a rule that uses its module does not hold, when a test of the module fails, or when it takes far too long.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import functools
import importlib.abc
import importlib.util
import json
import os
import random
import re
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"
TESTS = ROOT / "tests" / "rules"
FORMATS = ROOT / "tests" / "formats"
SECONDS = 40
"""Of the processor's time, after which a mutant counts as killed: it loops. All cases together take fifteen."""
BYTES = 3 * 2**30
"""Memory that a mutant may take: one that gathers without end is killed too."""
UNCHANGED = "unchanged"
"""In place of an operator: the module as it is, which the tests must pass."""
COMPARISONS = {
    "Eq": ("NotEq",), "NotEq": ("Eq",), "Lt": ("LtE", "GtE"), "LtE": ("Lt", "Gt"), "Gt": ("GtE", "LtE"),
    "GtE": ("Gt", "Lt"), "In": ("NotIn",), "NotIn": ("In",), "Is": ("IsNot",), "IsNot": ("Is",),
}  # fmt: skip
"""Comparison -> what replaces it: its opposite and its boundary. Cosmic Ray has every pair; `==` for words turned into
`<` or `is` would be counted as alive or dead by the alphabet."""
LEFT_OUT = ("core/RemoveDecorator", "core/Variable", "core/ExceptionReplacer", "core/NoOp")
"""Operators that say nothing here: a rule without its decorator is gone, which any test sees."""
_CODE = re.compile(r"VM\d{3}")
_COMPARISON = re.compile(r"core/ReplaceComparisonOperator_(\w+)_(\w+)")


def source_file(module: str) -> Path:
    """Return the file of a module below ``rules/``, such as ``shared.mounts``."""
    return RULES.joinpath(*module.split(".")).with_suffix(".py")


class Spot(NamedTuple):
    """One place of one module that can be changed in one way."""

    module: str
    operator: str
    occurrence: int


class Mutant(NamedTuple):
    """One changed module."""

    module: str
    operator: str
    source: str


def source_of(module: str) -> str:
    """Return a module as it is."""
    return source_file(module).read_text("utf-8")


def spots(module: str) -> Iterator[Spot]:
    """Yield every change that can be made in a module."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    nodes = list(ast_nodes(get_ast(source_of(module))))
    for name in sorted(filter(_wanted, operator_names())):
        operator = get_operator(name)()
        places = sum(1 for node in nodes for _ in operator.mutation_positions(node))
        yield from (Spot(module, name, occurrence) for occurrence in range(places))


def mutant(spot: Spot) -> tuple[Mutant, str] | None:
    """Return a changed module and what tells it from others; ``None`` where the program is the same as before."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    source = source_of(spot.module)
    if spot.operator == UNCHANGED:
        return Mutant(spot.module, UNCHANGED, source), _program(source)
    changed = mutate_code(source, get_operator(spot.operator)(), spot.occurrence)
    try:
        program = _program(changed)
    except (SyntaxError, TypeError):
        return None
    return (Mutant(spot.module, spot.operator, changed), program) if program != _program(source) else None


def _wanted(name: str) -> bool:
    comparison = _COMPARISON.fullmatch(name)
    if comparison:
        return comparison[2] in COMPARISONS.get(comparison[1], ())
    return not name.startswith(LEFT_OUT)


def _program(source: str) -> str:
    """Return a program without what never runs: docstrings, annotations and imports for them."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            node.annotation = ast.Constant(value=None)
        elif isinstance(node, ast.If) and ast.unparse(node.test).removeprefix("not ") == "TYPE_CHECKING":
            node.test = ast.Constant(value=None)
    return ast.dump(tree)


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module of the rules from a mutant's source."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"vmlint_rules.{mutant.module}"
        self.mutant = mutant

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """Claim the one module."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, source_file(self.mutant.module), loader=self)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002
        """Leave it to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant."""
        exec(compile(self.mutant.source, str(source_file(self.mutant.module)), "exec"), module.__dict__)


def survives(mutant: Mutant) -> bool:
    """Tell whether no test notices a mutant; run in a process of its own."""
    sys.meta_path.insert(0, Changed(mutant))
    from vmlint.extend.plugins import load
    from vmlint.testing import cases, judge

    installed = load()
    if installed.failures:
        return False
    users = users_of(mutant.module)
    rules = [rule for rule in installed.rules if rule.module.removeprefix("vmlint_rules.") in users]
    try:
        for case in cases(rules):
            judge(case, installed.rules, installed.catalog)
    except AssertionError:
        return False
    import pytest

    # Whoever uses a module has shown by its cases what it needs of it; running all their tests too would take hours.
    files = [TESTS / "shared" / f"test_{mutant.module.removeprefix('shared.')}.py", TESTS / "test_what_rules_state.py"]
    if any(rule.stage != "workload" for rule in rules):
        files.append(TESTS / "test_verdict.py")
    if "shared.stack" in users or any("shared.stack" in _imports(name) for name in users):
        files.append(TESTS / "test_needs_of_rows.py")  # its cases are made from the rows of the catalogue
    chosen = [str(file) for file in files if file.is_file()]
    chosen += tests_naming(mutant.module.rpartition(".")[2].partition("_")[0].upper())
    plugins = ["-p", "no:cacheprovider", "-p", "asyncio"]  # the latter has settings in pyproject.toml
    return not chosen or pytest.main(["-x", "-q", *plugins, *chosen]) == 0


def tests_naming(code: str) -> list[str]:
    """Return the tests of the formats that name a rule: some of its facts no manifest states, only a file of a tool."""
    if not _CODE.fullmatch(code):
        return []
    found = []
    for file in sorted(FORMATS.glob("test_*.py")):
        text = file.read_text("utf-8")
        tests = [node for node in ast.parse(text).body if code in text and isinstance(node, ast.FunctionDef)]
        named = (test for test in tests if code in (ast.get_source_segment(text, test) or ""))
        found += [f"{file}::{test.name}" for test in named if test.name.startswith("test_")]
    return found


@functools.cache
def users_of(module: str) -> frozenset[str]:
    """Return a module and those that import from it, directly or through others."""
    imported = {name: _imports(name) for name in modules()}
    users = {module}
    while more := {name for name, used in imported.items() if used & users} - users:
        users |= more
    return frozenset(users)


def _imports(module: str) -> set[str]:
    """Return the shared modules that a module imports from."""
    return {f"shared.{name}" for name in re.findall(r"^from \.+(?:shared\.)?(\w+) import", source_of(module), re.M)}


def modules() -> list[str]:
    """Return every module of the rules: ``containers.vm403_container_kernel_version``, ``shared.mounts``."""
    files = sorted(file for file in RULES.rglob("*.py") if file.stem != "__init__")
    return [file.relative_to(RULES).with_suffix("").as_posix().replace("/", ".") for file in files]


def _is_named(module: str, word: str) -> bool:
    section, _, name = module.partition(".")
    return word in (module, section, name) or name.startswith(f"{word.lower()}_")


def judged(mutant: Mutant) -> bool:
    """Fork, test, and tell whether the mutant was killed."""
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        try:
            os._exit(1 if survives(mutant) else 0)
        except BaseException:  # noqa: BLE001 - whatever a mutant does wrong, it is noticed
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return status != 256


def work(share: Sequence[Spot], pipe: int) -> None:
    """Judge a share of the changes and write each verdict as a line."""
    with os.fdopen(pipe, "w") as told:
        for spot in share:
            made = mutant(spot)
            if made:
                changed, program = made
                line = [changed.module, changed.operator, judged(changed), changed.source, hash(program)]
                told.write(json.dumps(line) + "\n")
                told.flush()


def main() -> int:
    """Count mutants, killed ones and survivors, and list the latter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", help="modules of rules/, or codes of rules (default: all)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--survivors", type=Path, help="write the survivors as diffs into this file")
    options = parser.parse_args()
    names = [
        name for name in modules() if not options.modules or any(_is_named(name, word) for word in options.modules)
    ]
    found = [spot for name in names for spot in spots(name)]
    random.Random(0).shuffle(found)  # an even load for the workers, the same every time
    found = [*(Spot(name, UNCHANGED, 0) for name in names), *found]
    _preload()
    readers = []
    for job in range(options.jobs):
        reading, writing = os.pipe()
        if not os.fork():
            os.close(reading)
            work(found[job :: options.jobs], writing)
            os._exit(0)
        os.close(writing)
        readers.append(os.fdopen(reading))
    total, dead = Counter[str](), Counter[str]()
    left: list[str] = []
    seen: set[tuple[str, int]] = set()
    broken: list[str] = []
    for module, operator, killed, source, program in _told(readers, len(found)):
        if operator == UNCHANGED:
            broken += [module] * killed
            continue
        if (module, program) in seen:
            continue  # two operators can make the same of a place
        seen.add((module, program))
        total[module] += 1
        dead[module] += killed
        if not killed:
            left.append(_difference(module, operator, source))
    for name in names:
        if total[name]:
            print(f"{name:26} {dead[name]:5} of {total[name]:5} killed  {dead[name] / total[name]:6.1%}")
    print(f"{'all':26} {dead.total():5} of {total.total():5} killed  {dead.total() / max(total.total(), 1):6.1%}")
    if broken:
        sys.stderr.write(f"the tests of {', '.join(broken)} fail without any mutation; their figures mean nothing\n")
    if options.survivors:
        options.survivors.write_text("\n".join(sorted(left)), "utf-8")
    return 1 if broken else 0


def _preload() -> None:
    """Load what every mutant needs, but no rule."""
    import jsonschema  # noqa: F401
    import pytest  # noqa: F401

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # none of them is needed here, and each takes its time

    import vmlint.api
    import vmlint.cli.check
    import vmlint.cli.explain
    import vmlint.cli.suggest
    import vmlint.testing  # noqa: F401


def _told(readers: Sequence[Any], expected: int) -> Iterator[Any]:
    import selectors

    waiting = selectors.DefaultSelector()
    for reader in readers:
        waiting.register(reader, selectors.EVENT_READ)
    done = 0
    while waiting.get_map():
        for key, _ in waiting.select():
            line = key.fileobj.readline()  # type: ignore[union-attr]
            if not line:
                waiting.unregister(key.fileobj)
                continue
            done += 1
            if sys.stderr.isatty() or done % 100 == 0:
                sys.stderr.write(f"\r{done} of {expected}" if sys.stderr.isatty() else f"{done} of {expected}\n")
            yield json.loads(line)


def _difference(module: str, operator: str, source: str) -> str:
    before = source_of(module).splitlines()
    lines = list(difflib.unified_diff(before, source.splitlines(), f"{module}.py", operator, lineterm="", n=0))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
