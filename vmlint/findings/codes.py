"""The codes of vmlint itself: a file that no rule can judge (VM9xx), and an accepted risk (VM629).

A code has the same attributes as a rule, so ``vmlint explain`` and the documentation need no second form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.findings.severity import Confidence, Severity

if TYPE_CHECKING:
    from pathlib import Path


class Code:
    """A code of vmlint itself. Lists and pages show it like a rule."""

    confidence: Confidence = Confidence.HIGH
    plugin: str = "vmlint"
    stage: str = "reading"
    optional: bool = False
    article: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    architectures: frozenset[str] = frozenset()
    fits_if: Mapping[str, str] = {}
    cases: Path | None = None
    yields_to: tuple[str, ...] = ()
    thresholds: tuple[Any, ...] = ()

    def __init__(
        self,
        code: str,
        name: str,
        doc: str,
        severity: Severity = Severity.ERROR,
        since: str = "0.1.0",
        *,
        acceptable: bool = True,
    ) -> None:
        self.code = code
        self.name = name
        self.doc = doc
        """One sentence, then why."""
        self.severity = severity
        self.since = since
        self.acceptable = acceptable and severity < Severity.ERROR
        """Whether a waiver or a baseline may accept its findings. An error marks what could not be checked."""

    @property
    def gravest(self) -> Severity:
        """The highest severity of its findings: its own."""
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
            """Local catalogue data suppresses a security finding.

A project or a plugin can change what the catalogue says about a platform or a guest. So rules that guard a security
boundary (such as VM401 and VM626) check every workload a second time, without this local data. A finding that only the
second check reports is a risk that somebody accepted. It is reported with the file that suppresses it, in every profile
and with every selection of rules, and it cannot be ignored. `vmlint suggest` ranks a choice with such a risk below all
choices without one.

A rule that is ignored is not checked a second time. What a manifest states is not catalogue data.""",
            Severity.NOTE,
            acceptable=False,
        ),
        Code(
            "VM901",
            "unreadable-file",
            """A file could not be read.

It does not exist, there is no permission to read it, or it is not a regular file. vmlint still lints the other files,
and the exit status shows that one file was not linted.""",
        ),
        Code(
            "VM902",
            "not-text",
            """A file is not text.

Files are read as UTF-8. UTF-16 and UTF-32 with a byte order mark are read too. XML and .vmx files can declare another
encoding. The finding points at the first byte that is not part of a character, or at a control character.""",
        ),
        Code(
            "VM903",
            "invalid-syntax",
            """A file has a syntax error in its language: YAML, JSON, XML, HCL or the language of one tool.

Common causes are a bracket, a quote or an element that is never closed. In YAML, also a tab in the indentation, a colon
inside an unquoted value, or an alias without its anchor.""",
        ),
        Code(
            "VM904",
            "input-over-limit",
            """A file exceeds a limit on size, depth or expansion.

vmlint refuses files over 16 MiB (HCL: 4 million characters, Ruby: one million), nesting deeper than 64 levels (XML: 100
levels), and YAML aliases that expand without bound ("billion laughs"), before they cost memory or time. Of a file with
more than 10,000 workloads, the first 10,000 are linted.""",
        ),
        Code(
            "VM905",
            "unsupported-syntax",
            """A file uses a part of its language that vmlint does not support.

In XML, these are document types and entities, which can expand without end or read other files. In YAML, these are tags
of programming languages (vmlint never runs what it reads), keys that are not plain words, and aliases that contain
themselves.""",
        ),
        Code(
            "VM906",
            "duplicate-key",
            """A mapping in a manifest has the same key twice.

Parsers of YAML and JSON silently keep one of the two values, and they differ in which one. vmlint does not guess.""",
        ),
        Code(
            "VM907",
            "unknown-key",
            """A key is not part of the manifest format.

Without this check, a misspelt key would be a requirement that nobody checks. Your own keys can begin with `x-`, in
`metadata` and in `spec`.""",
        ),
        Code(
            "VM908",
            "wrong-type",
            """A value has the wrong type or shape.

