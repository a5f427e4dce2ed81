"""Entries in words: one sentence for each event, an icon and a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from decisions.domain.events import Event
from decisions.models import Entry
from decisions.monitoring import unusual
from decisions.monitoring.wording import in_unit
from decisions.web.option_words import ESTABLISHED, option_words
from decisions.web.words import amount

Facts = Mapping[str, Any]

_SENTENCES: dict[str, Callable[[Facts], str]] = {
    Event.JOURNAL_CHECKED: lambda facts: f"started on a journal of {facts.get('size')} entries.",
    Event.PERSON_ADDED: lambda facts: f"added a person as {_list(facts.get('roles'))}.",
    Event.ROLE_CHANGED: lambda facts: f"set a person's roles to {_list(facts.get('roles'))}.",
    Event.PASSWORD_SET: lambda facts: "set a person's password.",
    Event.PERSON_DISABLED: lambda facts: "disabled a person.",
    Event.PERSON_ENABLED: lambda facts: "let a person sign in again.",
    Event.SERVICE_APPLIED: lambda facts: f"changed the service: {_changes(facts)}.",
    Event.VERSION_REGISTERED: lambda facts: f"registered version {facts.get('version')}.",
    Event.VERSION_QUARANTINED: lambda facts: f"put {facts.get('version')} in quarantine: “{facts.get('reason')}”.",
    Event.DEPLOYMENT_RECORDED: lambda facts: f"recorded {_deployment(facts)}.",
    Event.SPLIT_CHANGED: lambda facts: f"{facts.get('kind')}: {facts.get('words')}.",
    Event.DRIFT_FOUND: lambda facts: f"found drift. {facts.get('sentence', '')}",
    Event.DRIFT_KEPT: lambda facts: f"keeps what is served: {facts.get('words')}.",
    Event.SOURCE_UNHEALTHY: lambda facts: (
        f"source {facts.get('source')} {facts.get('reason', 'is unhealthy')}{_flips(facts)}."
    ),
    Event.SOURCE_HEALTHY: lambda facts: f"source {facts.get('source')} answers{_flips(facts)}.",
    Event.UNUSUAL_FOUND: lambda facts: (
        f"found {facts.get('title')} unusual: {in_unit(facts.get('value'), str(facts.get('unit', '')))}, "
        f"{unusual.CAUSES.get(str(facts.get('cause')), '')}."
    ),
    Event.VERSION_COMPARED: lambda facts: f"compared versions. {facts.get('sentence', '')}",
    Event.LEVEL_BROKEN: lambda facts: f"{_level(facts)}: broken{_flips(facts)}.",
    Event.LEVEL_HEALED: lambda facts: f"{_level(facts)}: healed{_flips(facts)}.",
    Event.BURN_STARTED: lambda facts: f"{facts.get('title')}: its error budget burns {_burn(facts)} too fast.",
    Event.BURN_ENDED: lambda facts: f"{facts.get('title')}: its error budget no longer burns too fast.",
    Event.INCIDENT_OPENED: lambda facts: f"opened the incident: {facts.get('title')}.",
    Event.INCIDENT_REOPENED: lambda facts: f"opened it again: {facts.get('outcome') or 'the action did not help.'}",
    Event.INCIDENT_MITIGATING: lambda facts: f"mitigating by {facts.get('run')}.",
    Event.INCIDENT_WATCHING: lambda facts: f"watching after {facts.get('run')}.",
    Event.INCIDENT_RESOLVED: lambda facts: "resolved the incident: no level is broken.",
    Event.INCIDENT_TAKEN: lambda facts: "took it.",
    Event.INCIDENT_NOTED: lambda facts: f"“{facts.get('text')}”",
    Event.CAUSE_ESTABLISHED: lambda facts: f"the cause was {ESTABLISHED.get(str(facts.get('cause')), 'not said')}.",
    Event.FORECAST_SETTLED: lambda facts: (
        f"it cost {_money(facts, 'actual')} until it was over; {_money(facts, 'low')} to {_money(facts, 'high')} "
        f"was forecast{'' if facts.get('held') else ', so it fell outside'}."
    ),
    Event.POLICY_DRAFTED: lambda facts: f"drafted policy {_policy(facts)}.",
    Event.POLICY_PROPOSED: lambda facts: f"proposed policy {_policy(facts)}.",
    Event.POLICY_ACTIVATED: lambda facts: f"put policy {_policy(facts)} in force.",
    Event.POLICY_RETIRED: lambda facts: f"retired policy {_policy(facts)}.",
    Event.POLICY_WITHDRAWAL_PROPOSED: lambda facts: f"proposed to withdraw policy {_policy(facts)}.",
    Event.POLICY_WITHDRAWAL_DROPPED: lambda facts: f"dropped the proposal to withdraw policy {_policy(facts)}.",
    Event.POLICY_WITHDRAWN: lambda facts: f"withdrew policy {_policy(facts)}; {facts.get('then')} holds there now.",
    Event.VERSION_PICKED: lambda facts: f"asked for {facts.get('version')} to be assessed, too.",
    Event.ASSESSMENT_ASKED: lambda facts: "asked for a fresh assessment.",
    Event.ASSESSMENT_MADE: lambda facts: f"assessed: {_option(facts.get('recommended'))}.",
    Event.OPTION_CHOSEN: lambda facts: f"chose to {_option(facts.get('option'))}{_because(facts)}",
    Event.APPROVAL_REQUESTED: lambda facts: (
        f"asked {_list(facts.get('needed'))} to approve: {_option(facts.get('option'))}."
    ),
    Event.APPROVAL_ANSWERED: lambda facts: (
        f"{'approved' if facts.get('verdict') == 'approve' else 'rejected'} for {facts.get('area')}{_because(facts)}"
    ),
    Event.APPROVAL_APPROVED: lambda facts: "the request is approved.",
    Event.APPROVAL_REJECTED: lambda facts: f"the request is rejected{_because(facts)}",
    Event.APPROVAL_WITHDRAWN: lambda facts: "withdrew the request.",
    Event.APPROVAL_EXPIRED: lambda facts: f"the request expired. {facts.get('sentence', '')}".rstrip(),
    Event.APPROVAL_CONSUMED: lambda facts: f"the approval was used by {facts.get('run')}.",
    Event.RUN_QUEUED: lambda facts: f"started “{facts.get('title')}”.",
    Event.RUN_CLAIMED: lambda facts: f"a worker took the run, token {facts.get('token')}.",
    Event.RUN_ENDED: lambda facts: f"the run {_ended(facts)}. {facts.get('sentence', '')}",
    Event.RUN_SUPERSEDED: lambda facts: f"a newer run took over: {facts.get('by')}.",
    Event.STEP_STARTED: lambda facts: f"began: {_step(facts)}{_try(facts)}.",
    Event.STEP_DONE: lambda facts: f"done: {_step(facts)}. {facts.get('sentence', '')}",
    Event.STEP_FAILED: lambda facts: f"failed: {_step(facts)}. {facts.get('sentence', '')}",
    Event.COMPENSATION_STARTED: lambda facts: f"is putting it back. {facts.get('sentence', '')}",
    Event.HUMAN_NEEDED: lambda facts: f"a person is needed. {facts.get('sentence', '')}",
}

_SIGNS: dict[str, tuple[str, str]] = {
    Event.LEVEL_BROKEN: ("bad", "bad"),
    Event.BURN_STARTED: ("bad", "bad"),
    Event.BURN_ENDED: ("check", "ok"),
    Event.INCIDENT_OPENED: ("flag", "bad"),
    Event.INCIDENT_REOPENED: ("flag", "bad"),
    Event.SOURCE_UNHEALTHY: ("warn", "warn"),
    Event.DRIFT_FOUND: ("warn", "warn"),
    Event.STEP_FAILED: ("bad", "bad"),
    Event.HUMAN_NEEDED: ("person", "bad"),
    Event.COMPENSATION_STARTED: ("back", "warn"),
    Event.LEVEL_HEALED: ("check", "ok"),
    Event.INCIDENT_RESOLVED: ("check", "ok"),
    Event.RUN_QUEUED: ("running", "running"),
    Event.RUN_ENDED: ("check", ""),
    Event.INCIDENT_NOTED: ("person", ""),
    Event.CAUSE_ESTABLISHED: ("person", ""),
    Event.INCIDENT_TAKEN: ("flag", ""),
    Event.APPROVAL_REQUESTED: ("people", ""),
    Event.APPROVAL_ANSWERED: ("person", ""),
    Event.ASSESSMENT_MADE: ("running", ""),
    Event.DEPLOYMENT_RECORDED: ("up", ""),
}


def said(entry: Entry, facts: Facts) -> str:
    """What was done, without who did it. An event without words of its own is named."""
    return _SENTENCES.get(entry.event, lambda _: entry.event.replace("_", " ") + ".")(facts).strip()


def sentence(entry: Entry, facts: Facts, names: Mapping[str, str]) -> str:
    """Who did what, in one sentence."""
    who = names.get(entry.actor, entry.actor)
    return f"{who[:1].upper()}{who[1:]}: {said(entry, facts)}"


def sign(entry: Entry) -> dict[str, str]:
    """The icon and state of an entry's row."""
    icon, state = _SIGNS.get(entry.event, ("dot", ""))
    return {"icon": icon, "state": state}


