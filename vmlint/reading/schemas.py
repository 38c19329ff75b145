"""The JSON Schemas: their folder, their content, and validators made of them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def schema_folder() -> Path:
    """Return the folder of the schemas: inside the installed package, or beside it in the repository."""
    package = Path(__file__).parent.parent
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"


@functools.cache
def schema(name: str) -> Any:
    """Return a JSON Schema by its file name without the ending. Raises ``FileNotFoundError``."""
    import json

    return json.loads((schema_folder() / f"{name}.json").read_text("utf-8"))


@functools.cache
def validator(name: str) -> Validator:
    """Return a validator of a schema that knows the other schemas beside it."""
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    # By file name, as editors resolve them; the manifest's schemas have no $id, which would come before that.
    files = sorted(schema_folder().glob("*.json"))
    resources = [(file.name, DRAFT202012.create_resource(schema(file.stem))) for file in files]
    registry: Any = Registry().with_resources(resources)
    return Draft202012Validator(schema(name), registry=registry)


def bundled(name: str) -> Any:
    """Return a schema that refers to no other file: what it takes from others is under its own ``$defs``."""
    defs: dict[str, Any] = {}

    def within(node: Any, file: str) -> Any:
        if isinstance(node, list):
            return [within(item, file) for item in node]
        if not isinstance(node, dict):
            return node
        inside = {key: within(value, file) for key, value in node.items() if key != "$ref"}
        return {"$ref": local(node["$ref"], file), **inside} if isinstance(node.get("$ref"), str) else inside

    def local(reference: str, file: str) -> str:
        target, _, pointer = reference.partition("#")
        owner = target.removesuffix(".json") or file
        entry, _, deeper = (pointer.removeprefix("/$defs/") or owner).partition("/")
        if entry not in defs:
            defs[entry] = {}  # a placeholder while it is being built, in case it refers to itself
            source = schema(owner)
            found = source["$defs"][entry] if pointer else {k: v for k, v in source.items() if k not in _OUTER}
            defs[entry] = within(found, owner)
        return f"#/$defs/{entry}/{deeper}".rstrip("/")

    whole = within({key: value for key, value in schema(name).items() if key != "$defs"}, name)
    return {**whole, "$defs": dict(sorted(defs.items()))} if defs else whole


_OUTER = ("$schema", "$id", "$defs")
