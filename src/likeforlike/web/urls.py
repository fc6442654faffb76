"""Which page answers which address, below a release."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from likeforlike.web.pages import (
    compare,
    downloads,
    errors,
    feedback,
    home,
    indicators,
    lists,
    organisation,
    ratings,
    texts,
)

urlpatterns = [
    path("", home.show),
    path("search/", home.search),
    path("services/<slug:kind>/", lists.show),
    path("organisations/<slug:kind>/<str:code>/", organisation.show),
    path("indicators/", indicators.show_all),
    path("indicators/<slug:indicator>/", indicators.lead),
    path("indicators/<slug:indicator>/<slug:kind>/", indicators.show),
    path("compare/", compare.show),
    path("ratings/", ratings.show),
    path("ratings/shown/<slug:indicator>/<slug:kind>/", ratings.show_bands),
    path("ratings/<slug:rule>/<slug:kind>/", ratings.show_rule),
    path("methods/", texts.methods),
    path("data/", texts.data),
    path("changes/", texts.changes),
    path("accessibility/", texts.accessibility),
    path("feedback/", feedback.show),
    path("health", texts.health),
    path("charts/<path:key>.svg", downloads.chart),
    path("download/<path:name>", downloads.download),
]
if settings.LIKEFORLIKE_SITE.api:
    urlpatterns.append(path("api/", include(settings.LIKEFORLIKE_SITE.api)))

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.broken
