"""Whatever is written as a waiver hides nothing that it does not name, and its fixes take nothing else away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from tests.waived import RULES, bare, lint, mended, split

NATIVE = Path(__file__).parents[2] / "examples" / "native"
FILES = {
    name: (NATIVE / folder / file).read_text()
    for name, folder, file in (
        ("compose.yaml", "compose", "flagged-runner.yaml"),
        ("pods.yaml", "kubernetes", "flagged.yaml"),
        ("a.xml", "libvirt", "flagged-desktop.xml"),
        ("a.tf", "terraform", "flagged.tf"),
        ("devcontainer.json", "devcontainer", "flagged.json"),
        ("a.cfg", "xl", "flagged.cfg"),
    )
}
MANIFEST = "\n".join(
    (
        "apiVersion: vmlint/v1",
        "kind: Workload",
        "metadata: {name: a}",
        "spec:",
        "  deployment:",
        "    platform: docker",
        "    privileged: true",
        "    image: {ref: 'debian:12'}",
        "",
    )
)
FILES["a.vmlint.yaml"] = MANIFEST
BEFORE = {name: lint(name, text).diagnostics for name, text in FILES.items()}
CODES = sorted({found.code for every in BEFORE.values() for found in every} | {"VM917", "VM707", "VM407"})
NAMES = {rule.code: rule.name for rule in RULES}

rules = st.sampled_from([*CODES, *(NAMES[code] for code in CODES if code in NAMES), "VM999", "VM408:x", "nonsense", ""])
words = st.sampled_from(["ignore", "ignore-workload", "ignore-file", "ignore-file", "disable", "ignore_file", "noqa"])
tails = st.sampled_from(["", " until 2027-03-01", " until 2026-01-01", " until 2026-11-23", " until soon", " until"])
pieces = st.text(st.sampled_from("ab[]():,;#/*<!->'\"{} \t=é%"), max_size=12)


@st.composite
def remarks(draw: st.DrawFn) -> str:
    """Return something that is written as a waiver, more or less."""
    named = ", ".join(draw(st.lists(rules, max_size=3)))
    brackets = draw(st.sampled_from(["[{}]", "[{}]", "[{}]", "[{}", "={}", " {}"]))
    return f"vmlint: {draw(words)}{brackets.format(named)} {draw(pieces)}{draw(tails)}"


signs = st.sampled_from(["# {}", "# {}", "// {}", "/* {} */", "<!-- {} -->", "; {}", "-- {}", "<!--\n{}\n-->", "{}"])


def placed(text: str, line: int, remark: str, behind: bool) -> str:
    lines = text.splitlines()
    line %= len(lines) + 1
    if behind and line < len(lines):
        lines[line] += f" {remark}"
    else:
        lines.insert(line, remark)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", FILES)
@examples(20)
@given(sign=signs, remark=remarks(), line=st.integers(0, 40), behind=st.booleans())
def test_a_waiver_hides_nothing_that_it_does_not_name(
    name: str, sign: str, remark: str, line: int, behind: bool
) -> None:
    text = placed(FILES[name], line, sign.format(remark), behind)
    checked = lint(name, text)
    counting, accepted, about = split(checked)
    assert checked.crashes == ()
    for found in accepted:
        assert found.code in remark or NAMES[found.code] in remark
    assert bare([*counting, *accepted]) == bare(split(lint(name, text, waive=False))[0])
    safe = mended(text, [each for each in about if each.code == "VM922"])
    left = split(lint(name, safe))
    assert not [each for each in left[2] if each.code == "VM922" and each.fixes]
    assert (bare(left[0]), bare(left[1])) == (bare(counting), bare(accepted))


@pytest.mark.parametrize("name", ["compose.yaml", "a.vmlint.yaml"])
@examples(15)
@given(several=st.lists(st.tuples(remarks(), st.integers(0, 40)), min_size=2, max_size=5))
def test_several_waivers_are_mended_until_none_is_unused(name: str, several: list[tuple[str, int]]) -> None:
    text = FILES[name]
    for remark, line in several:
        text = placed(text, line, f"# {remark}", False)
    counting, accepted, about = split(lint(name, text))
    for _ in range(6):
        text = mended(text, [each for each in about if each.code == "VM922"])
        left, kept, about = split(lint(name, text))
        assert (bare(left), bare(kept)) == (bare(counting), bare(accepted))
    assert not [each for each in about if each.code == "VM922"]
