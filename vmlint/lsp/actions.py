"""What an editor offers to do about findings: fixes, alternatives, and waivers. Each was tried before it is offered."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol.types import CodeAction, CodeActionKind

from vmlint.findings.codes import CODES
from vmlint.findings.waiver import WaiverPolicy
from vmlint.inert import visible
from vmlint.lsp.alternatives import edits_of
from vmlint.lsp.edits import tried, workspace_edit
from vmlint.lsp.waivers import waivers
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.syntax.edit import Change, overlap

if TYPE_CHECKING:
    from lsprotocol.types import Diagnostic as Shown
    from lsprotocol.types import WorkspaceEdit

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.fix import Edit
    from vmlint.findings.place import Place
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


class _Possible(NamedTuple):
    """Something that may be done about a finding."""

    title: str
    is_preferred: bool
    ways: Iterable[Sequence[Edit]]
    """The edits that may do it, the likeliest first: the first that hold when they are tried are offered."""
    uncovers: bool = False
    """Whether more may be found after it, as with `--fix`: what it mends was not understood before."""


class Offers:
    """What is offered for the findings of documents, remembered until one of them is edited.

    An editor asks again whenever the cursor moves, and every offer takes a few rounds of linting.
    """

    def __init__(self) -> None:
        self._of: tuple[int, int] | None = None  # the documents and the settings that it is remembered for
        self._known: dict[tuple[str, str, Place, str], list[CodeAction]] = {}

    async def actions(self, asked: Asked, bench: Workbench, settings: Settings) -> list[CodeAction]:
        """Return what can be done about some findings, the best first; nothing where they are edited meanwhile.

        Other requests are answered in between.
        """
        offered: list[CodeAction] = []
        for found, shown in asked.findings[:FINDINGS]:
            state = bench.documents.revision, id(settings)
            if self._of != state:
                self._of, self._known = state, {}
            key = found.code, found.workload, found.place, found.message
            known = self._known.get(key)
            if known is None:
                known = [action async for action in _actions(found, shown, asked, bench, settings)]
                if bench.documents.revision != state[0]:
                    return []
                self._known[key] = known
            offered += known
        return offered


async def _actions(
    found: Diagnostic, shown: Shown, asked: Asked, bench: Workbench, settings: Settings
) -> AsyncIterator[CodeAction]:
    for title, is_preferred, possible, uncovers in _possible(found, asked, bench, settings):
        for edits in possible:
            await asyncio.sleep(0)
            if bench.documents.at(asked.document.uri) is not asked.document:
                return
            result = tried(found, edits, asked.document, bench)
            if result is not None and result.holds(uncovers=uncovers):
                yield _action(title, edits, shown, asked, bench, is_preferred=is_preferred)
                break


def _possible(found: Diagnostic, asked: Asked, bench: Workbench, settings: Settings) -> Iterator[_Possible]:
    """Yield what may be done about a finding."""
    for number, fix in enumerate(found.fixes):
        yield _Possible(fix.about, fix.safe and number == 0, [fix.edits], fix.safe or found.code in CODES)
    described = (each for each in bench.subjects_of(asked.document) if each.workload.name == found.workload)
    for subject in itertools.islice(described, 1):
        for candidate in found.suggestions:
            conditions = wording.conditions(candidate.needs)
            condition = f" (fits if {', and '.join(conditions)})" if conditions else ""
            edits = edits_of(candidate, subject, settings.context.readers)
            yield _Possible(f"use {wording.offer(candidate)}{condition}", False, edits)
    for each in waivers(found, asked.document, settings.waiver_policy or WaiverPolicy(), settings.context.today):
        yield _Possible(f"accept {found.code} {each.where} ({found.name})", False, ([edit] for edit in each.ways))


def fix_all(found: Sequence[Diagnostic], asked: Asked, bench: Workbench) -> CodeAction | None:
    """Return one action with all safe fixes of a document that do not overlap; ``None`` where there is none."""
    chosen: list[Edit] = []
    mended: list[Diagnostic] = []
    for each in found:
        fix = next((fix for fix in each.fixes if fix.safe), None)
        if fix is not None and not any(_touch(edit, other) for edit in fix.edits for other in chosen):
            chosen += fix.edits
            mended.append(each)
    result = tried(mended[0], chosen, asked.document, bench) if mended else None
    if result is None or not result.holds(uncovers=True):
        return None
    edit = workspace_edit(chosen, bench.documents, versioned=asked.versioned)
    return CodeAction("vmlint: make all safe fixes", kind=FIX_ALL, edit=edit)


def _touch(one: Edit, other: Edit) -> bool:
    return one.place.file == other.place.file and overlap(
        Change(*one.place[1:], one.text), Change(*other.place[1:], other.text)
    )


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
