"""Which files are fetched: links followed from the landing page, issues told apart, fixed addresses."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from publisher import FILES, PAGES, Fetching, Publisher, refuse, source_with, whole

from likeforlike.errors import FetchError, NotFoundError

BY_ISSUE = source_with(links=[r"/list/(?P<month>[a-z]+)-(?P<year>\d{4})$", r"/all\.csv$"])


@pytest.fixture
def monthly(publisher: Publisher) -> Publisher:
    """A landing page with four issues, of which one is announced only; the file of each is called the same."""
    publisher.page(
        f"{PAGES}/list",
        "/list/september-2025",
        "/list/october-2025#contents",
        f"https://{PAGES}/list/october-2025",
        "/list/november-2025",
        "/list/december-2999",
        "/list/about-this-publication",
    )
    for number, month in enumerate(("september", "october"), 1):
        publisher.page(f"{PAGES}/list/{month}-2025", f"https://{FILES}/{number}F/all.csv", "/guide.csv")
        publisher.behaviours[f"{FILES}/{number}F/all.csv"] = whole(f"month\n{month}\n".encode())
    publisher.page(f"{PAGES}/list/november-2025")
    return publisher


def files_below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_newest_issue_that_has_files(monthly: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    (one,) = fetch(BY_ISSUE)
    assert (one.outcome, one.period) == ("fetched", datetime.date(2025, 10, 1))
    assert files_below(tmp_path / "files") == {"2025-10/all.csv": "month\noctober\n"}
    assert monthly.paths == [
        f"{PAGES}/list",
        f"{PAGES}/list/november-2025",
        f"{PAGES}/list/october-2025",
        f"{FILES}/2F/all.csv",
    ]
    for _, headers in monthly.asked:
        assert headers["User-Agent"].startswith("likeforlike/")
        assert headers["Accept-Encoding"] == "identity"


def test_an_announced_issue_without_a_page(monthly: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    monthly.behaviours[f"{PAGES}/list/november-2025"] = refuse(404)
    fetch(BY_ISSUE)
    assert list(files_below(tmp_path / "files")) == ["2025-10/all.csv"]


def test_the_issue_of_a_month(monthly: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    fetch(BY_ISSUE, period=datetime.date(2025, 9, 1))
    fetch(BY_ISSUE)
    assert files_below(tmp_path / "files") == {
        "2025-09/all.csv": "month\nseptember\n",
        "2025-10/all.csv": "month\noctober\n",
    }


def test_a_month_that_has_no_issue(monthly: Publisher, fetch: Fetching) -> None:
    with pytest.raises(
        NotFoundError, match="no issue of 2024-01 is linked; there are 2999-12, 2025-11, 2025-10"
    ):
        fetch(BY_ISSUE, period=datetime.date(2024, 1, 1))


def test_a_month_whose_page_has_no_file(monthly: Publisher, fetch: Fetching) -> None:
    with pytest.raises(FetchError, match=r"no link to a file of this source was found \(pattern /all"):
        fetch(BY_ISSUE, period=datetime.date(2025, 11, 1))
    monthly.behaviours[f"{PAGES}/list/november-2025"] = refuse(410)
    with pytest.raises(FetchError, match="november-2025: there is no such page"):
        fetch(BY_ISSUE, period=datetime.date(2025, 11, 1))


def test_a_dry_run_reads_pages_and_writes_nothing(
    monthly: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
    (one,) = fetch(BY_ISSUE, dry_run=True)
    assert (one.outcome, one.address) == ("would_fetch", f"https://{FILES}/2F/all.csv")
    assert one.file == tmp_path / "files" / "2025-10" / "all.csv"
    assert not (tmp_path / "files").exists()
    assert not any(path.startswith(FILES) for path in monthly.paths)
    fetch(BY_ISSUE)
    (again,) = fetch(BY_ISSUE, dry_run=True)
    assert (again.outcome, again.file) == ("already_there", one.file)


def test_a_folder_of_the_issue_that_cannot_be_made(
    monthly: Publisher, fetch: Fetching, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "2025-10").write_text("a file\n")
    with pytest.raises(FetchError, match=r"files: cannot be written \(File exists\)"):
        fetch(BY_ISSUE)


def test_issues_by_the_names_of_files(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    names = ["01 April 2024 ratings.csv", "02%20May%202024%20ratings.csv"]
    publisher.page(f"{PAGES}/list", *(f"https://{FILES}/{name}" for name in names))
    publisher.behaviours[f"{FILES}/02%20May%202024%20ratings.csv"] = whole(b"rating\n")
    fetch(source_with(links=[r"/\d\d (?P<month>[A-Z][a-z]+) (?P<year>\d{4}) ratings\.csv$"]))
    assert files_below(tmp_path / "files") == {"2024-05/02 May 2024 ratings.csv": "rating\n"}


def test_issues_of_financial_years(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    publisher.page(f"{PAGES}/list", "/list/england-2021-22", "/list/england-2022-23")
    publisher.page(f"{PAGES}/list/england-2021-22", f"//{FILES}/payments-21-22.csv")
    publisher.behaviours[f"{FILES}/payments-21-22.csv"] = whole(b"paid\n")
    source = source_with(links=[r"/england-(?P<year>\d{4})-\d\d$", r"/payments-[\d-]+\.csv$"])
    fetch(source, period=datetime.date(2021, 4, 1))
    assert files_below(tmp_path / "files") == {"2021-04/payments-21-22.csv": "paid\n"}


def test_a_file_at_a_fixed_address(publisher: Publisher, fetch: Fetching, tmp_path: Path) -> None:
    publisher.behaviours[f"{FILES}/api/csv?indicator=93930"] = whole(b"area,value\n")
    source = source_with(files={"indicator_93930.csv": f"https://{FILES}/api/csv?indicator=93930"})
    fetch(source)
    assert files_below(tmp_path / "files") == {"indicator_93930.csv": "area,value\n"}
    assert publisher.paths == [f"{FILES}/api/csv?indicator=93930"]
    with pytest.raises(NotFoundError, match="no issues of a month"):
        fetch(source, period=datetime.date(2025, 10, 1))


def test_a_source_that_is_not_fetched(fetch: Fetching) -> None:
    with pytest.raises(NotFoundError, match=r"not fetched\. Get them by hand: https://digital\.nhs\.uk/list"):
        fetch(source_with(links=["x"]).model_copy(update={"fetch": None}))


def test_a_landing_page_that_is_gone(publisher: Publisher, fetch: Fetching) -> None:
    with pytest.raises(FetchError, match=r"list: there is no such page\. Get the file by hand"):
        fetch(BY_ISSUE)
    assert publisher.paths == [f"{PAGES}/list"]


def test_a_page_of_far_too_many_files(publisher: Publisher, fetch: Fetching) -> None:
    publisher.page(f"{PAGES}/list", *(f"/{number}.csv" for number in range(101)))
    with pytest.raises(FetchError, match="101 links look like files of this source, at most 100"):
        fetch(source_with(links=[r"\.csv$"]))


def test_a_page_that_does_not_end(
    publisher: Publisher, fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("likeforlike.fetch.web.LARGEST_PAGE", 1 << 20)
    publisher.behaviours[f"{PAGES}/list"] = whole(b"<a href='x.csv'>" * 100_000)
    with pytest.raises(FetchError, match="a page of more than 1 MB"):
        fetch(BY_ISSUE)
