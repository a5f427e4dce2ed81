"""A page of the desk as a person without a browser reads it: elements by id, their words, their forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_NEVER_CLOSED = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"})


@dataclass
class Element:
    """One element with what is inside it, in the order of the page."""

    tag: str
    attributes: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def state(self) -> str:
        return self.attributes.get("data-state", "")

    @property
    def text(self) -> str:
        """All words inside, with single spaces between."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for each in self.inside:
            yield each if isinstance(each, str) else each.text

    def all(self, tag: str = "") -> Iterator[Element]:
        """Every element inside with this tag, at any depth."""
        for each in self.inside:
            if isinstance(each, Element):
                if tag in ("", each.tag):
                    yield each
                yield from each.all(tag)

    def maybe(self, id_: str) -> Element | None:
        return next((each for each in self.all() if each.attributes.get("id") == id_), None)

    def by_id(self, id_: str) -> Element:
        found = self.maybe(id_)
        assert found is not None, f"there is no #{id_} on this page: {self.text[:300]}"
        return found

    def form_to(self, ending: str) -> Element | None:
        """The first form inside whose address ends like this; None when there is nothing to press."""
        forms = (form for form in self.all("form") if form.attributes.get("action", "").endswith(ending))
        return next(forms, None)

    def fields(self) -> dict[str, str]:
        """What a form sends when nothing is typed."""
        inputs = (each.attributes for each in self.all("input"))
        return {each["name"]: each.get("value", "") for each in inputs if "name" in each}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in _NEVER_CLOSED:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(each.tag == tag for each in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Element:
    """The page or part as a tree."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.open[0]
