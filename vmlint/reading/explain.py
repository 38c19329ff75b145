"""Explaining a malformed manifest by its JSON Schema.

Only documents that the model refused come here, so the cost of a validator is paid by broken files alone.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vmlint import limits
from vmlint.model.aliases import NOT_THIS_WORD
from vmlint.model.paths import fields
from vmlint.reading import mends
from vmlint.reading.schemas import validator
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, find, problem
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from vmlint.findings.fix import Fix
    from vmlint.findings.problem import Problem
    from vmlint.reading.fill import Refused

_TYPES = {
    "object": "a block of fields",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_YAML_1_1_FLAGS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def explain(root: Node, kind: str, refused: Sequence[Refused]) -> list[Problem]:
    """Return a problem for everything that a document's schema objects to, in the order of the file."""
    name = {"Workload": "workload", "Host": "host"}.get(kind, "manifest")
    problems: dict[tuple[tuple[int, ...], str, str], Problem] = {}
    for error in validator(name).iter_errors(plain(root)):
        for found in itertools.islice(_problems(root, _deepest(error)), limits.PROBLEMS + 1):
            problems.setdefault((found.at[:2], found.code, found.message), found)
        if len(problems) > limits.PROBLEMS:
            break
    if not problems:  # the model refused what the schema accepts; a test keeps this from happening
        for left in refused[: limits.PROBLEMS]:
            fault = problem("VM908", left.node, f"expected {left.expected.removeprefix('expected ')}")
            problems.setdefault((fault.at[:2], fault.code, fault.message), fault)
    ordered = sorted(problems.values(), key=lambda found: (found.at[:2], found.code))
    if len(ordered) > limits.PROBLEMS:
        last = ordered[limits.PROBLEMS]
        ordered[limits.PROBLEMS :] = [last._replace(message=f"{last.message}, and more like it", help="")]
    return ordered


def first_problem(root: Node, judge: Validator, value: Any) -> Problem | None:
    """Return the first thing in the order of the file that a schema objects to in a value made of it, if any."""
    problems = [
        found
        for error in judge.iter_errors(value)
        for found in itertools.islice(_key_problems(root, error) or _problems(root, _deepest(error)), limits.PROBLEMS)
    ]
    return min(problems, key=lambda found: (found.at[:2], found.code), default=None)


def _key_problems(root: Node, error: ValidationError) -> list[Problem]:
    """Explain a key that is not among the words that a table allows for keys."""
    node, _, _ = find(root, [*error.absolute_path])
    if "propertyNames" not in error.absolute_schema_path or not isinstance(node, MapNode):
        return []
    words = [*map(str, error.validator_value)] if isinstance(error.validator_value, list) else []
    key = node.entries[error.instance][0] if error.instance in node.entries else node
    near = nearest(str(error.instance), words)
    hint = did_you_mean(near, f"known here: {', '.join(words)}" if words else "")
    return [problem("VM907", key, f"unknown key `{error.instance}`", hint)]


def plain(node: Node) -> Any:
    """Turn a tree into plain values; what several aliases share stays shared."""
    done: dict[int, Any] = {}

    def build(node: Node) -> Any:  # bounded by the reader's depth limit
        if id(node) not in done:
            if isinstance(node, MapNode):
                done[id(node)] = {
                    key: build(value) for key, (_, value) in itertools.islice(node.entries.items(), limits.MEMBERS)
                }
            elif isinstance(node, ListNode):
                done[id(node)] = [build(item) for item in node.items[: limits.MEMBERS]]
            else:
                done[id(node)] = node.value()
        return done[id(node)]

    return build(node)


def _deepest(error: ValidationError) -> ValidationError:
    """Of a value that may be written in several forms, follow the form that its author meant."""
    while error.validator in ("anyOf", "oneOf") and error.context:
        forms: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            forms.setdefault(inner.schema_path[0], []).append(inner)
        meant = [
            errors
            for errors in forms.values()
            if not any(inner.validator == "type" and not inner.path for inner in errors)
        ]
        if len(meant) != 1:
            return error
        error = meant[0][0]
    return error


def _problems(root: Node, error: ValidationError) -> Iterator[Problem]:
    path = [str(step) if isinstance(step, str) else step for step in error.absolute_path]
    node, key, _ = find(root, path)
    field = next((step for step in reversed(path) if isinstance(step, str)), "the document")
    match error.validator:
        case "additionalProperties":
            yield from _unknown_keys(node, error)
        case "enum" | "const":
            yield _unknown_word(node, field, error)
        case "required":
            wanted: Any = error.validator_value
            for missing in wanted:
                if isinstance(error.instance, dict) and missing not in error.instance and missing not in _ENVELOPE:
                    where = f" in `{field}`" if path else ""
                    yield problem("VM910", key or node, f"`{missing}` is missing{where}")
        case "pattern" | "propertyNames" | "format" | "minimum" | "maximum" | "minLength" | "maxLength":
            yield problem("VM911", node, f"`{field}`: {_shown(node)} {_malformed(error)}", _example(error))
        case "minProperties":
            yield problem(
                "VM910", key or node, f"`{field}` is empty", "state what the workload needs or what was chosen"
            )
        case "type" | "anyOf":
            yield _wrong_type(node, key, field, error)
        case _:
            yield problem("VM908", node, f"`{field}`: {error.message}")


_ENVELOPE = ("apiVersion", "kind")
"""Keys whose absence the reader reports itself."""


