"""The project around the linted files: its root and its configuration."""
