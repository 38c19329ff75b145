"""Readers turn the bytes of a file into facts with places, and nothing else."""
