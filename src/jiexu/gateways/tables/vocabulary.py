"""The closed lists of words a table may use, in Chinese and English, and what each means in code.

The first word of each language is the one we write and offer; codes of the national dictionaries are read too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from jiexu.gateways.tables.faults import CellError, Words, shown
from jiexu.rules.inputs import Applicant, Channel, Scheme, Sex, Status
from jiexu.values.identity import DocumentKind

Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Vocabulary(Generic[Meaning]):
    """Words and their meaning. ``zh``, ``en``: meaning → the word we write; ``also``: further words."""

    zh: Mapping[Meaning, str]
    en: Mapping[Meaning, str]
    also: Mapping[str, Meaning]

    def read(self, text: str) -> Meaning:
        """The meaning of a word. Raises CellError with the whole list of what may be written."""
        written = self._written.get(text)
        if written is not None:
            return written
        try:
            return self._known[plain(text)]
        except KeyError:
            raise CellError("word_unknown", given=shown(text), words={"choices": self.choices()}) from None

    @cached_property
    def _written(self) -> dict[str, Meaning]:
        """The words we write, as most files have them."""
        return {word: meaning for words in (self.zh, self.en) for meaning, word in words.items()}

    @cached_property
    def _known(self) -> dict[str, Meaning]:
        written = (*self.zh.items(), *self.en.items(), *((value, word) for word, value in self.also.items()))
        return {plain(word): meaning for meaning, word in written}

    def choices(self) -> Words:
        """What may be written, in the order of the list."""
        return Words("、".join(self.zh.values()), ", ".join(self.en.values()))


def plain(word: str) -> str:
    """A word for comparison: narrow, lower case, without spaces, dashes and underscores."""
    narrow = unicodedata.normalize("NFKC", word).casefold()
    return "".join(letter for letter in narrow if letter not in " _-\u3000" and not letter.isspace())


YES_NO: Vocabulary[bool] = Vocabulary(
    zh={True: "是", False: "否"},
    en={True: "yes", False: "no"},
    also={
        "y": True, "true": True, "1": True, "√": True, "✓": True, "有": True, "同意": True, "已同意": True,
        "n": False, "false": False, "0": False, "×": False, "无": False, "没有": False, "不同意": False, "未同意": False,
    },
)  # fmt: skip

SCHEMES: Vocabulary[Scheme] = Vocabulary(
    zh={Scheme.EMPLOYEE: "职工", Scheme.RESIDENT: "居民"},
    en={Scheme.EMPLOYEE: "employee", Scheme.RESIDENT: "resident"},
    also={
        "310": Scheme.EMPLOYEE, "职工医保": Scheme.EMPLOYEE, "职工基本医疗保险": Scheme.EMPLOYEE,
        "城镇职工": Scheme.EMPLOYEE, "城镇职工基本医疗保险": Scheme.EMPLOYEE,
        "390": Scheme.RESIDENT, "居民医保": Scheme.RESIDENT, "城乡居民": Scheme.RESIDENT,
        "城乡居民基本医疗保险": Scheme.RESIDENT,
    },
)  # fmt: skip

APPLICANTS: Vocabulary[Applicant] = Vocabulary(
    zh={Applicant.MEMBER: "本人", Applicant.EMPLOYER: "单位", Applicant.AGENT: "代办人"},
    en={Applicant.MEMBER: "member", Applicant.EMPLOYER: "employer", Applicant.AGENT: "agent"},
    also={
        "参保人": Applicant.MEMBER,
        "用人单位": Applicant.EMPLOYER,
        "代办": Applicant.AGENT,
        "亲属": Applicant.AGENT,
    },
)

CHANNELS: Vocabulary[Channel] = Vocabulary(
    zh={
        Channel.ONLINE: "网上",
        Channel.COUNTER: "窗口",
        Channel.PROACTIVE: "免申即转",
        Channel.OFFLINE: "线下",
    },
    en={
        Channel.ONLINE: "online",
        Channel.COUNTER: "counter",
        Channel.PROACTIVE: "proactive",
        Channel.OFFLINE: "offline",
    },
    also={"线上": Channel.ONLINE, "网办": Channel.ONLINE, "柜台": Channel.COUNTER, "大厅": Channel.COUNTER},
)

STATUSES: Vocabulary[Status] = Vocabulary(
    zh={Status.INSURED: "参保", Status.STOPPED: "停保", Status.RETIRED: "退休"},
    en={Status.INSURED: "insured", Status.STOPPED: "stopped", Status.RETIRED: "retired"},
    also={"正常参保": Status.INSURED, "在保": Status.INSURED, "中止": Status.STOPPED, "暂停": Status.STOPPED},
)

SEXES: Vocabulary[Sex] = Vocabulary(
    zh={Sex.MALE: "男", Sex.FEMALE: "女"}, en={Sex.MALE: "male", Sex.FEMALE: "female"}, also={}
)

DOCUMENT_KINDS: Vocabulary[str] = Vocabulary(
    zh={
        DocumentKind.CITIZEN_CARD: "居民身份证",
        DocumentKind.MILITARY_OFFICER: "军官证",
        DocumentKind.ARMED_POLICE_OFFICER: "武警警官证",
        DocumentKind.HONG_KONG_PERMIT: "香港通行证",
        DocumentKind.MACAO_PERMIT: "澳门通行证",
        DocumentKind.TAIWAN_PERMIT: "台湾通行证",
        DocumentKind.FOREIGN_RESIDENT_CARD: "外国人永久居留证",
        DocumentKind.FOREIGN_PASSPORT: "外国人护照",
        DocumentKind.CHINESE_PASSPORT: "中国护照",
        DocumentKind.RESIDENCE_PERMIT: "港澳台居民居住证",
        DocumentKind.SOCIAL_SECURITY_CARD: "社会保障卡",
        DocumentKind.OTHER: "其他",
    },
    en={
        DocumentKind.CITIZEN_CARD: "citizen card",
        DocumentKind.MILITARY_OFFICER: "military officer card",
        DocumentKind.ARMED_POLICE_OFFICER: "armed police officer card",
        DocumentKind.HONG_KONG_PERMIT: "Hong Kong permit",
        DocumentKind.MACAO_PERMIT: "Macao permit",
        DocumentKind.TAIWAN_PERMIT: "Taiwan permit",
        DocumentKind.FOREIGN_RESIDENT_CARD: "foreign resident card",
        DocumentKind.FOREIGN_PASSPORT: "foreign passport",
        DocumentKind.CHINESE_PASSPORT: "Chinese passport",
        DocumentKind.RESIDENCE_PERMIT: "residence permit",
        DocumentKind.SOCIAL_SECURITY_CARD: "social security card",
        DocumentKind.OTHER: "other",
    },
    also={
        "身份证": DocumentKind.CITIZEN_CARD,
        "公民身份号码": DocumentKind.CITIZEN_CARD,
        "港澳居民来往内地通行证（香港）": DocumentKind.HONG_KONG_PERMIT,
        "港澳居民来往内地通行证（澳门）": DocumentKind.MACAO_PERMIT,
        "台湾居民来往大陆通行证": DocumentKind.TAIWAN_PERMIT,
        "台胞证": DocumentKind.TAIWAN_PERMIT,
        "外国人永久居留身份证": DocumentKind.FOREIGN_RESIDENT_CARD,
        "居住证": DocumentKind.RESIDENCE_PERMIT,
        "社保卡": DocumentKind.SOCIAL_SECURITY_CARD,
        "护照": DocumentKind.CHINESE_PASSPORT,
    },
)


class EventKind(StrEnum):
    """What an agency can come to know in the course of a case (docs/formats.md, events.csv)."""

    DEATH = "death"
    DEATH_TAKEN_BACK = "death_taken_back"
    WRONG = "wrong"
    SHORT = "short"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    LATE = "late"
    UNMATCHED = "unmatched"
    NO_REFERENCE = "no_reference"
    CONSENT = "consent"
    STOP = "stop"
    WITHDRAW = "withdraw"
    DISPUTE = "dispute"
    MODE_KEEP = "mode_keep"
    MODE_REMIT = "mode_remit"
    MODE_TO_PERSON = "mode_to_person"
    COVER_BEGAN = "cover_began"
    RESIDENT_COVER_BEGAN = "resident_cover_began"
    COVER_STOPPED = "cover_stopped"


EVENTS: Vocabulary[EventKind] = Vocabulary(
    zh={
        EventKind.DEATH: "死亡",
        EventKind.DEATH_TAKEN_BACK: "撤销死亡",
        EventKind.WRONG: "到账不符",
        EventKind.SHORT: "到账短款",
        EventKind.BOUNCED: "退汇",
        EventKind.REJECTED: "银行拒付",
        EventKind.DUPLICATE: "重复到账",
        EventKind.LATE: "迟到资金",
        EventKind.UNMATCHED: "无主到账",
        EventKind.NO_REFERENCE: "附言缺失",
        EventKind.CONSENT: "同意",
        EventKind.STOP: "叫停",
        EventKind.WITHDRAW: "撤回",
        EventKind.DISPUTE: "退回信息表",
        EventKind.MODE_KEEP: "决定留存",
        EventKind.MODE_REMIT: "决定划转",
        EventKind.MODE_TO_PERSON: "决定支付本人",
        EventKind.COVER_BEGAN: "参加职工医保",
        EventKind.RESIDENT_COVER_BEGAN: "参加居民医保",
        EventKind.COVER_STOPPED: "停保",
    },
    en={kind: kind.value.replace("_", " ") for kind in EventKind},
    also={
        "身故": EventKind.DEATH,
        "银行退票": EventKind.BOUNCED,
        "停止转移": EventKind.STOP,
        "申请撤回": EventKind.WITHDRAW,
    },
)
