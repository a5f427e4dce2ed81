"""From evidence and policy to a case that can be scored: rates, causes, and what each option does to them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from decisions.domain import agreement, allowances, experience, harm, options
from decisions.domain.beliefs import CostRate, Duration
from decisions.domain.cases import Action, Case, Hold, RegulatoryStep
from decisions.domain.cause_finding import Finding, find
from decisions.domain.evidence import Snapshot
from decisions.domain.experience import Footing
from decisions.domain.harm import CategoryHarm, Harm
from decisions.domain.options import Proposal
from decisions.domain.policy import Policy
from decisions.domain.policy_options import Duration as Stated
from decisions.domain.policy_options import OptionClass, Running, Success
from decisions.domain.scoring import planned
from decisions.domain.traffic import Scene, scene


@dataclass(frozen=True)
class Made:
    """A case, and what it was made from."""

    snapshot: Snapshot
    policy: Policy
    harm: Harm
    finding: Finding
    proposals: Mapping[str, Proposal]
    footings: Mapping[str, Footing]
    case: Case

    @property
    def plan_after_hold(self) -> str | None:
        """Key of what a hold would do afterwards; None when it would do nothing."""
        return next((each.then for each in self.case.options if isinstance(each, Hold)), None)

    def holding_for_good(self) -> Made:
        """The same case, in which holding means to leave things as they are."""
        return replace(self, case=_holding(self.case, None))

    def supposing(self, case: Case) -> Made:
        """The same with other figures; what a hold would do afterwards is planned anew from them."""
        return replace(self, case=_holding(case, planned(case)))


def make(snapshot: Snapshot, policy: Policy) -> Made:
    """Build the case of a snapshot under a policy.

    Raises:
        BadDocument: the policy says nothing about the tier of the service, or prices in another unit than is measured.
    """
    agreement.refuse_other_units(snapshot, policy)
    on = scene(snapshot, policy)
    measured = harm.measure(on)
    finding = find(snapshot, policy)
    proposals = {each.key: each for each in options.propose(snapshot, policy)}
    acting = [each for each in proposals.values() if each.kind != options.HOLD]
    footings = {each.key: _footing(each, measured, finding, on) for each in acting}
    actions = tuple(_action(each, measured, footings[each.key], on) for each in acting)
    case = _case(actions, measured, finding, on)
    return Made(snapshot, policy, measured, finding, proposals, footings, case)


def _case(actions: tuple[Action, ...], measured: Harm, finding: Finding, on: Scene) -> Case:
    policy, tier = on.policy, on.policy.tier(on.snapshot.tier)
    case = Case(
        rates=tuple(CostRate(each.category.name, each.per_minute, each.spread) for each in measured.categories),
        posterior=finding.posterior,
        cause_weight=policy.causes.pseudo_incidents,
        options=(Hold(options.HOLD, policy.hold.wait_seconds / 60, None), *actions),
        repair=_known(policy.durations.repair),
        manual=_known(policy.durations.manual),
        transient_minutes=_mean_minutes(policy.durations.transient),
        step=_step(measured, on.snapshot),
        risk_aversion=tier.tail_weight,
        tie_absolute=float(policy.tie_amount),
        tie_relative=policy.tie_share,
        switching_cost=float(policy.after_action.switching_cost),
        confidence=tier.confidence,
        seed=policy.digest,
    )
    return _holding(case, planned(case))


def _holding(case: Case, then: str | None) -> Case:
    held = tuple(replace(each, then=then) if isinstance(each, Hold) else each for each in case.options)
    return replace(case, options=held)


def _footing(proposal: Proposal, measured: Harm, finding: Finding, on: Scene) -> Footing:
    known = on.policy.options[proposal.kind]
    if proposal.version is not None and is_no_better(proposal.version, measured, on):
        # No record says of a past use whether the version that took over was as bad, so none teaches anything here.
        return Footing(Success(known.success.release, known.success.release), ())
    return experience.footing(known, finding.says, on.snapshot.past_uses)


def _action(proposal: Proposal, measured: Harm, footing: Footing, on: Scene) -> Action:
    known = on.policy.options[proposal.kind]
    left = {each.category.name: _left(proposal, each, known, on) for each in measured.categories}
    running = {
        name: math.fsum([found.beyond, *(_running(each, on) for each in known.running if each.category == name)])
        for name, found in left.items()
    }
    return Action(
        key=proposal.key,
        kind=proposal.kind,
        success=experience.success(footing, known, on.snapshot, on.policy.learning),
        takes=experience.takes(known, on.snapshot, on.policy.learning),
        residual={name: found.share for name, found in left.items()},
        running=running,
        one_off={name: _one_off(known, name) for name in left},
        blast_radius=_blast_radius(known, proposal),
        undo_minutes=_mean_minutes(known.undo),
        residual_spread=known.residual_spread * _share_that_may_be_off(left.values()),
        running_spread=_running_spread(known, math.fsum(running.values()), on),
    )


def _blast_radius(known: OptionClass, proposal: Proposal) -> float:
    """The policy's is that of moving all the traffic; what moves a tenth of it touches a tenth as much."""
    return known.blast_radius * (proposal.share_moved if proposal.version else 1.0)


