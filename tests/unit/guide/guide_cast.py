"""People about to move, drawn at random: every field told or not, places old and new, days before and after every rule."""

from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from jiexu.gateways.policyfiles.areas import areas
from jiexu.gateways.policyfiles.calendar import working_days
from jiexu.gateways.policyfiles.facts import shipped_policy
from jiexu.guide.answer import answer
from jiexu.guide.situation import Career, Situation, Stretch, Topic
from jiexu.records.record import MonthKind
from jiexu.rules.inputs import Payer, Scheme, Sex, Status
from jiexu.rules.retirement import RetirementGroup
from jiexu.values.month import Month

guide_for = partial(answer, policy=shipped_policy(), calendar=working_days(), areas=areas())
TODAY = date(2026, 11, 23)
PLACES = ["曲靖", "成都", "苏州", "昆山", "广州", "深圳", "上海", "北京", "郑州", "襄樊", "莱芜", "巢湖地区", "海口", "三亚", "乌鲁木齐", "石河子", "泉州", "南京", "青岛", "杭州", "西宁", "110000", "530300", "不知道的地方"]  # fmt: skip

days = st.dates(date(2008, 1, 1), date(2044, 12, 31))


def maybe(told: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | told


@st.composite
def stretches(draw: st.DrawFn, on: date) -> Stretch:
    first = draw(st.integers(Month.of(1995, 1).index, Month.containing(on).index))
    last = draw(st.integers(first, min(first + 200, Month.containing(on).index)))
    return Stretch(
        draw(st.sampled_from(PLACES[:20])),
        draw(st.sampled_from(Scheme)),
        Month(first),
        Month(last),
        draw(st.sampled_from(MonthKind)),
    )


@st.composite
def moving(draw: st.DrawFn) -> tuple[Situation, date]:
    """Somebody about to move, and the day of asking: nothing in it contradicts itself."""
    on = draw(days)
    ago = st.integers(0, 80).map(lambda many: on - timedelta(days=many))
    course = sorted(draw(st.lists(ago, min_size=4, max_size=4)))
    far = draw(st.integers(0, 4))
    applied, accepted, sent, taken_in = [*course[:far], None, None, None, None][:4]
    joined = draw(maybe(st.booleans()))
    status = draw(maybe(st.sampled_from(Status)))
    missed = draw(maybe(st.integers(0, 9)))
    near = st.integers(-900, 400).map(lambda many: on + timedelta(days=many))
    ahead = st.integers(1, 400).map(lambda many: on + timedelta(days=many))
    told = Situation(
        origin=draw(st.sampled_from(PLACES)),
        destination=draw(st.sampled_from(PLACES)),
        document_kind=draw(st.sampled_from(["01", "01", "08", "17"])),
        from_scheme=draw(maybe(st.sampled_from(Scheme))),
        to_scheme=draw(maybe(st.sampled_from(Scheme))),
        status=status,
        stopped_on=draw(maybe(ahead if status is Status.INSURED else near)),
        joined=joined,
        joined_on=draw(maybe(ahead if joined is False else near)),
        cover_year_here=draw(maybe(st.integers(on.year - 2, on.year + 1))),
        cover_year_there=draw(maybe(st.integers(on.year - 1, on.year + 1))),
        balance_fen=draw(maybe(st.sampled_from([-500, 0, 1, 320855, 10**9]))),
        history=tuple(draw(st.lists(stretches(on), max_size=3))),
        last_paid=draw(maybe(near.map(Month.containing))),
        first_paid=draw(maybe(near.map(Month.containing))),
        insured_months=draw(maybe(st.integers(0, 300))),
        made_up=draw(maybe(st.booleans())),
        missed_years=missed,
        repaired_years=draw(st.integers(0, missed or 0)),
        birth=draw(maybe(st.dates(date(1940, 1, 1), date(1990, 1, 1)))),
        sex=draw(maybe(st.sampled_from(Sex))),
        group=draw(maybe(st.sampled_from(RetirementGroup))),
        payer=draw(maybe(st.sampled_from(Payer))),
        applied_on=applied,
        accepted_on=accepted,
        form_received_on=sent,
        record_in_on=taken_in,
        wants=draw(st.frozensets(st.sampled_from(Topic), max_size=2)),
        wants_cash=draw(st.booleans()),
        sharing_open=draw(maybe(st.booleans())),
        career=draw(maybe(st.sampled_from(Career))),
    )
    return told, on
