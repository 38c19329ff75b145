"""Write the pages and schemas that are generated from rules, fields and catalogue.

``python docs/generate.py`` writes them. ``python docs/generate.py --check`` reports which are out of date.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import command_line
from error_pages import died_with, layers
from platform_pages import platforms
from reference import manifest
from replay import replayed

from vmlint.catalog import Catalog
from vmlint.cli.hook import hook, hook_for_changes
from vmlint.extend.plugins import Installed, load
from vmlint.findings.codes import CODES
from vmlint.findings.tombstones import TOMBSTONES
from vmlint.formats import FORMATS
from vmlint.lint.profiles import DEFAULT
from vmlint.lint.rule import Rule
from vmlint.model.schema import host_schema, workload_schema
from vmlint.project.schema import config_schema
from vmlint.report.page import anchor, cited, is_foreign, page, references, section, table

DOCS = Path(__file__).parent
NOTICE = "<!-- Written by docs/generate.py. Change the rules, the schemas or the catalogue instead. -->\n"
REPLAYED = (
    "../README.md",
    "tutorial.md",
    "ci.md",
    "json.md",
    "moving.md",
    "reports.md",
    "catalogue.md",
    "needs-and-offers.md",
    "baseline.md",
    "fixes.md",
    "hosts.md",
    "configuration.md",
    "native-files.md",
    "formats.md",
    "waivers.md",
    "suggestions.md",
)
"""Pages written by hand, except for the output of the commands in them."""
SCHEMAS = {"workload": workload_schema(), "host": host_schema()}
HOOK_NOTICE = "# Written by docs/generate.py from the file names in vmlint/formats/__init__.py.\n"
COMMAND = "make docs"


class IncompleteError(Exception):
    """A plugin did not load, so its pages would be missing; the message says which, and why."""


def pages() -> dict[str, str]:
    """Return every generated page by its path below this folder. Raises :class:`IncompleteError`."""
    catalog = Catalog()
    rules = [rule for rule in (*_whole(load()).rules, *CODES.values()) if not is_foreign(rule)]
    texts = {f"rules/{rule.code}.md": page(rule, catalog) for rule in rules}
    texts |= {
        "rules/README.md": _rules(rules, catalog),
        "manifest.md": "\n\n".join(manifest()) + "\n",
        "it-died-with.md": "\n\n".join(died_with(rules, catalog)) + "\n",
        "layers.md": "\n\n".join(layers(catalog)) + "\n",
        "platforms.md": "\n\n".join(platforms(catalog)) + "\n",
        "article.md": "\n\n".join(_article(rules, catalog)) + "\n",
        "sources.md": _sources(rules, catalog),
    }
    generated = {path: NOTICE + text for path, text in texts.items()}
    generated |= {f"../schemas/{name}.json": _json(made) for name, made in SCHEMAS.items()}
    generated["../schemas/config.json"] = _json(config_schema(rules))
    generated["../.pre-commit-hooks.yaml"] = HOOK_NOTICE + hook(FORMATS, "python") + hook_for_changes("python")
    generated |= command_line.pages()
    return generated | {path: replayed((DOCS / path).read_text("utf-8")) for path in REPLAYED}


def _json(schema: Any) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _whole(installed: Installed) -> Installed:
    # Otherwise the pages of a plugin that failed would be deleted, like those of a rule that was removed.
    if installed.failures:
        raise IncompleteError("\n".join(each.failure for each in installed.failures))
    return installed


def stale(texts: Mapping[str, str], folder: Path = DOCS) -> list[str]:
    """Return the pages that differ from those on disk, and the pages of rules that were removed."""
    left = [f"rules/{file.name}" for file in sorted((folder / "rules").glob("*.md"))]
    changed = [path for path, text in texts.items() if _read(folder / path) != text]
    return changed + [path for path in left if path not in texts]


def _read(file: Path) -> str | None:
    return file.read_text("utf-8") if file.is_file() else None


def main() -> int:
    """Write the pages, or report which are stale. Exit status 2: a plugin did not load, so nothing was written."""
    try:
        texts = pages()
    except IncompleteError as cause:
        sys.stderr.write(f"{cause}\n")
        return 2
    outdated = stale(texts)
    if "--check" in sys.argv[1:]:
        for path in outdated:
            sys.stderr.write(f"docs/{path} is stale; run {COMMAND}\n")
        return 1 if outdated else 0
    for path in outdated:
        file = DOCS / path
        if path in texts:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(texts[path], "utf-8", newline="\n")
        else:
            file.unlink()
    sys.stderr.write(f"{len(outdated)} of {len(texts)} pages written\n")
    return 0


# Rules


def _rules(rules: Iterable[Rule], catalog: Catalog) -> str:
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(section(rule, catalog), []).append(rule)
    blocks = [
        "# Rules",
        "All rules of vmlint. *Error*: the workload cannot start, cannot meet a requirement, or breaks a required"
        " security boundary. *Warning*: it works, but contradicts a requirement, a vendor's statement or a lifecycle."
        " *Note*: a better fit exists. Rules marked (strict) run in the profile `strict`, or when they are selected by"
        " name. `vmlint explain CODE` shows the same pages in a terminal.",
    ]
    for title, members in groups.items():
        rows = [
            [
                f"[{rule.code}]({rule.code}.md)",
                rule.name,
                str(rule.severity),
                rule.summary + " (strict)" * (not DEFAULT.admits(rule)),
            ]
            for rule in members
        ]
        blocks += [f"## {title}", table(["Code", "Name", "Severity", "Why"], rows)]
    rows = [[f"{anchor(code)}{code}", gone.name, gone.reason] for code, gone in TOMBSTONES.items()]
    blocks += [
        "## Codes without a rule",
        "These codes have no rule, and will not be reused.",
        table(["Code", "Name", "Instead"], rows),
    ]
    return "\n\n".join(blocks) + "\n"


# The catalogue


def _article(rules: Iterable[Rule], catalog: Catalog) -> Iterator[str]:
    rules = list(rules)
    article = catalog.article
    yield "# The article and vmlint"
    yield (
        f"Every statement of *{article['title']}*, in our own words, and what uses it. If a statement is imprecise or"
        " out of date, vmlint follows the correction."
    )
    for part in article["sections"]:
        statements = {name: about for name, about in article["statements"].items() if about["section"] == part["id"]}
        yield f"## {part['number'] + ' ' if 'number' in part else ''}{part['title']}"
        rows = []
        for name, about in statements.items():
            correction = about.get("correction", "")
            if correction:
                correction += f" ({references(about['correctionSource'], catalog)})"
            uses = [*_rule_uses(name, rules), *_cell_uses(name, catalog), *_platform_uses(name, catalog)]
            used = "; ".join(uses or _background(about, rules)) or about.get("why", "")
            rows.append([f"{anchor(name)}{name}", about["says"], correction, used])
        yield table(["Statement", "The article says", "Correction", "Used by"], rows)
    yield "## Not checked yet"
    codes = {rule.code for rule in rules}
    planned = {name: sorted(set(about.get("rules", ())) - codes) for name, about in article["statements"].items()}
    rows = [[f"[{name}](#{name.lower()})", ", ".join(missing)] for name, missing in planned.items() if missing]
    if rows:
        yield "Rules that a statement calls for, but that this release does not have."
        yield table(["Statement", "Rules"], rows)
    else:
        yield "Every rule that a statement calls for exists."


def _background(about: Mapping[str, Any], rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the rules and scores that a statement supports, but that cite more direct sources."""
    codes = {rule.code for rule in rules}
    links = [f"[{code}](rules/{code}.md)" for code in about.get("rules", ()) if code in codes]
    if links:
        yield f"background of {', '.join(links)}"
    if about.get("columns"):
        yield f"background of the scores of {', '.join(about['columns'])}"


