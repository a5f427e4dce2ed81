"""Who acts: a person, a machine with a token, or the desk itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    RESPONDER = "responder"
    APPROVER = "approver"
    POLICY_OWNER = "policy_owner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Area(StrEnum):
    """For what an approver may answer."""

    PRODUCT = "product"
    RISK = "risk"


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts, with the rights it has at this moment.

    `key` is a random id that the journal stores instead of a name; compare actors by it, never by name.
    `areas` holds (area, service name or "*") for approvers.
    """

    key: str
    name: str
    roles: frozenset[Role] = frozenset()
    is_person: bool = True
    areas: frozenset[tuple[Area, str]] = field(default=frozenset())

    def may(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def areas_for(self, service: str) -> frozenset[Area]:
        """The areas in which this actor may approve for `service`."""
        return frozenset(area for area, scope in self.areas if scope in ("*", service))


DESK = Actor(key="desk", name="the desk", is_person=False)

NOBODY = Actor(key="nobody", name="nobody", is_person=False)


def parts_refusal(roles: Collection[Role], areas: Collection[tuple[Area, str]]) -> str | None:
    """Why nobody can hold these roles and areas together, or None when they can."""
    if Role.APPROVER in roles and not areas:
        return "An approver needs an area: product or risk, of every service or of one."
    if areas and Role.APPROVER not in roles:
        return "Only an approver has an area."
    return None


_MAY_SEE = (
    Role.VIEWER,
    Role.RESPONDER,
    Role.APPROVER,
    Role.POLICY_OWNER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def sight_refusal(actor: Actor) -> str | None:
    """Why this actor may not see the desk, or None when they may."""
    if actor.may(*_MAY_SEE):
        return None
    return "You have no role on this desk yet. Ask an administrator to give you one."


def response_refusal(actor: Actor) -> str | None:
    """Why this actor may not act on an incident, or None when they may."""
    if actor.may(Role.RESPONDER):
        return None
    return "Only a responder can do this. You can watch, or ask the responder on call."
