"""A source's files from its publisher's pages into a folder: found, downloaded one by one, and recorded."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from urllib3 import PoolManager

from likeforlike.catalogue import Fetch, Source
from likeforlike.errors import FetchError, NotFoundError, UserError
from likeforlike.fetch.addresses import check_address, file_name_of
from likeforlike.fetch.downloading import MEGABYTE, Validator, download, settle
from likeforlike.fetch.links import Link, find_links, names_issues
from likeforlike.fetch.record import Entry, append_record, read_record
from likeforlike.fetch.web import BY_HAND, Manners, Web, make_pool
from likeforlike.store.files import hash_file

MOST_FILES = 100
# Publishers list issues that are to come; the newest with files is looked for among so many.
MOST_ISSUES_TRIED = 4
LOCK = ".fetching.lock"


@dataclass(frozen=True)
class Found:
    """A file to fetch: its address, its name on disk, and the issue it belongs to."""

    address: str
    name: str
    period: datetime.date | None


@dataclass(frozen=True)
class Fetched:
    """What became of one file."""

    address: str
    period: datetime.date | None
    file: Path | None
    """Where it lies, or would lie."""
    outcome: str
    """`fetched`, `already_there`, `would_fetch` or `failed`."""
    sha256: str | None = None
    bytes: int | None = None
    note: str | None = None
    error: UserError | None = None

    def as_dict(self) -> dict[str, object]:
        """For `--json` and the log."""
        return {
            "outcome": self.outcome,
            "address": self.address,
            "period": self.period and f"{self.period:%Y-%m}",
            "file": self.file and str(self.file),
            "sha256": self.sha256,
            "bytes": self.bytes,
            "note": self.note,
            "error": self.error and self.error.as_dict(),
        }


Report = Callable[[str], None]
"""Told what is being done."""


def _silent(doing: str) -> None:
    del doing


def fetch_source(
    source: Source,
    folder: Path,
    *,
    period: datetime.date | None = None,
    dry_run: bool = False,
    pool: PoolManager | None = None,
    manners: Manners | None = None,
    report: Report = _silent,
) -> list[Fetched]:
    """Fetch the files of a source's newest issue, or of the issue of a month, into a folder.

    A file that fails does not keep the others from being fetched; its outcome has the error. With `dry_run` the pages
    are read and nothing is written.

    Raises:
        NotFoundError: the source is not fetched, or has no such issue.
        FetchError: its pages cannot be read or have no such links, or the folder cannot be written.
    """
    fetch = source.fetch
    if fetch is None:
        raise NotFoundError(
            "its files are not fetched.",
            where=source.id,
            next_step=f"Get them by hand: {source.landing_page}",
        )
    web = Web(fetch.hosts, pool or make_pool(), manners or Manners())
    report(f"Looking at {source.landing_page}")
    found = find_source_files(web, source, fetch, period)
    if dry_run:
        return [_plan(web, one, folder) for one in found]
    with _only_here(folder):
        return [_fetch_one(web, source, fetch, one, folder, report) for one in found]


def find_source_files(web: Web, source: Source, fetch: Fetch, period: datetime.date | None) -> list[Found]:
    """The files of an issue, by the source's addresses or by its links from the landing page."""
    issues = any(names_issues(pattern) for pattern in fetch.links)
    if period is not None and not issues:
        raise NotFoundError(
            "this source has no issues of a month, only its newest files.",
            where=source.id,
            next_step="Leave --period out.",
        )
    if fetch.files:
        return [Found(address, name, None) for name, address in fetch.files.items()]
    links = _follow(web, source, source.landing_page, fetch.links, None, period)
    if not links:
        raise FetchError(
            f"no link to a file of this source was found (pattern {fetch.links[-1]}).",
            where=source.landing_page,
            next_step=f"{BY_HAND} If the page has changed, correct [fetch] in definitions/sources/{source.id}.toml.",
        )
    if len(links) > MOST_FILES:
        raise FetchError(
            f"{len(links):,} links look like files of this source, at most {MOST_FILES} are fetched.",
            where=source.landing_page,
            next_step=f"Narrow the links of [fetch] in definitions/sources/{source.id}.toml.",
        )
    return [Found(link.address, file_name_of(link.address), link.period) for link in links]


def _follow(
    web: Web,
    source: Source,
    page: str,
    patterns: tuple[str, ...],
    issue: datetime.date | None,
    wanted: datetime.date | None,
) -> list[Link]:
    """The links that the last pattern finds, of the wanted issue, else of the newest one that has any."""
    read = web.read_page(page)
    if read is None:
        # A page that is announced and not there yet; the landing page itself must be there.
        if page == source.landing_page or wanted is not None:
            raise FetchError("there is no such page.", where=page, next_step=BY_HAND)
        return []
    final, html = read
    first, *rest = patterns
    links = find_links(html, final, first)
    for named, members in _by_issue(links, first, wanted, page):
        below: list[Link] = []
        for link in members:
            period = named or issue
            if rest:
                below += _follow(web, source, link.address, tuple(rest), period, wanted)
            else:
                below.append(Link(link.address, period))
        if below:
            return list(dict.fromkeys(below))
    return []


