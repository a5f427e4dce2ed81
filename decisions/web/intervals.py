"""Loss intervals as bars on one linear scale from 0, for a whole column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from decisions.web.words import GAP, amount

ROOM = 1.06


@dataclass(frozen=True)
class Scale:
    """A linear scale from 0 to `end`, in currency; never a log scale for money."""

    end: float
    base: float

    @classmethod
    def over(cls, result: dict[str, Any]) -> Scale:
        """A scale on which every option's interval and doing nothing have room."""
        base = float(result["do_nothing"]["expected"])
        highest = max([float(option["high"]) for option in result["options"]], default=0.0)
        return cls(end=max(base, min(highest, 2.5 * base) if base else highest, 1.0) * ROOM, base=base)

    def at(self, value: Any) -> float:
        return max(0.0, min(100.0, 100 * float(value) / self.end))

    def bar(self, option: dict[str, Any], currency: str, *, best: bool = False) -> dict[str, Any]:
        """One row's bar: expected, 90 % range, doing nothing."""
        low, high = self.at(option["low"]), self.at(option["high"])
        return {
            "low": low,
            "width": high - low,
            "mean": self.at(option["expected"]),
            "base": self.at(self.base),
            "zero": None,
            "actual": None,
            "key": (),
            "state": "best" if best else "plain",
            "label": f"{option['title']}: expected loss {amount(option['expected'], currency)}, 90 per cent between "
            f"{amount(option['low'])} and {amount(option['high'])}. Doing nothing {amount(self.base, currency)}.",
        }

    def tall(self, option: dict[str, Any], result: dict[str, Any], currency: str) -> dict[str, Any]:
        """The bar of the recommended option, with its legend."""
        return self.bar(option, currency, best=True) | {
            "title": "Expected loss",
            "scale": f"90{GAP}% interval, {currency}",
            "key": [
                {"mark": "mean", "name": "expected", "value": amount(option["expected"])},
                {"mark": "range", "name": f"90{GAP}%", "value": f"{amount(option['low'])} to {amount(option['high'])}"},
                {"mark": "base", "name": "doing nothing", "value": amount(self.base)},
            ],
        }

    def ticks(self) -> list[dict[str, Any]]:
        """Three to five round ticks, without the currency."""
        step = _round_step(self.end / 4)
        count = int(self.end / step)
        return [{"at": self.at(step * place), "word": _short(step * place)} for place in range(count + 1)]


def _round_step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next((size * part for part in (1, 2, 2.5, 5, 10) if size * part >= rough), size * 10)


def _short(value: float) -> str:
    """A tick's word: 500, 10 k, 2.5 M."""
    for size, sign in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{GAP}{sign}"
    return f"{value:g}"
