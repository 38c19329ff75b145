"""Writing a rule's two files: they load, their cases fail until they are filled in, and a taken code is refused."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from vmlint.catalog import Catalog
from vmlint.extend.plugins import load
from vmlint.lint.rule import Rule
from vmlint.testing import cases, judge, marked
from vmlint.testing.new_rule import files, main, objections

CATALOG = Catalog()


def loaded(file: Path) -> Rule:
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [value for value in vars(module).values() if isinstance(value, Rule)]
    assert len(found) == 1
    return found[0]


def written(folder: Path, change: tuple[str, str] = ("", "")) -> Rule:
    texts = files("ACME001", "floppy-in-production", folder)
    for file, text in texts.items():
        file.write_text(text.replace(*change) if change[0] else text, "utf-8")
    return loaded(next(iter(texts)))


def test_the_files_are_a_rule_and_its_cases(tmp_path: Path) -> None:
    made = written(tmp_path)
    assert (made.code, made.name) == ("ACME001", "floppy-in-production")
    assert made.cases == tmp_path / "acme001_floppy_in_production.yaml"
    assert [case.kind for case in cases([made])] == ["flagged", "passing", "undecided"]


def test_a_flagged_and_an_undecided_case_are_left_to_fill_in(tmp_path: Path) -> None:
    made = written(tmp_path)
    flagged, passing, undecided = cases([made])
    judge(passing, [made], CATALOG)
    with pytest.raises(AssertionError, match="ACME001 should find something"):
        judge(flagged, [made], CATALOG)
    with pytest.raises(AssertionError, match="# undecided: needs environment"):
        judge(undecided, [made], CATALOG)


def test_what_is_filled_in_holds(tmp_path: Path) -> None:
    made = written(tmp_path, ("to be replaced", "production"))
    assert made.cases is not None
    found = list(cases([made]))
    made.cases.write_text("---\n".join(marked(case, [made], CATALOG).removeprefix("---\n") for case in found), "utf-8")
    for case in cases([made]):
        judge(case, [made], CATALOG)
    assert "# warning environment: say what is wrong" in made.cases.read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "name", "sentence"),
    [
        ("VM403", "quite-new", "VM403 container-kernel-version exists already"),
        ("ACME001", "container-kernel-version", "VM403 container-kernel-version exists already"),
        ("VM918", "quite-new", "VM918: the codes VM9xx and VM629 are vmlint's own, not rules; vmlint/findings"),
        ("vm508", "quite-new", "code 'vm508': expected"),
        ("VM508", "Quite new", "name 'Quite new': expected kebab-case"),
        ("VM211", "quite-new", "VM211 was hosted-without-gpu-passthrough, and a code is never reused: "),
    ],
)
def test_what_cannot_be_a_new_rule(code: str, name: str, sentence: str) -> None:
    assert [line.startswith(sentence) for line in objections(code, name, load().rules, CATALOG)] == [True]


def test_codes_that_the_article_calls_for_are_reserved() -> None:
    without = [rule for rule in load().rules if rule.code != "VM401"]
    (line,) = objections("VM401", "quite-new", without, CATALOG)
    assert line.startswith("VM401 is reserved: the article calls for it (")


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["ACME001"], "no rule has a code that begins with ACM; name the folder\n"),
        (["ACME001", "no/where"], "no/where is no folder\n"),
        (["VM918"], "VM918: the codes VM9xx and VM629 are vmlint's own, not rules; vmlint/findings/codes.py"),
        (["VM508", "{folder}"], "VM508 belongs in rules/full_virtualization, with the codes that begin like it\n"),
        (["VM629", "{folder}"], "VM629: the codes VM9xx and VM629 are vmlint's own, not rules; vmlint/findings"),
        (["VM918", "{folder}"], "VM918: the codes VM9xx and VM629 are vmlint's own, not rules; vmlint/findings"),
    ],
)
def test_command_that_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    refusal: str,
) -> None:
    code, *folder = (word.format(folder=tmp_path) for word in arguments)
    monkeypatch.setattr("sys.argv", ["new_rule", code, "floppy-in-production", *folder])
    assert main() == 2
    assert capsys.readouterr().err.startswith(refusal)
    assert not list(tmp_path.iterdir())


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["new_rule", "ACME001", "floppy-in-production", str(tmp_path)])
    assert main() == 0
    assert capsys.readouterr().out.splitlines() == [str(file) for file in sorted(tmp_path.iterdir())]
