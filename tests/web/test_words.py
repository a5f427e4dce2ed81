"""How numbers, times and keys are written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.web.check_rows import stored_rows
from decisions.web.intervals import Scale
from decisions.web.option_words import option_words, slug
from decisions.web.words import amount, lasting, percent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1234567.8", "1,234,568\u00a0EUR"),
        (9.994, "9.99\u00a0EUR"),
        ("-12", "\u221212\u00a0EUR"),
        (None, "unknown"),
        ("", "unknown"),
        ("many", "many"),
    ],
)
def test_an_amount_has_its_currency_and_a_true_minus(value, said):
    assert amount(value, "EUR") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0\u00a0s"),
        (89, "89\u00a0s"),
        (120, "2\u00a0min"),
        (5400, "1\u00a0h 30\u00a0min"),
        (7200, "2\u00a0h"),
        (200_000, "2\u00a0days"),
    ],
)
def test_a_duration_is_said_as_people_say_it(seconds, said):
    assert lasting(seconds) == lasting(timedelta(seconds=seconds)) == said


def test_what_is_unknown_is_said():
    assert (percent(None), lasting(None)) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("roll_back:v1", "roll back to v1"),
        ("shift_traffic:v1:50", "shift 50\u00a0% to v1"),
        ("disable", "disable and fall back"),
        ("something_new", "something new"),
    ],
)
def test_an_option_is_called_what_people_call_it(key, said):
    assert option_words(key) == said


@pytest.mark.parametrize("key", ["roll_back:v1.2", 'x"><script>', "a b"])
def test_a_key_in_an_id_is_letters_digits_and_lines(key):
    assert all(sign.isalnum() or sign in "_-" for sign in slug(key))


def test_broken_bounds_come_first_with_their_side_and_unit():
    checks = [
        {"name": "p_best", "label": "P(best)", "state": "pass", "number": 0.97, "bound": 0.95, "unit": ""},
        {"name": "tail", "label": "CVaR95", "state": "fail", "number": 58310.2, "bound": 20000, "unit": "EUR"},
        {"name": "cooldown", "label": "Cooldown passed", "state": "pass", "number": None, "bound": 600, "unit": "s"},
    ]

    rows = stored_rows(checks)

    assert [row["name"] for row in rows] == ["CVaR95", "P(best)", "Cooldown passed"]
    assert (rows[0]["number"], rows[0]["bound"]) == ("58,310\u00a0EUR", "at most 20,000\u00a0EUR")
    assert rows[2]["number"] == "no action yet"


@pytest.mark.parametrize(("nothing", "high"), [("0", "0"), ("0.5", "2"), ("50227", "40795"), ("3e9", "9e9")])
def test_a_scale_begins_at_nothing_and_has_three_to_six_ticks(nothing, high):
    result = {"do_nothing": {"expected": nothing}, "options": [{"high": high}]}

    ticks = Scale.over(result).ticks()

    assert ticks[0] == {"at": 0.0, "word": "0"}
    assert 2 <= len(ticks) <= 6
    assert all(0 <= tick["at"] <= 100 for tick in ticks)
