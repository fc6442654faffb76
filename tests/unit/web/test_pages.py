"""What each page says of the release made by hand, and that every one of them is valid and escapes what it shows."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import html5lib
import pytest

from made_site import DOES_NOT_TELL, NAMES
from site_pages import OTHERS, PAGES, text_of


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_valid_and_has_what_every_page_has(name: str, client: Any) -> None:
    answer = client.get(PAGES[name])
    assert answer.status_code == 200
    check_page(answer)


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_an_error_is_a_page(name: str, client: Any) -> None:
    address, status = OTHERS[name]
    answer = client.get(address)
    assert answer.status_code == status
    check_page(answer)
    assert 'role="search"' in answer.content.decode() or status == 410


def check_page(answer: Any) -> None:
    """Valid HTML with one heading of the first level, in order; the banner of fiction; who we are; no inline code."""
    html = answer.content.decode()
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    # html5lib knows HTML as it was before <search> became an element of it; it takes it for an ordinary one.
    assert [error for _, error, _ in parser.errors] == []
    levels = [int(level) for level in re.findall(r"<h([1-6])", html.split("<main", 1)[1].split("</main>")[0])]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "These organisations do not exist" in html
    assert "independent open-source software using published data" in html
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", html)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!publisher\.example\.org)', html)
    assert "<SOUTH>" not in html


def test_the_home_page_leads_to_the_kinds_of_service(client: Any) -> None:
    html = client.get("/").content.decode()
    assert 'href="/services/gp_practice/"' in html
    assert "12 in this release" in html


def test_a_search_allows_for_a_typing_error(client: Any) -> None:
    assert 'href="/organisations/gp_practice/A00001/"' in client.get("/search/?q=oakfeild").content.decode()


def test_a_postcode_leads_to_who_is_near(client: Any) -> None:
    said = text_of(client.get("/search/?q=ZZ1+9ZZ"))
    assert "GP practices nearest to ZZ1" in said
    # 50.72 is where ZZ1 is, and where the third practice is, but for a hundredth of a degree to the east.
    assert re.search(r"HIGH STREET SURGERY 0\.7 km", said)


def test_a_list_opens_with_its_groups(client: Any) -> None:
    said = text_of(client.get("/services/gp_practice/?area_kind=icb&area=QAA"))
    assert (
        "On “Calls answered”: 2 better than expected, 4 as expected, 2 worse than expected and 2 cannot tell, of 10."
        in said
    )
    assert "between 9th and 10th of 10" in said


def names_in_order(answer: Any) -> list[str]:
    return re.findall(
        r'<th scope="row"><a href="/organisations/gp_practice/([^/]+)/">', answer.content.decode()
    )


def test_a_list_is_by_group_and_by_position_only_when_asked(client: Any) -> None:
    area = "/services/gp_practice/?area=icb:QAA"
    by_group = names_in_order(client.get(area))
    assert by_group[:2] == ["A00002", "A00003"]
    # "=1+1" comes before "THE MILL".
    assert by_group[-2:] == ["A00009", "A00007"]
    by_position = names_in_order(client.get(f"{area}&sort=position"))
    assert by_position[:3] == ["A00003", "A00002", "A00009"]
    assert by_position[-1] == "A00001"


def test_filters_are_in_the_address(client: Any) -> None:
    answer = client.get("/services/gp_practice/?area=icb:QAA&state=worse+than+expected")
    assert sorted(names_in_order(answer)) == ["A00001", "A00008"]
    far = names_in_order(client.get("/services/gp_practice/?near=Oldtown"))
    # Oldtown is at 50.75, the sixth practice as well.
    assert far[0] == "A00006"


def test_an_area_that_is_none_is_not_found(client: Any) -> None:
    assert client.get("/services/gp_practice/?area_kind=icb&area=QZZ").status_code == 404


def test_an_organisation_has_its_sentence_interval_and_range(client: Any) -> None:
    said = text_of(client.get("/organisations/gp_practice/A00001/"))
    assert "At a glance: 1 worse than expected and 1 not assessed." in said
    assert "61% (58% to 64%) · expected 66% · worse than expected" in said
    assert "Between 9th and 10th of 10, GP practices in Anyshire ICB." in said
    assert f"What this does not tell you: {DOES_NOT_TELL}" in said
    assert "The number is too small to be published." in said
    assert "November 2025 not submitted" in said
    assert f"{NAMES['A00004']}" in said


def test_a_closed_organisation_names_its_successor(client: Any) -> None:
    answer = client.get("/organisations/gp_practice/A00099/")
    assert answer.status_code == 410
    assert "Closed on 1 April 2025." in text_of(answer)
    assert 'href="/organisations/gp_practice/A00002/"' in answer.content.decode()


def test_an_indicator_asks_and_answers(client: Any) -> None:
    said = text_of(client.get("/indicators/calls_answered_share/gp_practice/"))
    assert "How many calls are answered? England: 66% in November 2025." in said
    assert "98 parts in 100 would be seen again" in said
    assert "Two of ten practices answer fewer calls than expected" in said
    assert "Deprivation score −1.20 0.20" in said
    assert (
        client.get("/indicators/calls_answered_share/")["Location"]
        == "/indicators/calls_answered_share/gp_practice/"
    )


def test_a_comparison_is_whole_in_its_address(client: Any) -> None:
    said = text_of(client.get("/compare/?kind=gp_practice&code=A00001&code=A00002&code=A99999"))
    assert "OAKFIELD SURGERY and ELM ROAD PRACTICE." in said
    added = client.get("/compare/?kind=gp_practice&code=A00001&add=a00002").content.decode()
    assert "ELM ROAD PRACTICE" in added
    seven = "&".join(f"code={code}" for code in list(NAMES)[:7])
    assert text_of(client.get(f"/compare/?kind=gp_practice&{seven}")).count("Remove") == 6


def test_a_strip_has_a_tick_for_each_peer_and_its_words(client: Any) -> None:
    html = client.get("/organisations/gp_practice/A00001/").content.decode()
    strip = re.search(r'<svg class="lfl-strip.*?</svg>', html, re.DOTALL)
    assert strip
    assert 'aria-label="between 9th and 10th of 10"' in strip[0]
    assert re.search(r'lfl-strip__peers" d="([^"]+)"', strip[0])[1].count("M") == 10  # type: ignore[index]


def test_a_change_says_what_and_why(client: Any) -> None:
    assert "Calls answered New month November 2025 is new. 10" in text_of(client.get("/changes/"))
