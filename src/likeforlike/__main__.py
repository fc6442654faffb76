"""The command `likeforlike`, and what it says when only the statistics are installed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from likeforlike.cli.app import run

        # In here as well: commands import what they need when they run.
        run()
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("likeforlike"):
            raise
        sys.exit(
            f"The command line needs the package '{error.name}', which is not installed.\n"
            "Install everything with: pip install 'likeforlike[data]'"
        )


if __name__ == "__main__":
    main()
