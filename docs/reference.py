"""Write the manifest reference from the fields of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from vmlint.model.schema import host_schema, workload_schema
from vmlint.report.page import anchor, code_span, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def manifest() -> Iterator[str]:
    """Yield the blocks of the page."""
    workload, host = workload_schema(), host_schema()
    yield "# The manifest"
    yield (
        "A manifest is YAML with one or more documents. `kind: Workload` states what a workload needs and what was"
        " chosen to run it. `kind: Host` describes a machine. `vmlint schema manifest` prints the JSON Schema."
    )
    yield (
        "An absent field is never false. An absent *fact* is unknown: a rule that needs it reports nothing, and"
        " `vmlint check --undecided` lists the field that would decide it. An absent *requirement* is not demanded. An"
        " empty list, `none` and `false` are values."
    )
    yield "```yaml\napiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: billing-db}\nspec:\n" + _SKETCH + "```"
    yield "## How values are written"
    named = {name: entry for name, entry in workload["$defs"].items() if "$comment" in entry}
    yield table(
        ["Type", "Written as"],
        [[f"{anchor(name)}{_TYPES[name]}", entry["$comment"]] for name, entry in named.items()],
    )
    yield "## metadata"
    yield _fields("metadata", workload["$defs"]["Metadata"]["properties"])
    yield "## spec"
    yield workload["properties"]["spec"]["description"]
    yield from _group("", workload["properties"]["spec"]["properties"])
    yield "## Host documents"
    fields = host["properties"]["spec"]["properties"]
    yield (
        f"{host['description']} Its `spec` has the same fields as"
        f" [`spec.host`](#host) of a workload: {', '.join(f'`{name}`' for name in fields)}."
        " `vmlint host` prints one for the machine on which it runs."
    )


_SKETCH = """\
  guest: {os: debian12, platform: linux/amd64}
  requirements: {isolation: {tenancy: single}}
  host: {platform: linux/amd64}
  deployment: {platform: kvm, architecture: type1}
"""
_TYPES = {
    "Version": "version",
    "VersionRange": "version range",
    "FeatureNeed": "needed feature",
    "FeatureValue": "feature",
    "NamedValue": "name=value",
    "Variable": "variable",
    "OciPlatform": "platform",
    "Size": "size",
    "Duration": "duration",
    "Cpus": "CPUs",
}
_PLAIN = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "number": "number",
    "object": "block",
}


def _group(path: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tables of a group of fields and of its subgroups."""
    plain = {name: _whole(entry) for name, entry in properties.items()}
    groups = {name: entry for name, entry in plain.items() if _members(entry) is not None}
    fields = {name: entry for name, entry in plain.items() if name not in groups or "anyOf" in entry}
    if fields:
        yield _fields(path, fields)
    words = [_words(f"{path}{name}", entry) for name, entry in fields.items()]
    if any(words):
        yield "\n".join(filter(None, words))
    for name, entry in groups.items():
        yield f"{'#' * min(path.count('.') + 3, 5)} {path}{name}"
        yield entry["description"]
        yield from _group(f"{path}{name}.", _members(entry) or {})


def _whole(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field merged with its reference; the field takes precedence."""
    reference = entry.get("$ref", "").rpartition("/")[2]
    found = workload_schema()["$defs"].get(reference, {})
    return {**found, **entry, "$type": reference}


def _members(entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the fields of a group, ``None`` for anything but a group."""
    forms = [_whole(form) for form in entry.get("anyOf", ())]
    return next((form["properties"] for form in (entry, *forms) if "properties" in form), None)


def _fields(path: str, properties: Mapping[str, Any]) -> str:
    prefix = path if path.endswith(".") or not path else f"{path}."
    fields = {name: _whole(entry) for name, entry in properties.items()}
    rows = [
        [f"`{prefix}{name}`", _type(entry), *_meaning(entry), ", ".join(map(_shown, entry["examples"][:2]))]
        for name, entry in fields.items()
    ]
    return table(["Field", "Type", "Meaning", "Absent", "Example"], rows)


def _type(entry: Mapping[str, Any]) -> str:
    if "anyOf" in entry:
        return "text, or its fields"
    if entry.get("$type") in _TYPES:
        return f"[{_TYPES[entry['$type']]}](#{entry['$type'].lower()})"
    if "enum" in entry:
        return "one word"
    if entry.get("type") == "array":
        return f"list of {_type(_whole(entry['items']))}".replace("list of one word", "list of words")
    kind = entry.get("type", "text")
    unit = f" of {entry['x-unit']}" if "x-unit" in entry else ""
    return _PLAIN[kind] + unit if isinstance(kind, str) else "text"


def _meaning(entry: Mapping[str, Any]) -> list[str]:
    """Return the description, and separately what absence means."""
    text, _, absent = str(entry["description"]).rpartition(" Absent means ")
    if not text:
        must = " Must be stated."
        return [absent.removesuffix(must), "must be stated" if absent.endswith(must) else ""]
    return [text, absent.rstrip(".")]


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else yaml.safe_dump(value, default_flow_style=True, width=1000)
    return code_span(text.strip().removesuffix("\n..."))


def _words(path: str, entry: Mapping[str, Any]) -> str:
    listed = _whole(entry["items"]) if entry.get("type") == "array" else entry
    aliases = listed.get("x-aliases", {})
    words = [word for word in listed.get("enum", ()) if isinstance(word, str) and word not in aliases]
    spelt = []
    for word in words:
        also = [f"`{alias}`" for alias, meant in aliases.items() if meant == word]
        spelt.append(f"`{word}`" + (f" (also {', '.join(also)})" if also else ""))
    return f"- Words for `{path}`: {', '.join(spelt)}" if spelt else ""
