"""A rule's page: Markdown for the documentation, and the same as lines for a terminal."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from vmlint.inert import harmless, spelt_out
from vmlint.lint.profiles import DEFAULT
from vmlint.patterns import lazy_pattern
from vmlint.report.screen import Line, wrap
from vmlint.words import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmlint.catalog import Catalog
    from vmlint.catalog.sources import Source
    from vmlint.lint.rule import Coded
    from vmlint.testing.cases import Case

SHOWN = {"flagged": 2, "passing": 1, "undecided": 1}
"""Kinds of cases, and how many of each a page shows. The file of cases holds the others."""

_SECTIONS = {"VM1": "T1", "VM2": "T2", "VM3": "PV", "VM4": "CT", "VM5": "FV", "VM6": "CH"}
"""How the codes of vmlint's own rules begin, and the section of the article that they go with."""
_OTHERS = {
    "VM0": "Needs and offers",
    "VM7": "Lifecycle",
    "VM8": "Virtual hardware and native specifications",
    "VM9": "Reading a file",
}
_STAGES = {
    "reading": "every file",
    "undecided": "what other rules left undecided",
    "advice": "what the advisor found",
}


def page(rule: Coded, catalog: Catalog) -> str:
    """Return a rule's page as Markdown. Links lead where they must from a folder beside the generated tables."""
    body = rule.doc.strip().partition("\n")[2].strip()
    statements = (_statement(name, catalog) for name in rule.article)
    sources = (_listed(name, catalog) for name in rule.sources)
    blocks = [
        f"# {rule.code} {rule.name}",
        rule.summary,
        _facts(rule),
        re.sub(r"(?<=\S)\n(?=[^\s-])", " ", body),
        *_conditions(rule),
        *_section(f"Thresholds, under `[thresholds.{rule.code}]`", _thresholds(rule)),
        *_section("Error texts", (f"- {code_span(text)}" for text in rule.symptoms)),
        *_cases(rule),
        *_section("What it rests on", (*statements, *sources)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = "\n".join(items)
    if listed:
        yield f"## {title}"
        yield listed


def section(rule: Coded, catalog: Catalog) -> str:
    """Return the heading that a rule stands under in a list."""
    if is_foreign(rule):
        return f"Plugin {rule.plugin}"
    part = next((part for part in catalog.article["sections"] if part["id"] == _SECTIONS.get(rule.code[:3])), None)
    if part is None:
        return _OTHERS[rule.code[:3]]
    return f"{part['title']} (section {part['number']})" if "number" in part else str(part["title"])


def is_foreign(rule: Coded) -> bool:
    """Whether a plugin other than vmlint itself brought a rule."""
    return rule.plugin.split()[:1] != ["vmlint"]


def _facts(rule: Coded) -> str:
    cells = {
        "Severity": f"{rule.severity}" + (f" to {rule.gravest}" if rule.gravest > rule.severity else ""),
        "Confidence": str(rule.confidence),
        "Applies to": _applies(rule),
        "Since": rule.since,
    }
    if rule.yields_to:
        cells["Yields to"] = ", ".join(f"[{code}]({code}.md)" for code in rule.yields_to)
    if not DEFAULT.admits(rule):
        cells["Runs"] = "in the profile strict, or when it is selected by name"
    if is_foreign(rule):
        cells["Plugin"] = rule.plugin
    return " ".join(f"{name}: {value}." for name, value in cells.items())


def _applies(rule: Coded) -> str:
    return ", ".join(sorted(rule.architectures)) or _STAGES.get(rule.stage, "every workload")


def _conditions(rule: Coded) -> Iterator[str]:
    """Yield under which conditions a deployment fits while a fact is unknown; the end of "When it stays silent"."""
    if rule.fits_if:
        yield "Where a fact that it needs is unknown, the rule is undecided, and the deployment *fits if*"
        spelt = {path: re.sub(r"{([a-zA-Z0-9.]+)}", r"`\1`", condition) for path, condition in rule.fits_if.items()}
        yield "\n".join(f"- `{path}` {condition}" for path, condition in spelt.items())


def _thresholds(rule: Coded) -> Iterator[str]:
    """Yield the numbers that settings may change, under ``[thresholds.VM205]``."""
    for each in rule.thresholds:
        yield f"- `{each.name} = {as_text(each.default)}`: {each.about}"


def _statement(id: str, catalog: Catalog) -> str:
    stated: Any = catalog.article["statements"].get(id)
    if stated is None:
        return f"- **{id}**"
    text = f"- **[{id}](../article.md#{id.lower()})** {stated['says']}"
    if "correction" in stated:
        text += f" *Correction:* {stated['correction']} ({references(stated['correctionSource'], catalog, '../')})"
    return text


def _listed(id: str, catalog: Catalog) -> str:
    source = catalog.sources.get(id)
    return f"- **[{id}](../sources.md#{id.lower()})** {cited(source)}" if source else f"- {id}"


def references(ids: Iterable[str], catalog: Catalog, up: str = "") -> str:
    """Return links to sources and statements; ``up`` leads to the folder of the generated tables."""
    return ", ".join(_reference(name, catalog, up) for name in ids)


def _reference(id: str, catalog: Catalog, up: str) -> str:
    if id in catalog.sources:
        return f"[{id}]({up}sources.md#{id.lower()})"
    if id in catalog.article["statements"]:
        return f"[{id}]({up}article.md#{id.lower()})"
    return id


def cited(source: Source) -> str:
    """Return a source's title and where it is to be found."""
    places = ", ".join(_link(where) for where in source.where.splitlines())
    return f"{source.title}: {places}" + (f" (text of {source.read})" if source.read else "")


_FILE = lazy_pattern(r"github\.com/([\w.-]+/[\w.-]+)(?: (\S+))??(?: @([0-9a-f]{7,40}))?")


def _link(where: str) -> str:
    if re.fullmatch(r"https?://\S+", where):
        return f"<{where}>"
    match = _FILE.fullmatch(where)
    if not match:
        return where
    repository, path, revision = match.groups()
    kind = "blob" if path and not path.endswith("/") else "tree"
    return f"[{where}](https://github.com/{repository}/{kind}/{revision or 'HEAD'}/{path or ''})".replace("/)", ")")


def _cases(rule: Coded) -> Iterator[str]:
    from vmlint.lint.rule import Rule
    from vmlint.testing.cases import cases

    found = [case for case in cases([rule]) if case.text] if isinstance(rule, Rule) else []
    shown = [_spec(case) for kind, most in SHOWN.items() for case in [one for one in found if one.kind == kind][:most]]
    if shown:
        yield "## Cases (each the spec of a manifest)"
        yield "```yaml\n" + "\n---\n".join(shown) + "\n```"


_HEAD = lazy_pattern(r"^apiVersion: .*\nkind: .*\nmetadata: {name: (.+)}\nspec:\n((?: .*(?:\n|\Z)|\n)+)", re.MULTILINE)
"""The head of a case that has nothing but a name, and its ``spec``."""


def _spec(case: Case) -> str:
    """Return a case without what all manifests have in common."""
    text = case.text.removeprefix("---").strip()
    return _HEAD.sub(lambda match: f"# {match[1]}\n{dedent(match[2])}", text)


def anchor(name: str) -> str:
    """Return a mark that links lead to."""
    return f'<a id="{name.lower()}"></a>'


def code_span(text: str) -> str:
    """Return a text as a Markdown code span, whatever it holds."""
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def table(heads: list[str], rows: Iterable[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def on_screen(markdown: str, columns: int) -> Iterator[Line]:
    """Yield a page's lines for a terminal: headings in bold, cases indented, the rest wrapped."""
    paragraph: list[str] = []
    code = False
    for line in [*harmless(markdown.replace("\n", "\0"), _kept).split("\0"), ""]:
        starts = line.startswith(("#", "- ", "```"))
        if paragraph and (code or starts or not line):
            yield from _flowing(" ".join(paragraph), columns)
            paragraph = []
        if line.startswith("```"):
            code = not code
        elif code or not line:
            yield [("    " + line if line else "", "")]
        elif line.startswith("#"):
            yield [(line.lstrip("# "), "bold")]
        else:
            paragraph.append(line)


def _kept(char: str) -> str:
    return char if char == "\0" else spelt_out(char)


def _flowing(text: str, columns: int) -> Iterator[Line]:
    margin = "  " if text.startswith("- ") else ""
    for number, line in enumerate(wrap(_spoken(text), columns - len(margin))):
        yield [((margin if number else "") + line, "")]


def _spoken(text: str) -> str:
    """Return a line of Markdown without its marks; code spans stay as they are."""
    parts = re.split(r"((?<!`)(`++).+?\2)", text)
    return "".join(_unmarked(part) if place % 3 == 0 else part for place, part in enumerate(parts) if place % 3 != 2)


def _unmarked(text: str) -> str:
    text = re.sub(r"<(https?://[^<>\s]+)>", r"\1", text)
    text = re.sub(r"\[([^][]*)]\((https?://[^()\s]*)\)", r"\1 (\2)", text)
    text = re.sub(r"\[([^][]*)]\([^()\s]*\)", r"\1", text)
    return re.sub(r"(\*{1,2})(\S(?:[^*]*?[^*\s])?)\1", r"\2", text)
