"""Finding guests: by id, by another spelling, by what another tool calls them, or by the prefix of an id."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.catalog.layers import first, laid_over
from vmlint.catalog.records import GuestOS
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile
    from vmlint.catalog.osinfo import Database
    from vmlint.catalog.words import GuestWord

_BUILD = r"([0-9]+\.[0-9]+\.[0-9]+)(?:\.[0-9]+)?"
"""A Windows build as in 10.0.20348, with or without the revision behind it."""
_CODENAME = r" \(.*\)$| lts$"
_FEATURE_UPDATE = r"[0-9]{2}h[12]"
"""The version of a release of Windows, as its users say it: 22h2."""


class Releases(Mapping[str, GuestOS]):
    """The releases of a family by id, each made when it is first asked for."""

    def __init__(self, shared: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]], origin: str) -> None:
        self._shared = shared
        self._own = own
        self._origin = origin
        self._made: dict[str, GuestOS] = {}

    def __getitem__(self, id: str) -> GuestOS:
        if id not in self._made:
            self._made[id] = GuestOS(id, laid_over(self._shared, self._own[id]), self._origin)
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)

    def holding(self, word: str) -> Iterator[str]:
        """Yield the ids of the releases that a word may mean: those that have it as id, alias or build."""
        shared = self._states(self._shared, word)
        return (id for id, own in self._own.items() if shared or id == word or self._states(own, word))

    @staticmethod
    def _states(facts: Mapping[str, Any], word: str) -> bool:
        return word in facts.get("aliases", ()) or word in facts.get("builds", ())


class Family(NamedTuple):
    """The content of a family's file."""

    name: str
    stems: Mapping[str, str]
    """Prefixes of ids -> the product that they mean."""
    shared: Mapping[str, Any]
    """What holds for every release."""
    guests: Releases
    origin: str


def read_family(document: Any, origin: str = "") -> Family:
    """Return the records of a document ``guests/<family>.yaml``."""
    shared = {"family": document["family"], **document.get("defaults", {})}
    guests = Releases(shared, document["guests"], origin)
    return Family(document["family"], document["stems"], shared, guests, origin)


@functools.cache
def _family(file: DataFile) -> Family:
    """Return the records of a file, which all catalogues that hold it share."""
    return read_family(file.data, file.origin)


