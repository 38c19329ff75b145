"""Fuzzing: real files, changed at random, give findings or clear errors, and never a crash, a hang or a wrong place.

``make fuzz MINUTES=60`` goes on for an hour; the suite tries a few hundred inputs, the same ones in every run. An input
that fails is written to ``tests/fuzz/found/`` and becomes a case there.
"""
