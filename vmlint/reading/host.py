"""Host documents, referred to by ``hostRef`` or given for all workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.place import Text
from vmlint.findings.problem import Problem, Unreadable
from vmlint.model.derive import DERIVATIONS
from vmlint.model.workload import Workload
from vmlint.reading.fill import fill_fields
from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar, find, problem
from vmlint.words import reason

if TYPE_CHECKING:
    from datetime import date

    from vmlint.catalog import Catalog
    from vmlint.model.fields import Group
    from vmlint.reading.context import Context
    from vmlint.reading.file import File


def word_at(root: Node, key: str) -> str | None:
    """Return the text of a scalar under a key, if there is one."""
    node = root.entries[key][1] if isinstance(root, MapNode) and key in root.entries else None
    return node.text if isinstance(node, Scalar) else None


def find_host(
    workload: Workload, name: str, root: Node, context: Context
) -> tuple[list[Problem], tuple[Text, Node, File] | None]:
    """Fill in the host that a workload refers to. Fields that the workload states win.

    Return what is wrong with the reference, and the host document.
    """
    node, _, matched = find(root, ["spec", "hostRef"])
    if matched == 2 and isinstance(node, Scalar):
        try:
            file = context.open_reference(name, node.text)
        except (OSError, ValueError) as error:
            return [problem("VM914", node, f"hostRef {node.text!r} cannot be read: {reason(error)}")], None
    elif context.default_host and not workload.host.any_stated():
        file = context.default_host
        node = root
    else:
        return [], None
    try:
        return [], (*read_host(workload, file), file)
    except Unreadable as error:
        found = error.problem
        message = f"host file {file.name!r} cannot be read: line {found.at.line}: {found.message}"
    except ValueError as error:
        message = f"host file {file.name!r}: {error}"
    return [problem("VM914", node, message)], None


def read_host(workload: Workload, file: File) -> tuple[Text, Node]:
    """Fill in what a host document states and the workload does not.

    Raises ``Unreadable``, or ``ValueError`` with a sentence.
    """
    text, spec, host = _parsed(file, workload.catalog, workload.today)
    fill_gaps(host, workload.host)
    return text, spec


def _parsed(file: File, catalog: Catalog, today: date) -> tuple[Text, Node, Group]:
    """Return the text, the tree and the facts of a host document, made once though many workloads may refer to it."""
    key = (_made, catalog, today)
    if key not in file.memo:
        file.memo[key] = _made(file, catalog, today)
    text, node, host = file.memo[key]
    return text._replace(name=file.name), node, host


def _made(file: File, catalog: Catalog, today: date) -> tuple[Text, Node, Group]:
    roots = [document.node for document in file.yaml]
    hosts = [root for root in roots if root is not None and word_at(root, "kind") == "Host"]
    if len(hosts) != 1:
        raise ValueError(f"expected one document of kind Host, found {len(hosts)}")
    spec = hosts[0].entries.get("spec") if isinstance(hosts[0], MapNode) else None
    if spec is None or not isinstance(spec[1], MapNode):
        raise ValueError("its spec is missing")
    host = Workload(catalog, DERIVATIONS, today).host
    for refused in fill_fields(host, spec[1], ("spec",), extensible=True):
        where = ".".join(map(str, refused.path))
        raise ValueError(f"{where}: {refused.expected}; lint the file itself for more")
    return Text(file.name, file.text), spec[1], host


def fill_gaps(source: Group, target: Group) -> None:
    """State in one group what only the other states."""
    for name, field in source.fields.items():
        if field.group:
            fill_gaps(getattr(source, name), getattr(target, name))
        elif source.states(name) and not target.states(name):
            setattr(target, name, getattr(source, name))