class Guests(Mapping[str, GuestOS]):
    """The guests of data files by id. The first entry of an id counts; one in ``local`` replaces it.

    ``database`` is asked for releases that have no entry: libosinfo's, if none is given.
    """

    def __init__(self, files: Sequence[DataFile], local: Iterable[GuestOS], database: Database | None) -> None:
        self._files = files
        self._local = {guest.id: guest for guest in local}
        self._database = database
        self._found: dict[str, GuestOS | None] = {}
        self._ids: dict[str, str | None] = {}

    def __getitem__(self, id: str) -> GuestOS:
        return self._all[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    @functools.cached_property
    def _all(self) -> Mapping[str, GuestOS]:
        return {**first(item for file in self._files for item in _family(file).guests.items()), **self._local}

    def find(self, word: str) -> GuestOS | None:
        """Return a guest by its id or any other word for it.

        A word that means no release, but the family of one, yields what the family shares (``known`` is false).
        """
        if word not in self._found:
            folded = word.strip().lower()
            ways = (
                self._by_spelling,  # rhel9.0, bookworm
                self._by_tool_word,  # windows2019srvNext_64Guest
                self._by_name,  # Windows Server 2022
                self._by_separators,  # opensuse-leap15.6, win2k8-r2
                self._by_database,  # a release that only libosinfo knows
                self._family_by_tool_word,  # ubuntu64Guest
                self._by_extension,  # debian10.13, win10-22h2
                self._family_by_stem,  # debian99
            )
            self._found[word] = next((found for way in ways if (found := way(folded))), None)
        return self._found[word]

    def own(self, word: str) -> GuestOS | None:
        """Return a guest that has an entry here, without libosinfo's database on this machine."""
        found = self.find(word)
        return found if found and found.known and self.get(found.id) is found else None

    def id_of(self, word: str) -> str | None:
        """Return the id of the release that a word means."""
        folded = word.strip().lower()
        if folded not in self._ids:
            self._ids[folded] = self._id_of(folded)
        return self._ids[folded]

    def entry_id(self, word: str) -> str:
        """Return the id of the entry that a word is read as: another spelling of it, or a release inside it.

        A word that no entry explains is its own.
        """
        found = self.find(word)
        return found.id if found and found.known else word

    def of_build(self, version: str) -> Sequence[GuestOS]:
        """Return the releases that a Windows build belongs to: ``10.0.26100`` is Server 2025 and Windows 11."""
        match = re.fullmatch(_BUILD, version.strip())
        found = self._holding(match[1]) if match else ()
        return [guest for guest in found if match and match[1] in guest.data.get("builds", ())]

    @property
    def words(self) -> Mapping[str, str]:
        """Every word that means a guest, each with the id it means."""
        aliases = first((alias, guest.id) for guest in self.values() for alias in guest.aliases)
        return {**aliases, **{id: id for id in self}}

    @property
    def stems(self) -> Mapping[str, str]:
        """Every prefix of ids that means a family, with that family."""
        return {stem: family.name for stem, family in self._stems.items()}

    def stem_of(self, word: str) -> str:
        """Return the prefix of an id that names a product of which there is no such release; else nothing."""
        folded = word.strip().lower()
        found = self.find(folded)
        if not found or found.known or re.search(r"\s", folded) or _understood(folded) is not None:
            return ""
        return self._stem(folded) or ""

    def of_stem(self, stem: str) -> Sequence[GuestOS]:
        """Return the releases whose ids have a prefix, with nothing but a version behind it."""
        return [guest for id, guest in self.items() if id.startswith(stem) and self._stem(id) == stem]

    def extension(self, word: str) -> str:
        """Return what a word adds to the entry that it is read as: ``13`` of ``debian10.13``; else nothing."""
        folded = word.strip().lower()
        found = self.find(folded)
        if found is None or not found.known or folded == found.id or folded in found.aliases:
            return ""
        extended = self._extends(folded)
        return extended[1] if extended and extended[0].id == found.id else ""

    def _id_of(self, word: str) -> str | None:
        if spelled := self._by_spelling(word) or self._by_separators(word):
            return spelled.id
        meant = _understood(word)
        named = None if meant and meant.id else self._by_name(word)
        return meant.id if meant and meant.id else named.id if named else None

    def _by_spelling(self, word: str) -> GuestOS | None:
        return next((guest for guest in self._holding(word) if word == guest.id or word in guest.aliases), None)

    def _by_separators(self, word: str) -> GuestOS | None:
        """Find a release whose id or alias has hyphens in other places: ``win2k8-r2``, ``opensuse-leap15.6``."""
        if not re.search(r"[a-z0-9][-_]?[0-9]", word):
            return None
        spellings = (re.sub(r"[-_]", "", word), re.sub(r"(?<=[a-z])(?=[0-9])", "-", word, count=1))
        return next((found for other in spellings if other != word and (found := self._by_spelling(other))), None)

    def _by_extension(self, word: str) -> GuestOS | None:
        """Find the release that a word belongs to: the longest entry that it extends (``debian10.13``)."""
        extended = self._extends(word)
        if extended is None:
            return None
        entry, rest = extended
        return GuestOS(entry.id, self._extended(entry, word, rest), entry.origin, local=entry.local)

    def _extends(self, word: str) -> tuple[GuestOS, str] | None:
        """Return the longest entry that a word extends, and what it adds."""
        for separator in reversed(list(re.finditer(r"[.-](?=[a-z0-9])", word))):
            spelling = word[: separator.start()]
            entry = self._by_spelling(spelling) or self._by_separators(spelling)
            if entry and _covers(entry, spelling):
                return entry, word[separator.end() :]
        return None

    def _extended(self, entry: GuestOS, word: str, rest: str) -> Mapping[str, Any]:
        """Return the facts of an entry as they hold for a release or a variant inside it."""
        facts = dict(entry.data)
        stem = self._stem(word)
        if stem and re.fullmatch(r"[0-9.]+", word[len(stem) :]):
            facts["name"] = f"{self._stems[stem].stems[stem]} {word[len(stem) :]}"
        editions = entry.data.get("lifecycle", {}).get("editions")
        if editions and rest in editions:
            facts["lifecycle"] = {**entry.data["lifecycle"], "cycle": editions[rest]}
        elif editions and not re.fullmatch(_FEATURE_UPDATE, rest):
            del facts["lifecycle"]  # the word may name an edition with dates of its own
        if rest in entry.data.get("firmware", {}).get("exemptEditions", ()):
            facts["firmware"] = {key: value for key, value in entry.data["firmware"].items() if key != "needs"}
            facts.pop("minimum", None)  # setup asks neither for the firmware nor for the sizes
        return facts

    def _by_tool_word(self, word: str) -> GuestOS | None:
        meant = _understood(word)
        return self._by_spelling(meant.id) if meant and meant.id else None

    def _by_name(self, word: str) -> GuestOS | None:
        return self.get(self._names.get(word, "")) if " " in word else None

    def _by_database(self, id: str) -> GuestOS | None:
        """Find a release that only libosinfo's database has; what vmlint knows of its family applies to it."""
        if self._database is None:
            from vmlint.catalog.osinfo import installed  # imported only for a word that nothing else explains

            self._database = installed()
        release = self._database.find(id)
        if release is None:
            return None
        for other in release.ids:
            if own := self._by_spelling(other):
                return own
        stem = self._stem(id)
        shared = self._stems[stem].shared if stem else {"family": release.family}
        if shared["family"] is None:
            return None
        facts: dict[str, Any] = {"name": release.name, "source": ["S-07"]}
        if release.released:
            facts["released"] = release.released
        if release.ends and not id.endswith("unknown"):  # "rocky8-unknown" is any release, of which not all have ended
            facts["lifecycle"] = {"until": release.ends}
        return GuestOS(id, {**shared, **facts}, release.origin)

    def _family_by_tool_word(self, word: str) -> GuestOS | None:
        meant = _understood(word)
        if meant is None or word in self._stems:
            return None
        stem = meant.stem or ""
        product = self._stems[stem].stems[stem] if stem in self._stems else word
        return GuestOS(word, {"family": meant.family, "name": product}, known=False)

    def _family_by_stem(self, id: str) -> GuestOS | None:
        stem = self._stem(id)
        if stem is None:
            return None
        family = self._stems[stem]
        name = f"{family.stems[stem]} {id[len(stem) :]}".strip()
        return GuestOS(id, {"family": family.name, "name": name}, family.origin, known=False)

    def _stem(self, id: str) -> str | None:
        """Return the longest known prefix of an id that ends before a number, or is the whole id."""
        return next((stem for stem in self._stems if re.match(rf"{re.escape(stem)}(\d|$)", id)), None)

    @functools.cached_property
    def _stems(self) -> Mapping[str, Family]:
        stems = first((stem, family) for family in map(_family, self._files) for stem in family.stems)
        return dict(sorted(stems.items(), key=lambda item: -len(item[0])))  # "win2k" before "win"

    @functools.cached_property
    def _names(self) -> Mapping[str, str]:
        full = [(guest.name.lower(), guest.id) for guest in self.values()]
        return first(
            (*full, *((re.sub(_CODENAME, "", name), id) for name, id in full))
        )  # Debian 12 (Bookworm): debian 12

    def _holding(self, word: str) -> Iterator[GuestOS]:
        """Yield the guests whose entries may hold a word."""
        replaced = set()
        for file in self._files:
            if file.may_hold(word):
                guests = _family(file).guests
                for id in guests.holding(word):
                    replaced.add(id)
                    yield self._local[id] if id in self._local else guests[id]
        yield from (guest for id, guest in self._local.items() if id not in replaced)


def _covers(entry: GuestOS, spelling: str) -> bool:
    """Whether an entry stands for everything that begins with a spelling of it.

    ``centos7`` means centos7.0 and all of CentOS 7, which is one branch. ``freebsd14`` means freebsd14.0, whose dates
    are not those of 14.3.
    """
    if spelling == entry.id or not entry.id.startswith(spelling):
        return True
    return bool(spelling.endswith(entry.data.get("lifecycle", {}).get("cycle", ".")))


def _understood(word: str) -> GuestWord | None:
    """Return the meaning of another tool's word; see :func:`vmlint.catalog.words.understood`."""
    from vmlint.catalog.words import understood  # imported only for a word that is no id

    return understood(word)
