"""Of many images, an index tells the programs: the same ones as a search through the text of the files."""

from __future__ import annotations

from vmlint.catalog import Catalog
from vmlint.catalog.software import Found

MORE = ("docker.io/library/mongo:7", "registry.example/mongo:7", "registry.example:5000/library/redis:7", "acme/none:1")


def test_an_index_finds_what_a_search_finds() -> None:
    many = Catalog().software
    known = [image for program in many for image in program.data.get("images", ())]
    names = [*(f"{image}:latest" for image in known), *MORE]
    for name in names[:200]:
        many.of_image(f"{name}-other")  # from here on, the index is asked
    for start in range(0, len(names), 50):
        few = Catalog().software
        for name in names[start : start + 50]:
            assert shown(many.of_image(name)) == shown(few.of_image(name)), name


def shown(found: tuple[Found, ...]) -> list[tuple[str, str | None, bool]]:
    return [(each.program.id, each.tag, each.own) for each in found]
