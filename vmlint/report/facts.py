"""What was understood of files: as manifests to start from, and as lists of what was read and what is left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.model.as_manifest import as_manifest, stated_fields
from vmlint.report import wording
from vmlint.report.layout import hanging
from vmlint.report.screen import Line, file_name, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.reading.subject import Subject
    from vmlint.run.check import Checked
    from vmlint.run.runner import Run


def manifests(run: Run) -> str:
    """Return every workload of a run as a document of one YAML stream."""
    documents = [_document(result.file, subject) for result in run.results for subject in result.subjects]
    return "---\n".join(documents)


def _document(file: str, subject: Subject) -> str:
    document, left = as_manifest(subject.workload)
    head = f"# From {file_name(file)}" + (f" ({subject.format})" if subject.format else "")
    lines = [f"{head}, as vmlint understood it.", _dumped(document)]
    if subject.defaults:
        lines += ["# The format's defaults, which the file does not state:"]
        lines += [_comment(path, why) for path, why in sorted(subject.defaults.items())]
    if left:
        lines += ["# Understood, but no manifest can state it; guest.platform (linux/amd64) names system and CPU:"]
        lines += [_comment(path, value) for path, value in sorted(left.items())]
    if subject.unknowns:
        lines += ["# Left open:"]
        lines += [_comment(path, why) for path, why in sorted(subject.unknowns.items())]
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def _dumped(document: dict[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=False, width=100)
    return text


def _comment(path: str, text: str) -> str:
    return f"#   {path}: {visible(text)}"


def coverage(run: Run, columns: int) -> Iterator[Line]:
    """Yield, for each file, its format, the fields that were read, and those left open with the reason."""
    for result in run.results:
        if not result.recognised and not result.skipped:
            continue
        kind = ", ".join(result.formats) or "manifest"
        yield [(file_name(result.file), "bold"), (f": {kind}", "")]
        if result.skipped:
            yield from _fields(f"skipped: {visible(result.skipped)}", columns)
        yield from _subjects(result, columns)
        yield []


def _subjects(result: Checked, columns: int) -> Iterator[Line]:
    for subject in result.subjects:
        read = [path for path, _ in stated_fields(subject.workload)]
        defaults = sorted(subject.defaults)
        yield [("  ", ""), (visible(subject.workload.name), "bold"), (f": {wording.count(len(read), 'field')}", "")]
        given = [path for path in read if path not in subject.defaults]
        if given:
            yield from _fields(f"read: {', '.join(given)}", columns)
        if defaults:
            yield from _fields(f"by the format's default: {', '.join(defaults)}", columns)
        for path, why in sorted(subject.unknowns.items()):
            yield from _fields(f"open: {path}: {visible(why)}", columns)


def _fields(text: str, columns: int) -> Iterator[Line]:
    return hanging(text, columns, indent=4, hang=2)
