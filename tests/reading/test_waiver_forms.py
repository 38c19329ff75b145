"""The form of a waiver, and what is said of a malformed one."""

from __future__ import annotations

import pytest

from vmlint import limits
from vmlint.reading.waiver_forms import EXAMPLE, Form, Wrong, is_meant, read, split

WELL_FORMED = {
    "ignore[VM407]": ("line", ["VM407"], "", ""),
    "ignore[VM407] the driver needs it": ("line", ["VM407"], "the driver needs it", ""),
    "ignore [ VM407 , privileged-container ]": ("line", ["VM407", "privileged-container"], "", ""),
    "ignore[VM407]: it's agreed - until 2027-03-01": ("line", ["VM407"], "it's agreed", "2027-03-01"),
    "ignore[VM407] until 2027-03-01": ("line", ["VM407"], "", "2027-03-01"),
    "ignore[VM407] -- agreed (until 2027-03-01).": ("line", ["VM407"], "agreed", "2027-03-01"),
    "ignore[VM407] Until: 2028-02-29, see OPS-12": ("line", ["VM407"], "see OPS-12", "2028-02-29"),
    "ignore-workload[VM407] x": ("workload", ["VM407"], "x", ""),
    "ignore-file[acme-rule, ACME001] x": ("file", ["acme-rule", "ACME001"], "x", ""),
    "ignore[VM408:/etc:/etc:ro, VM407] x": ("line", ["VM408:/etc:/etc:ro", "VM407"], "x", ""),
    "ignore[VM408:\"a, ]b\", VM408:'c d'] x": ("line", ['VM408:"a, ]b"', "VM408:'c d'"], "x", ""),
    "ignore[VM407] untilled fields [sic] = 5": ("line", ["VM407"], "untilled fields [sic] = 5", ""),
}


@pytest.mark.parametrize("text", WELL_FORMED)
def test_a_well_formed_waiver(text: str) -> None:
    parsed = read(text)
    assert isinstance(parsed, Form), parsed
    assert is_meant(text)
    scope, words, reason, until = WELL_FORMED[text]
    assert (parsed.scope, [word.text for word in parsed.words], parsed.reason, parsed.until) == (
        scope,
        words,
        reason,
        until,
    )
    assert all(text[word.start :].startswith(word.text) for word in parsed.words)


ARABIC = "2027-03-01".translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
NAMED = "write ignore[VM407] with the reason behind it"
IN_BRACKETS = "accepts nothing: a waiver names its rules in brackets"
A_DATE = "is not a date: write the year, the month and the day, as in 2027-03-01"
MALFORMED = {
    "ignore": (f"`ignore` {IN_BRACKETS}", "write ignore[RULE] with the reason behind it"),
    "ignore VM407": (f"`ignore VM407` {IN_BRACKETS}", NAMED),
    "ignore=VM407": (f"`ignore=VM407` {IN_BRACKETS}", NAMED),
    "off=VM407,vm408": (f"`off=VM407,vm408` {IN_BRACKETS}", "write ignore[VM407, VM408] with the reason behind it"),
    "noqa: VM407": (f"`noqa: VM407` {IN_BRACKETS}", NAMED),
    "disable-file VM407": (f"`disable-file VM407` {IN_BRACKETS}", "write ignore-file[VM407] with the reason behind it"),
    "disable-next-line VM407": (f"`disable-next-line VM407` {IN_BRACKETS}", NAMED),
    "ignore[]": ("a waiver names the rules that it accepts", f"write {EXAMPLE}"),
    "ignore[ , ]": ("a waiver names the rules that it accepts", f"write {EXAMPLE}"),
    "ignore[VM407": ("the bracket [ is never closed", f"write {EXAMPLE}"),
    "ignore[VM407 VM408] x": (
        "`VM407 VM408` is no list of rules: write their codes or names, with commas between them",
        'an entry with spaces, commas or brackets is quoted, as in ignore[VM408:"a b"]',
    ),
    "ignore[VM407,] x": (
        "`VM407,` is no list of rules: write their codes or names, with commas between them",
        'an entry with spaces, commas or brackets is quoted, as in ignore[VM408:"a b"]',
    ),
    "ignore[*] x": (
        "`*` is no list of rules: write their codes or names, with commas between them",
        'an entry with spaces, commas or brackets is quoted, as in ignore[VM408:"a b"]',
    ),
    "ignore_file[VM407] x": (
        "`ignore_file[…]` is no waiver: write ignore[…], ignore-workload[…] or ignore-file[…]",
        "write ignore-file[VM407] x",
    ),
    "skip[VM407] x": (
        "`skip[…]` is no waiver: write ignore[…], ignore-workload[…] or ignore-file[…]",
        "write ignore[VM407] x",
    ),
    "ignore[VM407] x until": (
        "`until`: no date follows: write the year, the month and the day, as in 2027-03-01",
        "write the date behind it, or another word, such as `as long as`",
    ),
    "ignore[VM407] x until March 2027": (f"`until`: 'March' {A_DATE}", f"write {EXAMPLE}"),
    "ignore[VM407] x until 01.03.2027": (f"`until`: '01.03.2027' {A_DATE}", f"write {EXAMPLE}"),
    "ignore[VM407] x until 2027-3-1": (f"`until`: '2027-3-1' {A_DATE}", f"write {EXAMPLE}"),
    "ignore[VM407] x until 20270301": (f"`until`: '20270301' {A_DATE}", f"write {EXAMPLE}"),
    "ignore[VM407] x until 2027-02-29": ("`until`: 2027-02-29 is no day of the calendar", f"write {EXAMPLE}"),
    f"ignore[VM407] x until {ARABIC}": (f"`until`: {ARABIC!r} {A_DATE}", f"write {EXAMPLE}"),
    "ignore[VM407] until 2027-01-01 or until 2027-02-01": ("a waiver has one last day", "keep one of them"),
    "ignore[VM407] x expires 2027-03-01": (
        "the last day of a waiver is written behind the word `until`",
        f"write {EXAMPLE}",
    ),
    f"ignore[VM407] {'x' * limits.WAIVER_CHARACTERS}": (
        "a waiver has at most 1000 characters",
        "give the reason in fewer words",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:40])
def test_a_malformed_waiver_is_explained(text: str) -> None:
    parsed = read(text)
    assert isinstance(parsed, Wrong), parsed
    assert is_meant(text)
    assert (parsed.message, parsed.help) == MALFORMED[text]
    assert 0 <= parsed.start <= parsed.start + parsed.length <= len(text)


@pytest.mark.parametrize(
    "text", ["environment=production", "see docs", "labels[0]", "offline: true", "ignored.x=1", ""]
)
def test_what_is_not_meant_as_a_waiver(text: str) -> None:
    assert not is_meant(text)


def test_an_entry_may_be_quoted() -> None:
    assert split("VM408:/etc:/etc") == ("VM408", "/etc:/etc")
    assert split('VM408:"a, b"') == ("VM408", "a, b")
    assert split("VM407") == ("VM407", "")
