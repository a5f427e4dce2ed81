"""Which options exist for a snapshot. What the evidence or the target rules out is not proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from decisions.domain.evidence import QUARANTINED, Snapshot, Version
from decisions.domain.policy import Policy
from decisions.domain.wording import listed, minutes_in_words, percent

HOLD, STABILISE, SHIFT, ROLL_BACK, DISABLE = "hold", "stabilise", "shift_traffic", "roll_back", "disable"
SERVE = "serve"
# What the target must be able to do for each kind.
NEEDS = {STABILISE: "restore", SHIFT: "shift", ROLL_BACK: "switch", DISABLE: "disable"}
_WHOLE = 1 - 1e-9


@dataclass(frozen=True)
class Proposal:
    """Something that could be done, and the state it would lead to.

    `share_moved` is the share of the traffic that changes hands, `gained` the share that `version` has afterwards.
    """

    key: str
    kind: str
    title: str
    says: str
    split: Mapping[str, float]
    behaviour: str
    settings: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None
    share_moved: float = 0.0
    gained: float = 0.0
    picked: bool = False


def propose(snapshot: Snapshot, policy: Policy) -> tuple[Proposal, ...]:
    """The options of a snapshot, by key: hold, stabilise, shift traffic, roll back, disable, and picked versions.

    A version that is quarantined, not known good, known not to load or served already is proposed only when a person
    picked it; what speaks against it is then said by `clearance.impossible`.
    """
    found = {each.key: each for each in _all(snapshot, policy)}
    return tuple(found[key] for key in sorted(found))


def known_good(snapshot: Snapshot) -> tuple[Version, ...]:
    """The versions one could roll back to, newest first."""
    fit = [each for each in snapshot.versions if _is_fit(each, snapshot)]
    return tuple(sorted(fit, key=lambda each: (-each.order, each.name)))


def _all(snapshot: Snapshot, policy: Policy) -> Iterator[Proposal]:
    yield hold(snapshot, policy)
    for name in snapshot.picked:
        yield roll_back(name, snapshot, picked=True)
    if not snapshot.is_serving:
        return
    if "restore" in snapshot.can and any(each.differs for each in snapshot.settings):
        yield stabilise(snapshot)
    if "switch" in snapshot.can:
        yield from (roll_back(each.name, snapshot) for each in known_good(snapshot) if each.name not in snapshot.picked)
    if "shift" in snapshot.can:
        yield from _shifts(snapshot, policy)
    if "disable" in snapshot.can:
        yield disable(snapshot, policy)


def hold(snapshot: Snapshot, policy: Policy) -> Proposal:
    wait = minutes_in_words(policy.hold.wait_seconds / 60)
    return Proposal(
        key=HOLD,
        kind=HOLD,
        title=f"Hold {wait}",
        says="watch first, then decide again",
        split=snapshot.split,
        behaviour=snapshot.behaviour,
    )


def stabilise(snapshot: Snapshot) -> Proposal:
    """Restore every setting that differs from its record, and keep the version."""
    changed = [each for each in snapshot.settings if each.differs]
    return Proposal(
        key=STABILISE,
        kind=STABILISE,
        title=f"Restore {listed([each.name for each in changed])}",
        says="; ".join(f"{each.name} from {each.now} back to {each.recorded}" for each in changed),
        split=snapshot.split,
        behaviour=snapshot.behaviour,
        settings={each.name: each.recorded for each in changed},
    )


def roll_back(name: str, snapshot: Snapshot, *, picked: bool = False) -> Proposal:
    """All traffic to one version."""
    version = snapshot.version(name)
    return Proposal(
        key=f"{ROLL_BACK}:{name}",
        kind=ROLL_BACK,
        title=f"Roll back to {name}",
        says=_standing(version),
        split={name: 1.0},
        behaviour=SERVE,
        version=name,
        share_moved=1 - snapshot.split.get(name, 0.0),
        gained=1.0,
        picked=picked,
    )


def shift(name: str, share: float, snapshot: Snapshot) -> Proposal:
    """A share of the traffic to one version; the others keep their proportions in the rest."""
    has = snapshot.split.get(name, 0.0)
    rest = {other: each * (1 - share) / (1 - has) for other, each in snapshot.split.items() if other != name}
    return Proposal(
        key=f"{SHIFT}:{name}:{share * 100:g}",
        kind=SHIFT,
        title=f"Shift {percent(share)} of the traffic to {name}",
        says=f"{name} from {percent(has)} to {percent(share)}; the rest stays where it is",
        split={**rest, name: share},
        behaviour=SERVE,
        version=name,
        share_moved=share - has,
        gained=share,
    )


def disable(snapshot: Snapshot, policy: Policy) -> Proposal:
    """Take the model out; the behaviour afterwards is the playbook's."""
    behaviour = policy.playbooks[DISABLE].behaviour or "people"
    title, says = FALLS_BACK[behaviour]
    return Proposal(
        key=DISABLE, kind=DISABLE, title=title, says=says, split=snapshot.split, behaviour=behaviour, share_moved=1.0
    )


FALLS_BACK = {
    "people": ("Disable and fall back to people", "no item is decided by the model; people take every one"),
    "last_known_good": ("Disable and serve the last known good answers", "stored answers instead of the model's"),
    "static": ("Disable and serve a fixed answer", "one fixed answer instead of the model's"),
    "rule": ("Disable and decide by rule", "a simple rule decides instead of the model"),
    "refuse": ("Disable and refuse requests", "requests are turned away while the model is out"),
}


def _shifts(snapshot: Snapshot, policy: Policy) -> Iterator[Proposal]:
    for version in known_good(snapshot)[:1]:
        has = snapshot.split.get(version.name, 0.0)
        for share in policy.options[SHIFT].shares:
            if share > has:
                yield shift(version.name, share, snapshot)


def _is_fit(version: Version, snapshot: Snapshot) -> bool:
    served_whole = snapshot.split.get(version.name, 0.0) >= _WHOLE
    return version.known_good and version.status != QUARANTINED and version.loads is not False and not served_whole


def _standing(version: Version | None) -> str:
    if version is None:
        return "all traffic to it"
    if not version.known_good:
        return f"all traffic to {version.name}, which is not known good"
    return f"all traffic to {version.name}, known good, healthy for {minutes_in_words(version.healthy_seconds / 60)}"
