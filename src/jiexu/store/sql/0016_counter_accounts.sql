-- Accounts opened at a counter: a clerk has looked at the document of a person their agency knows. The pages' role may write
-- this and opens no account by itself; the trigger, which runs as its owner, makes the account without a password and a grant
-- to speak for that person. Whoever holds the code sets the password: once, soon, in five tries.

CREATE TABLE counter_account (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  person text NOT NULL,
  name text NOT NULL UNIQUE CHECK (name ~ '^[0-9A-HJKMNP-TV-Z]{8}$'),
  account integer NOT NULL REFERENCES auth_user,
  -- Of the one-time code, hashed as passwords are.
  code text NOT NULL CHECK (length(code) > 40),
  opened_by integer NOT NULL REFERENCES auth_user,
  opened_on date NOT NULL,
  opened_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, person) REFERENCES person,
  CHECK (expires_at > opened_at AND expires_at <= opened_at + interval '1 hour')
);
CREATE TABLE counter_account_try (
  agency text NOT NULL,
  id text NOT NULL,
  number integer NOT NULL CHECK (number BETWEEN 1 AND 5),
  is_set boolean NOT NULL,
  tried_at timestamptz NOT NULL,
  PRIMARY KEY (agency, id, number),
  FOREIGN KEY (agency, id) REFERENCES counter_account
);
CREATE UNIQUE INDEX counter_account_set_once ON counter_account_try (agency, id) WHERE is_set;

CREATE FUNCTION jiexu_open_account() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- A trigger comes before the policy; a row of another agency is refused before anything is made of it.
  IF NEW.agency NOT IN (SELECT jiexu_agencies()) THEN
    RAISE EXCEPTION 'new row violates row-level security of counter_account' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.account = NEW.opened_by AND g.role = 'clerk' AND g.desk = NEW.agency
    AND g.ended_on IS NULL AND g.since <= NEW.opened_on AND (g.until IS NULL OR g.until >= NEW.opened_on)) THEN
    RAISE EXCEPTION 'only a clerk of this agency opens an account for a person it knows' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    VALUES ('!' || NEW.id, false, NEW.name, '', '', '', false, true, NEW.opened_at) RETURNING id INTO NEW.account;
  INSERT INTO role_grant (account, role, subject, since, granted_by)
    SELECT NEW.account, 'person', NEW.agency || '/' || NEW.person, NEW.opened_on, u.username FROM auth_user u WHERE u.id = NEW.opened_by;
  RETURN NEW;
END $$;
CREATE TRIGGER open_account BEFORE INSERT ON counter_account FOR EACH ROW EXECUTE FUNCTION jiexu_open_account();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['counter_account', 'counter_account_try'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON counter_account, counter_account_try TO jiexu_desk, jiexu_worker;
