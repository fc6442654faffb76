"""Tells Django what it is here: addresses, hosts and headers; no database, no users, no sessions, no cookies."""

from __future__ import annotations

from pathlib import Path

import django
from django.conf import settings

from likeforlike.web.site import Site, key_of

HERE = Path(__file__).resolve().parent
ONE_YEAR = 365 * 24 * 60 * 60


def configure(site: Site) -> None:
    """Set up Django for a site; once in a process."""
    if settings.configured:
        settings.LIKEFORLIKE_SITE = site
        settings.ALLOWED_HOSTS = list(site.hosts)
        return
    settings.configure(
        LIKEFORLIKE_SITE=site,
        SECRET_KEY=key_of(site),
        ALLOWED_HOSTS=list(site.hosts),
        DEBUG=False,
        ROOT_URLCONF="likeforlike.web.urls",
        INSTALLED_APPS=[],
        # Of our own servers before this one: how the API finds the address that asks.
        API_PROXIES=1 if site.behind_tls else 0,
        DATABASES={},
        MIDDLEWARE=[
            "likeforlike.web.middleware.add_headers",
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "likeforlike.web.middleware.serve_release",
        ],
        USE_I18N=False,
        USE_TZ=True,
        LANGUAGE_CODE="en-gb",
        APPEND_SLASH=False,
        STATIC_URL="/assets/",
        STATIC_ROOT=str(HERE / "assets"),
        # The assets have no other name when they change; their addresses carry a hash.
        WHITENOISE_MAX_AGE=ONE_YEAR,
        WHITENOISE_ALLOW_ALL_ORIGINS=False,
        DATA_UPLOAD_MAX_MEMORY_SIZE=16 * 1024,
        SECURE_CONTENT_TYPE_NOSNIFF=True,
        SECURE_REFERRER_POLICY="strict-origin-when-cross-origin",
        SECURE_CROSS_ORIGIN_OPENER_POLICY="same-origin",
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https") if site.behind_tls else None,
        SECURE_SSL_REDIRECT=site.behind_tls,
        # The machine that watches the service asks without TLS.
        SECURE_REDIRECT_EXEMPT=["^health$"],
        SECURE_HSTS_SECONDS=ONE_YEAR if site.behind_tls else 0,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=site.behind_tls,
        SECURE_HSTS_PRELOAD=False,
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": {"class": "logging.StreamHandler"}},
            "loggers": {"django": {"handlers": ["console"], "level": "ERROR"}},
        },
    )
    django.setup()
