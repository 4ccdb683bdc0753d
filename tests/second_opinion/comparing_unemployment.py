"""Both answers on unemployment insurance across provinces: what happens, and how much money goes along."""

from __future__ import annotations

from datetime import date

from tests.second_opinion import unemployment
from tests.second_opinion.people import Answers, Compared, Person

from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.rules.policy import Found
from jiexu.rules.unemployment.entitlement import months_due
from jiexu.rules.unemployment.moving import Claim, Standing, Unemployed, Way, unemployment_move

POLICY = shipped_policy()
NEW_RULE_FROM = date(2021, 11, 9)
PLACES = ("500000", "410100", "320100", "440100", "510100")
WAYS = {
    Way.NOTHING: "no_transfer",
    Way.REFUSED: "refused",
    Way.RELATION: "relation_only",
    Way.RELATION_AND_MONEY: "relation_and_money",
    Way.NOT_KNOWN: "not known",
}


def move(who: Person) -> Answers:
    """Decision table D1 to D6 of B4 with UNE-05 to UNE-07: the way, and the least and most fen."""
    draw = who.draws("unemployment")
    origin, destination = draw.sample(PLACES, 2)
    standing = draw.choice(("employed", "entitled", "drawing"))
    reemployed = standing == "employed" or draw.random() < 0.5
    claims = draw.choice(("last", "registered"))
    paid = draw.choice((3, 11, 12, 13, 60, 120))
    due = min(draw.randint(1, 24), unemployment.longest_months(paid)) if paid >= 12 else 0
    drawn = draw.randint(0, due) if standing == "drawing" else 0
    monthly = draw.randint(100_000, 250_001)
    found = POLICY.find("unemployment.transfer.added_share_of", origin, on=max(who.applied, NEW_RULE_FROM))
    half_of = str(found.value) if isinstance(found, Found) else None
    way = unemployment.outcome(
        status=standing,
        months_paid=paid,
        claims_at=None if reemployed else claims,
        moves_unemployed=not reemployed,
    )
    amounts = None
    if way == "relation_and_money":
        amounts = unemployment.transfer_money(
            months_paid=paid, months_due=due, months_drawn=drawn, monthly_standard=monthly, half_of=half_of
        )
    answer = unemployment_move(
        person=Unemployed(
            standing=Standing(standing),
            paid_months=paid,
            reemployed=reemployed,
            claims_at=Claim.LAST_PLACE if claims == "last" else Claim.HOME,
            fixed_months=due,
            drawn_months=drawn,
            monthly_fen=monthly,
        ),
        origin=origin,
        destination=destination,
        policy=POLICY,
        on=max(who.applied, NEW_RULE_FROM),
    )
    sums = answer.money
    told = {"standing": standing, "reemployed": reemployed, "claims": claims, "paid": paid, "due": due}
    return (
        told | {"drawn": drawn, "monthly": monthly, "origin": origin, "half_of": half_of},
        (way, None if amounts is None else (min(amounts), max(amounts))),
        (WAYS[answer.way], None if sums is None else (sums.least_fen, sums.most_fen)),
    )


def longest(who: Person) -> Answers:
    """UNE-16: the most months of benefit that years of contributions can give."""
    paid = who.draws("unemployment months").randint(0, 200)
    answer = months_due(paid_months=paid, area="650100", policy=POLICY, on=max(who.applied, NEW_RULE_FROM))
    return {"paid": paid}, unemployment.longest_months(paid), answer.most


COMPARED: Compared = {"unemployment": move, "unemployment months": longest}
