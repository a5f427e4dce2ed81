"""What every page shows around its own content: who is here, where they can go, how the desk is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    return {}
