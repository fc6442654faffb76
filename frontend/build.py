"""Makes the stylesheet and script of the public site from the NHS.UK frontend's package, without its licensed font.

Run `python frontend/build.py` after a change of package.json or of the site's own files. It needs npm; what it writes
is kept with the sources, so that nobody who installs or tests the site does.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
PACKAGE = FRONTEND / "node_modules" / "nhsuk-frontend"
ASSETS = FRONTEND.parent / "src" / "likeforlike" / "web" / "assets"
# The NHS font comes from another host and is licensed to the NHS alone.
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
FONT = "Frutiger W01,arial,sans-serif"
OTHER_HOST = re.compile(r"url\(\s*['\"]?(?:https?:)?//")


def build_stylesheet() -> str:
    """The package's stylesheet with Arial, and with no address of another host in it."""
    text = (PACKAGE / "dist/nhsuk/nhsuk-frontend.min.css").read_text(encoding="utf-8")
    assert FONT in text, "the stylesheet names its font in another way than it did"
    text = FONT_FACE.sub("", text).replace(FONT, "Arial,sans-serif")
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    assert not OTHER_HOST.search(text), "the stylesheet asks another host for something"
    assert "Frutiger" not in text
    return text


def write_compressed(path: Path) -> None:
    """The file beside itself, packed; the same bytes whenever it is made."""
    packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
    path.with_name(f"{path.name}.gz").write_bytes(packed)


def build() -> None:
    """Install the package as locked, and write what the site serves."""
    npm = shutil.which("npm")
    assert npm, "npm is needed, from Node 20 or newer"
    subprocess.run([npm, "ci"], cwd=FRONTEND, check=True)  # noqa: S603 - npm itself, with what is locked
    stylesheet = build_stylesheet()
    (ASSETS / "nhsuk-frontend.css").write_text(stylesheet, encoding="utf-8", newline="\n")
    script = (PACKAGE / "dist/nhsuk/nhsuk-frontend.min.js").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    (ASSETS / "nhsuk-frontend.js").write_text(script, encoding="utf-8", newline="\n")
    (ASSETS / "images").mkdir(exist_ok=True)
    for name in sorted(set(re.findall(r"url\(/assets/images/([\w.-]+)\)", stylesheet))):
        shutil.copyfile(PACKAGE / "dist/nhsuk/assets/images" / name, ASSETS / "images" / name)
    for name in ("nhsuk-frontend.css", "nhsuk-frontend.js", "site.css", "site.js"):
        write_compressed(ASSETS / name)


if __name__ == "__main__":
    build()