def _rule_uses(statement: str, rules: Iterable[Rule]) -> Iterator[str]:
    links = [f"[{rule.code}](rules/{rule.code}.md)" for rule in rules if statement in rule.article]
    if links:
        yield f"rules {', '.join(links)}"


def _cell_uses(statement: str, catalog: Catalog) -> Iterator[str]:
    table_of = catalog.capabilities["columns"]
    columns = [name for name, column in table_of.items() if statement in _cited_in(column)]
    if columns:
        yield f"scores of {', '.join(columns)}"
    weights = [entry for entry in catalog.capabilities["weights"] if statement in entry["source"]]
    weighed = sorted({column for entry in weights for column in entry["columns"]} - set(columns))
    if weighed:
        yield f"weights of {', '.join(weighed)}"


def _platform_uses(statement: str, catalog: Catalog) -> Iterator[str]:
    named = [platform.id for platform in catalog.platforms.values() if statement in platform.data.get("article", ())]
    if named:
        yield f"platforms {', '.join(f'[{name}](platforms.md#{name})' for name in named)}"


def _cited_in(data: Any) -> set[str]:
    """Return everything under ``source``, at any depth of a part of the catalogue."""
    if isinstance(data, Mapping):
        own = set(data.get("source", ()))
        return own.union(*(_cited_in(value) for key, value in data.items() if key != "source"))
    return set().union(*map(_cited_in, data)) if isinstance(data, list) else set()


def _sources(rules: Iterable[Rule], catalog: Catalog) -> str:
    rules = list(rules)
    platforms = {platform.id: _cited_in(platform.data) for platform in catalog.platforms.values()}
    rows = []
    for name, source in catalog.sources.items():
        users = [f"[{rule.code}](rules/{rule.code}.md)" for rule in rules if name in rule.sources]
        users += [f"[{platform}](platforms.md#{platform})" for platform, used in platforms.items() if name in used]
        rows.append([f"{anchor(name)}{name}", cited(source), ", ".join(users)])
    rows.sort(key=lambda row: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", row[0])])
    text = (
        "The documents behind rules and catalogue. After @ is the revision of a file that was read. The date in"
        " brackets is the date of the text."
    )
    return f"# Sources\n\n{text}\n\n{table(['Id', 'Document', 'Used by'], rows)}\n"


if __name__ == "__main__":
    sys.exit(main())