def _money(facts: Facts, name: str) -> str:
    return amount(facts.get(name), str(facts.get("currency", "")))


def _list(values: Any) -> str:
    return " and ".join(str(value).replace("_", " ") for value in values or ()) or "nobody"


def _changes(facts: Facts) -> str:
    changes = facts.get("changes") or []
    return f"{len(changes)} changes" if len(changes) > 1 else (changes[0] if changes else "nothing")


def _deployment(facts: Facts) -> str:
    share = facts.get("share")
    at = f" at {share * 100:.0f}\u00a0%" if isinstance(share, (int, float)) else ""
    outcome = f", {str(facts['outcome']).replace('_', ' ')}" if facts.get("outcome") else ""
    return f"{facts.get('version')}{at}{outcome}"


def _level(facts: Facts) -> str:
    unit = str(facts.get("unit", ""))
    allowed = "at most" if facts.get("bound") == "at_most" else "at least"
    value, target = in_unit(facts.get("value"), unit), in_unit(facts.get("target"), unit)
    return f"{facts.get('title') or facts.get('indicator')} is {value}, {allowed} {target} is allowed"


def _flips(facts: Facts) -> str:
    """How many changes went unsaid before this one: what flaps is told so many times an hour."""
    flips = facts.get("flips")
    return f", after {flips - 1} more changes" if isinstance(flips, int) and flips > 1 else ""


def _burn(facts: Facts) -> str:
    return f"{float((facts.get('burn') or {}).get('rate', 0.0)):.3g} times"


def _policy(facts: Facts) -> str:
    return f"{facts.get('scope_name') or facts.get('scope')} {facts.get('number')}"


def _because(facts: Facts) -> str:
    return f": “{facts['reason']}”" if facts.get("reason") else "."


def _option(key: Any) -> str:
    return option_words(str(key)) if key else "no recommendation"


def _step(facts: Facts) -> str:
    return str(facts.get("step", "")).replace("_", " ")


def _try(facts: Facts) -> str:
    attempt = facts.get("attempt")
    return f", try {attempt}" if isinstance(attempt, int) and attempt > 1 else ""


def _ended(facts: Facts) -> str:
    words = {"needs_human": "needs a person", "compensated": "was put back", "cancelled": "was cancelled"}
    return words.get(str(facts.get("state")), str(facts.get("state")))
