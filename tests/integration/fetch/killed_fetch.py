"""A fetch in a process of its own, which a test kills. Arguments: the port of the publisher, the folder."""

from __future__ import annotations

import sys
from pathlib import Path

from publisher import FILES, HASTY, Loopback, source_with

from likeforlike.fetch.fetching import fetch_source

SOURCE = source_with(files={"all.csv": f"https://{FILES}/all.csv"})

if __name__ == "__main__":
    fetch_source(SOURCE, Path(sys.argv[2]), pool=Loopback(int(sys.argv[1])), manners=HASTY)
