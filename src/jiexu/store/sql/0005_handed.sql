-- Proof of delivery: which document was put into whose hands on which day. Never changed: what was noted wrongly is noted
-- again, rightly. A document is handed to the same person on the same day once, whatever window notes it.

CREATE TABLE paper_handed (
  agency text NOT NULL,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  case_no text NOT NULL,
  kind text NOT NULL,
  number integer NOT NULL,
  whom text NOT NULL CHECK (whom IN ('member', 'agent', 'employer', 'other_agency')),
  name text NOT NULL CHECK (btrim(name) <> '' AND length(name) <= 100),
  way text NOT NULL CHECK (way IN ('counter', 'post')),
  handed_on date NOT NULL,
  handed_by text NOT NULL CHECK (btrim(handed_by) <> ''),
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, case_no, kind, number) REFERENCES document
);
CREATE INDEX paper_handed_case ON paper_handed (case_no);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON paper_handed FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON paper_handed FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();
ALTER TABLE paper_handed ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_handed FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON paper_handed USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()));
GRANT SELECT, INSERT ON paper_handed TO jiexu_desk, jiexu_worker;
