"""Vagrantfiles."""
