"""Invented people: names, documents, months and money that no real person has."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import uscc

from jiexu.records.monthset import MonthSet
from jiexu.rules.inputs import AccountPart, Sex
from jiexu.simulation.sample_mix import Deck, Mix, Naming, Paper
from jiexu.values import citizen
from jiexu.values.identity import DocumentKind, IdentityDocument
from jiexu.values.month import Month
from jiexu.values.names import PersonName

FEWEST_MONTHS, MOST_MONTHS = 24, 240
"""What a sampled person has paid at the place that is left, in at least two periods."""

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = "安邦彬冰波博才昌超晨成城春聪丹德东恩帆芳菲峰凤福刚光桂国海涵浩红宏华欢慧吉佳嘉建健杰洁金晶静娟军俊凯康克坤兰磊蕾丽莉莲林玲龙璐梅美萌敏明娜宁鹏平萍琪琴青清秋泉蓉瑞珊少胜诗淑爽思松涛婷彤薇伟文武霞贤祥晓欣鑫兴秀旭雪雅妍艳阳瑶一艺英莹颖勇宇玉媛月云泽珍振志智忠卓梓"
RARE = "𠮷𬀩𫖯𤩽𬭎𫍯𬙂𬱟𬴊𬺓𣲗𬇙"
"""Characters beyond the basic plane: four bytes in UTF-8 and in GB18030."""
DOTTED_FIRST = (
    "买买提",
    "阿依古丽",
    "艾合买提",
    "古丽娜尔",
    "扎西",
    "卓玛",
    "巴图",
    "其其格",
    "吐尔逊",
    "热依汗",
)
DOTTED_LAST = ("吐尔地", "阿不都拉", "依明", "肉孜", "才让", "旺堆", "苏和", "那仁", "买买提", "卡德尔")
LATIN = ("Anna Sample", "John Example", "María Muestra", "Jean-Luc Modèle", "Nguyen Van Mau")


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, the same at every agency."""

    name: PersonName
    documents: tuple[IdentityDocument, ...]
    birth: date
    sex: Sex


class Registry:
    """Names people and gives them documents, each number once."""

    def __init__(self, seed: str, mix: Mix) -> None:
        self._random = random.Random(f"{seed} people")  # noqa: S311  # invented people, nothing secret
        self._papers = Deck(mix.papers, seed=f"{seed} papers")
        self._namings = Deck(mix.namings, seed=f"{seed} names")
        self._serial = self._random.randrange(1000) * 1000

    def person(self, born: tuple[date, date]) -> Person:
        """A person born between two days."""
        pick = self._random
        birth = born[0] + timedelta(days=pick.randrange((born[1] - born[0]).days + 1))
        sex = pick.choice((Sex.MALE, Sex.FEMALE))
        documents = [self._document(self._papers.deal(), birth, sex)]
        if pick.random() < 0.05:
            number = f"X{self._next(sex):09d}"
            documents.append(IdentityDocument(DocumentKind.SOCIAL_SECURITY_CARD.value, number))
        return Person(PersonName(self._name(documents[0].kind)), tuple(documents), birth, sex)

    def employer(self, area: str) -> str:
        """A unified social credit code of nobody: department Y is none that registers companies."""
        body = f"Y1{area}XN{self._random.randrange(10**7):07d}"
        return body + str(uscc.calc_check_digit(body + "0"))

    def bank_account(self) -> str:
        """An account no bank keeps."""
        return f"XN{self._random.randrange(10**12):012d}"

    def _next(self, sex: Sex) -> int:
        self._serial += 2
        return (self._serial + (sex is Sex.MALE)) % 10_000_000

    def _document(self, paper: Paper, birth: date, sex: Sex) -> IdentityDocument:
        serial = self._next(sex)
        number = {
            Paper.HONG_KONG: f"H{serial:08d}",
            Paper.MACAO: f"M{serial:08d}",
            Paper.TAIWAN: f"{serial:08d}",
            # ZZZ is given to no country, so that the card is seen to be nobody's.
            Paper.FOREIGN_CARD: f"ZZZ{serial % 10**6:06d}{birth:%y%m%d}",
            Paper.FOREIGN_PASSPORT: f"ZZ{serial:07d}",
        }.get(paper) or citizen.make_synthetic(birth, serial)
        return IdentityDocument(paper.value, number)

    def _name(self, kind: str) -> str:
        pick, naming = self._random, self._namings.deal()
        if naming is Naming.LATIN or kind in {Paper.FOREIGN_CARD, Paper.FOREIGN_PASSPORT}:
            return pick.choice(LATIN)
        if naming is Naming.DOTTED:
            return f"{pick.choice(DOTTED_FIRST)}·{pick.choice(DOTTED_LAST)}"
        given = "".join(pick.choice(GIVEN) for _ in range(pick.choice((1, 2, 2))))
        return pick.choice(SURNAMES) + (pick.choice(RARE) + given[1:] if naming is Naming.RARE else given)


def working_months(pick: random.Random, *, last: Month) -> MonthSet:
    """24 to 240 months up to one, in two to four periods with gaps of one to six months."""
    left = pick.randint(FEWEST_MONTHS, MOST_MONTHS)
    periods = pick.randint(2, 4)
    spans, end = [], last.index + 1
    for remaining in range(periods, 0, -1):
        length = left if remaining == 1 else pick.randint(1, left - remaining + 1)
        spans.append((end - length, end))
        left, end = left - length, end - length - pick.randint(1, 6)
    return MonthSet.from_spans(spans)


def cover_years(pick: random.Random, *, last: Month) -> MonthSet:
    """The yearly cover of a resident up to one month: full years with one missed, 24 to 240 months."""
    before = pick.randint(3, 18)
    missed = pick.randint(1, before - 1)
    years = [last.year - back for back in range(1, before + 1) if back != missed]
    this = [(Month.of(last.year, 1).index, last.index + 1)]
    return MonthSet.from_spans([*this, *((year * 12, year * 12 + 12) for year in years)])


def money(pick: random.Random, months: MonthSet) -> tuple[AccountPart, ...]:
    """What is left of some months of contributions: this year's part, the earlier ones', seldom a supplement."""
    this_year = pick.randint(0, 250_000)
    earlier = months.count * pick.randint(500, 22_000)
    supplement = (AccountPart("supplement", pick.randint(1_000, 90_000), movable=False),)
    parts = (AccountPart("this_year", this_year), AccountPart("earlier_years", max(earlier, 1)))
    return (*parts, *supplement) if pick.random() < 0.06 else parts


def born_before(first: Month, *, youngest: int = 18, oldest: int = 26) -> tuple[date, date]:
    """When somebody was born who was of some age in years in a month."""
    return (Month(first.index - oldest * 12).first_day(), Month(first.index - youngest * 12).first_day())
