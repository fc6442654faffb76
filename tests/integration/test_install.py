"""What works when only some of the dependencies are installed, and what is said of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent.parent / "src"
TERMINAL = ("typer", "click", "rich", "shellingham", "markdown_it", "mdurl", "pygments", "annotated_doc")

# Nothing may be found but the standard library and what is listed: as on a machine where the rest is not installed.
REFUSE_ALL_BUT = """
    import importlib.abc, sys

    class Refuse(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            top = name.split(".")[0]
            ours = top == "likeforlike"
            if ours and not (name == "likeforlike" or name.startswith(ALLOWED_OF_OURS)):
                raise AssertionError(f"{name} was imported")
            # Python's own record of how it was compiled; its name differs between machines.
            standard = top in sys.stdlib_module_names or top.startswith("_sysconfigdata")
            if not ours and not standard and top not in ALLOWED:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return None

    sys.meta_path.insert(0, Refuse())
"""


def run_python(
    script: str, *, allowed: tuple[str, ...], ours: tuple[str, ...]
) -> subprocess.CompletedProcess[str]:
    """Run a script in an interpreter of its own where only the packages named can be imported."""
    setting = f"ALLOWED, ALLOWED_OF_OURS = {allowed!r}, {ours!r}\n"
    text = setting + textwrap.dedent(REFUSE_ALL_BUT) + textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-c", text],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_module_of_statistics_needs_numpy_and_scipy_only() -> None:
    result = run_python(
        """
        import importlib, pkgutil
        import likeforlike.statistics as statistics

        names = [module.name for module in pkgutil.iter_modules(statistics.__path__)]
        for name in names:
            importlib.import_module(f"likeforlike.statistics.{name}")
        from likeforlike.statistics.intervals import wilson_interval

        lower, upper = wilson_interval(81, 263)
        print(len(names), round(float(lower), 4), round(float(upper), 4))
        """,
        allowed=("numpy", "scipy"),
        ours=("likeforlike.statistics",),
    )
    assert result.returncode == 0, result.stderr
    number, *interval = result.stdout.split()
    assert int(number) > 10
    # Newcombe 1998, Statistics in Medicine 17, page 862: the score interval of 81/263 is 0.2553 to 0.3662.
    assert interval == ["0.2553", "0.3662"]


@pytest.mark.parametrize(
    ("installed", "missing"), [(("numpy", "scipy"), "typer"), (("numpy", "scipy", *TERMINAL), "pydantic")]
)
def test_the_command_line_says_what_to_install(installed: tuple[str, ...], missing: str) -> None:
    result = run_python(
        """
        import runpy, sys

        sys.argv = ["likeforlike", "check-definitions"]
        runpy.run_module("likeforlike", run_name="__main__")
        """,
        allowed=installed,
        ours=("likeforlike.",),
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"needs the package '{missing}'" in result.stderr
    assert "pip install 'likeforlike[data]'" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_module_of_ours_that_is_gone_is_not_called_a_missing_package() -> None:
    result = run_python(
        """
        import runpy, sys

        sys.modules["likeforlike.cli.app"] = None  # as if the file were not there
        runpy.run_module("likeforlike", run_name="__main__")
        """,
        allowed=("numpy", "scipy"),
        ours=("likeforlike.",),
    )
    assert result.returncode == 1
    assert "Traceback" in result.stderr
    assert "pip install" not in result.stderr


def test_the_front_door_imports_nothing() -> None:
    result = run_python("import likeforlike; print(likeforlike.__version__)", allowed=(), ours=())
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count(".") == 2
