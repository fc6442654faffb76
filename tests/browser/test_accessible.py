"""Every kind of page in a browser: no violation of WCAG 2.2 AA that axe-core knows, on a desktop and on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from site_pages import OTHERS, PAGES

ADDRESSES = PAGES | {name: address for name, (address, _) in OTHERS.items()}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


def find_violations(page: Any, axe: str) -> list[tuple[str, str]]:
    """What axe finds: the rule, and where."""
    # By the debugger's way in: the page's own rules let no script in that is not its own.
    page.evaluate(axe)
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}}})")
    return [(one["id"], node["html"][:200]) for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_a_violation(size: dict[str, int], browser: Browser, site: str, axe: str) -> None:
    page = browser.new_context(viewport=size).new_page()
    found = {}
    for name, address in ADDRESSES.items():
        page.goto(site + address)
        if violations := find_violations(page, axe):
            found[name] = violations
    assert found == {}


def test_a_violation_would_be_found(browser: Browser, site: str, axe: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{site}/")
    page.evaluate(
        "document.querySelector('main').appendChild(document.createElement('img')).src = '/assets/images/mark.svg'"
    )
    assert "image-alt" in [rule for rule, _ in find_violations(page, axe)]


def test_no_page_is_wider_than_a_phone(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=PHONE).new_page()
    widths = {}
    for name, address in ADDRESSES.items():
        page.goto(site + address)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in widths.items() if width > PHONE["width"]} == {}


def test_the_keyboard_reaches_the_content_first_and_every_control_shows_that_it_has_the_focus(
    browser: Browser, site: str
) -> None:
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.goto(f"{site}/services/gp_practice/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "maincontent"
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                const one = document.activeElement, look = getComputedStyle(one);
                // A box that is drawn by its label shows the focus there.
                const drawn = one.type === 'checkbox' ? getComputedStyle(one.nextElementSibling, '::before') : look;
                const seen = drawn.outlineStyle !== 'none' || drawn.boxShadow !== 'none';
                return [one.tagName, seen];
                }"""
            )
        )
    assert all(seen for _, seen in reached), reached
    assert {"A", "SELECT", "INPUT"} <= {tag for tag, _ in reached}
