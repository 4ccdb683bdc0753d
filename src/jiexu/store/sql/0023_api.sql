-- Keys with which programs ask the API in the name of an account. The key itself is shown once and kept nowhere: `digest` is its
-- SHA-256, and a key has more randomness than can be tried. `proof` stands for the password the account had then: with another
-- password the key opens nothing. A key is ended, never removed; when it was used last is noted by the minute.
CREATE TABLE access_key (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  account integer NOT NULL REFERENCES auth_user,
  digest text NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
  proof text NOT NULL CHECK (proof <> ''),
  name text NOT NULL CHECK (btrim(name) <> '' AND length(name) <= 60),
  only_reads boolean NOT NULL,
  made_at timestamptz NOT NULL,
  until timestamptz NOT NULL CHECK (until > made_at),
  used_at timestamptz,
  ended_at timestamptz CHECK (ended_at >= made_at)
);
CREATE INDEX access_key_account ON access_key (account);

CREATE FUNCTION access_key_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'access key % is ended already', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_key_ends BEFORE UPDATE ON access_key FOR EACH ROW EXECUTE FUNCTION access_key_ends();
GRANT SELECT, INSERT, UPDATE (used_at, ended_at) ON access_key TO jiexu_desk, jiexu_worker;

-- What was sent under an Idempotency-Key: sent again it is the same case, sent with other words it is refused. `key` and `said` are
-- digests under a key of the node.
CREATE TABLE sent_once (
  agency text NOT NULL REFERENCES agency,
  grant_id bigint NOT NULL REFERENCES role_grant,
  key text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
  said text NOT NULL CHECK (said ~ '^[0-9a-f]{64}$'),
  case_no text NOT NULL,
  sent_on date NOT NULL,
  PRIMARY KEY (agency, grant_id, key)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sent_once FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON sent_once FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();
ALTER TABLE sent_once ENABLE ROW LEVEL SECURITY;
ALTER TABLE sent_once FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON sent_once USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()));
GRANT SELECT, INSERT ON sent_once TO jiexu_desk, jiexu_worker;
