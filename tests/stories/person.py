"""Somebody of the cast who uses the desk without a browser: reads its pages, sends its forms as their buttons do."""

from __future__ import annotations

import httpx

from tests.stories.reading import Element, read


class Person:
    """Signed in, with cookies of their own."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.name = name
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=30, trust_env=False)
        form = self.page("/sign-in").form_to("")
        assert form is not None
        self.send("/sign-in", {**form.fields(), "username": name, "password": password})

    def page(self, path: str) -> Element:
        return read(self.client.get(path).raise_for_status().text)

    def send(self, path: str, fields: dict[str, str]) -> httpx.Response:
        answer = self.client.post(path, data=fields, headers={"Referer": str(self.client.base_url)})
        return answer.raise_for_status()

    def press(self, form: Element | None, **typed: str) -> httpx.Response:
        """Send a form as its button does; answers the page it leads to."""
        assert form is not None, "there is nothing to press"
        return self.send(form.attributes["action"], {**form.fields(), **typed})
