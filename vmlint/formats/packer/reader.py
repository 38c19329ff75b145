"""Packer's templates: HCL2 (`*.pkr.hcl`, `*.pkr.json`), and the older JSON with its `builders`.

Each source is a machine that Packer builds an image in. Variables are unknown even where they have a default: files of
values, the environment and the command line come before it. A literal local counts as its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import Body, Cursor, File, Skipped, Span, Spec, Term, Unreadable

from ..shared.paths import NO_REQUIREMENTS
from .builders import BUILDERS, describe
from .system import doubted, media

CANNOT_KNOW = {
    "environment": "an image is built once, and runs elsewhere",
    **NO_REQUIREMENTS,
}

OF_JSON = frozenset(
    {"builders", "provisioners", "post-processors", "variables", "sensitive-variables", "min_packer_version",
     "description", "push"}
)  # fmt: skip
_USER = re.compile(r"\{\{-?\s*user\s*[`\"]([\w.-]+)[`\"]\s*-?\}\}")
_SOURCE = re.compile(r'^[ \t]*source[ \t]+"[a-z0-9-]+"[ \t]+"', re.MULTILINE)


def recognises(file: File) -> bool:
    """Recognise a template by its name or by a source of a known builder, and the old JSON by its builders."""
    name = file.base.lower()
    if name.endswith(".pkrvars.hcl"):
        return True
    try:
        if name.endswith(".pkr.hcl"):
            return bool(file.text)
        if name.endswith(".hcl"):
            return _SOURCE.search(file.text) is not None and any(f'"{kind}"' in file.text for kind in BUILDERS)
        return name.endswith(".json") and any(_is_template(root) or _is_hcl(file, root) for root in file.outline)
    except Unreadable:
        return name.endswith(".pkr.hcl")


def _is_template(root: Cursor) -> bool:
    builders = root.at("builders").items
    own = all(key in OF_JSON or key.startswith("_") for key in root.entries)
    return own and any(each.at("type").text for each in builders)


def _is_hcl(file: File, root: Cursor) -> bool:
    return file.base.lower().endswith(".pkr.json") and bool(root.at("source"))


def read(file: File) -> Iterator[Spec]:
    """Yield the machine of each source."""
    name = file.base.lower()
    if name.endswith(".pkrvars.hcl"):
        raise Skipped("values of variables, without the template that uses them")
    if name.endswith(".json") and not any(_is_hcl(file, root) for root in file.yaml):
        yield from _json(file)
        return
    root = file.hcl
    found: list[tuple[str, Spec]] = []
    changes, defaults = _changes(root), dict(_defaults(root))
    for source in root.blocks:
        if source.kind == "source" and len(source.labels) == 2 and source.labels[0] in BUILDERS:
            kind, label = source.labels
            spec = Spec(f"{kind}.{label}", source.at)
            described = describe(spec, kind, _changed(source, changes.get(f"{kind}.{label}", {})))
            found.append((label, media(described, source, defaults)))
    yield from doubted(found)


def _defaults(root: Body) -> Iterator[tuple[str, Term]]:
    """Yield the variables with a default: no facts, since a run may set them, but clues."""
    for block in root.blocks:
        given = block.get("default") if block.kind == "variable" and len(block.labels) == 1 else None
        if given:
            yield f"var.{block.labels[0]}", given


def _changes(root: Body) -> dict[str, dict[str, Term]]:
    """Return the settings that builds change, by the names of their sources."""
    found: dict[str, dict[str, Term]] = {}
    for build in root.blocks:
        for each in build.blocks if build.kind == "build" else ():
            if each.kind == "source" and each.labels:
                changed = {key: term for key, term in each.terms.items() if key != "name"}
                found.setdefault(each.labels[0].removeprefix("source."), {}).update(changed)
    return found


def _changed(source: Body, changed: Mapping[str, Term]) -> Body:
    """Return a source whose settings that a build changes are open."""
    if not changed:
        return source
    body = Body()
    body.blocks = source.blocks
    body.terms = {**source.terms, **{key: Term("computed", None, term.at) for key, term in changed.items()}}
    return body


def _json(file: File) -> Iterator[Spec]:
    found: list[tuple[str, Spec]] = []
    for root in file.yaml:
        defaults = {f"user {key}": _term(each) for key, each in root.at("variables").entries.items()}
        for builder in root.at("builders").items:
            kind, name = builder.at("type"), builder.at("name")
            if kind.text in BUILDERS:
                named = name.text if name.text and "{{" not in name.text else kind.text
                spec = Spec(named or "", kind.span)
                settings = _body(builder)
                settings.terms = {key.lower(): term for key, term in settings.terms.items()}  # Packer takes any case
                found.append((name.text or "", media(describe(spec, kind.text or "", settings), settings, defaults)))
    yield from doubted(found)


def _body(cursor: Cursor) -> Body:
    """Return an object of JSON as the body of a source."""
    body = Body()
    body.terms = {key: _term(value) for key, value in cursor.entries.items()}
    return body


def _term(cursor: Cursor) -> Term:
    at: Span = cursor.span
    if cursor.items or cursor.entries:
        items = [_term(item) for item in cursor.items]
        return Term("object", None, at, _body(cursor)) if cursor.entries else Term("list", items, at)
    text = cursor.text
    if text is None:
        return Term("null", None, at)
    if "{{" in text or "${" in text:
        term = Term("computed", None, at)
        variable = _USER.fullmatch(text)
        term.reference = f"user `{variable[1]}`" if variable else ""
        return term
    if cursor.number is not None:
        return Term("number", cursor.number, at)
    if text in ("true", "false"):
        return Term("flag", text == "true", at)
    return Term("text", text, at)
