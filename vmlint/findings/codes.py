"""Findings of vmlint itself: what is wrong with a file before any rule can speak (VM9xx), and what local catalogue data
keeps a rule from saying (VM629).

They carry the same description as rules do, so that ``vmlint explain`` and the documentation treat them alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from vmlint.findings.severity import Confidence, Severity


@dataclass(frozen=True)
class Code:
    """A code of vmlint itself. Lists and pages show it as they show a rule."""

    code: str
    name: str
    doc: str
    """One sentence, then why."""
    severity: Severity = Severity.ERROR
    since: str = "0.1.0"
    confidence: ClassVar[Confidence] = Confidence.HIGH
    plugin: ClassVar[str] = "vmlint"
    stage: ClassVar[str] = "reading"
    optional: ClassVar[bool] = False
    article: ClassVar[tuple[str, ...]] = ()
    sources: ClassVar[tuple[str, ...]] = ()
    symptoms: ClassVar[tuple[str, ...]] = ()
    architectures: ClassVar[frozenset[str]] = frozenset()
    fits_if: ClassVar[Mapping[str, str]] = {}
    cases: ClassVar[Path | None] = None
    yields_to: ClassVar[tuple[str, ...]] = ()

    @property
    def gravest(self) -> Severity:
        """Its severity: no finding of it is graver."""
        return self.severity

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.doc.partition("\n")[0]


ACCEPTED_RISK = "VM629"

CODES = {
    described.code: described
    for described in (
        Code(
            ACCEPTED_RISK,
            "accepted-risk",
            """A rule that guards a boundary would object, but local catalogue data lifts its objection.

A project or a plugin may change what the catalogue says of a platform or a guest. Rules that guard a security boundary
(VM401 and VM626 among them) judge every workload a second time, with the catalogue as it is without such data. What
they say then and do not say with it is a risk that somebody accepted: it is told with the file that lifts it, in every
profile and whatever is selected, and it cannot be ignored. `vmlint suggest` ranks a choice that takes such a risk
behind all that do not.

A rule that is itself ignored is not asked. Facts that a manifest states are its author's own and no catalogue data.""",
            Severity.NOTE,
        ),
        Code(
            "VM901",
            "unreadable-file",
            """A file could not be read.

It does not exist, may not be read, or is not a regular file. The other files are linted all the same, and the exit
status tells that one was not.""",
        ),
        Code(
            "VM902",
            "not-text",
            """A manifest is not text.

Manifests are UTF-8 (UTF-16 with a byte order mark is read too). The place is the first byte that is not part of any
character, or a control character that YAML forbids.""",
        ),
        Code(
            "VM903",
            "invalid-syntax",
            """A file is not valid in the language that it is written in: YAML, JSON, XML, HCL or one of its tool's own.

The usual causes: a bracket, a quote or an element that is never closed; in YAML a tab in the indentation, a colon
inside an unquoted value, an alias without its anchor.""",
        ),
        Code(
            "VM904",
            "input-over-limit",
            """A manifest is larger, deeper or more entangled than any honest one.

Files over 16 MiB, nesting deeper than 64 levels, and aliases that would expand beyond bounds ("billion laughs") are
refused before they cost memory or time.""",
        ),
        Code(
            "VM905",
            "unsupported-yaml",
            """A manifest uses a part of YAML that has no place in one.

Tags of programming languages (vmlint never runs what it reads), keys that are not plain words, and aliases that
contain themselves.""",
        ),
        Code(
            "VM906",
            "duplicate-key",
            """A key stands twice in the same mapping.

YAML parsers silently keep one of the two, and not all of them the same one. vmlint refuses to guess.""",
        ),
        Code(
            "VM907",
            "unknown-key",
            """A key is not part of the manifest format.

A misspelt key would otherwise be a demand that nobody checks. Keys of your own may begin with `x-`, in `metadata` and
in `spec`.""",
        ),
        Code(
            "VM908",
            "wrong-type",
            """A value has the wrong type or shape.

A list where one value is expected, a number where text is, nothing behind a colon. YAML 1.2 reads `no`, `on` and `yes`
as text: write `true` or `false`.""",
        ),
        Code(
            "VM909",
            "unknown-word",
            """A value is not one of the words that the field knows.

The message names the nearest word that would be understood. Usual other spellings (`type-1`, `prod`) are accepted.""",
        ),
        Code(
            "VM910",
            "missing-key",
            """A key that every manifest needs is missing.

A workload needs a name, so that findings can be told apart, and a specification.""",
        ),
        Code(
            "VM911",
            "malformed-value",
            """A value is not written as its field expects.

Quantities need a unit (`8Gi`), durations too (`500ms`), versions begin with a number, platforms are `os/arch`.""",
        ),
        Code(
            "VM912",
            "yaml-1.1-surprise",
            """A value means one thing in YAML 1.2 and another in YAML 1.1.

vmlint reads YAML 1.2, where `no` is text and `017` is seventeen. Many tools still read YAML 1.1, where they are
`false` and fifteen. Quote the value, or write what you mean.""",
            Severity.WARNING,
        ),
        Code(
            "VM913",
            "unknown-platform",
            """The chosen platform is not in the catalogue.

vmlint knows nothing about it, so nothing about it can be checked. A project's own catalogue adds platforms: documents
of kind `Platform` in a folder that its `vmlint.toml` names (docs/catalogue.md). So does a plugin.""",
            Severity.WARNING,
        ),
        Code(
            "VM914",
            "bad-reference",
            """A manifest refers to a file that it cannot use.

`hostRef` is a relative path to a readable file with one `kind: Host` document, inside the project. `deployment.source`
is one to a file of another tool, in which one workload is meant: the only one, or the one that `name` names. A
reference out of the project is refused unread.""",
        ),
        Code(
            "VM915",
            "unknown-version",
            """The document's `apiVersion` or `kind` is not one that this vmlint reads.

This release reads `vmlint/v1` with the kinds `Workload` and `Host`.""",
        ),
        Code(
            "VM916",
            "bad-hint",
            """A hint in a file of another tool is not understood.

A comment `# vmlint: environment=production` states one field below `spec`, as a manifest would. It stands in one line.
The field must exist and take the value, and may not contradict what the file itself states. Of two hints with different
values for one field the first counts, and the second is told.

A comment that begins with `vmlint:` and is no `path=value` is told too, since its author believes that it does
something. No comment makes vmlint ignore a finding: `--ignore` leaves a rule out of a run.""",
        ),
        Code(
            "VM917",
            "drift",
            """A manifest says one thing, and the file of another tool that it names says another.

`deployment.source` names the file that is really deployed. A fact that both state in different ways is shown with both
places; a default that the file's format guarantees counts as stated. Spelling makes no difference (`4Gi` and `4096Mi`,
`x86_64` and `amd64`), nor does it matter that one of the two is less exact (`8.0` and `8.0U2`).

The rules go by the file, since that is what gets deployed. Demands and the host go by the manifest.""",
            Severity.WARNING,
        ),
        Code(
            "VM920",
            "rule-crashed",
            """A rule failed with an internal error.

The rule, its plugin and the plugin's version are named; all other rules spoke as usual. The exit status is 4. Please
report it to whoever maintains the plugin.""",
        ),
        Code(
            "VM921",
            "reader-failed",
            """The reader of a format failed with an internal error.

What it had found before is linted, and so are all other files. The exit status is 4. Please report it, with the file if
you can, to whoever maintains the reader.""",
        ),
    )
}
"""All codes of vmlint itself."""
