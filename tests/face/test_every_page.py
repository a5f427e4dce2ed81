"""Every page, wide and on a phone, dark and light: readable by everybody, never wider than the phone, no complaint."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

pytestmark = pytest.mark.browser
axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
LOOKS = itertools.cycle([[(WIDE, "dark"), (PHONE, "light")], [(PHONE, "dark"), (WIDE, "light")]])
STANDARD = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
ONE_OF_MANY = {"assessments": 1, "services": 4, "journal": 1}

# Who looks from where, and what of the pages that are linked from there is looked at, too.
WALKS = [
    ("ana", "/", r"/services/[\w-]+"),
    ("ana", "/incidents", r"/incidents/\d+"),
    ("ben", "/approvals", r"/approvals/\d+"),
    ("ana", "/runs", r"/runs/\d+"),
    ("petra", "/policies", r"/policies/(\d+|new)"),
    ("olga", "/journal", r"/journal/\d+"),
    ("ana", "/incidents/3", r"/assessments/\d+"),
]


@pytest.mark.parametrize(("name", "start", "linked"), WALKS)
def test_every_page_can_be_read_by_everybody(name, start, linked, scenes, enter):
    page = enter(name)
    page.goto(scenes.address + start)

    found = {place: faults_of(page, scenes.address + place) for place in places(page, start, linked)}

    assert {place: faults for place, faults in found.items() if faults} == {}
    assert page.complaints == []


@pytest.mark.parametrize("place", ["/sign-in", "/nothing-here"])
def test_pages_for_strangers_can_be_read_by_everybody(place, scenes, window):
    assert faults_of(window(viewport=WIDE, reduced_motion="reduce"), scenes.address + place) == []


def places(page: Any, start: str, linked: str) -> list[str]:
    """The page itself, and what it links to of that kind: all of it, or the first few where they are all alike."""
    links = page.locator("main a[href^='/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    fitting = [link for link in dict.fromkeys(links) if re.fullmatch(linked, link) and link != start]
    return [start, *fitting[: ONE_OF_MANY.get(linked.split("/")[1])]]


def faults_of(page: Any, url: str) -> list[str]:
    """What axe calls serious or critical, and how much too wide the page is; one scheme wide, the other on a phone."""
    page.goto(url)
    page.wait_for_load_state("networkidle")
    found: list[str] = []
    for size, scheme in next(LOOKS):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} {size['width']}: {fault}" for fault in serious(page)]
        if (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
            found.append(f"{size['width']}: {width} px wide")
    page.set_viewport_size(WIDE)
    return found


def serious(page: Any) -> list[str]:
    violations = axe.run(page, options=STANDARD).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in violations
        if each["impact"] in ("serious", "critical")
    ]
