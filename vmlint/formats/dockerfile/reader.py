"""Dockerfiles and Containerfiles: the base of the image that one builds.

The image is that of the last stage, unless a build names another; its base may be an earlier stage. The file
does not state where and how the image will run.
"""

from __future__ import annotations

import contextlib
import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from vmlint.api import File, Problem, Skipped, Span, Spec, Unreadable, limits

from ..shared.computed import is_computed
from ..shared.containers import command, split
from ..shared.templates import MARKS, template
from .instructions import Instruction, directives, instructions
from .words import Unsettled, Values, filled

NAMES = ("dockerfile", "dockerfile[._-]*", "*.dockerfile", "containerfile", "containerfile[._-]*", "*.containerfile")
INSTRUCTIONS = frozenset(
    {"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
FRONTENDS = re.compile(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@].*)?")
"""Names of the language that is read here, after `# syntax=`. Other names are other languages."""

STARTING = ("ENTRYPOINT", "CMD")
"""Instructions that say what a container of the image starts, in the order in which their words follow."""

NAMED_STAGE = 3
"""Words of `FROM image AS name`."""


STDIN = "<stdin>"

_TEMPLATE = re.compile(rf"{MARKS}|(?<![A-Za-z0-9_])%%|@[A-Za-z_][A-Za-z0-9_.-]*@")
"""Marks of templates. Behind a name, `%%` cuts the end of a variable off."""
_PAIRS = {
    mark: re.compile(
        rf"""(?<!\S)(?P<name>[^\s=]+)(?:=(?P<value>(?:"(?:[^"{each}]|{each}.)*"|'(?:[^'{each}]|{each}.)*'|{each}.|\S)*+))?""",
        re.DOTALL,
    )
    for mark, each in (("\\", r"\\"), ("`", "`"))
}
"""Escape character -> words `NAME=value`, or a name alone. What is quoted or escaped may hold blanks."""
_WORDS = re.compile(r"[^\W\d]\w*")
_OF_THE_BUILD = ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT", "STAGE")
ARGUMENTS: Values = {f"{side}{part}": None for side in ("BUILD", "TARGET") for part in _OF_THE_BUILD}
"""Arguments that each build sets itself."""


Variables = dict[str, tuple[str | None, Span]]
"""Environment variables by name: value and place of each; ``None`` for a value that an argument fills in."""


class Layer:
    """The environment variables that a stage sets, above those of the stage that it begins with.

    They are not copied from stage to stage: there may be thousands of both.
    """

    def __init__(self, below: Layer | None = None) -> None:
        self.below = below
        self.own: Variables = {}

    def all(self) -> Variables:
        """Return the variables of all layers."""
        layers: list[Layer] = []
        layer: Layer | None = self
        while layer is not None:
            layers.append(layer)
            layer = layer.below
        return {name: value for each in reversed(layers) for name, value in each.own.items()}


class Image(NamedTuple):
    """What `FROM` names."""

    reference: str | None
    """With the arguments filled in; ``None`` where the file does not settle it."""
    assumed: str
    """Arguments whose defaults the reference uses, as a list; empty for none."""
    platform: str | None
    at: Span
    platform_at: Span


def recognises(file: File) -> bool:
    """Recognise a Dockerfile by its name and by `FROM` after arguments at most; on standard input by content."""
    base = file.base.lower()
    if base.endswith(".dockerignore"):
        return False
    if any(fnmatch.fnmatchcase(base, name) for name in NAMES):
        return _begins(file)
    if file.name != STDIN:
        return False
    words = []
    with contextlib.suppress(Unreadable):
        for instruction in instructions(file):
            words.append(instruction.word)
            if instruction.word not in INSTRUCTIONS:
                return False
    return _begins(file) and bool(set(words) & {"RUN", "COPY", "CMD", "ENTRYPOINT"})


def _begins(file: File) -> bool:
    """Whether `FROM` comes first, after arguments or marks of a template at most."""
    template = False
    for instruction in instructions(file):
        if instruction.word == "FROM":
            words = [word for word in instruction.rest.split() if not word.startswith("--")]
            named = len(words) == NAMED_STAGE and words[1].upper() == "AS"
            return template or named or len(words) == 1 or _TEMPLATE.search(instruction.rest) is not None
        template = template or _TEMPLATE.match(instruction.word) is not None
        if instruction.word != "ARG" and not template:
            return False
    return False


def read(file: File) -> Iterator[Spec]:
    """Yield the image that is built where no stage is named. Raises ``Unreadable`` (VM904) for a very large file."""
    if len(file.text) > limits.DOCKERFILE_CHARACTERS:
        message = f"the file has more than {limits.DOCKERFILE_CHARACTERS // 2**20} million characters"
        raise Unreadable(Problem("VM904", f"{message}, and no honest one has", file.row_span(1)))
    arguments = dict(ARGUMENTS)
    stages: dict[str, Image] = {}
    last: Image | None = None
    started: Instruction | None = None
    starts: dict[str, Instruction] = {}
    variables = Layer()
    inherited: dict[str, Layer] = {}
    told = directives(file.rows.texts)
    escape = told.get("escape", "")
    escape = escape if escape in _PAIRS else "\\"
    frontend = told.get("syntax", "")
    if frontend and not FRONTENDS.fullmatch(frontend):
        raise Skipped("it is written in the language of another frontend (`# syntax=`)")
    for instruction in instructions(file):
        if instruction.word == "ARG" and last is None:
            for match in _PAIRS[escape].finditer(instruction.rest):
                arguments[match["name"]] = _settled(match["value"], arguments, escape)
        elif instruction.word == "FROM":
            if _TEMPLATE.search(instruction.rest):
                raise template("of a Dockerfile")
            found, name = _from(file, instruction, arguments, escape)
            last = _below(found, stages) if found else None
            started = instruction
            starts.clear()
            variables = Layer(inherited.get((found.reference or "").lower()) if found else None)
            if last and name:
                stages[name.lower()] = last
                inherited[name.lower()] = variables
        elif instruction.word == "ENV":
            variables.own |= _variables(file, instruction, variables.own, escape)
        elif instruction.word in STARTING:
            starts[instruction.word] = instruction
        elif instruction.word not in INSTRUCTIONS and _TEMPLATE.match(instruction.word):
            raise template("of a Dockerfile")
    if started is None:
        return
    spec = Spec(file.base, file.row_span(started.row, started.column, max(len(started.rest.split("\n")[0]), 1)))
    spec.default("deployment.architecture", "container", "a Dockerfile builds the image of a container")
    spec.unknown("deployment.platform.id", "an image runs on every engine")
    _state(spec, last)
    _command(spec, file, starts)
    spec.environment(
        ((name, value, at) for name, (value, at) in variables.all().items()), "a container can be started with others"
    )
    yield spec


def _command(spec: Spec, file: File, starts: Mapping[str, Instruction]) -> None:
    """State what the last stage starts: the last entry point and command, each a list in JSON or a line of a shell."""
    found = [word for each in STARTING if each in starts for word in _words(starts[each].rest)]
    if found and not any(map(is_computed, found)):
        last = next(starts[each] for each in reversed(STARTING) if each in starts)
        width = max(len(last.rest.split("\n")[0]), 1)
        command(spec, found, file.row_span(last.row, min(last.column, len(file.rows.texts[last.row - 1])), width))


def _variables(file: File, instruction: Instruction, known: Variables, escape: str) -> Variables:
    """Return what `ENV` sets: `NAME=value` several times, or one `NAME value`."""
    at = file.row_span(instruction.row)
    pairs: Iterable[tuple[str, str]]
    name, _, value = instruction.rest.partition(" ")
    if "=" in name:
        pairs = ((match["name"], match["value"] or "") for match in _PAIRS[escape].finditer(instruction.rest))
    else:
        pairs = [(name, value.strip())]
    return {name: (_value(value, known, escape), at) for name, value in pairs}


def _value(text: str, known: Variables, escape: str) -> str | None:
    """Return the value of a variable. Others that it holds are known if the same stage has set them."""
    if _TEMPLATE.search(text):
        return None
    return _settled(text, {name: known[name][0] if name in known else None for name in _WORDS.findall(text)}, escape)


def _settled(text: str | None, values: Values, escape: str) -> str | None:
    """Return what a word is, or nothing where the file does not settle it."""
    if text is not None:
        with contextlib.suppress(Unsettled):
            return filled(text, values, escape)[0]
    return None


def _words(text: str) -> list[str]:
    if text.startswith("["):
        import json  # needed for few instructions

        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            return split(text)
        return [each for each in listed if isinstance(each, str)]
    return split(text)


def _state(spec: Spec, image: Image | None) -> None:
    if image is None or image.reference is None:
        spec.unknown("guest.os.id", "the base image is named by an argument of the build")
    elif image.reference == "scratch":
        spec.unknown("guest.os.id", "the image starts from scratch and holds what is copied into it")
    else:
        why = f"the default of the argument {image.assumed}, which a build may override" if image.assumed else ""
        spec.base_image(image.reference, image.at, why)
        if why:
            spec.default("deployment.image.base", image.reference, why, image.at)
        else:
            spec.fact("deployment.image.base", image.reference, image.at)
        spec.unknown("guest.os.id", "the base image's name does not show its system")
    if image and image.platform:
        spec.fact("guest.platform", image.platform, image.platform_at)


def _from(file: File, instruction: Instruction, arguments: Values, escape: str) -> tuple[Image | None, str]:
    """Read `FROM [--platform=...] IMAGE [AS NAME]`; return the image, and the stage's name or nothing."""
    words = [*re.finditer(r"\S+", instruction.rest)]
    flags = [word for word in words if word[0].startswith("--")]
    words = [word for word in words if not word[0].startswith("--")]
    if not words:
        return None, ""

    def span(word: re.Match[str]) -> Span:
        column = instruction.column + word.start()
        if file.rows.texts[instruction.row - 1].startswith(word[0], column - 1):
            return file.row_span(instruction.row, column, len(word[0]))
        return file.row_span(instruction.row)  # it is on a line that continues the first

    try:
        reference, used = filled(words[0][0], arguments, escape)
    except Unsettled:
        reference, used = None, ()
    platform, at = None, span(words[0])
    for flag in flags:
        key, _, value = flag[0].partition("=")
        if key == "--platform":
            platform, at = _settled(value, arguments, escape), span(flag)
    name = words[2][0] if len(words) == NAMED_STAGE and words[1][0].upper() == "AS" else ""
    return Image(reference or None, ", ".join(used), platform, span(words[0]), at), name


def _below(image: Image, stages: Mapping[str, Image]) -> Image:
    """Return the base image of an earlier stage if one is named, else the image itself."""
    found = stages.get((image.reference or "").lower())
    return found._replace(assumed=image.assumed or found.assumed) if found else image
