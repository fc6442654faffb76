"""The addresses of that site: the API, and once more under the address of a release."""

from __future__ import annotations

from django.urls import include, path

from made_release import RELEASE

urlpatterns = [
    path("api/v1/", include("likeforlike.api.urls")),
    path(f"releases/{RELEASE.id}/api/v1/", include("likeforlike.api.urls")),
]
