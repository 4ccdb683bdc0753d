"""A case in words on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import click

from jiexu.cases.file import Waiting, money_waiting, record_waiting
from jiexu.cli.working import word
from jiexu.gateways.policyfiles.facts import cite
from jiexu.store.files import StoredFile
from jiexu.store.steps import file_content
from jiexu.texts import Lang, say
from jiexu.usecases.caseview import CaseSeen, DecisionSeen, look
from jiexu.usecases.node import Node
from jiexu.values import case_number
from jiexu.values.case_number import CaseNumberError
from jiexu.values.money import format_yuan
from jiexu.values.writing import masked


def _case(node: Node, given: str) -> CaseSeen:
    try:
        seen = look(node, given)
    except CaseNumberError as error:
        raise click.ClickException(str(error)) from None
    if seen is None:
        raise click.ClickException(word("no_such_case", case=given))
    return seen


def place(node: Node, code: str, lang: Lang) -> str:
    """The name of a pooling area."""
    pool = node.areas.pool(code)
    return pool.short_name if lang == "zh" else pool.name_en


def waits(node: Node, stored: StoredFile, waiting: Waiting | None, lang: Lang) -> str:
    """Holder, next event and date of a track, or that it is closed."""
    if waiting is None:
        return word("closed")
    agency = stored.file.agency if waiting.holder.is_here else stored.file.other
    return word(
        "waits",
        agency=place(node, agency, lang),
        holder=say(lang, f"states.holder.{waiting.holder.value}"),
        event=say(lang, f"states.next.{waiting.next_event.value}"),
        day=waiting.due.on,
        kind=say(lang, f"states.due.{waiting.due.kind.value}"),
    )


def shown(node: Node, given: str, lang: Lang, *, as_json: bool) -> None:
    """Both files with their tracks."""
    seen = _case(node, given)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "case_no": seen.case_no,
                    "files": [file_content(_payers_masked(each)) for each in seen.files],
                    "messages": [dict(row) for row in seen.messages],
                    "stuck": [dict(row) for row in seen.stuck],
                },
                ensure_ascii=False,
                default=str,
            )
        )
        return
    click.echo(word("case_head", case=case_number.format(seen.case_no)))
    for row in seen.stuck:
        agency, holder = place(node, row["agency"], lang), say(lang, f"states.holder.{row['holder']}")
        click.echo(
            word(
                "case_stuck",
                agency=agency,
                holder=holder,
                day=row["due_on"],
                since=row["since"],
                said=row["said"],
            )
        )
    for stored in seen.files:
        file = stored.file
        click.echo(
            "\n"
            + word(
                "side_head",
                side=say(lang, f"states.side.{file.side.value}"),
                agency=place(node, file.agency, lang),
            )
        )
        click.echo("  " + say(lang, f"states.record.{file.record.state.value}"))
        click.echo("  " + waits(node, stored, record_waiting(file), lang))
        for track in file.money:
            click.echo(
                f"  {track.leg}. {format_yuan(track.amount_fen)}: "
                + say(lang, f"states.money.{track.state.value}")
            )
            click.echo("     " + waits(node, stored, money_waiting(track), lang))


def _payers_masked(stored: StoredFile) -> StoredFile:
    """The file as it is shown: who paid is told apart by the end of the account, as on the pages."""
    money = tuple(
        replace(track, payers=tuple(replace(each, account=masked(each.account)) for each in track.payers))
        for track in stored.file.money
    )
    return replace(stored, file=replace(stored.file, money=money))


def tracked(node: Node, given: str, lang: Lang, *, as_json: bool) -> None:
    """One line for the record and one for each amount, each naming who holds it and until when."""
    seen = _case(node, given)
    lines = [
        _line(node, seen, lang, None),
        *(
            _line(node, seen, lang, leg)
            for leg in sorted({track.leg for each in seen.files for track in each.file.money})
        ),
    ]
    if as_json:
        click.echo(json.dumps({"case_no": seen.case_no, "lines": lines}, ensure_ascii=False, default=str))
        return
    for line in lines:
        click.echo(line["sentence"])
        click.echo("  " + line["waits"])


def _line(node: Node, seen: CaseSeen, lang: Lang, leg: int | None) -> dict[str, Any]:
    """The track as the agency tells it that holds it; where none does, as the opener tells it."""
    told = [(each, record_waiting(each.file) if leg is None else None) for each in seen.files]
    if leg is not None:
        told = [
            (each, money_waiting(track)) for each in seen.files if (track := each.file.leg(leg)) is not None
        ]
    stored, waiting = next(((each, w) for each, w in told if w is not None and w.holder.is_here), told[0])
    if leg is None:
        sentence = say(lang, f"states.record.{stored.file.record.state.value}")
    else:
        track = stored.file.leg(leg)
        sentence = (
            f"{format_yuan(track.amount_fen)}: " + say(lang, f"states.money.{track.state.value}")
            if track
            else ""
        )
    return {
        "leg": leg,
        "sentence": sentence,
        "waits": waits(node, stored, waiting, lang),
        "due": waiting.due.on if waiting else None,
        "due_kind": waiting.due.kind.value if waiting else None,
    }


def explained(node: Node, given: str, lang: Lang, *, as_json: bool) -> None:
    """Every decision as it was stored."""
    seen = _case(node, given)
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "agency": each.agency,
                        "on": each.on,
                        **each.body,
                        "policy_digest": each.policy_digest,
                        "engine": each.engine,
                    }
                    for each in seen.decisions
                ],
                ensure_ascii=False,
                default=str,
            )
        )
        return
    for each in seen.decisions:
        _explain(node, each, lang)


def _explain(node: Node, each: DecisionSeen, lang: Lang) -> None:
    click.echo(
        f"{each.on} {place(node, each.agency, lang)}  {each.rule}  "
        + say(lang, f"outcomes.{each.rule}.{each.outcome}")
    )
    sure = say(lang, f"transfer.confidence_{each.body['confidence']}")
    ground = say(lang, f"transfer.basis_{each.body['basis']}")
    click.echo("  " + word("sure_and_ground", sure=sure, ground=ground))
    for article in each.body["articles"]:
        click.echo("  " + word("article", article=cite(lang, article)))
    if each.body["facts"]:
        click.echo("  " + word("facts", facts=", ".join(each.body["facts"])))
    if each.body["inputs"]:
        click.echo(
            "  "
            + word(
                "inputs", inputs=", ".join(f"{name} = {value}" for name, value in each.body["inputs"].items())
            )
        )
    for code in each.body["refusals"]:
        click.echo("  " + say(lang, f"refusals.{code}") + " " + say(lang, f"refusals.{code}_cure"))
