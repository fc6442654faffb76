"""The simulation knows the formats by itself: it shares no name with the code that it tests."""

from __future__ import annotations

import ast
from pathlib import Path

from likeforlike import simulate

MODULES = sorted(Path(simulate.__file__).parent.glob("*.py"))
ALLOWED = ("likeforlike.errors", "likeforlike.simulate")


def imported_names(source: str) -> set[str]:
    """Every module that the source imports, absolutely or relatively (with its dots)."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def test_nothing_of_ours_but_errors_is_imported() -> None:
    assert len(MODULES) > 10
    for module in MODULES:
        ours = {name for name in imported_names(module.read_text()) if name.startswith((".", "likeforlike"))}
        assert all(name.startswith(ALLOWED) for name in ours), f"{module.name}: {ours}"


def test_the_check_would_notice() -> None:
    assert imported_names("from likeforlike.sources import x\nimport likeforlike.store as s") == {
        "likeforlike.sources",
        "likeforlike.store",
    }
