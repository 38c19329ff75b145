"""Declarations of the fields of a workload, and the groups that they are in.

A *fact* that nobody stated is unknown: it has no value, and reading it raises ``Unknown``, which ends the rule that
asked as undecided. A *demand* that nobody stated is simply not made: it reads as ``None``. Each field says which it is,
and what it means::

    class GuestKernel(Group, path="guest.kernel", title="Guest kernel", example={"version": "6.1"}):
        version: Version = fact("Own kernel's version", "Version of the kernel that the workload brings.", "6.1")
        source: KernelSource | None = demand("Origin of the kernel", "Where the kernel must come from.", "distro")

The classes are read once, when they are made. The modules that hold them must not postpone their annotations.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, Union, get_args, get_origin

from vmlint.model.kinds import Kind, kind_of
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.model.derivation import DerivedFacts

Role = Literal["fact", "demand", "derived", "metadata", "group"]


class ShortForm(NamedTuple):
    """One word in place of a whole group: ``os: debian12`` for ``os: {id: debian12}``."""

    title: str
    text: str
    read: Callable[[str], Mapping[str, str]]
    """Returns the fields that a word means; raises ``ValueError`` with a sentence."""


class Declared(NamedTuple):
    """What a field declares besides its name and type."""

    role: Role
    title: str
    text: str
    """What it means, for the schemas and the reference; what absent means is added there."""
    examples: tuple[Any, ...] = ()
    unit: str = ""
    """What a whole number counts."""
    short: ShortForm | None = None


class Field(NamedTuple):
    """One field, or one group of fields, of the format."""

    attribute: str
    path: str
    """As a user writes it: ``requirements.performance.class``."""
    declared: Declared
    kind: Kind
    """The kind of its value, or of each entry of its list."""
    many: type | None
    """``tuple`` or ``frozenset`` for a list."""
    group: type[Group] | None

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition(".")[2]

    @property
    def role(self) -> Role:
        """Whether it is a fact or a demand, or else why it is neither."""
        return self.declared.role

    @property
    def in_spec(self) -> bool:
        """Whether a manifest may state it below ``spec``."""
        return self.declared.role in ("fact", "demand", "group")

    @property
    def is_demand(self) -> bool:
        """Whether absent means not demanded, rather than unknown."""
        return self.declared.role == "demand"

    @property
    def is_derived(self) -> bool:
        """Whether no manifest states it: it always follows from other fields."""
        return self.declared.role == "derived"

    def read(self, text: str) -> Any:
        """Return the value of a text, which may be the only entry of a list. Raises ``ValueError``."""
        return self.many([self.kind.read(text)]) if self.many else self.kind.read(text)


def fact(title: str, text: str, *examples: Any, unit: str = "") -> Any:
    """Declare a fact: absent means unknown."""
    return Declared("fact", title, text, examples, unit)


def demand(title: str, text: str, *examples: Any, unit: str = "") -> Any:
    """Declare a demand: absent means not demanded. Its type ends in ``| None``."""
    return Declared("demand", title, text, examples, unit)


def derived(text: str, unit: str = "") -> Any:
    """Declare a fact that no manifest states, since it always follows from others."""
    return Declared("derived", "", text, (), unit)


def metadata(text: str) -> Any:
    """Declare a field under ``metadata`` rather than ``spec``."""
    return Declared("metadata", "", text)


def group(title: str, text: str, *examples: Any, short: ShortForm) -> Any:
    """Declare a group that can be written as one word, too. Other groups need no declaration."""
    return Declared("group", title, text, examples, "", short)


_PLAIN_GROUP = Declared("group", "", "")
_NO_SCALAR = Kind("group", str, frozenset())


def _bound(attribute: str, path: str, annotation: Any, declared: Declared | None) -> Field:
    """Return the field of an annotation and a declaration. Raises ``TypeError`` where they contradict each other."""
    if isinstance(annotation, str):
        raise TypeError(f"the module of {path} must not import annotations from __future__: its types are read")
    optional = get_origin(annotation) in (Union, types.UnionType)
    if optional:
        (annotation,) = (kind for kind in get_args(annotation) if kind is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, Group):
        return Field(attribute, path, declared or _PLAIN_GROUP, _NO_SCALAR, None, annotation)
    if declared is None:
        raise TypeError(f"{path} is not declared as a fact or a demand")
    if optional != (declared.role == "demand"):
        raise TypeError(f"the type of {path} must {'' if declared.role == 'demand' else 'not '}end in `| None`")
    many = get_origin(annotation)
    if many in (tuple, frozenset):
        return Field(attribute, path, declared, kind_of(get_args(annotation)[0]), many, None)
    return Field(attribute, path, declared, kind_of(annotation), None, None)


def _spelled(attribute: str) -> str:
    """Spell an attribute as a manifest does: ``secure_boot`` is ``secureBoot``, ``class_`` is ``class``."""
    head, *tail = attribute.split("_")
    return head + "".join(word.capitalize() for word in tail)


def _meant(name: str, fields: Mapping[str, Field]) -> str:
    near = nearest(name, fields)
    return did_you_mean(near, f"it has {', '.join(fields)}")


class _Noted:
    """Reads a field in which nearly every workload has a value of its own, and notes that it was read.

    What rules find in one workload holds for another that differs in such values, unless they read them.
    """

    def __init__(self, attribute: str, path: str, is_demand: bool) -> None:
        self.attribute, self.path, self.is_demand = attribute, path, is_demand

    def __get__(self, group: Group | None, kind: type[Group]) -> Any:
        if group is None:
            return self
        members = group.__dict__
        if self.attribute in members:
            value = members[self.attribute]
            if value or isinstance(value, (int, float)):  # of an empty one, the outline says that it is
                group._derived.noted.add(self.path)  # noqa: SLF001 - it is a part of the group
            return value
        if self.is_demand:
            return None
        raise AttributeError  # so that it is derived

    def __set__(self, group: Group, value: Any) -> None:
        setattr(group, self.attribute, value)  # makes Python ask here before the attribute itself


class Group:
    """A group of fields under one path, such as ``host.kernel``.

    What is stated is a plain attribute. An unset attribute is ``None`` for a demand; a fact is derived from other facts
    where it follows from them, and raises ``Unknown`` otherwise.
    """

    path: ClassVar[str]
    title: ClassVar[str]
    example: ClassVar[Mapping[str, Any]]
    fields: ClassVar[Mapping[str, Field]]
    """The fields by attribute, in the order of the format."""
    named: ClassVar[Mapping[str, Field]]
    """The same by the name that a manifest writes."""
    _leaves: ClassVar[frozenset[str]]
    _facts: ClassVar[Mapping[str, str]]
    _varying: ClassVar[Mapping[str, str]]
    _derived: DerivedFacts
    _groups: ClassVar[Mapping[str, type[Group]]]

    def __init_subclass__(cls, *, path: str, title: str, example: Mapping[str, Any]) -> None:
        cls.path, cls.title, cls.example = path, title, example
        fields = {}
        for attribute, annotation in cls.__annotations__.items():
            declared = cls.__dict__.get(attribute)
            if declared is not None and declared.role == "demand":
                setattr(cls, attribute, None)  # what an unset demand reads as
            elif declared is not None:
                delattr(cls, attribute)  # an unset fact must not find it
            where = f"{path}.{_spelled(attribute)}" if path else _spelled(attribute)
            field = fields[attribute] = _bound(attribute, where, annotation, declared)
            if field.kind.varies:
                setattr(cls, attribute, _Noted(attribute, where, field.is_demand))
        cls.fields = fields
        cls.named = {field.name: field for field in fields.values()}
        cls._leaves = frozenset(name for name, field in fields.items() if not field.group)
        cls._facts = {name: fields[name].path for name in cls._leaves if not fields[name].is_demand}
        cls._varying = {name: field.path for name, field in fields.items() if field.kind.varies}
        cls._groups = {name: field.group for name, field in fields.items() if field.group}

    def __init__(self, derived: DerivedFacts) -> None:
        self.__dict__["_derived"] = derived

    def __getattr__(self, name: str) -> Any:  # called only where the attribute is unset
        path = self._facts.get(name)
        if path is not None:
            return self._derived[path]
        kind = self._groups.get(name)
        if kind is None:
            raise AttributeError(f"{type(self).__name__} has no field {name!r}; {_meant(name, self.fields)}")
        group = self.__dict__[name] = kind(self._derived)  # a workload states something in few of its thirty groups
        return group

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._leaves:
            raise AttributeError(f"{type(self).__name__} has no field {name!r} that can be stated")
        self.__dict__[name] = value
        self._derived.forget()

    def state(self, values: Mapping[str, Any]) -> None:
        """State several fields at once, by their attributes."""
        if not values.keys() <= self._leaves:
            raise AttributeError(f"{type(self).__name__} has fields that can be stated: {', '.join(self._leaves)}")
        self.__dict__.update(values)
        self._derived.forget()

    def __delattr__(self, name: str) -> None:
        self.__dict__.pop(name, None)
        self._derived.forget()

    def knows(self, name: str) -> bool:
        """Whether a fact is stated or follows from what is stated."""
        if name in self.__dict__:
            return True
        path = self._facts.get(name)
        if path is None:
            getattr(self, name)  # a demand, or no field at all
            return True
        return self._derived.follows(path)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a fact or, where it is unknown, ``default``: for what a verdict may mention but does not rest on."""
        path = self._facts.get(name)
        if path is None or name in self.__dict__:
            return getattr(self, name)
        return self._derived[path] if self._derived.follows(path) else default

    def stated(self) -> Mapping[str, Any]:
        """Return the stated fields by attribute, without those of nested groups."""
        leaves, varying = self._leaves, self._varying
        found = {name: value for name, value in self.__dict__.items() if name in leaves}
        self._derived.noted.update(varying[name] for name in found if name in varying)
        return found

    def states(self, name: str) -> bool:
        """Whether a field is stated, rather than derived or left open; of a group, whether any of its fields is."""
        member = self.__dict__.get(name)
        return member.any_stated() if isinstance(member, Group) else member is not None

    def any_stated(self) -> bool:
        """Whether any field of this group, or of the groups in it, is stated."""
        members = self.__dict__
        for name in self._groups:
            if name in members and members[name].any_stated():
                return True
        return not self._leaves.isdisjoint(members)

    def all_stated(self) -> Iterator[tuple[Field, Any]]:
        """Yield what is stated here and in the groups within, with its field, in the order of the format."""
        members = self.__dict__
        for name, field in self.fields.items():
            if name not in members:
                continue
            if field.group:
                yield from members[name].all_stated()
            else:
                if name in self._varying:
                    self._derived.noted.add(field.path)
                yield field, members[name]

    def clear(self) -> None:
        """Take back everything that is stated here and in the groups within."""
        members = self.__dict__
        for name in [name for name in members if name in self._leaves]:
            del members[name]
        for name in self._groups.keys() & members:
            members[name].clear()
        self._derived.forget()

    def copied(self, derived: DerivedFacts) -> Self:
        """Return a copy of what is stated."""
        copy = object.__new__(type(self))  # none is built up and filled again, which takes longer
        members = copy.__dict__
        members.update(self.__dict__)
        members["_derived"] = derived
        for name in self._groups:
            if name in members:
                members[name] = members[name].copied(derived)
        return copy

    def saved(self) -> Iterator[tuple[Group, Mapping[str, Any]]]:
        """Yield this group and those within, each with what :meth:`restore` needs to undo later changes."""
        yield self, dict(self.__dict__)
        for name in self._groups:
            yield from self.__dict__[name].saved()

    def restore(self, members: Mapping[str, Any]) -> None:
        """State again what was stated here when :meth:`saved` yielded ``members``, and nothing else."""
        object.__setattr__(self, "__dict__", members)
        self._derived.forget()
