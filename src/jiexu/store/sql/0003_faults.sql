-- Faults of content that visitors report, and what was answered: nobody's file, no agency's own. A report says nothing of
-- who wrote it; whoever holds its number reads it again. What was answered is open to all.

CREATE TABLE fault_report (
  id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{12}$'),
  page text NOT NULL CHECK (length(page) <= 200),
  said text NOT NULL CHECK (btrim(said) <> '' AND length(said) <= 2000),
  reported_on date NOT NULL
);
CREATE TABLE fault_answer (
  id text NOT NULL REFERENCES fault_report,
  number integer NOT NULL CHECK (number > 0),
  outcome text NOT NULL CHECK (outcome IN ('mended', 'right_as_it_is', 'not_known')),
  answer text NOT NULL CHECK (btrim(answer) <> '' AND length(answer) <= 2000),
  answered_by text NOT NULL CHECK (btrim(answered_by) <> ''),
  answered_on date NOT NULL,
  PRIMARY KEY (id, number)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fault_report FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fault_answer FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
GRANT SELECT, INSERT ON fault_report, fault_answer TO jiexu_worker, jiexu_desk;
