"""From a plan to what a target has to be told: the state a run wants, the state it goes back to, and the way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from decisions.domain.playbooks import ACTS_BY
from decisions.execution.targets import Behaviour, Change, Setting, Shares
from decisions.registry.splits import has_shares, is_set

ACTING = frozenset(ACTS_BY.values())

State = Mapping[str, Any]


def wanted(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The state after the plan. Of the settings only those that it changes: the others are nobody's promise.

    A version brings settings of its own; a rollback must not be called a failure because one of them moved with it.
    """
    return _with_changed_settings(plan, plan["to"])


def before(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The state that the plan was made for, and that undoing it restores."""
    return _with_changed_settings(plan, plan["from"])


def _with_changed_settings(plan: Mapping[str, Any], state: State) -> dict[str, Any]:
    old, new = plan["from"]["settings"], plan["to"]["settings"]
    changed = {name for name in new if not is_set(old.get(name), new[name])}
    settings = {name: value for name, value in state["settings"].items() if name in changed}
    return {"split": dict(state["split"]), "behaviour": state["behaviour"], "settings": settings}


def answering(state: State) -> list[str]:
    """The versions that answer in a state; none when a fallback does."""
    if state["behaviour"] != "serve":
        return []
    return sorted(name for name, share in state["split"].items() if share > 0)


def changes(served: State, goal: State) -> list[Change]:
    """What to tell a target that serves `served` so that it serves `goal`, in order; nothing when it does already.

    A fallback comes first and goes last, so that no item meets a half-made change.
    """
    told: list[Change] = [
        Setting(name, value)
        for name, value in sorted(goal["settings"].items())
        if not is_set(served["settings"].get(name), value)
    ]
    if not has_shares(served["split"], goal["split"]):
        told.append(Shares(goal["split"]))
    if served["behaviour"] == goal["behaviour"]:
        return told
    behaviour = Behaviour(goal["behaviour"])
    return [*told, behaviour] if goal["behaviour"] == "serve" else [behaviour, *told]


def document(change: Change) -> dict[str, Any]:
    """A change as JSON, for the intent that is stored before it is made."""
    match change:
        case Shares(split):
            return {"set": "shares", "split": dict(split)}
        case Setting(name, value):
            return {"set": "setting", "name": name, "value": value}
        case Behaviour(behaviour):
            return {"set": "behaviour", "behaviour": behaviour}


def words(state: State, named: Iterable[str] = ()) -> str:
    """A state as people say it: "v2 50 %, v1 50 %" or who answers instead, with the named settings that are set."""
    settings = [f"{name} = {state['settings'][name]}" for name in sorted(named) if name in state["settings"]]
    return _who(state) + (f" with {', '.join(settings)}" if settings else "")


def _who(state: State) -> str:
    if state["behaviour"] != "serve":
        return {"people": "people", "refuse": "nobody"}.get(state["behaviour"], f"the {state['behaviour']} fallback")
    shares = sorted(state["split"].items(), key=lambda part: (-part[1], part[0]))
    said = [name if share == 1 else f"{name} {share * 100:.4g}\u00a0%" for name, share in shares if share > 0]
    return ", ".join(said) or "nothing"


def serving(service: object, state: State, named: Iterable[str] = ()) -> str:
    """What a service does in a state: "amounts serves v1 with crop = 8", "amounts is answered by people"."""
    does = "serves" if state["behaviour"] == "serve" else "is answered by"
    return f"{service} {does} {words(state, named)}"


def said(change: Change) -> str:
    """A change in words: "v1 100 %", "accept_threshold = 0.6", "people read the items"."""
    match change:
        case Shares(split):
            return words({"split": split, "behaviour": "serve", "settings": {}})
        case Setting(name, value):
            return f"{name} = {value}"
        case Behaviour("serve"):
            return "the model answers"
        case Behaviour(behaviour):
            return f"{words({'split': {}, 'behaviour': behaviour, 'settings': {}})} instead of the model"
