"""Every bound on what is read, so that no input costs more than it should.

A bound is far above what anybody writes. Input beyond one is reported, never cut off silently. Sizes are in bytes,
lengths in characters, depths in levels, all others are counts.
"""

from __future__ import annotations

# Any file
FILE_BYTES = 16 * 2**20
"""A file that is linted. A real manifest is a thousand times smaller."""
KEPT_BYTES = 4 * 2**20
"""All files together that a run keeps for a second look, their trees are some ten times larger; beyond them a file is
read again."""
SPOOLED = 2**20
"""Characters of a list of the JSON report that are kept in memory; a longer one waits in a file until it is written."""
SEEN_BYTES = 4 * 2**20
"""Files that were read to see what belongs together, and are kept until they are linted; others are read again."""
EDITED_BYTES = 2 * 2**20
"""A file that is linted while it is edited; larger ones would be linted for seconds after every keystroke."""
WORKLOADS = 10_000
"""Workloads of one file."""
PROBLEMS = 50
"""Problems of one kind that are reported of one document."""
SHOWN_BYTES = 1_000_000
"""A file that is no text, decoded as far as possible to show where it breaks."""
PICTURES = 100
"""Workloads of one file for which every way of running them is judged, where a report shows that."""
MEMBERS = 1_000
"""Entries of a block or list that are judged: comparing all of a huge list with each other would take hours."""
WORDS = 10_000
"""Words of one value, such as the options of a unit of Quadlet."""
HINTED = 200_000
"""Hints of a file, those to all of its workloads counted for each."""
HINTS = 200
"""Hints of one file."""
HINT_CHARACTERS = 200
"""A malformed hint that is searched for what its author meant."""
COMMENTS = 500_000
"""Comments of a file that are looked at for words to vmlint."""
REMARKS = 2_000
"""Comments of one file that begin with ``vmlint:``: its hints and its waivers."""
WAIVER_CHARACTERS = 1_000
"""A waiver, with its reason."""
PROOFS = 200
"""How often a file is linted again to prove its fixes."""
PROOF_BYTES = 64 * 2**20
"""The same in bytes: a large file is linted again less often."""
RANGE_CHARACTERS = 200
"""A range of versions."""
RANGE_BOUNDS = 8
"""Bounds of a range of versions."""
FEATURE_CHARACTERS = 200
"""A feature with its value."""
ERROR_TEXT_BYTES = 2**18
"""Lines of a log in which error texts are searched for."""

# Plugins of others
PLUGIN_SECONDS = 10
"""What a rule may take for one workload, and a reader for one file; vmlint's own take some thousandths."""
PLUGIN_FILE_SECONDS = 60
"""What a rule may take for all workloads of a file, and for all alternatives to them."""
PLUGIN_LOADING = 60
"""Seconds that loading a plugin may take: a cold start may import much from a slow disk."""
PLUGIN_AGAIN = 0.5
"""Seconds after which a plugin is asked once more to end, where it went on."""
PLUGIN_FINDINGS = 1_000
"""Findings of one rule in one workload."""
PLUGIN_FILE_FINDINGS = 10_000
"""Findings of one rule in one file."""
PLUGIN_TEXTS = 100
"""Entries of one part of a finding: its help, what it rests on, its repairs."""
PLUGIN_CHARACTERS = 10_000
"""A text of a finding."""
PLUGIN_LINES = 100
"""Lines that a plugin prints and that are shown."""
PLUGIN_THINGS = 10_000
"""Rules, folders and readers that one hook brings."""

# The cache
CACHE_BYTES = 256 * 2**20
"""All results that are kept; those that were not used for longest are removed."""
CACHE_WAITING = 10_000
"""New results that wait in memory to be written together."""
CACHE_ENTRIES = 4_096
"""Results in one file of the cache; beyond them only those of the last run stay."""

# YAML and JSON
YAML_DEPTH = 64
YAML_NODES = 750_000
"""Scalars and containers of a file; at this many the tree takes about 400 MB."""
YAML_DOCUMENTS = 10_000
YAML_EXPANDED = 200_000
"""Nodes that the aliases of a file may stand for, all together."""
YAML_APART = 20_000_000
"""Documents times lines of a file that are read one by one, since they are not YAML together."""
YAML_TAG_DIRECTIVES = 100
"""libyaml compares each with all before it, so that a file of nothing else would take hours."""
YAML_WALKED = 100_000
"""Nodes of a document, with its aliases expanded, that are searched for a mark of a format."""
YAML_NUMBER = 300
"""Digits of a number; beyond, Python is slow to convert it and refuses to print it."""

# XML
XML_DEPTH = 100
XML_ELEMENTS = 200_000
XML_ATTRIBUTES = 2_000
"""Attributes of one element."""
XML_PIECES = 2_000_000
"""Pieces of text between tags: expat passes on every line, and every character that was written as a reference."""
XML_TEXT = 65_536
"""An element's own text that is kept."""

