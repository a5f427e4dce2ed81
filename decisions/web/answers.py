"""How a view answers: the part as it now is for htmx, a redirect for a plain form, and refusals as sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from decisions.domain.actors import Actor, sight_refusal
from decisions.domain.canonical import BadDocument
from decisions.domain.refusals import Refused
from decisions.people import actor_of

PAGE_ROWS = 50
View = Callable[..., HttpResponse]


def for_members(view: View) -> View:
    """Let in whoever has a role on the desk; everybody else gets one sentence. Sets `request.actor`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any("\x00" in text for many in (request.GET, request.POST) for _, texts in many.lists() for text in texts):
            raise BadRequest("What was sent holds a character that is not text.")
        actor = actor_of(request.user)
        sentence = sight_refusal(actor)
        if sentence is not None:
            raise PermissionDenied(sentence)
        request.actor = actor  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


def acting(request: HttpRequest) -> Actor:
    """The actor whom `for_members` let in."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def attempt(request: HttpRequest, act: Callable[[], Any]) -> tuple[Any, str]:
    """Do an act; answers what it returned and an empty sentence, or nothing and the sentence of its refusal.

    The only place in this room that catches a refusal.
    """
    try:
        return act(), ""
    except Refused as refused:
        return None, refused.sentence
    except BadDocument as bad:
        return None, f"{bad.path} {bad.reason}."


def answer(request: HttpRequest, part: str, context: dict[str, Any], *, back: str, refusal: str = "") -> HttpResponse:
    """After an act: the part as it now is (422 with the sentence in it when it was refused), or the page again.

    Args:
        part: the template of the part; it shows `refusal` itself.
        back: where a plain form returns to; a refusal is shown there as a message.
    """
    if is_htmx(request):
        return render(request, part, context | {"refusal": refusal}, status=422 if refusal else 200)
    if refusal:
        messages.warning(request, refusal)
    return redirect(back)


def forward(request: HttpRequest, to: str) -> HttpResponse:
    """Send the person on to another page, also out of an htmx request."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to)


def paged(request: HttpRequest, found: QuerySet[Any]) -> tuple[list[Any], dict[str, str]]:
    """A page of rows without counting the rest, and where the neighbouring pages are."""
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else 1
    number = max(number, 1)
    start = (number - 1) * PAGE_ROWS
    rows = list(found[start : start + PAGE_ROWS + 1])
    newer = f"?page={number - 1}" if number > 1 else ""
    older = f"?page={number + 1}" if len(rows) > PAGE_ROWS else ""
    return rows[:PAGE_ROWS], {"newer_url": newer, "older_url": older}


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
