"""Pages for what is not there, not any more, not allowed or broken: each says what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import Resolver404, resolve

from likeforlike.errors import UserError
from likeforlike.web.rendering import make_page

TITLES = {
    400: "We could not read that address",
    404: "Page not found",
    410: "This organisation has closed",
    503: "There is nothing to compare yet",
}


def explain(request: HttpRequest, error: UserError) -> HttpResponse:
    """A page for an error that a person can put right."""
    status = error.http_status
    if request.path_info.startswith("/api/"):
        # The one shape of what the API refuses: who asks it reads no pages.
        said = {"code": error.code, "message": error.what, "next_step": error.next_step}
        return JsonResponse({"error": said}, status=status, headers={"Cache-Control": "no-store"})
    title = TITLES.get(status, "Something is not as it should be")
    response = make_page(request, "error.html", status=status, title=title, error=error)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "60"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page has this address; one without its last slash is sent on."""
    del exception
    if not request.path_info.endswith("/") and request.method == "GET":
        try:
            resolve(f"{request.path_info}/")
        except Resolver404:
            pass
        else:
            query = request.META.get("QUERY_STRING", "")
            # From the path that was resolved: a second slash in front would name another host.
            target = f"{request.at.prefix}/{request.path_info.strip('/')}/"
            return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
    return make_page(request, "error.html", status=404, title=TITLES[404], error=None)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address or form that cannot be read; whatever is known of the request may be wrong, so it says little."""
    del request, exception
    return HttpResponse(f"{TITLES[400]}.\n", status=400, content_type="text/plain; charset=utf-8")


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours: nothing of it is told."""
    del request
    return HttpResponse(
        "Sorry, there is a problem with this service. Try again later.\n",
        status=500,
        content_type="text/plain; charset=utf-8",
    )