@dataclass(frozen=True)
class _Left:
    """What remains of a category once the option works, currency per minute.

    `staying` is today's harm on the traffic that is not moved, which is known as well as today's harm is; `taken` is
    the harm of what takes over. Together they can be more than today's.
    """

    today: float
    staying: float
    taken: float

    @property
    def share(self) -> float:
        """Of today's harm."""
        return min((self.staying + self.taken) / self.today, 1.0) if self.today > 0 else 0.0

    @property
    def beyond(self) -> float:
        """More than today's harm."""
        return max(self.staying + self.taken - self.today, 0.0)


def _share_that_may_be_off(left: Iterable[_Left]) -> float:
    found = list(left)
    whole = math.fsum(each.staying + each.taken for each in found)
    return math.fsum(each.taken for each in found) / whole if whole > 0 else 0.0


def _left(proposal: Proposal, now: CategoryHarm, known: OptionClass, on: Scene) -> _Left:
    """The policy's residual is the least; the sample of the version that takes over may show that it is more."""
    residual = known.residual_of(now.category.name)
    today = math.fsum(each.per_minute for each in now.parts)
    after = math.fsum(
        max(residual * each.per_minute, (harm.if_served(proposal.version, each.part, on) or 0.0))
        if proposal.version
        else residual * each.per_minute
        for each in now.parts
    )
    if not proposal.version:
        return _Left(today, 0.0, after)
    had = on.snapshot.split.get(proposal.version, 0.0)
    staying = (1 - proposal.gained) / (1 - had) if had < 1 else 0.0
    return _Left(today, today * staying, after * proposal.gained)


def _running(each: Running, on: Scene) -> float:
    """Currency per minute; where a share has no usual value, all requests are counted."""
    if each.unit.endswith("/minute"):
        return float(each.rate)
    usual = _usual_share(each, on)
    return float(each.rate) * on.traffic.per_minute * (1.0 if usual is None else usual)


def _running_spread(known: OptionClass, whole: float, on: Scene) -> float:
    """Sdlog of the running costs together: the stated ones rise and fall together, weighed by what they cost."""
    off = math.fsum(_running(each, on) * _spread_of(each, on) for each in known.running)
    return off / whole if whole > 0 else 0.0


def _spread_of(each: Running, on: Scene) -> float:
    by_request = not each.unit.endswith("/minute")
    gaps = by_request * ((not on.traffic.is_known) + (each.of is not None and _usual_share(each, on) is None))
    return math.hypot(each.spread, *[on.policy.doubt.missing_widens] * gaps)


def _usual_share(each: Running, on: Scene) -> float | None:
    indicator = on.indicator(each.of) if each.of else None
    return allowances.usual(indicator) if indicator else None


def _one_off(known: OptionClass, category: str) -> float:
    return math.fsum(float(each.amount) for each in known.one_off if each.category == category)


def is_no_better(version: str, measured: Harm, on: Scene) -> bool:
    """Whether the version's own sample shows as much harm as there is now, over all categories.

    Then the switch itself is all that can work or fail, whatever the cause is: what remains afterwards is measured.
    Otherwise such a rollback would look the better the surer it is to fail.
    """
    parts = [part for category in measured.categories for part in category.parts]
    shown = math.fsum(harm.if_served(version, each.part, on) or 0.0 for each in parts)
    return shown > 0 and shown >= math.fsum(each.per_minute for each in parts)


def _step(measured: Harm, snapshot: Snapshot) -> RegulatoryStep | None:
    """The step that still lies ahead; one that has been passed is sunk, and without harm none falls due."""
    for each in measured.categories:
        step = each.category.step
        if step is not None and each.per_minute > 0:
            left = step.after_seconds / 60 - snapshot.minutes_open()
            return RegulatoryStep(each.category.name, float(step.amount), left) if left > 0 else None
    return None


def _known(stated: Stated) -> Duration:
    return Duration(stated.median_minutes, stated.spread, stated.pseudo_uses or math.inf)


def _mean_minutes(stated: Stated) -> float:
    return stated.median_minutes * math.exp(stated.spread**2 / 2)
