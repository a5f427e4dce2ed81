"""JSON is read strictly, and what is refused is named by its place."""

from __future__ import annotations

import pytest

from decisions.domain import canonical
from decisions.domain.canonical import BadDocument

REFUSED = [
    ('{"indicators": [{"margin": {"ratio": NaN}}]}', "$.indicators[0].margin.ratio: holds NaN, which is not a number"),
    ('{"a": [1, -Infinity]}', "$.a[1]: is not a finite number"),
    ('{"a": 1e999}', "$.a: is not a finite number"),
    ('{"tiers": {"low": {"tier": 1, "tier": 2}}}', "$.tiers.low.tier: stands twice in one object"),
    ('[{"a": 1, "a": NaN}]', "$[0].a: stands twice in one object"),
    ('{"a": "\\ud800"}', "$.a: holds a character that is not text"),
    ('{"a": 1} {"b": 2}', "$: is not JSON: Extra data at line 1, column 10"),
    (b"\xff", "$: is not UTF-8 at byte 0"),
    ("[" * 100_000, "$: is more than 64 levels deep"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_json_may_not_hold_is_refused_at_its_place(text, said):
    with pytest.raises(BadDocument) as refused:
        canonical.load(text)

    assert str(refused.value) == said


def test_of_a_long_key_only_the_beginning_is_shown():
    with pytest.raises(BadDocument) as refused:
        canonical.load('{"%s": NaN}' % ("x" * 1000))

    assert refused.value.path == "$." + "x" * canonical.LONGEST_KEY + "…"
