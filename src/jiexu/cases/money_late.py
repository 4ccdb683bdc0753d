"""Amounts decided or received after the form: unknown money once a mode is decided, and money that came late (R-051)."""

from __future__ import annotations

from jiexu.cases.events import ModeDecided, MoneyCameLate
from jiexu.cases.file import File, MoneyTrack
from jiexu.cases.legs import TO_BE_HELD, has_undecided, hold_leg, movable_parts, open_leg, set_aside
from jiexu.cases.money_out import MODE_DECIDED
from jiexu.cases.states import MoneyState, Way
from jiexu.cases.step import Draft, Facts, Step, already_done, not_possible
from jiexu.exchange.payloads import LegEnded, LegNotice
from jiexu.rules.money import R_042, MoneyMode, money_mode
from jiexu.rules.ours import MODE
from jiexu.rules.ours import mode_decided as decided_by_agency
from jiexu.rules.process import R_043, R_051, residual

UNDECIDABLE = frozenset({MoneyMode.UNKNOWN, MoneyMode.NONE, MoneyMode.ESTATE})


def mode_decided(file: File, facts: Facts, event: ModeDecided) -> Step:
    """The agency's own decision where no rule is known: stored with its reason, and told to the other side.

    Everything movable that is available now goes this way; what the person spent meanwhile is gone.
    """
    track = file.leg(event.leg)
    if track is not None and track.state is MoneyState.STOPPED_BY_DEATH:
        return not_possible(file, "person_died")
    if track is None or track.way is not Way.OUT or track.state is not MoneyState.MODE_UNKNOWN:
        return already_done(file, "mode_known")
    if event.mode in UNDECIDABLE or track.handing_over is not None:
        early = event.mode not in UNDECIDABLE
        return not_possible(file, "notice_not_receipted" if early else "mode_undecided")
    if facts.person is None or file.form is None:
        return not_possible(file, "no_record_here")
    draft = Draft(file, facts)
    parts = movable_parts(facts.person)
    if not parts:
        draft.close(track, MoneyState.ENDED, carried_by=draft.send(LegEnded(track.leg, "nothing_left")))
        return draft.step()
    total = sum(part.amount_fen for part in parts)
    draft.decided([decided_by_agency(mode=event.mode.value, amount_fen=total, why=event.reason)])
    seq = draft.send(LegNotice(track.leg, event.mode.value, parts, MODE_DECIDED))
    opened = open_leg(
        draft,
        leg=track.leg,
        mode=event.mode,
        rule=MODE.id,
        parts=parts,
        carried_by=seq,
        due=draft.promise("residual"),
        by=event.by,
        reviewer=event.reviewer,
        attempt=track.attempt,
    )
    if opened.state in TO_BE_HELD:
        hold_leg(draft, opened, issue=file.form.issue)
    return draft.step()


def money_came_late(file: File, facts: Facts, event: MoneyCameLate) -> Step:
    """Money that reached the account after the form: an amount of its own, with its own track (R-051).

    While the way of the first amount is undecided it joins that one: the decision takes all there is.
    """
    if file.form is None or facts.person is None:
        before_form = already_done(file, "comes_with_the_form")
        return before_form if file.record.is_open else not_possible(file, "no_transfer_here")
    if has_undecided(file):
        return already_done(file, "joins_undecided")
    decision = money_mode(asked=file.asked, person=facts.person, policy=facts.policy, on=facts.today)
    if decision.mode is MoneyMode.NONE:
        return not_possible(file, "nothing_to_move")
    draft = Draft(file, facts)
    total = sum(part.amount_fen for part in event.parts)
    draft.decided([*decision.decisions, residual(amount_fen=total, mode=decision.mode.value, why=event.why)])
    if file.died_on is not None:
        _for_the_heirs(draft, event, R_042.id if decision.mode is MoneyMode.ESTATE else R_043.id)
    else:
        _on_its_way(draft, event, decision.mode)
    return draft.step()


def _for_the_heirs(draft: Draft, event: MoneyCameLate, rule: str) -> None:
    """The other side never heard of this amount and need not."""
    late = MoneyTrack(
        draft.next_leg(),
        Way.OUT,
        MoneyState.RESIDUAL,
        MoneyMode.ESTATE,
        rule,
        event.parts,
        draft.promise("estate"),
    )
    set_aside(draft, late, rule=rule, carried_by=None, by=event.by, reviewer=event.reviewer)


def _on_its_way(draft: Draft, event: MoneyCameLate, mode: MoneyMode) -> None:
    leg = draft.next_leg()
    seq = draft.send(LegNotice(leg, mode.value, event.parts, event.why))
    due = draft.promise("residual")
    track = open_leg(
        draft,
        leg=leg,
        mode=mode,
        rule=R_051.id,
        parts=event.parts,
        carried_by=seq,
        due=due,
        by=event.by,
        reviewer=event.reviewer,
    )
    if track.state in TO_BE_HELD and draft.file.form is not None:
        held = hold_leg(draft, track, issue=draft.file.form.issue)
        draft.here(held, MoneyState.RESIDUAL, due)
