"""What was understood of files: as manifests to start from, and as lists of what was read and what is left open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from vmlint.inert import harmless, spelt_out, visible
from vmlint.model.as_manifest import as_manifest
from vmlint.project.setting import where
from vmlint.report import wording
from vmlint.report.layout import hanging
from vmlint.report.screen import Line, file_name
from vmlint.run.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vmlint.reading.subject import Subject
    from vmlint.run.check import Checked
    from vmlint.run.result import Coverage, Result


_UNDERSTOOD = "# Understood, but no manifest can state it"
_PLATFORM = "; guest.platform, written os/arch, names system and CPU:"


def manifests(files: Iterable[Checked]) -> str:
    """Return every workload of some files as a document of one YAML stream."""
    documents = [_document(file.file, subject) for file in files for subject in file.subjects]
    return "---\n".join(documents)


def _document(file: str, subject: Subject) -> str:
    document, left = as_manifest(subject.workload)
    head = f"# From {file_name(file)}" + (f" ({subject.format})" if subject.format else "")
    lines = [f"{head}, as vmlint understood it.", _dumped(document)]
    if subject.defaults:
        lines += ["# The format's defaults, which the file does not state:"]
        lines += [_comment(path, why) for path, why in sorted(subject.defaults.items())]
    if subject.given:
        lines += ["# From the settings, since the file does not state them:"]
        lines += [_comment(path, where(place)) for path, place in sorted(subject.given.items())]
    if left:
        lines += [_UNDERSTOOD + (_PLATFORM if "guest.arch" in left else ":")]
        lines += [_comment(path, value) for path, value in sorted(left.items())]
    if subject.unknowns:
        lines += ["# Left open:"]
        lines += [_comment(path, why) for path, why in sorted(subject.unknowns.items())]
    text = "\n".join(line.rstrip("\n") for line in lines)
    return "\n".join(masked(text).lines) + "\n"  # a label can be one, an address of an image can hold one


def _dumped(document: dict[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes a command in one line, as files do: what follows ``--password`` is told by that, and hidden."""

    Dumper.add_representer(str, _text)
    Dumper.add_representer(
        _Command, lambda dumper, words: dumper.represent_sequence("tag:yaml.org,2002:seq", words, flow_style=True)
    )
    deployment = document["spec"].get("deployment", {})
    if "command" in deployment:
        deployment["command"] = _Command(deployment["command"])
    width = 100 if "command" not in deployment else _ONE_LINE
    dumped: Callable[..., Any] = partial(yaml.dump, document, None, Dumper, sort_keys=False, allow_unicode=False)
    text: str = dumped(width=width)
    if "::" in text:  # no line may begin with it, which GitHub would take for a command
        text = dumped(width=_ONE_LINE)
    return harmless(text, lambda char: char if char == "\n" else spelt_out(char))


def _text(dumper: Any, text: str) -> Any:
    """Quote what a log would obey, so that it can be spelt out."""
    style = '"' if "::" in text or harmless(text, spelt_out) != text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


class _Command(list[str]):
    """The words of a command."""


_ONE_LINE = 2**20


def _comment(path: str, text: str) -> str:
    return f"#   {path}: {visible(text)}"


def coverage(results: Iterable[Result], columns: int) -> Iterator[Line]:
    """Yield, for each file, its format, the fields that were read, and those left open with the reason."""
    for result in results:
        if not result.recognised and not result.skipped and not result.formats:
            continue
        kind = ", ".join(result.formats) or "manifest"
        yield [(file_name(result.file), "bold"), (f": {kind}", "")]
        if result.skipped:
            yield from _fields(f"skipped: {visible(result.skipped)}", columns)
        elif not result.recognised:
            yield from _fields(f"skipped: {wording.skip_reason(result)}", columns)
        for workload in result.coverage:
            yield from _workload(workload, columns)
        yield []


def _workload(covered: Coverage, columns: int) -> Iterator[Line]:
    yield [("  ", ""), (visible(covered.workload), "bold"), (f": {wording.count(len(covered.fields), 'field')}", "")]
    if covered.read:
        yield from _fields(f"read: {', '.join(covered.read)}", columns)
    if covered.defaults:
        yield from _fields(f"by the format's default: {', '.join(covered.defaults)}", columns)
    if covered.settings:
        yield from _fields(f"by the settings: {', '.join(covered.settings)}", columns)
    for image in covered.unknown_images:
        yield from _fields(f"nothing is known of what {visible(image)} needs of a host", columns)
    for path, why in covered.unknowns.items():
        yield from _fields(f"open: {path}: {visible(why)}", columns)


def _fields(text: str, columns: int) -> Iterator[Line]:
    return hanging(text, columns, indent=4, hang=2)
