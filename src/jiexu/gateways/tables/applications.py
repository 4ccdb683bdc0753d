"""applications: what people ask for. Nothing in it says what will happen to them (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from jiexu.gateways.tables.cells import FARTHEST_AHEAD, Context, RowReader, day_until
from jiexu.gateways.tables.columns import Column
from jiexu.gateways.tables.faults import FaultyRow
from jiexu.gateways.tables.reading import Row, Source, Unread, read_rows
from jiexu.gateways.tables.seen import Seen
from jiexu.gateways.tables.vocabulary import APPLICANTS, CHANNELS, SCHEMES, YES_NO
from jiexu.rules.inputs import Applicant, Asked, Channel, Scheme
from jiexu.values import agency, bank
from jiexu.values.identity import IdentityDocument
from jiexu.values.names import PersonName

COLUMNS = (
    Column("name", required=True, also=("参保人", "参保人姓名", "full name", "person")),
    Column("document_kind", also=("证件种类", "document type", "id type")),
    Column(
        "document_number",
        required=True,
        also=("身份证号", "身份证号码", "公民身份号码", "证件号", "id number", "document no"),
    ),
    Column("origin", required=True, also=("转出地区", "转出统筹区", "原参保地", "from", "from area")),
    Column("destination", required=True, also=("转入地区", "转入统筹区", "现参保地", "to", "to area")),
    Column("from_scheme", required=True, also=("转出地险种", "原险种", "scheme from")),
    Column("to_scheme", required=True, also=("转入地险种", "现险种", "scheme to")),
    Column("applicant", also=("申请人类型", "申请主体", "applicant kind")),
    Column("employer", also=("单位代码", "统一社会信用代码", "uscc", "applicant employer")),
    Column("authorised", also=("是否授权", "委托授权", "authorized")),
    Column("channel", also=("申请渠道", "办理渠道")),
    Column("received_on", also=("申请日期", "收件日期", "received")),
    Column("consent", required=True, also=("是否同意", "本人是否同意", "consented")),
    Column("wants_cash", also=("是否提取现金", "提取现金", "cash")),
    Column("bank_account", also=("银行卡号", "收款账户", "account")),
    Column("note", also=("说明", "remark")),
)
REQUIRED = frozenset(column.name for column in COLUMNS if column.required)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One row: a person asks to be followed by record and money, or (no consent yet) a transfer is proposed.

    ``row``: as the spreadsheet numbers it. ``origin``, ``destination``: codes of pooling areas; the texts beside
    them are what was written. ``employer``: unified social credit code of an applying employer. ``received_on``:
    Beijing day, None where the file does not say it. ``consent``: False makes it a proposal, which starts
    nothing. ``wants_cash``: the person asks for the balance in cash. ``bank_account``: compact, empty where none is needed.
    """

    row: int
    name: PersonName
    document: IdentityDocument
    origin: str
    origin_text: str
    destination: str
    destination_text: str
    from_scheme: Scheme
    to_scheme: Scheme
    applicant: Applicant = Applicant.MEMBER
    employer: str | None = None
    authorised: bool = False
    channel: Channel = Channel.ONLINE
    received_on: date | None = None
    consent: bool = True
    wants_cash: bool = False
    bank_account: str = ""
    note: str = ""

    @property
    def is_proposal(self) -> bool:
        """Whether the system proposes and the person has not consented (免申即转)."""
        return not self.consent

    def asked(self, *, today: date) -> Asked:
        """What the rules look at; ``today`` where the row names no day of receipt."""
        return Asked(
            received_on=self.received_on or today,
            origin=self.origin,
            destination=self.destination,
            from_scheme=self.from_scheme,
            to_scheme=self.to_scheme,
            applicant=self.applicant,
            channel=self.channel,
            authorised=self.authorised,
            employer=self.employer,
            wants_cash=self.wants_cash,
        )

    def same_case(self) -> tuple[object, ...]:
        """What two rows share that ask for the same thing: person, way, schemes and day."""
        return (
            *self.document.key,
            self.origin,
            self.destination,
            self.from_scheme.value,
            self.to_scheme.value,
            self.received_on,
        )

    def cells(self) -> dict[str, str]:
        """The row as it is written; ``read_applications`` reads the same from it."""
        return {
            "name": self.name.original,
            "document_kind": self.document.kind,
            "document_number": self.document.number,
            "origin": self.origin_text,
            "destination": self.destination_text,
            "from_scheme": SCHEMES.zh[self.from_scheme],
            "to_scheme": SCHEMES.zh[self.to_scheme],
            "applicant": APPLICANTS.zh[self.applicant],
            "employer": self.employer or "",
            "authorised": YES_NO.zh[self.authorised],
            "channel": CHANNELS.zh[self.channel],
            "received_on": self.received_on.isoformat() if self.received_on else "",
            "consent": YES_NO.zh[self.consent],
            "wants_cash": YES_NO.zh[self.wants_cash],
            "bank_account": self.bank_account,
            "note": self.note,
        }


