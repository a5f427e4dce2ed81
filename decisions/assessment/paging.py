"""Whether a policy's thresholds would page too often for nothing, by the quiet history of the levels it governs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from decisions.domain.policy import Policy
from decisions.models import PolicyVersion, Service, ServiceLevel
from decisions.models.policy_version import PolicyState
from decisions.monitoring import alarms

# Nearest first: of two policies for a service the one that stands earlier here holds.
_SCOPES = ("service", "tier", "desk")


def refusal(policy: Policy, *, without: PolicyVersion | None = None) -> str | None:
    """Why this policy pages too often for nothing, naming the level that does most; None when it does not.

    Args:
        without: a nearer policy that is about to be withdrawn.
    """
    return refusal_of(policy, implied(policy, without=without))


def implied(policy: Policy, *, without: PolicyVersion | None = None) -> dict[ServiceLevel, alarms.Implied]:
    """What every level that this policy would govern would do under it, by its own quiet history."""
    services = governed(policy, without=without)
    return alarms.implied(ServiceLevel.objects.filter(indicator__service__in=services), policy)


def refusal_of(policy: Policy, found: Mapping[ServiceLevel, alarms.Implied]) -> str | None:
    """The sentence of `refusal`, from what `implied` answered.

    Each service is held against the limit alone. Levels whose history is too short to say are left out.
    """
    # Imported when asked for: the pages do without numpy at their start.
    from decisions.domain import alarm_limit
    from decisions.domain.run_lengths import FalseAlarms

    by_service: dict[str, dict[str, FalseAlarms]] = defaultdict(dict)
    for level, each in found.items():
        if each.is_enough:
            service = level.indicator.service.name
            by_service[service][f"{level} of {service}"] = each.alarms
    said = (alarm_limit.refusal(policy, many) for _, many in sorted(by_service.items()))
    return next((sentence for sentence in said if sentence is not None), None)


def governed(policy: Policy, *, without: PolicyVersion | None = None) -> list[Service]:
    """The services for which this policy would be the nearest one."""
    active = set(PolicyVersion.objects.filter(state=PolicyState.ACTIVE).values_list("scope", "scope_name"))
    if without is not None:
        active.discard((without.scope, without.scope_name))
    nearer = _SCOPES[: _SCOPES.index(policy.scope.kind)]
    return [
        service
        for service in Service.objects.all()
        if _scopes(service)[policy.scope.kind] == (policy.scope.name or "")
        and not any((kind, _scopes(service)[kind]) in active for kind in nearer)
    ]


def _scopes(service: Service) -> dict[str, str]:
    return {"service": service.name, "tier": service.tier, "desk": ""}
