"""One finding of the page: a line that says what and where, and below it the frame, the help and what would fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.severity import Confidence
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.frame import GUTTER, edge
from vmlint.report.html.markup import attributes, isolated, link, listed, path, place, said, text
from vmlint.report.text import WORKLOADS, frames, gutter_of

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Accepted, Diagnostic
    from vmlint.findings.fix import Edit, Fix
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate
    from vmlint.report.screen import Line

COLUMNS = 100
"""Width of a frame, in characters. A narrow window scrolls it."""
NO_PLATFORM, NO_OWNER = "no-platform", "no-owner"
_CLASSES = {GUTTER: "gutter", **{style: str(severity) for severity, style in wording.STYLES.items()}}

Lines = Mapping[str, Mapping[int, str]]


class Entry(NamedTuple):
    """A finding, and by what the page sorts and filters it."""

    found: Diagnostic
    file: str
    """The file that was linted, which may be another one than that of its place."""
    platform: str
    """The chosen platform; empty where there is none."""
    folder: str
    owners: tuple[str, ...] | None
    """``None`` where no CODEOWNERS tells."""
    ways: str = ""
    """Id of the element that compares the ways of running the workload; empty where none does."""
    fingerprint: str = ""
    """The same from run to run, as in the reports for machines."""
    page: str = ""
    """Address of the rule's page; empty where the project has none."""

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """By what it is counted and filtered."""
        return {
            "rule": (self.found.code,),
            "platform": (self.platform or NO_PLATFORM,),
            "folder": (self.folder,),
            "owner": () if self.owners is None else self.owners or (NO_OWNER,),
        }

    @property
    def standing(self) -> str:
        """The severity of a finding that counts, else ``accepted``: the columns of the overview."""
        return str(self.found.severity) if self.found.accepted is None else "accepted"


def finding(entry: Entry, number: int, lines: Lines) -> str:
    """Return a finding as an entry of a list. ``lines`` are those that frames may show, by file."""
    found = entry.found
    about = [
        ("id", f"finding-{number}"),
        ("data-severity", str(found.severity)),
        *((f"data-{facet}", " ".join(values)) for facet, values in entry.facets.items()),
        ("data-accepted", found.accepted.by if found.accepted else ""),
        ("data-file", f"{found.place.file}:{found.place.line:09}"),
    ]
    kind = f"finding{' accepted' if found.accepted else ''}"
    return (
        f'<li class="{kind}"{attributes(about)}><details><summary>{_severity(found)}'
        f"<h3>{text(found.message)}</h3>{_about(entry)}</summary>"
        f'<div class="body">{"".join(_body(entry, lines))}</div></details></li>\n'
    )


def _severity(found: Diagnostic) -> str:
    standing = '<span class="mark">accepted</span>' if found.accepted else ""
    return f'<span class="severity {found.severity}">{found.severity}</span>{standing}'


def _about(entry: Entry) -> str:
    """Return the second line of a finding: its rule, its place, and whom it concerns."""
    found = entry.found
    parts = [f'<span class="rule"><code>{text(found.code)}</code> {text(found.name)}</span>', place(found.place)]
    if found.workload:
        names = wording.some([isolated(name) for name in (found.workload, *found.also)], WORKLOADS)
        of = "" if entry.file == found.place.file else f" of {path(entry.file)}"
        parts.append(f"<span>{'workloads' if found.also else 'workload'} {names}{of}</span>")
    if entry.platform:
        parts.append(f"<span>{text(entry.platform)}</span>")
    if entry.owners is not None:
        parts.append(f'<span class="owner">{text(" ".join(entry.owners)) or "no owner"}</span>')
    return f'<p class="about">{" ".join(parts)}</p>'


