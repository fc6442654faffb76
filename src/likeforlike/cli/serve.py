"""`likeforlike serve`: the public site and its API over the releases of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from likeforlike.cli.logs import log_event
from likeforlike.cli.printing import console, parse_path


def serve(
    releases: Annotated[
        Path | None,
        typer.Option(
            "--releases",
            metavar="DIR",
            parser=parse_path,
            help="Folder of the releases, or one release; by default the setting, else `releases`.",
        ),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that make pages.")] = 1,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it is safe to serve like this, and end.")
    ] = False,
) -> None:
    """Serve the public site from the newest release; a newer one is taken up without a restart.

    It writes nothing but the file of feedback, sets no cookies and asks no other host for anything.

    [bold]Example[/]

        likeforlike serve --releases releases --port 8000
    """
    from likeforlike.settings import load_settings
    from likeforlike.web.application import run_server
    from likeforlike.web.rack import open_checked
    from likeforlike.web.site import LOCAL_HOSTS, Site, check_production

    settings = load_settings(releases=releases)
    site = Site(
        releases=settings.releases,
        feedback=settings.feedback,
        hosts=tuple(settings.hosts.split()) or LOCAL_HOSTS,
        secret_key=settings.secret_key,
        behind_tls=settings.tls == "proxy",
        # By name: the site does not know the API, and Django imports it when it serves both.
        api="likeforlike.api.urls",
    )
    check_production(site, host)
    out = console()
    if check:
        about = open_checked(site.releases).about
        out.print(f"Release {about.id} is whole, and this is safe to serve.", markup=False)
        return
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    out.print(f"Serving {site.releases} at {address} (end with Ctrl+C)", markup=False, soft_wrap=True)
    # Whoever started it reads the address from a pipe, and nothing more is printed.
    out.file.flush()
    log_event("serving", releases=str(site.releases), address=address, workers=workers)
    run_server(site, host, port, workers)
