"""What other tools say of a host: each module reads the output of one tool, or of commands that belong together.

They come in by the door of the formats (``vmlint_readers``), as readers of hosts.
"""
