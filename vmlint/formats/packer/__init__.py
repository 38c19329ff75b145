"""Packer's templates."""