def read_applications(
    source: Source, *, context: Context, stdin: BinaryIO | None = None, unread: Unread | None = None
) -> Iterator[Application | FaultyRow]:
    """Every row of the file as an application or as what is wrong with it. Raises TableError before the first."""
    return applications_of(read_rows(source, columns=COLUMNS, stdin=stdin, unread=unread), context=context)


def applications_of(rows: Iterable[Row], *, context: Context) -> Iterator[Application | FaultyRow]:
    """As ``read_applications``, from rows. The second of two rows that ask for the same is at fault."""
    with Seen() as seen:
        for row in rows:
            reader = RowReader(row, required=REQUIRED)
            application = _application(reader, context)
            if application is None:
                yield reader.faulty()
                continue
            earlier = seen.first(row.number, application.same_case(), application.cells())
            if earlier is None:
                yield application
                continue
            first, same = earlier
            reader.add("", "application_twice" if same else "application_differs", first=first)
            yield reader.faulty()


def _application(reader: RowReader, context: Context) -> Application | None:
    received = reader.optional("received_on", day_until(context.today + FARTHEST_AHEAD))
    kind, number = reader.document(context)
    consent = reader.read("consent", YES_NO.read)
    application = Application(
        row=reader.row.number,
        name=reader.read("name", PersonName),
        document=IdentityDocument(kind, number),
        origin=reader.read("origin", lambda text: context.area(text, received or context.today)),
        origin_text=reader.text("origin"),
        destination=reader.read("destination", lambda text: context.area(text, received or context.today)),
        destination_text=reader.text("destination"),
        from_scheme=reader.read("from_scheme", SCHEMES.read),
        to_scheme=reader.read("to_scheme", SCHEMES.read),
        applicant=reader.read("applicant", APPLICANTS.read, empty=Applicant.MEMBER),
        employer=reader.optional("employer", agency.validate),
        authorised=reader.read("authorised", YES_NO.read, empty=False),
        channel=reader.read("channel", CHANNELS.read, empty=Channel.ONLINE if consent else Channel.PROACTIVE),
        received_on=received,
        consent=consent,
        wants_cash=reader.read("wants_cash", YES_NO.read, empty=False),
        bank_account=reader.read("bank_account", bank.validate_account, empty="", secret=True),
        note=reader.text("note"),
    )
    _together(reader, application)
    return None if reader.faults else application


def _together(reader: RowReader, application: Application) -> None:
    """What no cell shows by itself."""
    employer = application.applicant is Applicant.EMPLOYER
    if reader.fine("applicant", "employer") and employer and not application.employer:
        reader.add("employer", "employer_missing")
    proposal = application.channel is Channel.PROACTIVE
    if reader.fine("consent", "channel") and not application.consent and not proposal:
        reader.add("consent", "consent_missing")
