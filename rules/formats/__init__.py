"""Faults that only one tool's own files can have."""
