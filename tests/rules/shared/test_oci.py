"""References of images, and whose programs a CPU runs."""

from __future__ import annotations

from importlib import import_module

import pytest

from vmlint.api import OciPlatform

oci = import_module("vmlint_rules.shared.oci")
well_formed = import_module("vmlint_rules.containers.vm410_unpinned_image").well_formed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nginx", ("", "nginx", "", "")),
        ("nginx:1.27", ("", "nginx", "1.27", "")),
        ("shop/web", ("", "shop/web", "", "")),
        ("shop/web:1@sha256:ab", ("", "shop/web", "1", "sha256:ab")),
        ("nginx@sha256:ab", ("", "nginx", "", "sha256:ab")),
        ("ghcr.io/shop/web:1", ("ghcr.io", "ghcr.io/shop/web", "1", "")),
        ("registry:5000/web", ("registry:5000", "registry:5000/web", "", "")),
        ("localhost/web", ("localhost", "localhost/web", "", "")),
        ("localhost", ("", "localhost", "", "")),
    ],
)
def test_parts_of_a_reference(text: str, parts: tuple[str, ...]) -> None:
    assert oci.Reference.parse(text) == parts


@pytest.mark.parametrize(
    "text", ["nginx", "a/b/c:1", "registry:5000/a", "Registry.example/a", "a__b--c.d", "a:Tag_1.x", "a@sha256:0f"]
)
def test_well_formed(text: str) -> None:
    assert well_formed(text)


@pytest.mark.parametrize(
    "text", ["", "/a", "./a", "a//b", "a/", "A", "a:${TAG}", "images:debian/12", "a:", "a@sha256:XY", "-a", "a b"]
)
def test_not_well_formed(text: str) -> None:
    assert not well_formed(text)


@pytest.mark.parametrize(
    ("software", "host", "natively"),
    [
        ("linux/amd64", "linux/amd64", True),
        ("linux/386", "linux/amd64", True),
        ("linux/amd64", "linux/386", False),
        ("linux/amd64", "linux/arm64", False),
        ("linux/arm/v7", "linux/arm64", True),
        ("linux/arm/v7", "darwin/arm64", False),
        ("linux/arm64", "darwin/arm64", True),
        ("linux/arm/v6", "linux/arm/v7", True),
        ("linux/arm/v7", "linux/arm/v7", True),
        ("linux/arm/v7", "linux/arm/v6", False),
        ("linux/arm/v7", "linux/arm", True),
        ("linux/arm", "linux/arm/v6", True),
    ],
)
def test_runs_natively(software: str, host: str, natively: bool) -> None:
    assert oci.runs_natively(OciPlatform.parse(software), OciPlatform.parse(host)) is natively
