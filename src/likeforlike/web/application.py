"""The site as a WSGI application, and the server that runs it in worker processes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from likeforlike.web.site import Site, check_production

# Pages are made under Python's lock, one at a time: more threads wait for files and slow readers, not for work.
THREADS = 2


def make_application(site: Site) -> Callable[..., Any]:
    """The WSGI application of a site."""
    from django.core.wsgi import get_wsgi_application

    from likeforlike.web.configuration import configure
    from likeforlike.web.rendering import environment

    configure(site)
    application: Callable[..., Any] = get_wsgi_application()
    # The first visitor does not wait for the templates.
    for name in environment().list_templates(extensions=["html"]):
        environment().get_template(name)
    return application


def run_server(site: Site, host: str, port: int, workers: int) -> None:
    """Serve a site until the process is told to end.

    Raises:
        SettingsError: it is not safe to be served to others.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    check_production(site, host)
    Granian(
        "likeforlike.web.application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve(target_loader=partial(make_application, site), wrap_loader=False)
