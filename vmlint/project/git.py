"""Reading a git repository that nobody vouches for: its objects, and nothing else of it.

Git runs programs that a repository's own settings name: hooks, filters, monitors, pagers, transports. So it is asked
only for objects, which needs none of them, and each of them is switched off besides. The work tree and the index are
never touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO

from vmlint import limits
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, listed, nearest

_SECONDS = 120
"""After which git is stopped: it may hang on a file system, and a repository can be made to."""
_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", f"core.attributesFile={os.devnull}"),
    *("-c", "core.alternateRefsCommand=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
)
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"})
"""Variables of git that stay: where the user's own settings are, which say whose repositories are trusted."""
_FILES = ("100644", "100755", "100664")
"""Modes of files. Submodules (160000) are left out."""
_LINK = "120000"


_REFS = ("refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
"""What a short name may stand for. Git takes the first, and warns where nobody reads it."""
_SUFFIX = lazy_pattern(r"[~^@]")
"""What begins a way from a revision to another one."""
_HEX = lazy_pattern(r"[0-9a-f]{4,64}")
"""What may be the beginning of an object's id."""


class GitError(ValueError):
    """What was asked of git cannot be had; the message says why, and what to do."""


class Blob(NamedTuple):
    """A file of a revision."""

    name: str
    """Its path from the root of the repository, with forward slashes."""
    id: str
    size: int
    is_link: bool = False
    """Whether it is a link, whose bytes are where it leads."""


class Repository:
    """A git repository, by its root: the folder that holds ``.git``."""

    def __init__(self, root: Path) -> None:
        """Find git. Raises :class:`GitError`."""
        self.root = root
        program = shutil.which("git")
        if program is None:
            raise GitError("git is not installed, or not on the PATH")
        if Path(os.path.realpath(program)).is_relative_to(root):
            raise GitError(f"the PATH leads to a git inside the project ({program}), which is not run")
        self._program = program

    def commit(self, revision: str) -> str:
        """Return the id of the commit that a revision names. ``REV...`` names the one where the branch left ``REV``.

        Before the first commit, ``HEAD`` is the empty tree: a hook on that commit compares with nothing.
        Raises :class:`GitError`.
        """
        name = revision.removesuffix("...")
        if not name or name.startswith("-") or ".." in name or ":" in name or "\0" in name:
            raise GitError(f"{revision!r} is not a revision; write a branch, a tag, a commit, or `REV...`")
        self._refuse_ambiguous(name)
        found = self._answer("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if found is None and revision == "HEAD" and self._answer("symbolic-ref", "--quiet", "HEAD"):
            found = self._answer("hash-object", "-t", "tree", "--stdin")
        if found is None:
            raise GitError(self._unknown(name))
        if name == revision:
            return found
        base = self._answer("merge-base", found, "HEAD")
        if base is None:
            hint = "; this clone is shallow: fetch more with `git fetch --unshallow`" if self._is_shallow() else ""
            raise GitError(f"{name} and the present branch have no commit in common{hint}")
        return base.split("\n")[0]

    def files(self, commit: str) -> Iterator[Blob]:
        """Yield the files and links of a commit, without submodules. Raises :class:`GitError`."""
        with self._asked("ls-tree", "-r", "-z", "-l", "--full-tree", commit) as output:
            rest = output.read(limits.REVISION_LISTING + 1)
        if len(rest) > limits.REVISION_LISTING:
            raise GitError(f"its list of files is larger than {limits.REVISION_LISTING // 2**20} MiB")
        for line in rest.split(b"\0"):
            about, _, name = line.partition(b"\t")
            mode, _, id, size = about.decode("ascii", "replace").split() or ("",) * 4
            if mode in (*_FILES, _LINK) and _is_harmless(path := os.fsdecode(name)):
                yield Blob(path, id, int(size) if size.isdigit() else limits.FILE_BYTES + 1, mode == _LINK)

    def tracked(self) -> list[str]:
        """Return the names of the files in the index, which is read and not refreshed. Raises :class:`GitError`."""
        with self._asked("ls-files", "-z", "--cached", "--full-name") as output:
            data = output.read(limits.REVISION_LISTING + 1)
        if len(data) > limits.REVISION_LISTING:
            raise GitError(f"its list of files is larger than {limits.REVISION_LISTING // 2**20} MiB")
        return [os.fsdecode(each) for each in data.split(b"\0") if each]

    def contents(self, blobs: Iterable[Blob]) -> Iterator[tuple[Blob, bytes]]:
        """Yield files with their bytes, as git keeps them. Raises :class:`GitError`."""
        wanted = [*blobs]
        with TemporaryFile() as asked:
            asked.write("".join(f"{each.id}\n" for each in wanted).encode())
            asked.seek(0)
            with self._asked("cat-file", "--batch", stdin=asked) as output:
                for each in wanted:
                    head = output.readline(200).split()
                    if len(head) != 3 or not head[2].isdigit() or int(head[2]) != each.size:
                        raise GitError(f"{each.name} is not in this clone, which was made without all files; fetch it")
                    data = output.read(each.size)
                    if len(data) < each.size or output.read(1) != b"\n":
                        raise GitError(f"git ended before it gave {each.name}")
                    yield each, data

    def renamed(self, commit: str) -> dict[str, str]:
        """Return old and new names of the files that are renamed between a commit and the present one."""
        try:
            with self._asked(
                "diff-tree", "-r", "-M", "-z", "--diff-filter=R", "--no-ext-diff", commit, "HEAD"
            ) as output:
                words = output.read(limits.REVISION_LISTING).split(b"\0")
        except GitError:
            return {}  # there is no commit yet
        pairs = zip(words[1::3], words[2::3], strict=False)  # about them, the old name, the new name
        return {os.fsdecode(old): os.fsdecode(new) for old, new in pairs if _is_harmless(os.fsdecode(new))}

    def _refuse_ambiguous(self, name: str) -> None:
        """Raise :class:`GitError` for a name of several commits: a tag that anybody can push takes a branch's place."""
        base = _SUFFIX.split(name, maxsplit=1)[0]
        if not base or base.startswith("refs/"):
            return
        wanted = [pattern.format(base) for pattern in _REFS]
        listing = self._answer("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)", *wanted) or ""
        meant = {words[0]: words[-1] for line in listing.split("\n") if (words := line.split()) and words[0] in wanted}
        if base == "HEAD":
            own = self._answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
            meant = {"HEAD": own or "", **meant}
        elif meant and _HEX.fullmatch(base):
            ids = (self._answer("rev-parse", f"--disambiguate={base}") or "").split()
            meant |= {f"commit {each}": each for each in ids}
        if len(set(meant.values())) > 1:
            raise GitError(f"{base!r} is ambiguous: it names {listed(sorted(meant))}; write one of them in full")

    def _unknown(self, name: str) -> str:
        refs = (self._answer("for-each-ref", "--count=10000", "--format=%(refname:short)") or "").split("\n")
        near = nearest(name, [each for each in refs if each])
        base = _SUFFIX.split(name, maxsplit=1)[0]
        remote, _, branch = name.partition("/")
        if base != name and base and self._answer("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"):
            # The beginning of the way is here: what it leads to is not, and has no name to fetch it by.
            return f"there is no revision {name!r} here; " + (
                "this clone is shallow: fetch more of it with `git fetch --unshallow`"
                if self._is_shallow()
                else f"{base} does not go back that far"
            )
        if near:
            hint = did_you_mean(near)
        elif self._is_shallow():
            hint = f"this clone is shallow: fetch it with `git fetch --depth=1 origin {branch or remote}`"
        else:
            hint = f"fetch it with `git fetch {f'{remote} {branch}' if branch else f'origin {name}'}`"
        return f"there is no revision {name!r} here; {hint}"

    def _is_shallow(self) -> bool:
        return self._answer("rev-parse", "--is-shallow-repository") == "true"

    def _answer(self, *arguments: str) -> str | None:
        """Return what git prints, without the last line's end; ``None`` where it refuses.

        Raises :class:`GitError` where it refuses the repository as such.
        """
        try:
            with self._asked(*arguments) as output:
                return os.fsdecode(output.read(limits.REVISION_LISTING)).rstrip("\n")
        except _RefusedError as refused:
            if refused.status >= 128 and refused.why:
                raise GitError(refused.why) from None
            return None

    @contextmanager
    def _asked(self, *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> Iterator[IO[bytes]]:
        """Run git, and give what it prints. Raises ``_RefusedError`` where it fails or takes too long."""
        with TemporaryFile() as errors:
            try:
                process = subprocess.Popen(  # noqa: S603 - no shell; a revision cannot begin with a hyphen
                    [self._program, *_OPTIONS, "-C", str(self.root), *arguments],
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=_environment(os.environ, self.root),
                )
            except (OSError, ValueError) as error:
                raise GitError(f"git cannot be run: {error}") from None
            clock = Timer(_SECONDS, process.kill)
            clock.start()
            try:
                assert process.stdout is not None  # noqa: S101 - it was asked for
                yield process.stdout
                ended = process.stdout.read(1) == b""
                status = process.wait() if ended else 0  # what is left is more than was wanted
            finally:
                clock.cancel()
                clock.join()  # no process is forked while there is a second thread
                process.kill()
                process.wait()
                process.stdout.close()  # type: ignore[union-attr]
            if status:
                errors.seek(0)
                raise _RefusedError(status, errors.read(2000).decode("utf-8", "replace"))


class _RefusedError(GitError):
    def __init__(self, status: int, errors: str) -> None:
        lines = errors.strip().splitlines()
        self.status = status
        self.why = next((line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")), "")
        super().__init__(self.why or f"git failed ({status})" if status > 0 else "git took too long and was stopped")


def blob_id(data: bytes, length: int) -> str:
    """Return the id that git gives a file, in hexadecimal digits: 40 of them, or 64 in repositories with SHA-256."""
    from hashlib import sha1, sha256  # imported only where a revision is compared

    make = sha256 if length == 64 else sha1
    return make(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _environment(present: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the environment for git: nothing that leads it elsewhere, makes it ask, or lets it fetch."""
    kept = {name: value for name, value in present.items() if not name.startswith("GIT_") or name in _KEPT}
    return {
        **kept,
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",  # no transport has this name
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(root.parent),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _is_harmless(name: str) -> bool:
    """Whether a path of a tree stays where it is written: a tree that was made by hand can hold any."""
    steps = name.split("/")
    wrong = any(step in ("", ".", "..") or step.lower() == ".git" for step in steps)
    return not wrong and not (os.sep != "/" and (os.sep in name or ":" in name))
