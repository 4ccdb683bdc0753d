-- A death that was noted by mistake can be taken back: the person's change is named, and money that was set aside for heirs
-- and waits to be booked back stands, like all of theirs, on two people.

ALTER TABLE person_change DROP CONSTRAINT person_change_event_check;
ALTER TABLE person_change ADD CONSTRAINT person_change_event_check
  CHECK (event IN ('CoverBegan', 'CoverStopped', 'DeathNoted', 'DeathTakenBack', 'DocumentAdded'));

ALTER TABLE money_track DROP CONSTRAINT two_people_stand_on_an_amount;
ALTER TABLE money_track ADD CONSTRAINT two_people_stand_on_an_amount CHECK (
  CASE WHEN reviewed_by = ''
    THEN NOT (state IN ('credited', 'estate', 'estate_in_doubt', 'estate_paid') OR (way <> 'in' AND state IN (
      'reviewed', 'ordered', 'settled', 'cleared', 'queried', 'chasing', 'returned', 'to_person', 'given_back')))
    ELSE jiexu_two_people(handled_by, reviewed_by) END);
