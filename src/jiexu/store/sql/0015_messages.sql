-- How somebody wants to hear of their cases. Addresses and numbers stand in the sealed part; the newest choice counts.
CREATE TABLE contact (
  agency text NOT NULL REFERENCES agency,
  grant_id bigint NOT NULL REFERENCES role_grant,
  number integer NOT NULL CHECK (number > 0),
  channels text[] NOT NULL,
  lang text NOT NULL CHECK (lang IN ('zh', 'en')),
  elder boolean NOT NULL,
  key_id text NOT NULL,
  sealed bytea NOT NULL,
  chosen_on date NOT NULL,
  PRIMARY KEY (agency, grant_id, number)
);
-- The e-mail address of a choice was confirmed by the code sent to it.
CREATE TABLE contact_confirmed (
  agency text NOT NULL,
  grant_id bigint NOT NULL,
  number integer NOT NULL,
  confirmed_on date NOT NULL,
  PRIMARY KEY (agency, grant_id, number),
  FOREIGN KEY (agency, grant_id, number) REFERENCES contact
);
-- Which notices somebody has seen in the pages.
CREATE TABLE message_seen (
  agency text NOT NULL REFERENCES agency,
  grant_id bigint NOT NULL REFERENCES role_grant,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  PRIMARY KEY (agency, grant_id, id)
);
-- Messages on their way out: each once by its id. `data` holds what the notice says; whoever holds one that was given up is
-- the desk's clerk, until the day named.
CREATE TABLE message_out (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  grant_id bigint NOT NULL REFERENCES role_grant,
  contact integer NOT NULL,
  channel text NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
  case_no text NOT NULL,
  key text NOT NULL,
  data jsonb NOT NULL,
  told_on date NOT NULL,
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_try_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given_up')),
  said text NOT NULL DEFAULT '',
  holder text CHECK (holder = 'clerk'),
  due_on date,
  PRIMARY KEY (agency, id),
  CHECK ((state = 'given_up') = (holder IS NOT NULL)),
  CHECK ((holder IS NULL) = (due_on IS NULL))
);
CREATE INDEX message_out_waiting ON message_out (next_try_at) WHERE state = 'waiting';

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['contact', 'contact_confirmed', 'message_seen'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['contact', 'contact_confirmed', 'message_seen', 'message_out'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON contact, contact_confirmed, message_seen, message_out TO jiexu_desk, jiexu_worker;
GRANT UPDATE (tries, next_try_at, state, said, holder, due_on) ON message_out TO jiexu_worker;
