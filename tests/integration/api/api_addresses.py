"""The addresses of that site: the API, and once more under the address of a release."""

from __future__ import annotations

from django.urls import include, path

from made_release import RELEASE

urlpatterns = [
    path("api/", include("likeforlike.api.urls")),
    path(f"releases/{RELEASE.id}/api/", include("likeforlike.api.urls")),
]
