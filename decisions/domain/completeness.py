"""How complete and how old the evidence is. No data is never good data."""

from __future__ import annotations

from decisions.domain.evidence import Snapshot


def missing(snapshot: Snapshot) -> dict[str, str]:
    """Indicators without a usable value, with the reason."""
    empty = {
        name: "No observation in the window."
        for name, each in snapshot.indicators.items()
        if not each.is_seen(each.current)
    }
    return {**empty, **snapshot.missing}


def complete(snapshot: Snapshot) -> float:
    """Share of the service's indicators that have a value; 0 when it has none at all."""
    known = set(snapshot.indicators) | set(snapshot.missing)
    return 1 - len(missing(snapshot)) / len(known) if known else 0.0


def oldest_seconds(snapshot: Snapshot) -> float:
    """Age of the oldest value when the snapshot was taken."""
    ages = [each.current.age_seconds or 0.0 for each in snapshot.indicators.values() if each.current]
    return max(ages, default=0.0)
