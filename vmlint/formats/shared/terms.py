"""What Terraform's and Packer's readers share: values of HCL as facts, their units, and why one is left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vmlint.api import Body, Spec, Term

from .amounts import binary_size, in_bytes
from .arches import arch
from .firmware import FIRMWARES, is_uefi_file
from .paths import NESTED, OS

Read = Callable[[Term], str | bool | None]


class Resource:
    """A workload that is being described, and the body that describes it."""

    def __init__(self, spec: Spec, body: Body, looked_up: Mapping[str, Term] | None = None) -> None:
        self.spec = spec
        self.body = body
        self.looked_up = looked_up or {}
        """Data source (`xenorchestra_template.web`) -> the name by which the file looks something up there."""

    def state(self, path: str, read: Read, *names: str, within: Body | None = None) -> bool:
        """State a value, or why it is left open. Return whether the file sets it."""
        term = (within or self.body).get(*names)
        return term is not None and self.take(path, read, term, names[-1])

    def take(self, path: str, read: Read, term: Term, name: str) -> bool:
        """State the value of a term, or why it is left open."""
        if is_computed(term):
            self.spec.facts.pop(path, None)
            self.spec.unknown(path, f"{name} is {named(term)}")
            return True
        value = read(term)
        if value is None:
            self.spec.unknown(path, f"{name} has a value that is not known here")
        else:
            self.spec.fact(path, value, term.at)
        return True

    def guest(self, vocabulary: str, *names: str) -> None:
        """State the guest's system by the tool's word for it."""
        term = self.body.get(*names)
        if term is None:
            return
        if is_computed(term):
            self.spec.unknown(OS, f"{names[-1]} is {named(term)}")
        elif term.text:
            self.spec.guest(vocabulary, term.text, term.at)

    def nested(self, *names: str, within: Body | None = None) -> None:
        """State that the guest runs nested machines, if that is switched on."""
        term = (within or self.body).get(*names)
        if term and term.flag:
            self.spec.fact(NESTED, value=True, at=term.at)

    def default(self, path: str, value: str | bool, why: str) -> None:
        """State a default, where the file states nothing and does not leave it open."""
        if path not in self.spec.unknowns:
            self.spec.default(path, value, why)


def is_computed(term: Term) -> bool:
    """Whether a value is filled in elsewhere, or by Packer's templates."""
    return term.computed or (term.kind == "text" and "{{" in str(term.value))


def named(term: Term) -> str:
    """Return a clause on how a value is computed."""
    if term.reference.startswith(("var.", "user ")):
        return f"{term.reference}, a variable that a run may set"
    return f"{term.reference}, which is set elsewhere" if term.reference else "computed"


def count(term: Term) -> str | None:
    """Read a number of things."""
    return str(term.number) if isinstance(term.number, int) and term.number > 0 else None


def binary(unit: str) -> Read:
    """Return a reader of numbers of a unit: ``Mi``, ``Gi``."""
    return lambda term: f"{term.number}{unit}" if isinstance(term.number, int) and term.number > 0 else None


mebibytes = binary("Mi")
gibibytes = binary("Gi")


def bytes_(term: Term) -> str | None:
    """Read a number of bytes."""
    return in_bytes(term.number) if isinstance(term.number, int) else None


def suffixed(bare: str) -> Read:
    """Return a reader of sizes with a unit (``40G``), or without one, which means ``bare``: ``M``."""
    return lambda term: binary_size(term.text, bare)


def plain(term: Term) -> str | None:
    """Read a text."""
    return term.text or None


def flag(term: Term) -> bool | None:
    """Read a flag; tools differ in whether they spell it in words."""
    if term.flag is not None:
        return term.flag
    return {"on": True, "off": False, "true": True, "false": False}.get((term.text or "").lower())


def word(table: Mapping[str, str], *, same: bool = False) -> Read:
    """Return a reader of words by a table; others are unknown, or kept in lower case."""
    return lambda term: table.get((term.text or "").lower(), (term.text or "").lower() or None if same else None)


def architecture(term: Term) -> str | None:
    """Read a CPU architecture."""
    return arch(term.text)


def firmware(term: Term) -> str | None:
    """Read a firmware by its name."""
    return FIRMWARES.get((term.text or "").lower())


def firmware_file(term: Term) -> str | None:
    """Read the firmware from the name of its file, if that shows it."""
    return "uefi" if is_uefi_file(term.text) else None
