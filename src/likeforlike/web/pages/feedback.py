"""What people have to say: a form without questions about them, written to a small file that is read by hand."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from likeforlike.web.feedback import FeedbackQueue, RateLimit, check_origin
from likeforlike.web.rendering import make_page

LONGEST = 4000
ABOUT = {
    "figure": "A figure looks wrong",
    "words": "Something is hard to understand",
    "use": "Something is hard to use",
    "other": "Something else",
}
_LIMIT = RateLimit()


def show(request: HttpRequest) -> HttpResponse:
    """The form, and what happens when it is sent."""
    if request.method == "POST":
        return _take(request)
    return _form(request, page=request.GET.get("page", "")[:300])


def _take(request: HttpRequest) -> HttpResponse:
    site = settings.LIKEFORLIKE_SITE
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()[: LONGEST + 1]
    given = {
        "page": request.POST.get("page", "")[:300],
        "text": text,
        "subject": request.POST.get("subject", "other"),
    }
    if not check_origin(request.headers, request.get_host()):
        return _form(request, status=403, problem="This form can only be sent from its own page.", **given)
    if not text:
        return _form(request, status=400, problem="Write what you want to tell us.", **given)
    if len(text) > LONGEST:
        return _form(request, status=400, problem=f"Use {LONGEST:,} characters or fewer.", **given)
    # A field that people do not see; who fills it is no person.
    if request.POST.get("website"):
        return _thanks(request)
    if not _LIMIT.allows(_who(request), settings.SECRET_KEY):
        problem = "We have had several messages from your network. Try again in an hour."
        return _form(request, status=429, problem=problem, **given)
    if given["subject"] not in ABOUT:
        given["subject"] = "other"
    kept = FeedbackQueue(site.feedback).append({**given, "release": request.opened.about.id})
    if not kept:
        problem = "We cannot take more messages at the moment. Try again tomorrow."
        return _form(request, status=503, problem=problem, **given)
    return _thanks(request)


def _who(request: HttpRequest) -> str:
    """The address that asks; behind a server that speaks TLS, the last one that this server added."""
    if settings.LIKEFORLIKE_SITE.behind_tls:
        return str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _form(
    request: HttpRequest,
    *,
    status: int = 200,
    page: str = "",
    text: str = "",
    subject: str = "",
    problem: str = "",
) -> HttpResponse:
    answer = make_page(
        request,
        "feedback.html",
        status=status,
        page=page,
        text=text,
        subject=subject,
        problem=problem,
        subjects=ABOUT,
        longest=LONGEST,
        sent=False,
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _thanks(request: HttpRequest) -> HttpResponse:
    answer = make_page(request, "feedback.html", sent=True, problem="", page="")
    answer["Cache-Control"] = "no-store"
    return answer
