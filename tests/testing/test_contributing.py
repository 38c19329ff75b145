"""The rule that CONTRIBUTING.md adds as an example works as it is written there."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from tests.testing.test_new_rule import loaded
from vmlint.catalog import Catalog
from vmlint.testing import cases, judge

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
CHAPTER = TEXT.partition("## Adding a rule\n")[2].partition("\n## ")[0]


def test_the_example_holds(tmp_path: Path) -> None:
    catalog = Catalog()
    file = tmp_path / "vm508_floppy_in_production.py"
    for language, suffix in (("python", ".py"), ("yaml", ".yaml")):
        (block,) = re.findall(rf"```{language}\n(.*?) *```", CHAPTER, re.DOTALL)
        file.with_suffix(suffix).write_text(dedent(block), "utf-8")
    made = loaded(file)
    found = list(cases([made]))
    assert [case.kind for case in found] == ["flagged", "passing", "undecided"]
    for case in found:
        judge(case, [made], catalog)
    assert set(made.article) <= catalog.article["statements"].keys()
    assert set(made.sources) <= catalog.sources.keys()
