"""The documentation as a site: it builds without a warning, asks no other host for anything, and reads as meant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = ["README.md", "GLOSSARY.md", "DECISIONS.md", "DEVELOPERS.md", "CHANGELOG.md", "benchmarks/README.md"]

# What a browser fetches by itself, and in which attribute the address stands.
FETCHED = {
    ("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("source", "src"), ("iframe", "src"),
    ("object", "data"), ("embed", "src"), ("video", "src"), ("audio", "src"), ("use", "href"), ("input", "src"),
}  # fmt: skip


def build(project: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=project,
        # The notice is about the future of the tool and no fault of the pages.
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    result = build(PROJECT, folder)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    return folder


class _Page(HTMLParser):
    """What a page fetches, where its links lead, its anchors, its paragraphs, and its policy."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.paragraphs: list[str] = []
        self.policies: list[str] = []
        self.classes: set[str] = set()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._in_paragraph = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        for name, value in given.items():
            if (tag, name) in FETCHED:
                self.fetched.append(value)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.classes |= set(given.get("class", "").split())
        if given.get("http-equiv", "").casefold() == "content-security-policy":
            self.policies.append(given["content"])
        if tag == "p":
            self._in_paragraph = True
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._in_paragraph = False

    def handle_data(self, data: str) -> None:
        if self._in_paragraph:
            self.paragraphs[-1] += data


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    return {path: _Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_on_the_site(pages: dict[Path, _Page]) -> None:
    figures = (PROJECT / "benchmarks" / "results").glob("*.md")
    written = [*(PROJECT / "docs").rglob("*.md"), *(PROJECT / name for name in PAGES), *figures]
    # One more: the page for what is not there.
    assert len(pages) == len(written) + 1


def test_no_page_fetches_anything_from_elsewhere(pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        elsewhere = [
            one for one in page.fetched if urlsplit(one).netloc or urlsplit(one).scheme not in ("", "data")
        ]
        assert elsewhere == [], path.name
        # For these the theme's script would ask other hosts: diagrams, and the facts of a repository.
        assert page.classes & {"mermaid", "md-source"} == set(), path.name


def test_no_style_fetches_anything_from_elsewhere(site: Path) -> None:
    styles = list(site.rglob("*.css"))
    assert styles
    for path in styles:
        text = path.read_text(encoding="utf-8")
        addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", text) + re.findall(
            r"@import\s+[\"']([^\"']+)", text
        )
        assert [one for one in addresses if re.match(r"(\w+:)?//", one)] == [], path.name


def test_the_browser_is_told_to_ask_no_other_host(pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        (policy,) = page.policies
        rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
        assert rules["default-src"] == "'none'", path.name
        allowed = {word for words in rules.values() for word in words.split()}
        assert allowed == {"'none'", "'self'", "'unsafe-inline'", "data:"}, path.name


def test_every_link_and_anchor_leads_somewhere(pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        if path.name == "404.html":  # served at any address: its links begin at the site's root
            continue
        for link in [*page.links, *page.fetched]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors | {"__top"}, f"{path}: {link}"


def test_lists_and_tables_are_none_of_the_paragraphs(pages: dict[Path, _Page]) -> None:
    # The site's Markdown wants an empty line before a list or table where that of the repository wants none.
    for path, page in pages.items():
        for text in page.paragraphs:
            assert not re.search(r"^\s*(?:[-*] |\d+\. |\|)", text, re.MULTILINE), f"{path}: {text}"


def test_pages_can_be_read_aloud(pages: dict[Path, _Page]) -> None:
    for path, page in pages.items():
        assert next(given for tag, given in page.tags if tag == "html")["lang"] == "en", path
        assert [tag for tag, _ in page.tags].count("h1") == 1, path
        assert all(given.get("alt") for tag, given in page.tags if tag == "img"), path


def test_formulas_need_no_script() -> None:
    # They are written in letters: x̄ ± t s/√n. Anything that needs a typesetter would have to bring it.
    for path in (PROJECT / "docs").rglob("*.md"):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\$[^$\n]+\$|\\\(|\\\[|\\frac", prose), path.name


def test_the_search_finds_methods_and_commands(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    for word, location in (
        ("Clopper", "methods/intervals/"),
        ("withdraw", "commands/"),
        ("LMC", "project/GLOSSARY/"),
    ):
        assert any(word in doc["text"] and doc["location"].startswith(location) for doc in index["docs"]), (
            word
        )


def test_what_is_no_page_stays_out(site: Path) -> None:
    assert [path.name for path in site.rglob("*") if path.suffix in (".py", ".md", ".toml")] == []
    assert (site / "methods" / "plots" / "intervals.svg").is_file()


# What is done to the pages → what the build then says.
FAULTS = {
    "a link to no page": ("measures.md", "\n[nowhere](nowhere.md)\n", "nowhere.md"),
    "a link to no heading": ("measures.md", "\n[nowhere](commands.md#nowhere)\n", "#nowhere"),
    "a link out of the project": ("measures.md", "\n[nowhere](../../README.md)\n", "README.md"),
    "a page in no menu": ("forgotten.md", "# Forgotten\n", "forgotten.md"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_the_build(fault: str, tmp_path: Path) -> None:
    for name in ("docs", "benchmarks"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("mkdocs.yml", *(one for one in PAGES if "/" not in one)):
        shutil.copy(PROJECT / name, tmp_path / name)
    page, text, said = FAULTS[fault]
    with (tmp_path / "docs" / page).open("a", encoding="utf-8") as stream:
        stream.write(text)
    result = build(tmp_path, tmp_path / "site")
    assert result.returncode == 1
    assert said in result.stderr