def _by_issue(
    links: list[Link], pattern: str, wanted: datetime.date | None, page: str
) -> Iterator[tuple[datetime.date | None, list[Link]]]:
    """The links of each issue, newest first; only of the wanted one; all at once where none are named."""
    if not names_issues(pattern):
        yield None, links
        return
    issues: dict[datetime.date, list[Link]] = {}
    for link in links:
        if link.period is not None:
            issues.setdefault(link.period, []).append(link)
    if wanted is not None:
        if wanted not in issues:
            known = ", ".join(f"{one:%Y-%m}" for one in sorted(issues, reverse=True)[:12]) or "none"
            raise NotFoundError(
                f"no issue of {wanted:%Y-%m} is linked; there are {known}.",
                where=page,
                next_step="Choose one of these with --period.",
            )
        yield wanted, issues[wanted]
        return
    today = datetime.datetime.now(datetime.UTC).date()
    for issue in sorted((one for one in issues if one <= today), reverse=True)[:MOST_ISSUES_TRIED]:
        yield issue, issues[issue]


def _folder_of(one: Found, folder: Path) -> Path:
    """Where a file lies: some publishers call the file of every month the same."""
    return folder / f"{one.period:%Y-%m}" if one.period else folder


def _plan(web: Web, one: Found, folder: Path) -> Fetched:
    file = _folder_of(one, folder) / one.name
    try:
        check_address(one.address, web.hosts)
    except FetchError as error:
        return Fetched(one.address, one.period, None, "failed", error=error)
    known = _known(one.address, folder)
    if known is not None:
        return Fetched(
            one.address, one.period, folder / known.file, "already_there", known.sha256, known.bytes
        )
    return Fetched(one.address, one.period, file, "would_fetch")


def _known(address: str, folder: Path) -> Entry | None:
    """What came from an address before, if it still lies there as it came."""
    for entry in reversed(read_record(folder)):
        file = folder / entry.file
        if entry.asked == address and file.is_file() and hash_file(file) == entry.sha256:
            return entry
    return None


def _fetch_one(web: Web, source: Source, fetch: Fetch, one: Found, folder: Path, report: Report) -> Fetched:
    known = _known(one.address, folder)
    below = _folder_of(one, folder)

    def progress(here: int, whole: int | None) -> None:
        of = f" of {whole / MEGABYTE:,.1f}" if whole else ""
        report(f"{one.name}: {here / MEGABYTE:,.1f}{of} MB")

    try:
        below.mkdir(parents=True, exist_ok=True)
        arrived = download(
            web,
            one.address,
            below,
            one.name,
            most_bytes=fetch.most_megabytes * MEGABYTE,
            known=Validator(known.etag, known.last_modified) if known else Validator(),
            progress=progress,
        )
        if arrived is None:
            return _there_already(one, folder, known)
        file, was_there = settle(arrived, below, one.name)
        if was_there and known is not None and known.sha256 == arrived.sha256:
            return _there_already(one, folder, known)
        append_record(
            folder,
            Entry(
                time=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                source=source.id,
                period=f"{one.period:%Y-%m}" if one.period else None,
                asked=one.address,
                address=arrived.address,
                file=file.relative_to(folder).as_posix(),
                sha256=arrived.sha256,
                bytes=arrived.bytes,
                etag=arrived.validator.etag,
                last_modified=arrived.validator.last_modified,
            ),
        )
    except FetchError as error:
        return Fetched(one.address, one.period, None, "failed", error=error)
    except OSError as error:
        raise _unwritable(folder, error) from None
    note = None
    if file.name != one.name:
        note = f"{one.name} was there with other bytes and was left as it is; this one is kept as {file.name}"
    outcome = "already_there" if was_there else "fetched"
    return Fetched(one.address, one.period, file, outcome, arrived.sha256, arrived.bytes, note)


def _there_already(one: Found, folder: Path, known: Entry | None) -> Fetched:
    if known is None:
        error = FetchError("the server says that a file is unchanged which is not here.", where=one.address)
        return Fetched(one.address, one.period, None, "failed", error=error)
    return Fetched(one.address, one.period, folder / known.file, "already_there", known.sha256, known.bytes)


@contextmanager
def _only_here(folder: Path) -> Iterator[None]:
    """Only one fetch at a time into a folder: two would write the same partial file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=0):
            yield
    except Timeout:
        raise FetchError(
            "another fetch is at work in this folder.", where=str(folder), next_step="Wait for it to end."
        ) from None
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> FetchError:
    return FetchError(
        f"cannot be written ({error.strerror or error}).",
        where=str(folder),
        next_step="Name a folder with room that you may write to, with --to.",
    )
