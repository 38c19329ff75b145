"""Parsers: from bytes to trees whose nodes know their place. Independent of the model."""
