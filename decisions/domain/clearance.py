"""The gate: may this option run now, and if not, which bound says so and who has to agree (DECISION-MODEL 1.8).

One rule, three uses: the act raises `refusal`, the button is disabled by it, the tooltip shows it. An option is a
mapping as `engine.assess` reports it. Anything that is not known fails its check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from decisions.domain import bound_checks, suffering
from decisions.domain.actors import DESK, Actor, Area, response_refusal
from decisions.domain.bound_checks import Check
from decisions.domain.evidence import QUARANTINED, Snapshot
from decisions.domain.options import DISABLE, HOLD, NEEDS, ROLL_BACK, SERVE, SHIFT, STABILISE
from decisions.domain.policy import Policy
from decisions.domain.policy_bounds import Start, Tier
from decisions.domain.wording import listed

_SAME = 1e-9


@dataclass(frozen=True)
class Now:
    """The facts at the moment of asking; from the snapshot, or read again by who is about to act.

    What the target can do and the settings as they are now may be left out (None): then they are not judged.
    `moved` is the share of the traffic that moved without approval lately, by kind of option.
    """

    at: datetime
    split: Mapping[str, float]
    behaviour: str
    statuses: Mapping[str, str]
    loads: Mapping[str, bool | None]
    epoch: int = 0
    reversals: int = 0
    last_action_at: datetime | None = None
    freeze: str | None = None
    can: frozenset[str] | None = None
    settings: Mapping[str, str] | None = None
    moved: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, at: datetime | None = None) -> Now:
        """The facts as the snapshot has them; `at` is when they are asked for, by default when it was taken."""
        return cls(
            at=at or snapshot.taken_at,
            split=snapshot.split,
            behaviour=snapshot.behaviour,
            statuses={each.name: each.status for each in snapshot.versions},
            loads={each.name: each.loads for each in snapshot.versions},
            epoch=snapshot.epoch,
            reversals=snapshot.incident.reversals,
            last_action_at=snapshot.incident.last_action_at,
            freeze=snapshot.freeze,
            can=snapshot.can,
            settings={each.name: each.now for each in snapshot.settings},
        )


def impossible(option: Mapping[str, Any], now: Now) -> str | None:
    """Why an option cannot be carried out at all, whoever agrees, as a sentence; None when it can."""
    kind, version = option["kind"], option.get("version")
    if now.can is not None and kind in NEEDS and NEEDS[kind] not in now.can:
        return f"The serving target cannot {NEEDS[kind]}, so this has to be done by hand."
    if kind in (ROLL_BACK, SHIFT):
        return _unfit(version, now) or _nothing_to_move(option, now)
    if kind == DISABLE and now.behaviour != SERVE:
        return f"The model is out already; the behaviour is {now.behaviour}."
    if kind == STABILISE:
        return _nothing_to_restore(option, now)
    return None


def checks(option: Mapping[str, Any], snapshot: Snapshot, policy: Policy, now: Now | None = None) -> tuple[Check, ...]:
    """Every bound beside its number, as pass or fail. Holding runs nothing, so it has none."""
    if option["kind"] == HOLD:
        return ()
    facts = now or Now.of(snapshot)
    tier = policy.tier(snapshot.tier)
    return (
        *bound_checks.of_target(option, tier, snapshot.version(str(option.get("version")))),
        *bound_checks.of_slices(option, tier, facts.moved),
        *bound_checks.of_comparison(option, suffering.settles_at(snapshot, policy)),
        *bound_checks.of_score(option, tier, policy.currency),
        *bound_checks.of_evidence(snapshot, tier, facts.at),
        *bound_checks.of_moment(policy.after_action, facts.reversals, facts.last_action_at, facts.freeze, facts.at),
        bound_checks.of_calibration(snapshot.calibration.get(option["kind"])),
    )


def is_in_bounds(found: Iterable[Check]) -> bool:
    return all(check.passes for check in found)


def needed_approvals(found: Iterable[Check], tier: Tier) -> tuple[Area, ...]:
    """The areas that have to agree, each by another person; none when every bound is kept."""
    return () if is_in_bounds(found) else tuple(Area(area) for area in tier.approvals.areas)


def refusal(
    option: Mapping[str, Any],
    snapshot: Snapshot,
    policy: Policy,
    *,
    actor: Actor,
    now: Now,
    granted: Collection[Area] = (),
) -> str | None:
    """Why this actor may not run this option now, as a sentence to show; None when they may.

    Args:
        granted: areas in which an approval of the very plan stands.
    """
    if actor.key != DESK.key and (said := response_refusal(actor)):
        return said
    if said := impossible(option, now):
        return said
    found = checks(option, snapshot, policy, now)
    waiting = [area for area in needed_approvals(found, policy.tier(snapshot.tier)) if area not in granted]
    if not waiting:
        return None
    return f"{outside(found)} {_who_agrees(waiting)} first."


def _who_agrees(areas: Collection[Area]) -> str:
    if len(areas) > 1:
        return f"Approvers for {listed(sorted(areas))} have to agree"
    return f"An approver for {listed(list(areas))} has to agree"


def outside(found: Iterable[Check]) -> str:
    """Which bounds are broken, in one sentence; empty when none is."""
    broken = [check.says for check in found if not check.passes]
    if not broken:
        return ""
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    return f"Outside the bounds: {broken[0]}{more}."


def starter(option: Mapping[str, Any], result: Mapping[str, Any], found: Iterable[Check], tier: Tier) -> Start:
    """Who starts this option: what the policy says for its tier and kind, but a person whenever anything is unusual.

    Unusual is: a bound is broken, it is not what the assessment recommends, the answer is too close to call, people
    have been handed the incident, or the severity lies below the threshold curve for this kind.
    """
    stated = tier.starts[option["kind"]]
    asked = result["severity"]["asks_for"]
    enough = asked == "roll_back" or (asked == "stabilise" and option["kind"] == STABILISE) or not tier.curves
    usual = (
        is_in_bounds(found)
        and option["key"] == result["recommendation"]["option"]
        and not result["too_close_to_call"]
        and not result["recommendation"]["hand_over"]
        and enough
    )
    return stated if usual else Start("person", 0.0)


def _unfit(version: str | None, now: Now) -> str | None:
    if version is None or version not in now.statuses:
        return f"There is no version {version} of this service."
    if now.statuses[version] == QUARANTINED:
        return f"{version} is quarantined. Lift the quarantine before anything is served by it."
    if now.loads.get(version) is False:
        return f"{version} does not load, so nothing can be served by it."
    return None


def _nothing_to_move(option: Mapping[str, Any], now: Now) -> str | None:
    version = str(option["version"])
    has = now.split.get(version, 0.0)
    wanted = float(option.get("to", {}).get("split", {}).get(version, 1.0))
    if now.behaviour != SERVE or abs(has - wanted) > _SAME:
        return None
    return f"{version} serves all the traffic already." if wanted == 1 else f"{version} has that share already."


def _nothing_to_restore(option: Mapping[str, Any], now: Now) -> str | None:
    wanted = option.get("to", {}).get("settings", {})
    has = now.settings
    if has is None or not wanted or any(has.get(name) != value for name, value in wanted.items()):
        return None
    return f"{listed(sorted(wanted))} {'is' if len(wanted) == 1 else 'are'} as recorded already."
