"""The links of a page, and the issues that their addresses name."""

from __future__ import annotations

import pytest

from likeforlike.fetch.links import find_links

PAGE = "https://digital.nhs.uk/list/page"


def test_links_are_those_of_anchors_each_once() -> None:
    html = """<!DOCTYPE html><p>/a.csv <a class=x HREF='/a.csv'>A</a> <a href="b.csv#top">B</a> <a>none</a>
    <A href=" //files.digital.nhs.uk/c%20d.csv?x=1&amp;y=2 ">C<img src="/e.csv"></a> <a href="/a.csv">again</a>
    <!-- <a href="/f.csv"> --> <script>"<a href='/g.csv'>"</script> <a href="/h.txt">H</a> <a href='/i.csv'"""
    assert [link.address for link in find_links(html, PAGE, r"[ac] ?d?\.csv|b\.csv")] == [
        "https://digital.nhs.uk/a.csv",
        "https://digital.nhs.uk/list/b.csv",
        "https://files.digital.nhs.uk/c%20d.csv?x=1&y=2",
    ]


@pytest.mark.parametrize(
    ("name", "issue"),
    [
        ("november-2025", "2025-11-01"),
        ("Nov-25", "2025-11-01"),
        ("SEPTEMBER-2025", "2025-09-01"),
        ("11-2025", "2025-11-01"),
        ("13-2025", "None"),
        ("smarch-2025", "None"),
        ("november-0", "2000-11-01"),
    ],
)
def test_issues_of_months(name: str, issue: str) -> None:
    (link,) = find_links(f'<a href="/{name}">', PAGE, r"/(?P<month>\w+)-(?P<year>\d+)$")
    assert str(link.period) == issue


def test_a_year_alone_is_a_financial_year() -> None:
    (link,) = find_links('<a href="/england-2022-23">', PAGE, r"/england-(?P<year>\d{4})-\d\d$")
    assert str(link.period) == "2022-04-01"
