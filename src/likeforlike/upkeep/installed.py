"""What is installed: Python, the packages of each extra, and Java, which Spark needs."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata

from likeforlike import __version__

JAVA_PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Installed:
    """Versions, None where something is not installed."""

    likeforlike: str
    python: str
    system: str
    extras: dict[str, dict[str, str | None]]
    """Extra → package → version."""
    java: str | None
    """What `java -version` says first."""

    def missing(self, extra: str) -> tuple[str, ...]:
        """The packages of an extra that are not installed."""
        return tuple(name for name, version in self.extras.get(extra, {}).items() if version is None)


def find_installed() -> Installed:
    """Look at what this Python can import and at whether the machine has Java."""
    return Installed(
        likeforlike=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        extras=find_extras(metadata.requires("likeforlike") or []),
        java=_find_java(),
    )


def find_extras(requirements: list[str]) -> dict[str, dict[str, str | None]]:
    """Extra → package → installed version, from the requirements that the package itself declares.

    A package stands under the first extra that needs it: `statistics` is what is always installed, then `data`.
    """
    extras: dict[str, dict[str, str | None]] = {}
    for requirement in requirements:
        needed = re.match(r"[A-Za-z0-9._-]+", requirement)
        extra = re.search(r"""extra == ['"]([^'"]+)['"]""", requirement)
        # An extra may name another extra of ours, and a package may be for another system only.
        if needed is None or needed[0] == "likeforlike" or "sys_platform" in requirement:
            continue
        extras.setdefault(extra[1] if extra else "statistics", {})[needed[0]] = _version(needed[0])
    first: dict[str, dict[str, str | None]] = {}
    for extra_name in sorted(
        extras, key=lambda name: (name != "statistics", name != "data", name == "all", name)
    ):
        named = {package for packages in first.values() for package in packages}
        own = {name: version for name, version in extras[extra_name].items() if name not in named}
        if own:
            first[extra_name] = dict(sorted(own.items()))
    return first


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _find_java() -> str | None:
    java = shutil.which("java")
    if java is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603 - the path is what the system itself says `java` is
            [java, "-version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=JAVA_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # It prints its version to standard error; a stub without a Java behind it ends with an error.
    return next(iter(said.stderr.splitlines()), None) if said.returncode == 0 else None
