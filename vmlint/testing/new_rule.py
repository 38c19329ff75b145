"""Writing the two files of a new rule: ``python -m vmlint.testing.new_rule VM508 floppy-in-production [FOLDER]``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from vmlint.catalog import Catalog
from vmlint.extend.plugins import load
from vmlint.findings.codes import CODES, is_reserved
from vmlint.findings.tombstones import TOMBSTONES
from vmlint.lint.rule import CODE, NAME, Coded, Rule

RULE = '''\
from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule


@rule(
    "{code}",
    "{name}",
    Severity.WARNING,  # ERROR: cannot start, or breaks a demand. WARNING: contradicts one. NOTE: a better fit exists.
    article=(),  # statements of the article that it rests on, such as "FV-U3", or …
    sources=("judgement",),  # … documents that the catalogue lists as sources, such as "S-23"
    architectures=(),  # such as "container"; empty for every workload
    fits_if={{"environment": "is not production"}},  # how to complete "fits if environment …" while that is unknown
)
def {function}(workload: Workload) -> Iterator[Finding]:
    """Say in one sentence what is wrong, in general.

    ## Why

    Say why it matters to somebody who has not met the problem.

    ## What it looks like

    Say how the failure shows, or leave this section out.

    ## When it stays silent

    Say which deployments come close and are fine, and which other rule reports a similar fault.
    """
    if workload.requirements.budget.licence != "none":
        return  # first what makes the rule irrelevant: a demand that nobody made reads as None
    if workload.environment == "to be replaced":  # reading a fact that nobody stated ends the rule here, undecided
        yield finding(
            "environment",
            "say what is wrong here, with the values at hand",
            because=("requirements.budget.licence",),
            help="say what to do about it",
        )
'''
CASES = """\
# Change these documents into scenarios of the rule. Run the tests: they say what to write.
apiVersion: vmlint/v1
kind: Workload
metadata: {name: flagged-name-the-scenario}
spec:
  environment: production
  requirements: {budget: {licence: none}}
  deployment: {platform: docker}
---
# One that comes close, and is fine.
apiVersion: vmlint/v1
kind: Workload
metadata: {name: passing-name-the-scenario}
spec:
  environment: dev
  requirements: {budget: {licence: none}}
  deployment: {platform: docker}
---
# One that leaves the rule one fact short.
apiVersion: vmlint/v1
kind: Workload
metadata: {name: undecided-name-the-scenario}
spec:
  requirements: {budget: {licence: none}}
  deployment: {platform: docker}
"""


def files(code: str, name: str, folder: Path) -> dict[Path, str]:
    """Return the two files of a rule, by their paths."""
    function = name.replace("-", "_")
    stem = folder / f"{code.lower()}_{function}"
    return {
        stem.with_suffix(".py"): RULE.format(code=code, name=name, function=function),
        stem.with_suffix(".yaml"): CASES,
    }


def objections(code: str, name: str, rules: Iterable[Rule], catalog: Catalog) -> Iterator[str]:
    """Yield why a code or a name cannot be a new rule's."""
    if not re.fullmatch(CODE, code):
        yield f"code {code!r}: expected capital letters and digits such as VM403 or ACME001"
    if not re.fullmatch(NAME, name):
        yield f"name {name!r}: expected kebab-case such as floppy-in-production"
    if is_reserved(code):
        yield f"{code}: the codes VM9xx and VM629 are vmlint's own, not rules; vmlint/findings/codes.py lists them"
    known: tuple[Coded, ...] = (*rules, *CODES.values())
    for other in known:
        if code == other.code or name == other.name:
            yield f"{other.code} {other.name} exists already"
    if code in TOMBSTONES:
        yield f"{code} was {TOMBSTONES[code].name}, and a code is never reused: {TOMBSTONES[code].reason}"
    codes = {other.code for other in known}
    statements = catalog.article["statements"].items()
    calling = [id for id, described in statements if code in described.get("rules", ()) and code not in codes]
    if calling:
        yield f"{code} is reserved: the article calls for it ({', '.join(calling)})"


def section(code: str, rules: Iterable[Rule]) -> Path | None:
    """Return the folder of vmlint's own rules whose codes begin as one does; ``None`` where there is none."""
    alike = (rule.cases for rule in rules if rule.cases and rule.code[:3] == code[:3])
    return next((file.parent for file in alike), None)


def main() -> int:
    """Write the files. Exit status 2: nothing was written, and standard error says why."""
    parser = argparse.ArgumentParser(prog="python -m vmlint.testing.new_rule", description="Write a rule's two files.")
    parser.add_argument("code", help="such as VM508 or ACME001")
    parser.add_argument("name", help="such as floppy-in-production")
    parser.add_argument("folder", nargs="?", type=Path, help="default: the section of rules/ with codes like it")
    options = parser.parse_args()
    installed = load()
    own = section(options.code, installed.rules)
    folder = options.folder or own
    refused = [plugin.failure for plugin in installed.failures]  # what it brings may be what is in the way
    refused += objections(options.code, options.name, installed.rules, installed.catalog)
    if folder is None and not refused:
        refused.append(f"no rule has a code that begins with {options.code[:3]}; name the folder")
    elif folder and not folder.is_dir():
        refused.append(f"{folder} is no folder")
    elif folder and own and options.code.startswith("VM") and not folder.samefile(own):
        refused.append(f"{options.code} belongs in rules/{own.name}, with the codes that begin like it")
    if refused or folder is None:
        sys.stderr.write("".join(f"{line}\n" for line in refused))
        return 2
    for file, text in files(options.code, options.name, folder).items():
        file.write_text(text, "utf-8")
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
