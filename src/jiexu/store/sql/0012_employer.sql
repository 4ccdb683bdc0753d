-- What an employer sent as one spreadsheet: its rows as they were read and what was found about each before anything was sent,
-- the order to send, and what became of each row. Names and numbers of people stand in the sealed part only.
CREATE TABLE employer_batch (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  grant_id bigint NOT NULL REFERENCES role_grant,
  made_by text NOT NULL CHECK (made_by <> ''),
  made_on date NOT NULL,
  PRIMARY KEY (agency, id)
);
CREATE INDEX employer_batch_grant ON employer_batch (agency, grant_id);
CREATE TABLE employer_row (
  agency text NOT NULL,
  batch text NOT NULL,
  row integer NOT NULL CHECK (row > 0),
  found text NOT NULL CHECK (found IN ('ok', 'problem', 'faulty', 'not_member', 'open')),
  said jsonb NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (agency, batch, row),
  FOREIGN KEY (agency, batch) REFERENCES employer_batch
);
CREATE TABLE employer_order (
  agency text NOT NULL,
  batch text NOT NULL,
  ordered_by text NOT NULL CHECK (ordered_by <> ''),
  ordered_on date NOT NULL,
  PRIMARY KEY (agency, batch),
  FOREIGN KEY (agency, batch) REFERENCES employer_batch
);
CREATE TABLE employer_row_end (
  agency text NOT NULL,
  batch text NOT NULL,
  row integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('created', 'already_recorded', 'already_open', 'exception')),
  case_no text NOT NULL,
  PRIMARY KEY (agency, batch, row),
  FOREIGN KEY (agency, batch, row) REFERENCES employer_row
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['employer_batch', 'employer_row', 'employer_order', 'employer_row_end'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON employer_batch, employer_row, employer_order, employer_row_end TO jiexu_desk, jiexu_worker;
