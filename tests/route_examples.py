"""One example of every address that has a part to fill in: what stands there when the route is tried.

Whoever adds such a route adds a line here. ``@word`` is an object of the tests' own people, made by ``tests/door_cast.py`` and
found again by ``tests/web``: a case, a review that waits, a grant (each person's own). An object belongs to somebody: whoever else asks for it
must be told that there is no such page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

PART = re.compile(r"<(?:\w+:)?(\w+)>")
OWNED = frozenset(
    {
        "@case",
        "@review",
        "@grant",
        "@receipt",
        "@request",
        "@key",
        "@spreadsheet",
        "@repair",
        "@message",
        "@upload",
    }
)
"""Objects of one agency or one person."""

NOT_MADE = {
    "mine_paper": "the form of the case that waits is not issued yet",
    "mine_request": "nobody asked yet",
    "desk_request": "nobody asked yet",
    "mine_authorise_end": "nobody is authorised yet",
    "employer_batch": "no employer sent a spreadsheet",
    "employer_send": "no employer sent a spreadsheet",
    "employer_result": "no employer sent a spreadsheet",
}
"""Routes whose example is not there even for whom it belongs to, and why: their own tests show them."""

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "area": {"code": "510100"},
    "trouble": {"status": "404"},
    "said": {"word": "forgotten"},
    "choose_other": {"code": "510100"},
    "history": {"code": "510100", "name": "ee.retire.total_years"},
    "compare": {"code": "510100", "other": "530300"},
    "calculate": {"name": "deadline"},
    "rule": {"rule_id": "R-001"},
    "source": {"key": "nhsa-2021-43"},
    "write_letter": {"kind": "complaint"},
    "guide_question": {"word": "from"},
    "fault": {"number": "@fault"},
    "case": {"number": "@case"},
    "desk_case": {"number": "@case"},
    "desk_ask": {"number": "@case"},
    "desk_number": {"number": "@case"},
    "desk_papers": {"number": "@case"},
    "papers_print": {"number": "@case"},
    "papers_handed": {"number": "@case"},
    "counter_filed": {"number": "@case"},
    "review_agree": {"number": "@review"},
    "review_back": {"number": "@review"},
    "review_take_back": {"number": "@review"},
    "fill_form": {"kind": "pension-application"},
    "apply": {"grant": "@grant"},
    "apply_check": {"grant": "@grant"},
    "apply_send": {"grant": "@grant"},
    "apply_forget": {"grant": "@grant"},
    "apply_sent": {"grant": "@grant", "number": "@case"},
    "apply_question": {"grant": "@grant", "word": "origin"},
    "own_case_acts": {"grant": "@grant", "number": "@case"},
    "own_case_consent": {"grant": "@grant", "number": "@case"},
    "own_case_stop": {"grant": "@grant", "number": "@case"},
    "own_case_withdraw": {"grant": "@grant", "number": "@case"},
    "own_case_money": {"grant": "@grant", "number": "@case"},
    "own_case_late": {"grant": "@grant", "number": "@case"},
    "own_case_rate": {"grant": "@grant", "number": "@case"},
    "members": {"grant": "@grant"},
    "my_messages": {"grant": "@grant"},
    "my_message_again": {"grant": "@grant", "number": "@message"},
    "desk_message_again": {"number": "@message"},
    "my_contact": {"grant": "@grant"},
    "my_contact_code": {"grant": "@grant"},
    "members_template": {"grant": "@grant", "kind": "csv"},
    "members_upload": {"grant": "@grant"},
    "employer_batch": {"grant": "@grant", "number": "@spreadsheet"},
    "employer_send": {"grant": "@grant", "number": "@spreadsheet"},
    "employer_result": {"grant": "@grant", "number": "@spreadsheet", "kind": "csv"},
    "openid_enter": {"provider": "city"},
    "openid_back": {"provider": "city"},
    "openid_leave": {"provider": "city"},
    "openid_link": {"provider": "city"},
    "openid_end": {"provider": "city"},
    "mine_cases": {"grant": "@grant"},
    "mine_case": {"grant": "@grant", "number": "@case"},
    "mine_requests": {"grant": "@grant"},
    "mine_request": {"grant": "@grant", "number": "@request"},
    "mine_ask": {"grant": "@grant", "kind": "months"},
    "desk_request": {"number": "@request"},
    "mine_uploads": {"grant": "@grant"},
    "mine_upload_choose": {"grant": "@grant", "about": "case", "number": "@case"},
    "mine_upload_new": {"grant": "@grant", "about": "case", "number": "@case", "purpose": "months_paid"},
    "mine_upload": {"grant": "@grant", "number": "@upload"},
    "mine_upload_file": {"grant": "@grant", "number": "@upload"},
    "mine_upload_back": {"grant": "@grant", "number": "@upload"},
    "desk_upload": {"number": "@upload"},
    "desk_upload_file": {"number": "@upload"},
    "mine_record": {"grant": "@grant"},
    "mine_authorise": {"grant": "@grant"},
    "mine_account": {"grant": "@grant"},
    "mine_looks": {"grant": "@grant"},
    "mine_papers": {"grant": "@grant"},
    "mine_paper": {"grant": "@grant", "number": "@case", "kind": "form", "issue": "1"},
    "identity_repair": {"number": "@repair"},
    "identity_agree": {"number": "@repair"},
    "identity_back": {"number": "@repair"},
    "identity_take_back": {"number": "@repair"},
    "desk_reports_csv": {"figure": "cases"},
    "mfa_remove_webauthn": {"pk": "@key"},
    "mine_authorise_end": {"grant": "@grant", "number": "1"},
    "my_access_end": {"key": "0123456789abcdef"},
    "api_docs_of": {"name": "apply"},
    "api_area": {"code": "510100"},
    "api_rule": {"rule_id": "R-001"},
    "api_calculate": {"name": "deadline"},
    "api_cases": {"grant": "@grant"},
    "api_case": {"grant": "@grant", "case_no": "@case"},
    "api_record": {"grant": "@grant"},
    "api_account": {"grant": "@grant"},
    "api_looks": {"grant": "@grant"},
    "api_told": {"grant": "@grant"},
    "api_members": {"grant": "@grant"},
    "api_apply": {"grant": "@grant"},
    "api_act": {"grant": "@grant", "case_no": "@case"},
    "api_desk_case": {"case_no": "@case"},
    "api_ask_review": {"case_no": "@case"},
    "api_audit_looks": {"case_no": "@case"},
    "mine_everything": {"grant": "@grant"},
    "mine_take": {"grant": "@grant", "form": "json"},
}

BODIES: Mapping[str, Mapping[str, object]] = {
    "api_apply": {
        "origin": "530300",
        "from_scheme": "310",
        "destination": "510100",
        "to_scheme": "310",
        "agreed": True,
    },
    "api_act": {"act": "withdraw"},
    "api_ask_review": {"verb": "issue_form"},
}
"""What is sent to an address of the API, so that it is refused for whose it is and not for what was sent."""


def parts(address: str) -> tuple[str, ...]:
    """Names of the parts of an address that are filled in."""
    return tuple(PART.findall(address))


def example(name: str, address: str, objects: Mapping[str, str]) -> str:
    """The address with its example. ``objects``: what stands for each ``@word``. Raises KeyError where there is none."""
    filled = EXAMPLES[name] if parts(address) else {}

    def value(found: re.Match[str]) -> str:
        text = filled[found.group(1)]
        return quote(objects[text] if text.startswith("@") else text, safe="")

    return "/" + PART.sub(value, address)


def owned(name: str) -> frozenset[str]:
    """The objects an address names that belong to somebody."""
    return OWNED & set(EXAMPLES.get(name, {}).values())