def _unknown_keys(node: Node, error: ValidationError) -> Iterator[Problem]:
    known = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    patterns = error.schema.get("patternProperties", {}) if isinstance(error.schema, dict) else {}
    if not isinstance(node, MapNode):
        return
    for word, (name, _) in node.entries.items():
        if word in known or any(re.search(pattern, word) for pattern in patterns):
            continue
        near = nearest(word, known)
        unknown = problem(
            "VM907",
            name,
            f"unknown key `{word}`",
            did_you_mean(near, f"known here: {', '.join(known)}"),
        )
        free = [each for each in known if each not in node.entries]
        yield unknown._replace(fixes=mends.respelt(name, near, free) if near in free else ())


def _unknown_word(node: Node, field: str, error: ValidationError) -> Problem:
    allowed: Any = error.validator_value
    words = [str(word) for word in allowed] if error.validator == "enum" else [str(allowed)]
    aliases = error.schema.get("x-aliases", {}) if isinstance(error.schema, dict) else {}
    canonical = list(dict.fromkeys(word for word in words if word not in aliases))
    if not isinstance(node, Scalar):
        return problem(
            "VM908", node, f"`{field}` is one word, not a block or a list", f"one of: {', '.join(canonical)}"
        )
    explained = _explained(node.text.lower(), canonical)
    near = nearest(node.text, words)
    meaning = f", which means {aliases[near]}" if near in aliases else ""
    hint = explained or (f"did you mean `{near}`{meaning}?" if near else "")
    unknown = problem(
        "VM909",
        node,
        f"`{field}` does not know the word {node.text!r}" if node.text else f"`{field}` is empty",
        hint or f"one of: {', '.join(canonical)}",
    )
    if explained or not near:
        return unknown
    return unknown._replace(fixes=mends.respelt(node, aliases.get(near, near), words, meanings=aliases))


def _explained(word: str, canonical: Iterable[str]) -> str:
    """Return the message for a word that belongs elsewhere, such as ``architecture: docker``."""
    kinds = _kinds(canonical)
    return next((NOT_THIS_WORD[kind][word] for kind in kinds if word in NOT_THIS_WORD.get(kind, {})), "")


def _kinds(canonical: Iterable[str]) -> list[str]:
    words = frozenset(canonical)
    kinds = {field.kind for field in fields().values()}
    return sorted(kind.name for kind in kinds if kind.words and words == frozenset(kind.words))


def _wrong_type(node: Node, key: Scalar | None, field: str, error: ValidationError) -> Problem:
    if isinstance(node, Scalar) and node.plain and node.value() is None:
        return problem(
            "VM908", key or node, f"`{field}` has no value", "write a value, or remove the key: absent means not stated"
        )
    if isinstance(node, Scalar) and _format_of(error):
        return problem(
            "VM911", node, f"`{field}`: {node.text} is not well-formed: {_format_of(error)}", _example(error)
        )
    wanted = error.validator_value if error.validator == "type" else None
    names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else ["string", "object"]
    expected = " or ".join(_TYPES.get(str(name), str(name)) for name in names)
    hint = ""
    fixes: tuple[Fix, ...] = ()
    if names == ["boolean"] and isinstance(node, Scalar):
        meant = _YAML_1_1_FLAGS.get(node.text.lower()) or {"true": "true", "false": "false"}.get(node.text.lower())
        hint = (
            f"write `{meant}`" + (f"; YAML 1.2 reads `{node.text}` as text" if node.plain else " without quotes")
            if meant
            else ""
        )
        fixes = mends.flag(node, meant) if meant else ()
    if names == ["array"] and isinstance(node, Scalar):
        hint, fixes = f"write `[{node.text}]`", mends.listed(node)
    if names == ["string"] and isinstance(node, Scalar):
        hint, fixes = f'quote it: "{node.text}"', mends.quoted(node)
    wrong = problem("VM908", node, f"`{field}` is {_kind_of(node)}; expected {expected}", hint or _example(error))
    return wrong._replace(fixes=fixes)


def _kind_of(node: Node) -> str:
    if isinstance(node, MapNode):
        return "a block"
    if isinstance(node, ListNode):
        return "a list"
    value = node.value()
    if isinstance(value, bool):
        return f"the flag {node.text}"
    return f"the number {node.text}" if isinstance(value, (int, float)) else f"the text {node.text!r}"


def _shown(node: Node) -> str:
    return repr(node.text) if isinstance(node, Scalar) else _kind_of(node)


def _malformed(error: ValidationError) -> str:
    if error.validator in ("minimum", "maximum"):
        return f"is too {'small' if error.validator == 'minimum' else 'large'}: the limit is {error.validator_value}"
    expected = _format_of(error)
    return f"is not well-formed: {expected}" if expected else "is not well-formed"


def _format_of(error: ValidationError) -> str:
    return str(error.schema.get("patternErrorMessage", "")) if isinstance(error.schema, dict) else ""


def _example(error: ValidationError) -> str:
    examples = error.schema.get("examples", []) if isinstance(error.schema, dict) else []
    scalars = [example for example in examples if not isinstance(example, (dict, list))]
    blocks = [json.dumps(example).replace('"', "") for example in examples if isinstance(example, dict)]
    shown = [*map(str, scalars[:3]), *blocks[:1]]
    return f"for example: {' or '.join(shown)}" if shown else ""
