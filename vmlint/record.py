"""Records: ``typing.NamedTuple``, made faster.

``typing.NamedTuple`` checks each annotation and compiles a constructor: some 140 microseconds a class. A hundred
classes were a seventh of what a run costs before it reads its file. Here a class is a tuple with a getter for each
field, and its constructor, the same as the standard one, is compiled with its first instance. Type checkers see the
standard class. What differs: annotations are not checked, and the class has a metaclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    _MOST = 64
    _GETTERS = [getter for name, getter in vars(namedtuple("_", [f"at{n}" for n in range(_MOST)])).items()
                if name.startswith("at")]  # fmt: skip
    """Descriptors of the first fields of a tuple, whatever its class."""

    class _Records(type):
        """Makes the class of a record from the annotations of its body."""

        def __new__(cls, name, bases, body):
            if tuple in bases or NamedTuple not in bases:  # the class below, and a class that extends a record
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if list(defaults) != list(fields[len(fields) - len(defaults) :]):
                raise TypeError(f"a field without a default cannot follow one with a default, in {name}")
            body |= zip(fields, _GETTERS[: len(fields)], strict=True)
            body |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return super().__new__(cls, name, bases, body)

    class NamedTuple(tuple, metaclass=_Records):
        """A tuple whose fields have names."""

        __slots__ = ()

        def __new__(cls, /, *values, **named):
            """Make the constructor and call it: it stands in for this one from now on."""
            record = next(each for each in cls.__mro__ if "_fields" in vars(each))
            fields = "".join(f", {field}" for field in record._fields)
            text = f"lambda _cls{fields}: _new(_cls, ({fields[2:]},))" if fields else "lambda _cls: _new(_cls)"
            made = eval(text, {"_new": tuple.__new__, "__builtins__": {}})  # noqa: S307 - names of our own fields
            made.__name__, made.__qualname__ = "__new__", f"{record.__name__}.__new__"  # errors name it
            made.__defaults__ = tuple(record._field_defaults.values())
            record.__new__ = made
            return made(cls, *values, **named)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **named):
            made = self._make(map(named.pop, self._fields, self))
            if named:
                raise TypeError(f"Got unexpected field names: {list(named)!r}")
            return made

        __replace__ = _replace

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            fields = ", ".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self):
            return tuple(self)
