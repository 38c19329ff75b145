"""What an editor offers to do about findings: fixes, alternatives, and waivers. Each was tried before it is offered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from lsprotocol.types import CodeAction, CodeActionKind

from vmlint.lsp.alternatives import edits_of
from vmlint.lsp.edits import tried, workspace_edit
from vmlint.lsp.waivers import waivers
from vmlint.report import wording
from vmlint.report.screen import visible

if TYPE_CHECKING:
    from lsprotocol.types import Diagnostic as Shown
    from lsprotocol.types import WorkspaceEdit

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.fix import Edit
    from vmlint.lsp.documents import Document
    from vmlint.lsp.workbench import Workbench
    from vmlint.run.settings import Settings

FIX_ALL = "source.fixAll.vmlint"
KINDS: tuple[CodeActionKind | str, ...] = (CodeActionKind.QuickFix, FIX_ALL)
FINDINGS = 10
"""Findings of one place for which actions are offered."""
TITLE = 160


class Asked(NamedTuple):
    """What is asked for."""

    document: Document
    findings: Sequence[tuple[Diagnostic, Shown]]
    """The findings at the place, and how they are shown."""
    versioned: bool
    """Whether the editor takes edits of a version of a document."""


async def actions(asked: Asked, bench: Workbench, settings: Settings) -> AsyncIterator[CodeAction]:
    """Yield what can be done about some findings, the best first. Between two of them, other requests are answered."""
    for found, shown in asked.findings[:FINDINGS]:
        for title, edits, is_preferred in (*_fixes(found), *_alternatives(found, asked, bench)):
            await asyncio.sleep(0)
            result = tried(found, edits, asked.document, bench)
            if result is not None and result.gone and not result.brings:
                yield _action(title, edits, shown, asked, bench, is_preferred=is_preferred)
        for edit in waivers(found, asked.document, settings.waiver_policy, settings.context.today):
            await asyncio.sleep(0)
            result = tried(found, [edit], asked.document, bench)
            if result is not None and result.gone and not result.brings:
                yield _action(f"accept {found.code} here ({found.name})", [edit], shown, asked, bench)
                break


def fix_all(found: Sequence[Diagnostic], bench: Workbench, *, versioned: bool) -> CodeAction | None:
    """Return one action with all safe fixes of a document that do not overlap; ``None`` where there is none."""
    chosen: list[Edit] = []
    for each in found:
        fix = next((fix for fix in each.fixes if fix.safe), None)
        if fix is not None and not any(_overlap(edit, other) for edit in fix.edits for other in chosen):
            chosen += fix.edits
    edit = workspace_edit(chosen, bench.documents, versioned=versioned) if chosen else None
    return CodeAction("vmlint: make all safe fixes", kind=FIX_ALL, edit=edit) if edit is not None else None


def _overlap(one: Edit, other: Edit) -> bool:
    if one.place.file != other.place.file:
        return False
    (_, *start, end_line, end_column), (_, *begin, last_line, last_column) = one.place, other.place
    return start <= [last_line, last_column] and begin <= [end_line, end_column]


def _fixes(found: Diagnostic) -> Iterator[tuple[str, Sequence[Edit], bool]]:
    for number, fix in enumerate(found.fixes):
        yield fix.about, fix.edits, fix.safe and number == 0


def _alternatives(found: Diagnostic, asked: Asked, bench: Workbench) -> Iterator[tuple[str, Sequence[Edit], bool]]:
    subjects = [each for each in bench.subjects_of(asked.document) if each.workload.name == found.workload]
    for candidate in found.suggestions if subjects else ():
        edits = edits_of(candidate, subjects[0])
        if edits:
            conditions = wording.conditions(candidate.needs)
            condition = f" (fits if {', and '.join(conditions)})" if conditions else ""
            yield f"use {wording.offer(candidate)}{condition}", edits, False


def _action(
    title: str, edits: Sequence[Edit], shown: Shown, asked: Asked, bench: Workbench, *, is_preferred: bool = False
) -> CodeAction:
    edit: WorkspaceEdit | None = workspace_edit(edits, bench.documents, versioned=asked.versioned)
    return CodeAction(
        f"vmlint: {visible(title, TITLE)}",
        kind=CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=is_preferred or None,
        edit=edit,
    )
