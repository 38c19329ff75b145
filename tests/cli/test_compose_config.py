"""What `docker compose config` prints, linted through a pipe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Vmlint

RESOLVED = """\
name: forum
services:
  db:
    environment:
      POSTGRES_PASSWORD: example
    image: postgres:17.2
    networks:
      default: null
    volumes:
      - type: volume
        source: data
        target: /var/lib/postgresql/data
        volume: {}
  proxy:
    command:
      - --providers.docker=true
    depends_on:
      web:
        condition: service_started
        required: true
    image: traefik:3.3
    networks:
      default: null
    ports:
      - mode: ingress
        target: 80
        published: "80"
        protocol: tcp
    volumes:
      - type: bind
        source: /var/run/docker.sock
        target: /var/run/docker.sock
        read_only: true
        bind:
          create_host_path: true
  web:
    build:
      context: /srv/forum
      dockerfile: Dockerfile
    deploy:
      replicas: 2
      resources:
        limits:
          cpus: 0.5
          memory: "268435456"
        placement: {}
    networks:
      default: null
    privileged: true
networks:
  default:
    name: forum_default
volumes:
  data:
    name: forum_data
"""


def test_findings_with_their_places(vmlint: Vmlint) -> None:
    seen = vmlint("check", "-", "--format", "json", stdin=RESOLVED)
    found = [
        (each["code"], each["workload"], each["place"]["line"], each["place"]["column"])
        for each in json.loads(seen.stdout)["findings"]
    ]
    assert found == [("VM408", "proxy", 31, 17), ("VM407", "web", 49, 17)]
    assert (seen.status, seen.stderr) == (1, "")


def test_a_healthy_project(vmlint: Vmlint) -> None:
    healthy = RESOLVED[: RESOLVED.index("  proxy:")] + RESOLVED[RESOLVED.index("volumes:\n  data:\n    name") :]
    seen = vmlint("check", "-", stdin=healthy)
    assert (seen.status, seen.stderr) == (0, "")
    assert "VM" not in seen.stdout