Examples are a list instead of one value, a number instead of text, or nothing after a colon. YAML 1.2 reads `no`, `on`
and `yes` as text: write `true` or `false`.""",
        ),
        Code(
            "VM909",
            "unknown-word",
            """A value is not one of the words that the field accepts.

The message names the nearest valid word. Common other spellings (`type-1`, `prod`) are accepted.""",
        ),
        Code(
            "VM910",
            "missing-key",
            """A required key is missing.

A workload needs a name, so that its findings can be distinguished, and a specification.""",
        ),
        Code(
            "VM911",
            "malformed-value",
            """A value is not written as its field expects.

Quantities and durations need a unit (`8Gi`, `500ms`). A version begins with a number. A platform is `os/arch`.""",
        ),
        Code(
            "VM912",
            "yaml-1.1-surprise",
            """A value means one thing in YAML 1.2 and another in YAML 1.1.

vmlint reads YAML 1.2, where `no` is text and `017` is 17. Many tools still read YAML 1.1, where they are `false` and
15. Put the value in quotes, or write the value that you mean.""",
            Severity.WARNING,
        ),
        Code(
            "VM913",
            "unknown-platform",
            """The chosen platform is not in the catalogue, or known by its name only.

vmlint has no data about it, so it cannot check anything about it: neither hosts nor guests, neither hardware nor
support. Rules about the guest alone still run. A project can add a platform: a document of kind
`Platform` in a folder that its `vmlint.toml` names (docs/catalogue.md). A plugin can add one too.""",
            Severity.WARNING,
        ),
        Code(
            "VM914",
            "bad-reference",
            """A manifest refers to a file that it cannot use.

`hostRef` is a relative path to a readable file with one `kind: Host` document, inside the project. `deployment.source`
is a relative path to a file of another tool. If the file holds several workloads, `name` selects one. vmlint does not
read a file outside the project.""",
        ),
        Code(
            "VM915",
            "unknown-version",
            """This release does not read the document's `apiVersion` or `kind`.

It reads `vmlint/v1` with the kinds `Workload` and `Host`.""",
        ),
        Code(
            "VM916",
            "bad-hint",
            """A hint in a file of another tool is malformed.

A comment `# vmlint: environment=production` states one field below `spec`, like a manifest. It must fit on one line.
The field must exist and accept the value, and the hint must not contradict the file itself. If two hints give
different values for one field, the first counts and the second is reported.

A comment that begins with `vmlint:` but is not `path=value` is reported too, because its author expects an effect. A
comment that accepts a finding is a waiver (docs/waivers.md); a malformed one is VM923.""",
        ),
        Code(
            "VM917",
            "drift",
            """A manifest contradicts the file of another tool that it annotates.

`deployment.source` names the file that is deployed. If the two state different values for a fact, the finding shows
both places. A default that the file's format guarantees counts as stated. Different spellings of one value are no
drift (`4Gi` and `4096Mi`, `x86_64` and `amd64`). A less exact value is no drift either (`8.0` and `8.0U2`).

The rules use the facts of the file, because the file is what gets deployed. They use the requirements and the host of
the manifest.""",
            Severity.WARNING,
        ),
        Code(
            "VM920",
            "rule-crashed",
            """A rule failed with an internal error.

The finding names the rule, its plugin and the plugin's version. All other rules ran as usual. The exit status is 4.
Please report this to the maintainer of the plugin.""",
        ),
        Code(
            "VM921",
            "reader-failed",
            """The reader of a format failed with an internal error.

vmlint lints what the reader found before the error, and all other files. The exit status is 4. Please report this to
the maintainer of the reader, with the file if possible.""",
        ),
        Code(
            "VM922",
            "unused-waiver",
            """A waiver accepts nothing.

The rules that it names ran and found nothing where it counts, or a narrower waiver accepts the same finding. Remove it:
left in place, it would accept a finding of the future unseen. `vmlint check --fix` removes it, or one rule of several.

