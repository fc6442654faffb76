"""For MkDocs: pages that lie outside docs/ come on the site too, and links lead to them there as in the repository."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parent.parent

# A page's path in the repository → its path among the pages of the site.
ELSEWHERE = {
    "README.md": "project/README.md",
    "GLOSSARY.md": "project/GLOSSARY.md",
    "DECISIONS.md": "project/DECISIONS.md",
    "DEVELOPERS.md": "project/DEVELOPERS.md",
    "CHANGELOG.md": "project/CHANGELOG.md",
    "benchmarks/README.md": "project/benchmarks.md",
} | {
    f"benchmarks/results/{path.name}": f"project/results/{path.name}"
    for path in sorted((PROJECT / "benchmarks" / "results").glob("*.md"))
}
LINK = re.compile(r"\]\((?P<target>[^)#\s:]+)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie elsewhere."""
    for path, on_site in ELSEWHERE.items():
        text = (PROJECT / path).read_text(encoding="utf-8")
        files.append(File.generated(config, on_site, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between files of the repository into links between pages of the site."""
    del config, files
    here = page.file.src_uri
    in_repository = next((path for path, uri in ELSEWHERE.items() if uri == here), f"docs/{here}")

    def relink(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(in_repository), link["target"]))
        if (PROJECT / target).is_dir():
            target += "/index.md"
        on_site = ELSEWHERE.get(target, target.removeprefix("docs/"))
        return f"]({posixpath.relpath(on_site, posixpath.dirname(here))}{link['anchor'] or ''})"

    return LINK.sub(relink, markdown)
