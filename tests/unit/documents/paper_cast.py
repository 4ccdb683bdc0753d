"""A form without a database: what it says, and the page it is set on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from jiexu.documents import codes
from jiexu.documents.content import Content
from jiexu.documents.kinds import Kind
from jiexu.documents.setting import Issued, Press
from jiexu.exchange.signing import Ed25519Signer
from jiexu.gateways.policyfiles.areas import areas
from jiexu.values import case_number
from jiexu.values.citizen import make_synthetic

DAY = date(2026, 12, 1)
BIRTH = date(1990, 1, 1)
CASE = case_number.make("510100", "7K2M9TQX")
SIGNER = Ed25519Signer.of(key_id="530300-2026a", private_key=bytes(range(32)))

OF_KIND: dict[Kind, dict[str, Any]] = {
    Kind.APPLICATION_FORM: {"authorised": True, "employer": None, "wants_cash": False},
    Kind.TRANSFER_NOTICE: {"accepted_on": "2026-11-23", "origin_due": ["2026-12-07", "legal"]},
    Kind.APPLICATION_RECEIPT: {"opened_on": "2026-11-23"},
    Kind.CONTACT_LETTER: {
        "account": {
            "account": "0005101000001",
            "bank": "示例银行",
            "cnaps": "000510100019",
            "holder": "成都市医疗保障事务中心",
        },
        "opened_on": "2026-11-23",
    },
    Kind.ENROLMENT_CERTIFICATE: {
        "account": [["this_year", 1], ["earlier_years", 2]],
        "moved_out": [
            {"area": "530300", "kind": "made_up", "scheme": "310", "spans": [["2018-01", "2018-01"]]}
        ],
    },
    Kind.INFORMATION_FORM: {"left_behind": ["530100", "440100"], "arrears_months": 14},
    Kind.REFUSAL_NOTICE: {"accepted_on": None, "refusals": ["NA-01", "NA-06", "NA-11"]},
    Kind.COMPLETION_NOTICE: {
        "already_counted": 2,
        "taken": 85,
        "money": [
            {"amount_fen": 320_855, "leg": 1, "mode": "REMIT", "on": "2026-12-03", "state": "credited"},
            {"amount_fen": 10, "leg": 2, "mode": "REMIT", "on": None, "state": "awaited"},
        ],
    },
}
"""What each kind says beside what all say."""


@cache
def press() -> Press:
    return Press(areas())


def facts(**changed: Any) -> dict[str, Any]:
    """An information form's content. ``changed``: top-level facts; ``name``, ``birth`` and ``employer`` by themselves."""
    who = {
        "birth": changed.pop("birth", BIRTH.isoformat()),
        "document": changed.pop("document", make_synthetic(BIRTH, 1)),
        "document_kind": "01",
        "name": changed.pop("name", "测试甲"),
        "sex": "male",
    }
    stay = {
        "employer": changed.pop("employer", "测试单位"),
        "since": "2019-07-01",
        "status": "stopped",
        "stopped_on": "2026-09-30",
    }
    return {
        "agency": "530300", "applicant": "member", "arrears_months": 0, "case_no": CASE, "channel": "online",
        "destination": "510100", "enrolments": [stay], "from_scheme": "310", "issue": 1, "issued_on": DAY.isoformat(),
        "kind": "information_form", "layout": 1, "left_behind": [], "mode": "REMIT",
        "months": [{"area": "530300", "kind": "paid", "scheme": "310", "spans": [["2019-07", "2026-09"]]}],
        "origin": "530300", "parts": [["this_year", 320_855]], "person": who, "received_on": "2026-11-23", "to_scheme": "310",
        **changed,
    }  # fmt: skip


def form(
    given: Mapping[str, Any] | None = None,
    *,
    kind: Kind = Kind.INFORMATION_FORM,
    carrier: tuple[str, ...] = (),
) -> Issued:
    """The form, or another kind, numbered and signed."""
    said = Content(kind, dict(given or facts()))
    draft = codes.SignedCode(said.kind, SIGNER.key_id, CASE, 1, DAY, said.digest)
    return Issued(said, 1, DAY, codes.signed(draft, SIGNER.sign), carrier)
