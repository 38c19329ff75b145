"""Type 1 hypervisors (section 1.1 of the article)."""
