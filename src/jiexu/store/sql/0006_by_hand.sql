-- Cases that straight-through work leaves to people at a desk: every step of theirs at this agency takes a hand.
CREATE TABLE by_hand (
  agency text NOT NULL REFERENCES agency,
  case_no text NOT NULL,
  since date NOT NULL,
  PRIMARY KEY (agency, case_no)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON by_hand FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON by_hand FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();
ALTER TABLE by_hand ENABLE ROW LEVEL SECURITY;
ALTER TABLE by_hand FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON by_hand USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()));
GRANT SELECT ON by_hand TO jiexu_desk;
GRANT SELECT, INSERT ON by_hand TO jiexu_worker;
