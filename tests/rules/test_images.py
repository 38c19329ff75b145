"""What the rules on tags, digests and platforms of images say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

BUILDX = "help: build a multi-platform image (docker buildx build --platform …)"
LATEST = "has no tag, which means latest, and that moves with each release"

SPEAKS = [
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'postgres:latest'}",
        """
        advice (medium) deployment.image.ref: postgres:latest is pulled by the tag latest, which moves with each
            release
        because environment
        help: name a version, or a digest (postgres@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'postgres'}",
        f"""
        advice (low) deployment.image.ref: postgres {LATEST}
        because environment
        help: name a version, or a digest (postgres@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'shop/web'}",
        f"""
        advice (low) deployment.image.ref: shop/web {LATEST}
        because environment
        help: name a version, or a digest (shop/web@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: kubernetes, mode: runc, image: 'postgres'}",
        f"""
        advice (medium) deployment.image.ref: postgres {LATEST}
        because environment
        help: name a version, or a digest (postgres@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'localhost/web'}",
        f"""
        advice (medium) deployment.image.ref: localhost/web {LATEST}
        because environment
        help: name a version, or a digest (localhost/web@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'localhost:5000/web'}",
        f"""
        advice (medium) deployment.image.ref: localhost:5000/web {LATEST}
        because environment
        help: name a version, or a digest (localhost:5000/web@sha256:…) that a bot renews
        """,
    ),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'ghcr.io/shop/web:latest'}",
        """
        advice (medium) deployment.image.ref: ghcr.io/shop/web:latest is pulled by the tag latest, which moves
            with each release
        because environment
        help: name a version, or a digest (ghcr.io/shop/web@sha256:…) that a bot renews
        """,
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/amd64, linux/arm64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/amd64]}}"
        ),
        f"""
        warning (high) deployment.image.platforms: must run on linux/arm64 too, and the image is built for
            linux/amd64
        because requirements.portability
        {BUILDX}
        """,
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/arm64, linux/s390x]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/amd64, linux/386]}}"
        ),
        f"""
        warning (high) deployment.image.platforms: must run on linux/arm64 and linux/s390x too, and the image is
            built for linux/386 and linux/amd64
        because requirements.portability
        {BUILDX}
        """,
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/386]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/amd64]}}"
        ),
        f"""
        warning (high) deployment.image.platforms: must run on linux/386 too, and the image is built for
            linux/amd64
        because requirements.portability
        {BUILDX}
        """,
    ),
    (
        "VM610",
        (
            "requirements: {portability: [darwin/arm64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/arm/v7]}}"
        ),
        f"""
        warning (high) deployment.image.platforms: must run on darwin/arm64 too, and the image is built for
            linux/arm/v7
        because requirements.portability
        {BUILDX}
        """,
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/amd64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [windows/amd64]}}"
        ),
        f"""
        warning (high) deployment.image.platforms: must run on linux/amd64 too, and the image is built for
            windows/amd64
        because requirements.portability
        {BUILDX}
        """,
    ),
    (
        "VM610",
        "requirements: {portability: [linux/amd64]}\ndeployment: {platform: docker, image: {ref: x, platforms: []}}",
        f"""
        warning (high) deployment.image.platforms: must run on linux/amd64 too, and the image is built for nothing
        because requirements.portability
        {BUILDX}
        """,
    ),
]

SILENT = [
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: 'web:17'}", ""),
    (
        "VM410",
        "environment: production\ndeployment: {platform: docker, mode: runc, image: 'web:latest@sha256:ab12'}",
        "",
    ),
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: 'web@sha256:ab12'}", ""),
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: 'web:${TAG:-latest}'}", ""),
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: './rootfs.tar'}", ""),
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: '/images/web'}", ""),
    ("VM410", "environment: production\ndeployment: {platform: docker, mode: runc, image: 'Web'}", ""),
    ("VM410", "environment: production\ndeployment: {platform: incus, architecture: container, image: debian}", ""),
    ("VM410", "environment: staging\ndeployment: {platform: docker, image: 'postgres:latest'}", ""),
    (
        "VM410",
        "environment: production\ndeployment: {architecture: container, image: 'postgres:latest'}",
        "needs deployment.platform.id",
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/amd64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/386]}}"
        ),
        "",
    ),
    (
        "VM610",
        (
            "requirements: {portability: [darwin/arm64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/arm64]}}"
        ),
        "",
    ),
    (
        "VM610",
        (
            "requirements: {portability: [linux/arm64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/arm/v7]}}"
        ),
        "",
    ),
    (
        "VM610",
        (
            "requirements: {portability: [windows/amd64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [windows/amd64]}}"
        ),
        "",
    ),
    (
        "VM610",
        (
            "requirements: {portability: [windows/amd64]}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/amd64]}}"
        ),
        "",
    ),
    (
        "VM610",
        "requirements: {portability: []}\ndeployment: {platform: docker, image: {ref: x, platforms: [linux/amd64]}}",
        "",
    ),
    (
        "VM610",
        "requirements: {portability: [linux/amd64]}\ndeployment: {platform: docker, image: x}",
        "needs deployment.image.platforms",
    ),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
