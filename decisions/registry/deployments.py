"""Where and when versions were deployed, how that turned out, and which version could be gone back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from decisions import journal
from decisions.domain.actors import Actor
from decisions.domain.events import Event
from decisions.domain.versions import Outcome, Status
from decisions.models import Deployment, Service, Split, Version

_BAD = frozenset({Outcome.HALTED, Outcome.ROLLED_BACK})


def known_good(service: Service, *, bake_seconds: float, at: datetime) -> list[Version]:
    """The versions one could go back to, newest first.

    Each was healthy for at least `bake_seconds` in one piece, did not end badly the last time, is not in quarantine,
    and is not served now.
    """
    served = Split.objects.last_before(service, Split.SERVED, at)
    now = {name for name, share in served.shares.items() if share > 0} if served else set()
    # Only what was healthy once can be good now: the look does not grow with the number of versions.
    once = Deployment.objects.filter(service=service, outcome=Outcome.HEALTHY).values("version")
    versions = Version.objects.filter(pk__in=once).exclude(status=Status.QUARANTINED)
    history = _history(versions)
    return [
        version
        for version in versions
        if version.name not in now and _is_good(history.get(version.pk, []), bake_seconds, at)
    ]


def last_known_good(service: Service, *, bake_seconds: float, at: datetime) -> Version | None:
    """The newest version one could go back to, or None."""
    return next(iter(known_good(service, bake_seconds=bake_seconds, at=at)), None)


def healthy_seconds(version: Version, at: datetime) -> float:
    """How long the version was healthy in one piece, at most; 0 when it never was."""
    return _longest(version.deployments.all(), at)


def _history(versions: Iterable[Version]) -> dict[int, list[Deployment]]:
    found: dict[int, list[Deployment]] = {}
    for deployment in Deployment.objects.filter(version__in=versions):
        found.setdefault(deployment.version_id, []).append(deployment)
    return found


def _is_good(newest_first: list[Deployment], bake_seconds: float, at: datetime) -> bool:
    if not newest_first or newest_first[0].outcome in _BAD:
        return False
    return any(each.outcome == Outcome.HEALTHY for each in newest_first) and (
        _longest(newest_first, at) >= bake_seconds
    )


def _longest(deployments: Iterable[Deployment], at: datetime) -> float:
    healthy = (each for each in deployments if each.outcome == Outcome.HEALTHY)
    return max((((each.ended_at or at) - each.started_at).total_seconds() for each in healthy), default=0.0)


def record(
    service: Service,
    split: Mapping[str, float],
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    outcome: Outcome | str = "",
    run: int | None = None,
) -> None:
    """Bring the open deployments in step with what is served since `at`, and the versions' standing with them.

    Args:
        split: shares by version, 0 to 1. A version that has none any more ends its deployment with `outcome`.
            Names without a version here are left out: a target may know more than we do.
        reason: why it changed, for the deployments that begin.
    """
    shares = {name: share for name, share in split.items() if share > 0}
    with journal.act(actor, at=at) as act:
        opened = {each.version.name: each for each in _open(service)}
        for name, deployment in opened.items():
            if name not in shares:
                _end(act, deployment, at, outcome)
            elif deployment.share != shares[name]:
                _share(act, deployment, shares[name])
        for version in Version.objects.filter(service=service, name__in=shares.keys() - opened.keys()):
            _begin(act, version, shares[version.name], at, reason, run)


def settle(service: Service, *, actor: Actor, at: datetime) -> None:
    """Call the open deployments of a service healthy: they were watched and nothing was found."""
    with journal.act(actor, at=at) as act:
        for deployment in _open(service).filter(outcome=""):
            Deployment.objects.filter(pk=deployment.pk).update(outcome=Outcome.HEALTHY)
            _note(act, deployment, share=deployment.share, outcome=Outcome.HEALTHY)


def _open(service: Service) -> QuerySet[Deployment]:
    return Deployment.objects.filter(service=service, ended_at__isnull=True).select_related("version", "service")


def _end(act: journal.Act, deployment: Deployment, at: datetime, outcome: Outcome | str) -> None:
    changes = {"ended_at": at, **({"outcome": outcome} if outcome else {})}
    Deployment.objects.filter(pk=deployment.pk).update(**changes)
    _stand(deployment.version, Status.SUPERSEDED)
    _note(act, deployment, share=0.0, outcome=outcome or deployment.outcome)


def _share(act: journal.Act, deployment: Deployment, share: float) -> None:
    Deployment.objects.filter(pk=deployment.pk).update(share=share)
    _note(act, deployment, share=share, outcome=deployment.outcome)


def _begin(act: journal.Act, version: Version, share: float, at: datetime, reason: str, run: int | None) -> None:
    deployment = Deployment.objects.create(
        service=version.service, version=version, started_at=at, share=share, reason=reason[:300], run=run
    )
    _stand(version, Status.LIVE)
    _note(act, deployment, share=share, outcome="")


def _stand(version: Version, status: Status) -> None:
    # Quarantine is a person's word; traffic does not lift it.
    Version.objects.filter(pk=version.pk).exclude(status=Status.QUARANTINED).update(status=status)


def _note(act: journal.Act, deployment: Deployment, *, share: float, outcome: str) -> None:
    act.note(
        Event.DEPLOYMENT_RECORDED,
        about=deployment.service,
        version=deployment.version.name,
        share=share,
        was=deployment.share,
        outcome=str(outcome),
        run=deployment.run,
    )
