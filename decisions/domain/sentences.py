"""Why an option is recommended, in sentences that can be read at three in the morning."""

from __future__ import annotations

from decisions.domain import option_report
from decisions.domain.case_making import Made
from decisions.domain.hypotheses import LASTING
from decisions.domain.options import DISABLE, HOLD, ROLL_BACK, SHIFT, STABILISE, Proposal, known_good
from decisions.domain.scores import Because, OptionScore, Scores
from decisions.domain.suffering import VERSIONS_SUFFER, settles_at
from decisions.domain.wording import listed, minutes_in_words, money, percent


def recommendation(made: Made, scores: Scores) -> str:
    """What to do and why, as a sentence."""
    chosen = made.proposals[scores.recommended]
    says = {HOLD: _hold, STABILISE: _stabilise, SHIFT: _shift, ROLL_BACK: _roll_back, DISABLE: _disable}
    return says[chosen.kind](chosen, made)


def money_reason(made: Made, scores: Scores) -> str:
    """What it is expected to cost, beside doing nothing and beside the runner-up."""
    currency, chosen = made.policy.currency, scores.of(scores.recommended)
    said = f"Expected loss {money(chosen.loss.expected, currency)}"
    nothing = money(scores.do_nothing.expected, currency)
    said += f" instead of {nothing} for doing nothing." if not _is_nothing(made, scores) else ", as for doing nothing."
    other = option_report.rival(scores)
    return said if other is None else f"{said} {_beside(other, made, scores)}"


def waiting(made: Made, scores: Scores) -> str:
    """Whether to wait for more data."""
    wait, currency = scores.waiting, made.policy.currency
    early = settles_at(made.snapshot, made.policy)
    if early is not None:
        return (
            f"It is early: whether the other versions suffer too should show by {early:%H:%M:%S} UTC. Look again then."
        )
    if wait.cost_per_minute == 0:
        return "Waiting costs nothing now."
    cost, worth = money(wait.cost_per_minute, currency), money(wait.worth_at_most, currency)
    if wait.look_again_minutes is None:
        return (
            f"Do not wait for more data: a minute costs {cost}, and knowing everything would be worth at most {worth}."
        )
    again = minutes_in_words(wait.break_even_minutes or 0.0)
    return (
        f"Act, unless something decisive can be known within {again}: "
        f"a minute costs {cost}, and knowing everything would be worth at most {worth}."
    )


def too_close(made: Made, scores: Scores) -> str | None:
    """That no option is sure enough to be the best; None when one is."""
    if not scores.too_close:
        return None
    chosen = scores.of(scores.recommended)
    asked = made.case.confidence
    name = option_report.title(chosen.key, made)
    return (
        f"Too close to call: “{name}” is the best with {percent(chosen.p_best)}, "
        f"and this tier asks for {percent(asked)}. Look at what would change it, and decide."
    )


def hand_over(made: Made) -> str | None:
    """That people have to decide, since the desk was undone too often; None while it was not."""
    times, most = made.snapshot.incident.reversals, made.policy.after_action.reversals_at_most
    if times == 0 or times < most:
        return None
    return f"{times} actions of this incident were reversed. The desk starts nothing more by itself: people decide."


def cause(made: Made) -> str:
    """The likely cause, with its probability before and after the evidence."""
    posterior = made.finding.posterior
    name = max(sorted(posterior), key=lambda each: posterior[each])
    likely = {
        "release": "The release is the likely cause",
        "other": "The cause probably lies outside the release",
        "transient": "It will probably pass by itself",
    }[name]
    return f"{likely} ({percent(posterior[name])}; before the evidence {percent(made.finding.prior[name])})."


def _hold(chosen: Proposal, made: Made) -> str:
    if not made.harm.is_any:
        return "Hold: nothing lies outside its target and margin, so there is nothing to act on."
    then = made.plan_after_hold
    if then is None:
        return "Hold and watch: every action would cost more than it is expected to save."
    wait, after = minutes_in_words(made.policy.hold.wait_seconds / 60), option_report.title(then, made)
    return f"Hold for {wait}, then decide: it may pass by itself, and what would follow is “{after}”."


def _stabilise(chosen: Proposal, made: Made) -> str:
    changed = [each for each in made.snapshot.settings if each.name in chosen.settings]
    was = listed([f"{each.name} stands at {each.now} and is recorded as {each.recorded}" for each in changed])
    return f"Restore the setting: {was}. No rollback is needed: {_serving(made)} itself is not what was changed."


def _shift(chosen: Proposal, made: Made) -> str:
    return f"{chosen.title}: {_who_suffers(made)} Moving a part limits the harm without giving up the new version."


def _roll_back(chosen: Proposal, made: Made) -> str:
    back = f"Roll back to {chosen.version}: {_who_suffers(made)} {cause(made)}"
    if "disable" in made.proposals:
        return f"{back} {chosen.version} can take over, so the service need not be taken out."
    return back


def _disable(chosen: Proposal, made: Made) -> str:
    what = "Fall back to people" if chosen.behaviour == "people" else chosen.title
    if made.finding.says(VERSIONS_SUFFER) == "all_alike":
        all_suffer = made.finding.detail(VERSIONS_SUFFER)
        return f"{what}: {all_suffer} Rolling back does not help, since the cause is not in the release."
    if not known_good(made.snapshot):
        return f"{what}: there is no known good version to roll back to. {cause(made)}"
    return f"{what}: it ends the harm sooner and more surely than a rollback. {cause(made)}"


def _who_suffers(made: Made) -> str:
    says = made.finding.says(VERSIONS_SUFFER)
    if says == "only_new":
        return made.finding.detail(VERSIONS_SUFFER)
    return f"it cannot be seen who else suffers, and {percent(_lasting(made, 'release'))} speaks for the release."


def _lasting(made: Made, name: str) -> float:
    posterior = made.finding.posterior
    return posterior[name] / sum(posterior[str(each)] for each in LASTING)


def _serving(made: Made) -> str:
    return made.snapshot.suspect or "the version"


def _is_nothing(made: Made, scores: Scores) -> bool:
    return scores.recommended == HOLD and made.plan_after_hold is None


def _beside(other: OptionScore, made: Made, scores: Scores) -> str:
    name = option_report.title(other.key, made)
    more, by = option_report.beside(other, scores.of(scores.recommended))
    if more > 0:
        decided = f", mostly {by}" if by else ""
        return f"“{name}” would cost about {money(more, made.policy.currency)} more{decided}."
    if more == 0:
        return f"“{name}” would cost the same{_TIES.get(scores.because, '')}."
    less = money(-more, made.policy.currency)
    if scores.because is Because.NOT_WORTH_SWITCHING:
        return f"“{name}” would cost about {less} less, which is not worth a change."
    if scores.because in _TIES:
        return f"“{name}” would cost about {less} less, which is too little to tell{_TIES[scores.because]}."
    return f"“{name}” would cost about {less} less on average{_tail(other, made, scores)}."


def _tail(other: OptionScore, made: Made, scores: Scores) -> str:
    """Why a tier that weighs the worst cases prefers the dearer option."""
    weight, chosen = made.case.risk_aversion, scores.of(scores.recommended)
    if weight == 0 or other.loss.cvar95 <= chosen.loss.cvar95:
        return ""
    own, theirs = (money(each.loss.cvar95, made.policy.currency) for each in (chosen, other))
    return f", but its worst 5 % average {theirs} instead of {own}, and this tier weighs them with {percent(weight)}"


_TIES = {
    Because.SMALLEST_BLAST_RADIUS: ", and it touches more",
    Because.QUICKEST_TO_UNDO: ", and it takes longer to undo",
}
