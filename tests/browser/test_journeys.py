"""From a search to an organisation, its indicator, a comparison and a file: with and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(
    params=[(DESKTOP, True), (DESKTOP, False), (PHONE, True), (PHONE, False)],
    ids=["desktop", "desktop without JavaScript", "phone", "phone without JavaScript"],
)
def page(request: pytest.FixtureRequest, browser: Browser) -> Page:
    size, scripted = request.param
    context = browser.new_context(viewport=size, java_script_enabled=scripted, accept_downloads=True)
    return context.new_page()


def test_from_a_search_to_a_file(page: Page, site: str) -> None:
    asked: list[Request] = []
    faults: list[str] = []
    page.on("request", lambda one: asked.append(one))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site}/")
    page.get_by_role("search", name="Find an organisation").get_by_role("searchbox").fill("oakfeild")
    page.get_by_role("search", name="Find an organisation").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="OAKFIELD SURGERY").click()
    assert page.get_by_role("heading", level=1).inner_text() == "OAKFIELD SURGERY"
    page.get_by_role("link", name="Calls answered", exact=True).click()
    assert "How many calls are answered?" in page.get_by_role("heading", level=1).inner_text()
    picture = page.get_by_role("img", name="Chart: Two of ten")
    picture.scroll_into_view_if_needed()
    assert picture.bounding_box()["width"] > 0  # type: ignore[index]
    page.go_back()
    page.get_by_role("link", name="See them side by side").click()
    assert "OAKFIELD SURGERY" in page.get_by_role("table").inner_text()
    page.get_by_label("Add one of the GP practices").fill("A00002")
    page.get_by_role("button", name="Find").click()
    assert "ELM ROAD PRACTICE" in page.get_by_role("table").inner_text()
    assert "code=A00001" in page.url
    page.get_by_role("table").get_by_role("link", name="OAKFIELD SURGERY", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith("calls_answered_share,gp_practice,A00001,OAKFIELD SURGERY,QAA")
    assert faults == []
    assert {one.url.split("/")[2] for one in asked} == {site.removeprefix("http://")}
    assert page.context.cookies() == []


def test_a_list_is_filtered_and_feedback_is_sent(page: Page, site: str) -> None:
    page.goto(f"{site}/services/gp_practice/")
    page.get_by_label("Area").select_option("icb:QAA")
    page.get_by_label("State").select_option("worse than expected")
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == 2
    page.get_by_role("link", name="Tell us what is wrong").click()
    page.get_by_label("What do you want to tell us?").fill("The figure of May looks wrong.")
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you"