def _body(entry: Entry, lines: Lines) -> Iterator[str]:
    found = entry.found
    if found.accepted:
        yield _accepted(found.accepted)
    yield from _frames(found, lines)
    if found.confidence < Confidence.HIGH:
        yield f"<p><strong>Confidence:</strong> {found.confidence}</p>"
    yield from (f"<p><strong>Data:</strong> {said(wording.origin(local))}</p>" for local in found.local)
    yield from (f"<p><strong>Help:</strong> {text(each)}</p>" for each in found.help)
    yield from (_fix(fix, lines) for fix in found.fixes)
    yield from _offers(found.suggestions)
    links = [f'<a href="#{text(found.code)}">About {text(found.code)}</a>']
    if entry.ways:
        links.append(f'<a href="#{entry.ways}">Every way to run {isolated(found.workload)}</a>')
    if entry.page:
        links.append(link(entry.page, f"Page of {text(found.code)}"))
    yield f'<p class="links">{" ".join(links)}</p>'
    yield f'<p class="fingerprint">Fingerprint <code>{text(entry.fingerprint)}</code></p>'


def _accepted(why: Accepted) -> str:
    until = f" until {text(why.until)}" if why.until else ""
    where = f" ({place(why.place)})" if why.place else ""
    reason = f": {text(why.reason)}" if why.reason else "; no reason is given"
    return f'<p class="why"><strong>Accepted</strong> by {_acceptors(why.by)}{until}{where}{reason}</p>'


def _acceptors(by: str) -> str:
    return "the baseline" if by == "baseline" else f"a {text(by)}"


def _frames(found: Diagnostic, lines: Lines) -> Iterator[str]:
    """Yield the frames of a finding, whose parts are marked as they are coloured on a terminal."""
    gutter = gutter_of(found)
    shown = [*frames(found, lines, gutter, COLUMNS)]
    if shown:
        name = f"the lines of {found.place.file} that this is about"
        framed = _styled(shown[shown[0] == edge(gutter) :])  # here, nothing stands above the first edge
        yield f'<pre tabindex="0" role="group"{attributes([("aria-label", name)])}>{framed}</pre>'


def _styled(shown: Sequence[Line]) -> str:
    return "\n".join("".join(_part(part, style) for part, style in line).rstrip() for line in shown)


def _part(part: str, style: str) -> str:
    kind = _CLASSES.get(style)
    return f'<span class="{kind}">{said(part)}</span>' if kind and part.strip() else said(part)


def _offers(suggestions: Sequence[Candidate]) -> Iterator[str]:
    """Yield what would fit instead. Conditions that all of them share come once, before them."""
    if not suggestions:
        return
    common = wording.common_needs(suggestions) if len(suggestions) > 1 else ()
    condition, conditions = wording.conditional(common)
    title = f"Fits instead {condition}".rstrip()
    yield f"<h4>{said(title)}</h4>{listed(map(said, conditions), 'needs')}"
    yield listed(_offer(candidate, wording.own_needs(candidate, common), bool(common)) for candidate in suggestions)


def _offer(candidate: Candidate, needs: Sequence[Undecided], also: bool) -> str:
    condition, conditions = wording.conditional(needs, also=also)
    stated = f"<em>{said(condition)}:</em> " if condition else ""
    what, dash, why = wording.offer(candidate).partition(" \u2014 ")
    return f"{stated}<code>{said(what)}</code>{dash}{said(why)}{listed(map(said, conditions), 'needs')}"


def _fix(fix: Fix, lines: Lines) -> str:
    how = "Fix" if fix.safe else "Fix (may change what the file means)"
    shown = "\n".join(filter(None, (_edited(edit, lines) for edit in fix.edits)))
    return f"<p><strong>{how}:</strong> {text(fix.about)}</p>" + (f'<pre tabindex="0">{shown}</pre>' if shown else "")


def _edited(edit: Edit, lines: Lines) -> str:
    """Return a line before and after an edit of it; nothing for an edit of several lines."""
    at = edit.place
    before = lines.get(at.file, {}).get(at.line)
    if before is None or at.end_line != at.line or "\n" in edit.text:
        return ""
    after = before[: at.column - 1] + edit.text + before[at.end_column - 1 :]
    return f"<del>- {text(before)}</del>\n<ins>+ {text(after)}</ins>" if after != before else ""
