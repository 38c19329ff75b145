"""Paravirtualization (section 2 of the article)."""