A waiver of a rule that did not run (because of `--select`, `--ignore` or the profile) or that could not be decided is
not reported. Neither is one of the project's settings, unless files under its paths were linted.""",
            Severity.WARNING,
            acceptable=False,
        ),
        Code(
            "VM923",
            "bad-waiver",
            """A waiver is malformed or not allowed, and accepts nothing.

The form is `ignore[VM407] reason until 2027-03-01` behind `vmlint:` in a comment (docs/waivers.md). The finding says
what is wrong: a rule that does not exist, a date that is none, a rule that the project forbids to waive, a reason or a
date that it demands, a date that lies too far away. What could not be checked cannot be waived either.

Everything else is still reported, and the exit status is 2.""",
        ),
        Code(
            "VM924",
            "expired-waiver",
            """A waiver has run out, and the finding that it accepted is still there.

The last day on which a waiver counts is the date behind `until`. The finding is reported again, beside this one. Mend
it, or decide anew how long it is accepted.""",
        ),
        Code(
            "VM925",
            "waiver-expires-soon",
            """A waiver that accepts a finding runs out soon.

It is reported in its last 14 days; `warn-days` in the project's settings changes that. After its last day, the finding
counts again (VM924).""",
            Severity.WARNING,
            acceptable=False,
        ),
        Code(
            "VM926",
            "new-waiver",
            """A waiver is new, or counts longer than before.

It is reported only with `vmlint check --policy-from REV`, where the settings and the waivers of that revision count. A
change can then not accept its own findings unseen: a new waiver accepts nothing, and whoever reviews the change sees
it. A waiver is known where that revision has one for the same rule in the same file, workload or line. A line is known
by its workload and field, so it may move.""",
            Severity.WARNING,
            acceptable=False,
        ),
        Code(
            "VM927",
            "hidden-finding",
            """Words to vmlint would hide a finding, or make it milder, and may not.

Some words are read by vmlint alone: hints in comments, its labels and annotations, manifests over a file of another
tool, host documents. A finding can disappear by them although nothing that is deployed changes. With
`vmlint check --policy-from REV`, every workload is also judged by the words of that revision: what new words would hide
is still reported, and this stands at them for whoever reviews the change. Without that option, it is reported for rules
that the settings forbid to waive (`forbid` of `[waiver-policy]`), whenever the words were written.""",
            Severity.WARNING,
            acceptable=False,
        ),
        Code(
            "VM928",
            "fits-no-node",
            """A workload fits none of the nodes that are known.

Its selectors, affinity, `nodeName`, tolerations or a machine's CPU model let it be on no node of `--host` or of its own
file. If these are all nodes of the cluster, it waits forever (Pending). It is a note where only its own file has nodes,
which may be some of them. The workload is then judged as if no node was known. A DaemonSet, computed values and taints
that Kubernetes sets for a while are left out.""",
            Severity.WARNING,
        ),
    )
}
"""All codes of vmlint itself."""


NOTHING_FITS = "VM699"
"""The rule whose finding is about no choice that could be accepted: no way of running the workload passes."""


def can_be_accepted(code: str) -> bool:
    """Whether a waiver or a baseline may accept findings of a code: never what could not be checked."""
    return CODES[code].acceptable if code in CODES else code != NOTHING_FITS


def may_be_of_a_plugin(code: str, known: Iterable[str]) -> bool:
    """Whether a code, which is none of the ``known`` ones, may be that of a plugin that is not installed here."""
    letters = code.rstrip("0123456789")
    is_code = letters.isupper() and letters.isalpha() and 3 <= len(code) - len(letters) <= 4
    return is_code and not any(each.rstrip("0123456789") == letters for each in known)


def is_reserved(code: str) -> bool:
    """Whether no rule can have a code, because it is one of vmlint itself or kept for one."""
    return code in CODES or code.startswith("VM9")


REMARKS = frozenset({"VM916", "VM922", "VM923", "VM924", "VM925", "VM926", "VM927"})
"""Codes of what is wrong with hints and waivers."""
