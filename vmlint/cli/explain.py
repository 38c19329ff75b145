"""Explain a rule, a feature, a program, or an error text.

Of a rule (VM403): why it exists, what it flags and passes, its sources. Of a feature that programs need (cpu.avx): who
needs it, who offers it, which command shows it. Of a program or an image (mongo:7): what it needs. Anything else is an
error text, such as a line of a log, or - for standard input: what it means, which facts to collect, what to change.
Documents of kind Software and Feature in the project's catalogue count, as for `vmlint check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.cli import OK, UsageError
from vmlint.cli.options import add_config

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from vmlint.catalog import Catalog
    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded
    from vmlint.model.derive.need import Need


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "words",
        nargs="+",
        metavar="RULE|FEATURE|IMAGE|TEXT",
        help="code or name of a rule (VM403, invalid-syntax), a feature (cpu.avx), an image or a program (mongo:7), "
        "or an error text; - reads one from standard input",
    )
    add_config(parser)


def run(options: Namespace) -> int:
    """Print the pages."""
    from vmlint.cli.resolve import installed
    from vmlint.cli.say import show
    from vmlint.report.page import on_screen
    from vmlint.report.screen import columns

    plugins = installed()
    plugins = plugins._replace(catalog=_catalog(options, plugins))
    if "-" in options.words:
        text = _by_text(_stdin(options.words), [], plugins)
    else:
        pages = {word: list(_pages(word, plugins)) for word in options.words}
        unknown = [word for word, found in pages.items() if not found]
        if unknown:
            text = _by_text(" ".join(options.words), unknown, plugins)
        else:
            text = "\n\n".join(dict.fromkeys(page for found in pages.values() for page in found))
    show(on_screen(text, columns()))
    return OK


def _catalog(options: Namespace, plugins: Installed) -> Catalog:
    """Return the catalogue with what the project says of its own programs; without it where its settings are at fault.

    Most of what is asked is not about the project. What the command line itself names has to be there.
    """
    from vmlint.cli.resolve import by_file, usage
    from vmlint.cli.say import say
    from vmlint.project.setting import ConfigError

    if options.config or options.catalog:
        with usage(plugins):
            return by_file(options, plugins).catalog
    try:
        return by_file(options, plugins).catalog
    except ConfigError as error:
        say(f"documents of the project are left out: {error}")
        return plugins.catalog


def _stdin(words: list[str]) -> str:
    from vmlint.reading.file import read_stdin
    from vmlint.words import reason

    if len(words) > 1:
        raise UsageError("- reads an error text from standard input; leave the other words out")
    try:
        read = read_stdin()
    except OSError as cause:
        raise UsageError(f"standard input cannot be read: {reason(cause)}") from None
    if len(read) > limits.ERROR_TEXT_BYTES:
        raise UsageError(
            f"standard input has more than {limits.ERROR_TEXT_BYTES} bytes; pass the lines that tell of the error"
        )
    text = read.decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("there is nothing on standard input; expected an error text")
    return text


def _pages(word: str, plugins: Installed) -> Iterator[str]:
    """Yield the pages of a rule, a feature or a program; none of any other word."""
    from vmlint.findings.tombstones import TOMBSTONES
    from vmlint.report.page import page

    rule = _rules(plugins).get(word.lower())
    if rule is not None:
        yield page(rule, plugins.catalog)
    elif word.upper() in TOMBSTONES:
        gone = TOMBSTONES[word.upper()]
        raise UsageError(f"{word.upper()} ({gone.name}) is no rule: {gone.reason}")
    elif feature := plugins.catalog.feature(word):
        from vmlint.report.feature_page import feature_page

        yield feature_page(feature, plugins.catalog, plugins.rules)
    else:
        yield from _programs(word, plugins.catalog)


def _programs(word: str, catalog: Catalog) -> Iterator[str]:
    """Yield the pages of the programs with a name or an id, or else of those in an image."""
    from vmlint.report.feature_page import program_page

    named = [each for each in catalog.software if word.lower() in (each.id, each.name.lower())]
    for program in named:
        yield program_page(program, catalog)
    reference = not any(map(str.isspace, word))  # "docker: Error response from daemon" names no image
    for found in catalog.software.of_image(word) if reference and not named else ():
        yield program_page(found.program, catalog, word, _needs(word, found.program.name, catalog))


def _needs(image: str, program: str, catalog: Catalog) -> list[Need]:
    """Return what an image needs of what one of its programs does."""
    from datetime import date

    from vmlint.model.derive import DERIVATIONS
    from vmlint.model.derive.needs import needs_of
    from vmlint.model.workload import Workload

    workload = Workload(catalog, DERIVATIONS, date.min)
    workload.deployment.image.ref = image
    return [need for need in needs_of(workload) if need.who.startswith(program)]


def _by_text(text: str, unknown: list[str], plugins: Installed) -> str:
    """Return the page of an error text. Raises :class:`~vmlint.cli.UsageError` with the nearest where there is none."""
    from vmlint.lint.symptoms import carriers, nearest, of_nodes
    from vmlint.report.symptom_page import nearest_texts, symptom_page

    known = [*carriers(plugins.rules, plugins.catalog), *of_nodes(text, plugins.catalog)]
    page = symptom_page(text, known, plugins.catalog, plugins.rules)
    if page:
        return page
    one = next((word for word in unknown if len(unknown) == 1 or not word.isalpha()), "")
    if one and not any(map(str.isspace, one)):
        raise UsageError(_no_rule(one, plugins), incomplete=bool(plugins.failures))
    near = nearest_texts(nearest(text, known))
    hint = f"nearest, but not the same, are:{near}" if near else "`vmlint rules` lists the rules"
    raise UsageError(f"nothing is known that ends with this error text; {hint}", incomplete=bool(plugins.failures))


def _no_rule(word: str, plugins: Installed) -> str:
    from vmlint.words import did_you_mean, nearest

    rules = _rules(plugins)
    near = nearest(word, rules)
    if near:
        return f"there is no rule {word!r}; {did_you_mean(f'{rules[near].code} {rules[near].name}')}"
    names = [feature.id for feature in plugins.catalog.features if not feature.id.endswith("*")]
    names += [name for program in plugins.catalog.software for name in (program.id, *program.data.get("images", ()))]
    close = nearest(word, names)
    if close:
        return f"there is no feature or program {word!r}; {did_you_mean(close)}"
    if any(sign in word for sign in "/:@"):
        return (
            f"nothing is known of the image {word!r}; `requirements.features` states what a workload needs, and a "
            "document of kind Software what an image does (docs/catalogue.md)"
        )
    return f"there is no rule {word!r}; `vmlint rules` lists them all"


def _rules(plugins: Installed) -> dict[str, Coded]:
    from vmlint.findings.codes import CODES

    rules: tuple[Coded, ...] = (*plugins.rules, *CODES.values())
    return {spelt.lower(): rule for rule in rules for spelt in (rule.code, rule.name)}