# HCL, Ruby, and files of settings
HCL_CHARACTERS = 4 * 2**20
HCL_DEPTH = 64
"""Blocks, lists and objects within each other."""
HCL_TERMS = 500_000
"""Values and blocks of one file."""
HCL_TEMPLATE = 1_000
"""Characters of a text whose templates are filled in."""
HCL_FOLLOWED = 1_000_000
"""Keys of objects to which references to locals lead."""
HCL_NUMBER = 10**30
"""The largest number."""
RUBY_CHARACTERS = 2**20
LITERAL_DEPTH = 16
"""Lists within lists."""
SETTINGS_CHARACTERS = 2**20
"""A file of one setting on each line: xl.cfg, LXC, Proxmox VE, QEMU, shell variables."""
DOCKERFILE_CHARACTERS = 4 * 2**20
JSON_OUTLINE = 4 * 2**20
"""Characters of JSON that is no YAML, up to which it is looked at."""
INSTRUCTION_CHARACTERS = 1_000
"""An instruction of a Dockerfile whose variables are filled in."""
VMX_BYTES = 4 * 2**20
"""A file of VMware's settings: real ones have some kilobytes."""
VAGRANT_MACHINES = 1_000
"""Machines of a Vagrantfile, each counted once for every provider."""
VAGRANT_SETTINGS = 500_000
"""Settings of those machines: what is set for all counts once for each."""
ARCHIVE_MEMBERS = 1_000
"""Members of an OVA before its descriptor."""
ARCHIVE_NAME = 4_096
"""The name of a member, in bytes."""

# What is read beside the linted files
LIST_BYTES = 64 * 2**20
"""A list of files to lint: a million names."""
NAME_BYTES = 4_096
"""The name of a file in such a list; no system has longer ones."""
FOLDER_DEPTH = 128
"""Folders within a named one that are looked into: what is asked of each takes time by its depth."""
IGNORE_BYTES = 2**20
"""A ``.gitignore``; of a larger one, nothing counts."""
IGNORE_PATTERNS = 2_000
"""Patterns of one, each of which is compared with each entry of its folder and all below; of a file with more, nothing
counts."""
IGNORE_CHARACTERS = 8_192
"""A line of one; with a longer one, nothing of the file counts. No system has paths so long."""
SETTINGS_BYTES = 2**20
"""``vmlint.toml`` or ``pyproject.toml``."""
BASELINE_BYTES = 16 * 2**20
"""A baseline; an entry has about 200 bytes."""
BASELINE_COUNT = 1_000_000
"""Findings for which one entry of a baseline may stand."""
REVISION_LISTING = 128 * 2**20
"""The list of the files of a git revision: a million files take about 100 MB."""
REVISION_BYTES = 512 * 2**20
"""The files of a git revision that are read, together."""
RENAMED_WORK = 2**28
"""Bytes to compare to see which new file a gone one became; beyond, only files that hold the same are looked for."""
SETTINGS_ENTRIES = 2_000
"""Entries of all lists and tables of a settings file: each file that is linted is compared with all patterns."""
TOML_PARTS = 32
"""Dots in a key of TOML, and in the name of a table."""
SETTINGS_DEPTH = 8
"""Settings files that extend each other in a row."""
SETTINGS_FILES = 64
"""Settings files that one extends, directly and through others, each counted as often as it is named."""
THRESHOLD = 1_000_000
"""A number that settings give a rule to judge by."""
SETTINGS_DAYS = 36_500
"""Days from which on a period is none that anybody means."""
OWNERS_BYTES = 3 * 2**20
"""CODEOWNERS; GitHub reads no larger one either."""
OWNERS_LINES = 20_000
DOCUMENT_BYTES = 2**20
"""A catalogue document; vmlint's own are ten times smaller."""
FOLDER_FILES = 500
"""Catalogue documents of a folder."""
OSINFO_BYTES = 2**20
"""A file of libosinfo's database; real ones have a few kilobytes."""
OSINFO_FILES = 10_000
"""Files of libosinfo's database, which has about 900."""
HOSTS = 5_000
"""Hosts on which workloads are judged; Kubernetes supports as many nodes of a cluster."""
PLACED = 5_000
"""Workloads of one file on hosts that differ: each on each is judged, which takes about a millisecond."""
ADVISED = 200
"""How many of these are looked for alternatives, which takes some twenty times as long."""
HOST_FILES = 5_000
"""Files of a folder that describes hosts."""
HOST_DEPTH = 4
"""Folders within such a folder."""
HOST_FILES_BYTES = 256 * 2**20
"""All files of such a folder together."""
HOST_BYTES = 8 * 2**20
"""A file of the running system: a module list of a distribution's kernel has about one megabyte."""
