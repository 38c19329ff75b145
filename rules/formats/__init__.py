"""Virtual hardware that contradicts itself, and faults that only one tool's own files can have."""
