-- Who sent an application by the pages: the grant under which it was sent, so that they find its case again even where the
-- agency does not know the person yet. It says nothing of the person.
CREATE TABLE application_by (
  agency text NOT NULL REFERENCES agency,
  case_no text NOT NULL,
  grant_id bigint NOT NULL REFERENCES role_grant,
  applied_on date NOT NULL,
  PRIMARY KEY (agency, case_no, grant_id)
);
CREATE INDEX application_by_grant ON application_by (agency, grant_id);

-- Where a rule pays the account money to the person: the person's own account, sealed; the newest of a case counts.
CREATE TABLE payee_account (
  agency text NOT NULL REFERENCES agency,
  case_no text NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  last_four text NOT NULL CHECK (length(last_four) = 4),
  given_by text NOT NULL CHECK (given_by <> ''),
  given_on date NOT NULL,
  PRIMARY KEY (agency, case_no, number)
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['application_by', 'payee_account'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON application_by, payee_account TO jiexu_desk, jiexu_worker;
