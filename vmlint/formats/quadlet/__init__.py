"""Podman's Quadlet: units of systemd that describe containers and pods."""
