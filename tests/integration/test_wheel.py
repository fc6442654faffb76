"""The wheel holds all that the package needs: built, installed without a network, and run from another folder.

The package comes from the wheel alone. Its dependencies are lent by the environment of the tests through a path
file: installing them again would need a network, and they are not what is tested here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "src" / "likeforlike"
UV = Path(sys.executable).with_name("uv")

# What a process needs of its surroundings; nothing of ours, so that no checkout can help.
SURROUNDINGS = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and a folder far from the checkout."""

    environment: Path
    folder: Path

    def run(self, *words: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment there."""
        program, *arguments = words
        return subprocess.run(
            [str(self.environment / "bin" / program), *arguments],
            cwd=self.folder,
            env=SURROUNDINGS | {"HOME": str(self.folder), "COLUMNS": "100"} | surroundings,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from what a fresh checkout holds."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, checkout)
    shutil.copytree(PACKAGE, checkout / "src" / "likeforlike", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=checkout,
        env=SURROUNDINGS,
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment of its own with the wheel, and with the tests' dependencies behind it."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    words = ["pip", "install", "--quiet", "--offline", "--no-deps", "--no-cache", "--python"]
    subprocess.run([str(UV), *words, str(environment / "bin" / "python"), str(wheel)], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    # A folder that is named in a path file is searched, but path files in it are not read: the editable install
    # of the tests' own environment stays out of sight.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    elsewhere = folder / "else where"
    elsewhere.mkdir()
    return Installed(environment, elsewhere)


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "likeforlike = likeforlike.__main__:main" in archive.read(entry_points).decode()
        assert [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    expected = {
        f"likeforlike/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == expected
    assert {name.rsplit(".", 1)[-1] for name in names} >= {"py", "toml", "typed"}


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    asked = installed.run("python", "-c", "import likeforlike; print(likeforlike.__file__)")
    assert asked.stderr == ""
    assert installed.environment in Path(asked.stdout.strip()).parents
    definitions = installed.run("likeforlike", "check-definitions", "--json")
    assert (definitions.returncode, definitions.stderr) == (0, "")
    here = len(list((PACKAGE / "definitions" / "indicators").glob("*.toml")))
    assert f'"indicators": {here},' in definitions.stdout


def test_the_street_runs_where_there_is_no_make_and_no_utf_8(installed: Installed) -> None:
    surroundings = {"PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONUTF8": "0"}
    here = replace(installed, folder=installed.folder / "street")
    here.folder.mkdir()
    for words in (
        "simulate county --icbs 1 --practices 12 --months 1",
        "add county/registered_patients --store store",
        "build --store store",
        "compare --type gp_practice --area XI01 --indicator list_size --store store",
    ):
        told = here.run("likeforlike", *words.split(), **surroundings)
        assert (told.returncode, told.stderr) == (0, ""), words
    assert "(FICTIONAL)" in told.stdout.upper()
    assert {path.name for path in here.folder.iterdir()} == {"county", "store"}
    for encoding in ("cp1252", "ascii"):
        surroundings["PYTHONIOENCODING"] = encoding
        told = here.run("likeforlike", "doctor", "--store", "store", **surroundings)
        assert (told.returncode, told.stderr) == (0, "")
        assert "Broken: nothing" in told.stdout
        # In neither code page is there an arrow: all that is written is UTF-8.
        assert "→ Add the newest issue from https://" in told.stdout


@pytest.mark.slow
def test_the_demo_runs_from_another_folder_without_make(installed: Installed) -> None:
    here = replace(installed, folder=installed.folder / "demo")
    here.folder.mkdir()
    demo = here.run("likeforlike", "demo")
    assert (demo.returncode, demo.stderr) == (0, "")
    assert "observations of" in demo.stdout
    assert "All of this is fictional." in demo.stdout
    assert {path.name for path in here.folder.iterdir()} == {"likeforlike-demo"}
    doctor = here.run("likeforlike", "doctor", "--store", "likeforlike-demo/store")
    assert (doctor.returncode, "Broken: nothing" in doctor.stdout) == (0, True)
