"""The books, as a page of small ledgers. ``ledger_tables`` says how a row reads."""

from __future__ import annotations

import pytest
from ledger_tables import Ledgers, blocks

PAGE = """
An opening balance is owed to the person and held by the bank
  opening    o1  bank > P1  100                   created
  has        P1    100
  has        bank  100
The same posting again changes nothing
  opening    o1  bank > P1  100                   created
  opening    o1  bank > P1  100                   already_recorded
  has        P1    100
The same id with another amount is a clash, not a repeat
  opening    o1  bank > P1  100                   created
  opening    o1  bank > P1  101                   recorded_differently
  has        P1    100
A clash is told before a lack of money
  opening    o1  bank > P1  100                   created
  paid_out   o1  P1 > bank  999  C1/1             recorded_differently
Parts of one account are apart
  opening    o1  bank > P1          100           created
  opening    o2  bank > P1.earlier   50           created
  paid_out   p1  P1.earlier > bank   51  C1/1     insufficient
  paid_out   p1  P1.earlier > bank   50  C1/1     created
  has        P1          100
  has        P1.earlier    0
All that is available can be spent, and not one fen more
  opening    o1  bank > P1  100                   created
  paid_out   p1  P1 > bank  101  C1/1             insufficient
  paid_out   p1  P1 > bank  100  C1/1             created
  paid_out   p2  P1 > bank    1  C1/1             insufficient
  has        bank 0
An insufficient posting may come again once money is there
  opening      o1  bank > P1  100                 created
  paid_out     p1  P1 > bank  120  C1/1           insufficient
  contribution k1  bank > P1   20                 created
  paid_out     p1  P1 > bank  120  C1/1           created
Spending competes with holds and loses
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  paid_out   p1  P1 > bank   41  C2/1             insufficient
  paid_out   p1  P1 > bank   40  C2/1             created
  has        P1   60 held 60
A second hold takes only what the first left
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  hold       h2  P1          41  C2/1             insufficient
  hold       h2  P1          40  C2/1             created
  has        P1  100 held 100
A hold again changes nothing, with another amount it is a clash
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  hold       h1  P1          60  C1/1             already_recorded
  hold       h1  P1          61  C1/1             recorded_differently
  has        P1  100 held 60
A hold needs money on the account
  hold       h1  P1           1  C1/1             insufficient
A captured hold moves exactly its amount
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  capture    h1  paid_out p1 P1 > bank 60 C1/1    created
  has        P1   40
  has        bank 40
A hold may be captured by several postings
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  capture    h1  paid_out p1 P1 > bank 25 C1/1 ; to_estate p2 P1 > estate@C1 35 C1/1  created
  has        P1  40
  has        estate@C1  35
A capture again is a repeat; a release after it comes too late
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  capture    h1  paid_out p1 P1 > bank 60 C1/1    created
  capture    h1  paid_out p1 P1 > bank 60 C1/1    already_recorded
  release    h1                                   already_resolved
  capture    h1  paid_out p2 P1 > bank 60 C1/1    already_resolved
  capture    h1  paid_out p1 P1 > bank 59 C1/1    recorded_differently
  has        P1   40
A released amount is free again, once
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  release    h1                                   created
  release    h1                                   already_recorded
  capture    h1  paid_out p1 P1 > bank 60 C1/1    already_resolved
  hold       h1  P1          60  C1/1             already_recorded
  has        P1  100 held 0
A hold nobody took cannot end
  release    h1                                   unknown_hold
  capture    h1  paid_out p1 P1 > bank 60 C1/1    unknown_hold
A posting written alone cannot capture a hold afterwards
  opening    o1  bank > P1  100                   created
  hold       h1  P1          40  C1/1             created
  paid_out   p1  P1 > bank   40  C1/1             created
  capture    h1  paid_out p1 P1 > bank 40 C1/1    recorded_differently
  has        P1   60 held 40
A correction takes a posting back, whole or in part, and never more than it moved
  opening    o1  bank > P1  100                   created
  correction c1  P1 > bank   70  of o1            created
  correction c1  P1 > bank   70  of o1            already_recorded
  correction c2  P1 > bank   31  of o1            corrects_nothing
  correction c2  P1 > bank   30  of o1            created
  correction c3  P1 > bank    1  of o1            corrects_nothing
  has        P1    0
A correction reverses the accounts of what it corrects, and is not corrected itself
  opening    o1  bank > P1  100                   created
  opening    o2  bank > P2  100                   created
  correction c1  P2 > bank   50  of o1            corrects_nothing
  correction c1  bank > P1   50  of o1            corrects_nothing
  correction c1  P1 > bank   50  of o9            corrects_nothing
  correction c1  P1 > bank   50  of o1            created
  correction c2  bank > P1   50  of c1            corrects_nothing
A correction cannot take back what is held or spent
  opening    o1  bank > P1  100                   created
  hold       h1  P1          60  C1/1             created
  correction c1  P1 > bank   41  of o1            insufficient
  correction c1  P1 > bank   40  of o1            created
Credited to the wrong person: taken back, then credited to the right one
  received   r1  bank > receipts  100  C1/1       created
  credited   k1  receipts > P1    100  C1/1       created
  correction c1  P1 > receipts    100  of k1      created
  credited   k2  receipts > P2    100  C1/1       created
  has        P1    0
  has        P2  100
  has        receipts 0
A bounced payment waits and goes out again
  opening    o1  bank > P1        100             created
  paid_out   p1  P1 > bank        100  C1/1       created
  way        C1/1  100
  bounced    b1  bank > returned  100  C1/1       created
  way        C1/1  0
  has        returned 100
  sent_again s1  returned > bank  100  C1/1       created
  way        C1/1  100
  has        returned 0
A short payment leaves the rest on the way
  opening    o1  bank > P1              100       created
  paid_out   p1  P1 > bank              100  C1/1 created
  received   r1  510100/bank > 510100/receipts  90  C1/1  created
  way        C1/1  10
A duplicate payment is an excess until it is given back
  opening    o1  bank > P1              100       created
  paid_out   p1  P1 > bank              100  C1/1 created
  received   r1  510100/bank > 510100/receipts 100  C1/1  created
  received   r2  510100/bank > 510100/receipts 100  C1/1  created
  credited   k1  510100/receipts > 510100/P9   100  C1/1  created
  way        C1/1  -100
  given_back g1  510100/receipts > 510100/bank 100  C1/1  created
  way        C1/1  0
A receipt without a reference has arrived for nobody until it is credited
  opening    o1  bank > P1              100       created
  paid_out   p1  P1 > bank              100  C1/1 created
  received   r1  510100/bank > 510100/receipts 100        created
  way        C1/1  100
  way        ?    -100
  credited   k1  510100/receipts > 510100/P9   100  C1/1  created
  way        C1/1  0
  way        ?     0
A receipt without a reference may be credited part by part
  opening    o1  bank > P1              100       created
  paid_out   p1  P1 > bank              100  C1/1 created
  received   r1  510100/bank > 510100/receipts         100        created
  credited   k1  510100/receipts > 510100/P9            60  C1/1  created
  way        C1/1  40
  way        ?    -40
  credited   k2  510100/receipts > 510100/P9.earlier    40  C1/1  created
  way        C1/1  0
  way        ?     0
Credit first may go part by part
  cleared_in  i1 510100/clearing@530300 > 510100/P9          60  C1/1  created
  cleared_in  i2 510100/clearing@530300 > 510100/P9.earlier  40  C1/1  created
  clearing   C1/1  -100
Not one fen is taken back of what is not here or stands otherwise
  opening    o1  bank > P1  100                   created
  opening    o2  bank > P2  100                   created
  correction c1  P2 > bank    1  of o1            corrects_nothing
  correction c2  P1 > bank    1  of o9            corrects_nothing
  correction c3  P1 > bank    1  of o1            created
  correction c4  bank > P1    1  of c3            corrects_nothing
Money that reached an agency after a death is set aside from the receipts
  opening    o1  bank > P1              100       created
  paid_out   p1  P1 > bank              100  C1/1 created
  received   r1  510100/bank > 510100/receipts 100        created
  to_estate  e1  510100/receipts > 510100/estate@C1 100  C1/1  created
  way        C1/1  0
  estate_paid e2 510100/estate@C1 > 510100/bank     100  C1/1  created
  has        510100/estate@C1  0
  has        510100/bank       0
Credit first, clear later: the destination may credit before the origin takes it off
  opening    o1  bank > P1              100       created
  cleared_in  i1 510100/clearing@530300 > 510100/P9  100  C1/1  created
  clearing   C1/1  -100
  cleared_out u1 P1 > clearing@510100   100  C1/1 created
  clearing   C1/1  0
  has        clearing@510100          100
  has        510100/clearing@530300  -100
Money owed between agencies when the person died is set aside instead of credited
  opening    o1  bank > P1              100       created
  cleared_out u1 P1 > clearing@510100   100  C1/1 created
  to_estate  e1  510100/clearing@530300 > 510100/estate@C1  100  C1/1  created
  clearing   C1/1  0
  has        510100/estate@C1  100
A payment that bounced after a death is set aside where it came back
  opening    o1  bank > P1          100           created
  paid_out   p1  P1 > bank          100  C1/1     created
  bounced    b1  bank > returned    100  C1/1     created
  to_estate  e1  returned > estate@C1  100  C1/1  created
  way        C1/1  0
  has        estate@C1  100
A corrected payment is not on the way
  opening    o1  bank > P1        100             created
  paid_out   p1  P1 > bank        100  C1/1       created
  correction c1  bank > P1         30  of p1      created
  way        C1/1  70
  has        P1  30
"""


@pytest.mark.parametrize("table", [pytest.param(table, id=sentence) for sentence, table in blocks(PAGE)])
def test_the_books_answer_as_the_table_says(table: str) -> None:
    Ledgers().run(table)
