"""Dockerfiles: the base that an image rests on, followed through stages, arguments and here-documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vmlint.api import limits

if TYPE_CHECKING:
    from tests.formats.conftest import Look

SERVICE = """\
# syntax=docker/dockerfile:1
ARG RELEASE=12
ARG BASE=debian:${RELEASE}-slim

FROM --platform=$BUILDPLATFORM golang:1.24-bookworm AS build
RUN <<EOF
FROM this is a shell's business
apt-get update
EOF
RUN go build \\
    # a remark inside of an instruction

    -o /app .
COPY <<-'ONE' <<TWO /etc/
	FROM one
	ONE
FROM two
TWO

FROM --platform=linux/arm64 ${BASE} AS runtime
RUN echo $((1<<2)) && cat <<< FROM

FROM runtime
COPY --from=build /app /app
CMD ["/app"]
"""


def test_all_that_is_read(look: Look) -> None:
    seen = look("Dockerfile", SERVICE)
    assert seen.formats == ("dockerfile",)
    assert seen.names == ["Dockerfile"]
    assert seen.facts() == {
        "deployment.architecture": "container",
        "deployment.command": "/app",
        "deployment.image.base": "debian:12-slim",
        "guest.os.id": "debian12",
        "guest.platform": "linux/arm64",
    }
    assert seen.at("guest.os.id") == (20, 29)
    assert seen.at("guest.platform") == (20, 6)
    assert seen.at("deployment.architecture") == (23, 6)
    native = seen.native()
    assert native.defaults["guest.os.id"] == "the default of the argument BASE, which a build may override"
    assert "every engine" in native.unknowns["deployment.platform.id"]
    assert seen.checked.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("FROM debian:12\n", "debian12"),
        ("from ubuntu:24.04 as app\n", "ubuntu24.04"),
        ("FROM docker.io/library/alpine:3.20.1@sha256:abcd\n", "alpinelinux3.20"),
        ("FROM --platform=linux/amd64 \\\n  debian:11 \\\n  AS x\n", "debian11"),
        ("ARG V=22.04\nFROM ubuntu:$V\n", "ubuntu22.04"),
        ("ARG V='22.04' W\nFROM ubuntu:${V:-20.04}\n", "ubuntu22.04"),
        ("FROM ubuntu:${V:-20.04}\n", "ubuntu20.04"),
        ("ARG V\nFROM ubuntu:${V}\n", None),
        ("ARG V=22.04\nFROM ubuntu:${V%.*}\n", None),
        ("FROM ubuntu:${V:+20.04}\n", None),
        ("FROM debian:12 AS a\nFROM a AS b\nFROM B\n", "debian12"),
        ("FROM debian:12 AS debian\nFROM debian\n", "debian12"),
        ("ARG T=dev\nFROM debian:12 AS a-dev\nFROM a-${T}\n", "debian12"),
        ("FROM debian:12 AS a\nFROM scratch\nCOPY --from=a / /\n", None),
        ("FROM scratch\nFROM debian:12\n", "debian12"),
        ("FROM postgres:16\n", None),
        ("# escape=`\nFROM debian:12\nRUN dir C:\\\nFROM debian:11\n", "debian11"),
        ("FROM debian:12\nRUN dir C:\\\nFROM debian:11\n", "debian12"),
        ("FROM debian:12\nONBUILD RUN <<E\nFROM debian:11\nE\n", "debian12"),
        ("FROM debian:12\nLABEL a=<<E\nFROM debian:11\n", "debian11"),
        ("# FROM debian:10\n\n  FROM debian:12\n", "debian12"),
        ("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", "win2k22"),
        # What BuildKit's lexer makes of a word.
        ("FROM deb\\ian:12\n", "debian12"),
        ("# escape=`\nFROM deb`ian:12\n", "debian12"),
        ("FROM 'deb'ian\":\"''12\n", "debian12"),
        ("FROM debian:12$NEVER_DECLARED\n", "debian12"),
        ("FROM debian:12${NEVER_DECLARED}\n", "debian12"),
        ("FROM debian:12$TARGETVARIANT\n", None),
        ("ARG X\nFROM debian:12$X\n", None),
        ("ARG X=\nFROM debian:12$X\n", "debian12"),
        ("ARG X\nFROM ${X:-debian:12}\n", "debian12"),
        ("FROM ${X-debian:12}\n", "debian12"),
        ("FROM ${A:-${B:-debian:12}}\n", "debian12"),
        ("FROM ${A:-${B:-debian:12}\n", None),
        ("ARG X=1\nFROM ${X:+debian:12}\n", "debian12"),
        ("ARG X=\nFROM ${X+debian:12}\n", "debian12"),
        ("ARG X=\nFROM ${X:+debian:12}\n", None),
        ("ARG X=debian:12\nFROM ${X:?missing}\n", "debian12"),
        ("FROM ${X:?missing}\n", None),
        ("ARG X=debian:12-a-b\nFROM ${X%%-*}\n", "debian12"),
        ("ARG X=debian:12-a\nFROM ${X%-*}\n", "debian12"),
        ("ARG X=debian:12-a\nFROM ${X%-a}\n", "debian12"),
        ("ARG X=a/b/debian:12\nFROM ${X##*/}\n", "debian12"),
        ("ARG X=b/debian:12\nFROM ${X#*/}\n", "debian12"),
        ("ARG X=b/debian:12\nFROM ${X#b/}\n", "debian12"),
        ("ARG X=debian:12-a\nFROM ${X%?a}\n", None),
        ("ARG X=debian_12\nFROM ${X/_/:}\n", "debian12"),
        ("ARG X=dxxebian:12\nFROM ${X//x/}\n", "debian12"),
        ("ARG A=debian B=$A:12\nFROM $B\n", "debian12"),
        ('ARG A="debian:12"\nFROM "$A"\n', "debian12"),
        ("ARG A='$B'\nFROM debian:12$A\n", None),
        ("FROM ${:-debian:12}\n", None),
        ("FROM ${X!debian:12}\n", None),
        ("FROM $" + "{A:-$" * 30 + "debian:12" + "}" * 30 + "\n", None),
    ],
)
def test_the_base(look: Look, text: str, id: str | None) -> None:
    seen = look("app.Dockerfile", text)
    assert seen.formats == ("dockerfile",)
    assert seen.facts().get("guest.os.id") == id
    assert id or seen.native().unknowns["guest.os.id"]


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("FROM --platform=$TARGETPLATFORM debian:12\n", None),
        ("FROM --platform=linux/s390x debian:12 AS a\nFROM a\n", "linux/s390x"),
        ("FROM --platform=linux/s390x debian:12 AS a\nFROM debian:12\n", None),
        ("FROM --platform=nonsense debian:12\n", None),
    ],
)
def test_the_platform(look: Look, text: str, platform: str | None) -> None:
    assert look("Containerfile", text).facts().get("guest.platform") == platform


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("query.txt", "FROM customers\n"),
        ("Modelfile", "FROM llama3\nPARAMETER temperature 1\n"),
        ("Dockerfile", "the one that we ship\nsays FROM where\n"),
        ("Dockerfile.dockerignore", "FROM\n"),
        ("Dockerfile.md", "# A heading\nWhat follows FROM is a base.\n"),
        ("dockerfile-notes.md", "# A heading\n\nFrom now on, write it in capital letters.\n"),
        ("Dockerfile", "FROM\n"),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert look(name, text).formats == ()


def test_standard_input_is_known_by_content(look: Look) -> None:
    assert look("<stdin>", SERVICE).formats == ("dockerfile",)
    assert look("<stdin>", "FROM llama3\nPARAMETER temperature 1\nRUN x\n").formats == ()
    assert look("<stdin>", "FROM customers\n").formats == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FROM {{ base }}\n", "template"),
        ("{% if slim %}\nFROM debian:12-slim\n{% endif %}\n", "template"),
        ("FROM %%BALENA_MACHINE_NAME%%-debian\n", "template"),
        ("FROM @BASE@\n", "template"),
        ("<% require 'x' %>\nFROM debian:12\n", "template"),
        ("# syntax = example/dockerfile-x:1\nFROM ./base\n", "frontend"),
    ],
)
def test_templates_are_skipped(look: Look, text: str, reason: str) -> None:
    seen = look("Dockerfile.in", text)
    assert reason in seen.checked.skipped
    assert seen.natives == []


def test_marks_of_other_tools_do_not_make_a_template(look: Look) -> None:
    assert look("Dockerfile", "FROM debian:12\nRUN docker inspect --format '{{.Id}}' x\n").names == ["Dockerfile"]


@pytest.mark.parametrize(
    "data",
    [
        b"FROM \xff\xfe\n",
        b"FROM debian:12\nRUN " + b"\\\n" * 40_000,
        b"FROM debian:12\n" + b"RUN <<A <<B\n" * 20_000,
        b"ARG " + b"A=${A}" * 200_000 + b"\nFROM $A\n",
        b"FROM " + b"${A:-" * 200_000,
        b"ARG A=a\n" + b"ARG A=$A$A\n" * 60 + b"FROM $A\n",
        b"FROM a AS b\n" * 20_000,
        SERVICE.encode()[:330],
        SERVICE.encode("utf-16"),
    ],
)
def test_hostile_input(look: Look, data: bytes) -> None:
    seen = look("Dockerfile", data)
    assert seen.checked.crashes == ()
    assert all(code.startswith("VM90") for code, _, _ in seen.problems)


def test_an_old_base_is_reported_where_it_is_named(look: Look) -> None:
    text = 'ARG SUITE=buster\nFROM debian:$SUITE AS base\nRUN true\nFROM base\nCMD ["sh"]\n'
    assert look("Dockerfile", text).found() == [("VM707", 2, 6)]


@pytest.mark.parametrize(
    ("base", "day"),
    [
        ("alpine:3.1", "2016-11-01"),
        ("alpine:3.15", "2023-11-01"),
        ("fedora:20", "2015-06-23"),
        ("fedora:38", "2024-05-21"),
        ("opensuse/leap:15.4", "2023-12-07"),
        ("opensuse/leap:15.6", "2026-04-30"),
        ("centos:6", "2020-11-30"),
        ("registry.access.redhat.com/ubi7/ubi-minimal", "2024-06-30"),
        ("debian:4", "2010-02-15"),
        ("ubuntu:precise", "2017-04-28"),
        ("ubuntu:21.10", "2022-07-14"),
    ],
)
def test_releases_that_ended_long_ago(look: Look, base: str, day: str) -> None:
    findings = [found for found in look("Dockerfile", f"FROM {base}\n").checked.diagnostics if found.code == "VM707"]
    assert [day in found.message for found in findings] == [True]
    assert look("Dockerfile", "FROM opensuse/leap:16.0\n").found("VM707") == []


def test_the_base_is_not_what_is_deployed(look: Look) -> None:
    assert look("Dockerfile", "# vmlint: environment=production\nFROM nginx:latest\n").found() == []


HOST = """\
# vmlint: host.platform=linux/amd64
# vmlint: host.cpu.features=[sse4_2]
# vmlint: host.cpu.complete=true
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM mongo:7\n", [("VM001", 1, 6)]),
        ("FROM alpine:3 AS a\nFROM mongo:7 AS b\nFROM b\nCOPY --from=a /a /a\n", [("VM001", 2, 6)]),
        ("ARG TAG=7\nFROM mongo:${TAG}\n", [("VM001", 2, 6)]),
        ("FROM mongo:7 AS tools\nFROM alpine:3\nCOPY --from=tools /usr/bin/mongosh /\n", []),
        ("FROM mongo:4.4\n", []),
        ("ARG TAG\nFROM mongo:${TAG}\n", []),
    ],
)
def test_an_image_needs_what_its_base_needs(look: Look, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert look("Dockerfile", text + HOST).found("VM001") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ENTRYPOINT ["/run.sh"]\nCMD ["a", "-b c"]', "-b c,/run.sh,a"),
        ("CMD a\nCMD b --c 'd'", "--c,b,d"),
        ("CMD a \\\n  -b", "-b,a"),
        ("CMD first\nFROM alpine\nRUN x", None),
        ("CMD exec $JAVA", None),
        ('CMD ["a", 1]', "a"),
        ("CMD [ -f /x ] && y", "&&,-f,/x,[,],y"),
        ("HEALTHCHECK CMD a", None),
        ("CMD " + "[" * 10_000, "[" * 10_000),
    ],
)
def test_what_it_starts(look: Look, text: str, expected: str | None) -> None:
    assert look("Dockerfile", f"FROM debian:12\n{text}\n").facts().get("deployment.command") == expected


def test_a_very_large_one_is_refused(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCKERFILE_CHARACTERS", 100)
    assert look("Dockerfile", "FROM debian:12\n").problems == []
    assert [code for code, *_ in look("Dockerfile", "FROM debian:12\n" + "RUN a\n" * 20).problems] == ["VM904"]
