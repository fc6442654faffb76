"""The import contracts of `.importlinter` hold for the package, and each of them can be broken."""

from __future__ import annotations

import ast
import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "src" / "likeforlike"
CONTRACTS = PROJECT / ".importlinter"

# Contract → one import that it forbids: (the module that has it, what it imports).
FORBIDDEN = {
    "order": ("catalogue", "import likeforlike.store"),
    "errors": ("errors", "import likeforlike.settings"),
    "statistics": ("statistics", "import likeforlike.errors"),
    "simulate": ("simulate", "from likeforlike.settings import VALUE"),
    "catalogue": ("catalogue", "def late():\n    import likeforlike.settings"),
    "statistics_users": ("measures", "import likeforlike.statistics"),
    "measures_users": ("sources", "import likeforlike.measures"),
    "store_users": ("comparison", "import likeforlike.store"),
    "street_ends": ("comparison", "import likeforlike.fetch"),
    "ibis": ("comparison", "import ibis"),
    "command_line": ("measures", "import rich.table"),
    "definitions": ("sources", "import pydantic"),
    "network": ("sources", "import urllib3"),
    "django": ("release", "import django.http"),
}
ALLOWED = {
    "__main__": "import likeforlike.cli",
    "web": "import django\nimport likeforlike.release, likeforlike.present",
    "api": "import ninja, pydantic\nimport likeforlike.release",
    "release": "import pydantic\n"
    "import likeforlike.documents, likeforlike.charts, likeforlike.present, likeforlike.review, "
    "likeforlike.measures, likeforlike.store",
    "cli": "import rich, typer\n"
    "import likeforlike.comparison, likeforlike.fetch, likeforlike.simulate, likeforlike.sources",
    "comparison": "import likeforlike.measures, likeforlike.statistics, likeforlike.catalogue",
    "export": "import likeforlike.measures, likeforlike.store, likeforlike.catalogue",
    "documents": "import likeforlike.charts, likeforlike.present, likeforlike.store",
    "charts": "import likeforlike.present",
    "present": "import likeforlike.review, likeforlike.comparison, likeforlike.catalogue",
    "review": "import pydantic\n"
    "import likeforlike.comparison, likeforlike.measures, likeforlike.statistics, likeforlike.store",
    "upkeep": "import likeforlike.measures, likeforlike.store, likeforlike.catalogue",
    "fetch": "import urllib3\nimport likeforlike.catalogue, likeforlike.store",
    "sources": "import likeforlike.catalogue, likeforlike.store",
    "simulate": "import likeforlike.errors",
    "measures": "import ibis\nimport likeforlike.store, likeforlike.catalogue",
    "statistics": "import numpy",
    "store": "import likeforlike.catalogue",
    "catalogue": "import pydantic\nimport likeforlike.errors",
    "settings": "import likeforlike.errors\nVALUE = 1",
    "errors": "",
}


def lint_imports(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`lint-imports` with the project's contracts over the package that lies in `folder`."""
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "lint-imports"),
            *("--config", str(CONTRACTS), "--no-cache", "--no-logo", *options),
        ],
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def write_package(folder: Path, modules: dict[str, str]) -> None:
    """A package called likeforlike with these modules."""
    package = folder / "likeforlike"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text + "\n")


def contract_names() -> dict[str, str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS)
    prefix = "importlinter:contract:"
    return {
        section.removeprefix(prefix): parser[section]["name"]
        for section in parser.sections()
        if section.startswith(prefix)
    }


def test_the_package_keeps_every_contract() -> None:
    result = lint_imports(PACKAGE.parent)
    assert result.returncode == 0, result.stdout
    assert f"Contracts: {len(FORBIDDEN)} kept, 0 broken." in result.stdout


def test_every_contract_is_shown_broken_below() -> None:
    assert set(FORBIDDEN) == set(contract_names())


def test_imports_that_the_table_allows_break_nothing(tmp_path: Path) -> None:
    write_package(tmp_path, ALLOWED)
    result = lint_imports(tmp_path)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    importer, statement = FORBIDDEN[contract]
    write_package(tmp_path, ALLOWED | {importer: f"{ALLOWED[importer]}\n{statement}"})
    result = lint_imports(tmp_path, "--contract", contract)
    assert result.returncode == 1
    assert f"{contract_names()[contract]} BROKEN" in result.stdout


def test_a_package_without_a_place_in_the_table_breaks_the_order(tmp_path: Path) -> None:
    write_package(tmp_path, ALLOWED | {"utils": ""})
    result = lint_imports(tmp_path, "--contract", "order")
    assert result.returncode == 1
    assert "likeforlike.utils" in result.stdout


def imported_packages(path: Path) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_statistics_needs_numpy_and_scipy_only() -> None:
    imported = set().union(*(imported_packages(path) for path in (PACKAGE / "statistics").rglob("*.py")))
    assert imported - set(sys.stdlib_module_names) == {"likeforlike", "numpy", "scipy"}


def reads_the_environment(path: Path) -> bool:
    """Whether a module names `os.environ` or `os.getenv`."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
        or (isinstance(node, ast.keyword) and node.arg == "envvar")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_only_settings_reads_the_environment() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if reads_the_environment(path)
    }
    assert readers == {"settings.py"}


# Ways to the network, of the standard library and of others.
REACHING = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip


def test_only_fetch_imports_a_module_that_reaches_the_network() -> None:
    users = {
        path.relative_to(PACKAGE).as_posix(): sorted(imported_packages(path) & REACHING)
        for path in PACKAGE.rglob("*.py")
        if imported_packages(path) & REACHING
    }
    assert users == {
        "fetch/addresses.py": ["urllib", "urllib3"],
        "fetch/downloading.py": ["urllib3"],
        "fetch/fetching.py": ["urllib3"],
        "fetch/web.py": ["urllib", "urllib3"],
    }


def test_only_one_module_of_fetch_connects() -> None:
    calls = {
        path.name
        for path in (PACKAGE / "fetch").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("request", "urlopen", "connection_from_url", "connection_from_host")
    }
    assert calls == {"web.py"}
