"""Containers (section 3 of the article)."""
