"""Words about files without the secrets that stand in these files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES
from vmlint.run.secrets import HIDDEN, LEAST, Masked, masked

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic, Related
    from vmlint.findings.fix import Fix
    from vmlint.findings.place import Text


class Hiding:
    """Hides the secrets of some files wherever their words are said."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self.texts: Mapping[str, Masked] = {text.name: masked(text.text) for text in texts}
        """By the names of the files."""
        self._any = any(text.hidden for text in self.texts.values())
        self._words = [Words(text.hidden) for text in self.texts.values()] if self._any else []
        self._of_facts = [Words(text.in_addresses) for text in self.texts.values()] if self._any else []

    def said(self, words: str, *, of_facts: bool = False) -> str:
        """Return words without secrets. Words of a rule are about facts, of which an address can hold one."""
        for secrets in self._of_facts if of_facts else self._words:
            words = secrets.without(words)
        return words

    def lines(self, lines: Iterable[Sequence[tuple[str, str]]]) -> Iterator[list[tuple[str, str]]]:
        """Yield lines for a screen, each of parts with their styles, without what addresses hold of secrets."""
        for line in lines:
            yield [(self.said(part, of_facts=True), style) for part, style in line]

    def found(self, found: Diagnostic) -> Diagnostic:
        """Return a finding without secrets. What a rule says rests on facts; vmlint itself quotes the words of files.

        The edits of its fixes stay as they are to be made.
        """
        if not self._any:
            return found
        of_facts = found.code not in CODES
        accepted = found.accepted
        return found._replace(
            message=self.said(found.message, of_facts=of_facts),
            help=tuple(self.said(each, of_facts=of_facts) for each in found.help),
            entry=self._fact(found.entry),
            value=self._fact(found.value),
            because=tuple(map(self._related, found.because)),
            accepted=accepted and accepted._replace(reason=self.said(accepted.reason)),
            fixes=tuple(fix._replace(about=self.said(fix.about)) for fix in found.fixes),
        )

    def writes(self, fix: Fix) -> bool:
        """Whether an edit of a fix holds a secret, so that no report can show it."""
        words = (*(edit.text for edit in fix.edits), *(value for _, value in fix.changes))
        return any(self.said(each) != each for each in words)

    def _fact(self, words: str) -> str:
        """Return a fact without secrets: those of addresses, and what its own words say is one (``password=x``)."""
        return "\n".join(masked(self.said(words, of_facts=True)).lines)

    def _related(self, related: Related) -> Related:
        derived = related.derived
        if derived is None:
            return related
        value, why = (self.said(each, of_facts=True) for each in (derived.value, derived.why))
        return related._replace(derived=derived._replace(value=value, why=why))


class Words:
    """Hides secrets in words. Most words hold the beginning of none, which is found without a look at each secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._beginnings = frozenset(secret[:LEAST] for secret in self._secrets)

    def without(self, text: str) -> str:
        """Return words without the secrets."""
        if self._beginnings and any(text[at : at + LEAST] in self._beginnings for at in range(len(text) - LEAST + 1)):
            for secret in self._secrets:
                if secret in text:
                    text = text.replace(secret, HIDDEN * 3)
        return text
