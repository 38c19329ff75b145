"""The host of a manifest: the one that ``hostRef`` names, or that is given for all workloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.problem import Problem, Unreadable
from vmlint.reading.host import default_host, fill_gaps
from vmlint.syntax.yaml.nodes import Node, Scalar, find, problem
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.model.workload import Workload
    from vmlint.reading.context import Context
    from vmlint.reading.host_facts import HostFacts


def find_host(workload: Workload, name: str, root: Node, context: Context) -> tuple[list[Problem], HostFacts | None]:
    """Fill in the host that a workload refers to. Fields that the workload states win.

    Return what is wrong with the reference, and the host.
    """
    node, _, matched = find(root, ["spec", "hostRef"])
    if not (matched == 2 and isinstance(node, Scalar)):
        host = None if workload.host.any_stated() else default_host(context, workload)
        if host is not None:
            fill_gaps(host.host, workload.host)
        return [], host
    try:
        file = context.open_reference(name, node.text)
    except (OSError, ValueError) as error:
        return [problem("VM914", node, f"hostRef {node.text!r} cannot be read: {reason(error)}")], None
    from vmlint.reading.hosts import one_host  # imported only where a file is named

    try:
        host = one_host(file, context)
    except Unreadable as error:
        found = error.problem
        message = f"host file {file.name!r} cannot be read: line {found.at.line}: {found.message}"
    except ValueError as error:
        message = f"host file {file.name!r}: {error}"
    else:
        fill_gaps(host.host, workload.host)
        return [], host
    return [problem("VM914", node, message)], None
