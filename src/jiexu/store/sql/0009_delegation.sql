-- A person authorises another account to act for them: from a grant of their own that stands, for purposes, until a day. The
-- pages' role may write this and nothing of role_grant; the triggers below, which run as their owner, make of it an agent's
-- grant for the same person, and end it. So whatever the pages are made to say, no role of staff comes of it.

CREATE TABLE delegation (
  id bigint PRIMARY KEY REFERENCES role_grant,
  by_grant bigint NOT NULL REFERENCES role_grant,
  by_account integer NOT NULL REFERENCES auth_user,
  account integer NOT NULL REFERENCES auth_user,
  purposes text[] NOT NULL CHECK ('view' = ANY(purposes) AND purposes <@ ARRAY['view', 'apply']),
  since date NOT NULL,
  until date NOT NULL CHECK (until >= since AND until <= since + 366),
  CHECK (account <> by_account)
);
CREATE INDEX delegation_by ON delegation (by_grant);
CREATE TABLE delegation_end (
  id bigint PRIMARY KEY REFERENCES delegation,
  by_account integer NOT NULL REFERENCES auth_user,
  ended_on date NOT NULL
);

CREATE FUNCTION jiexu_delegate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE own role_grant;
BEGIN
  SELECT * INTO own FROM role_grant g WHERE g.id = NEW.by_grant AND g.account = NEW.by_account AND g.role = 'person'
    AND g.ended_on IS NULL AND g.since <= NEW.since AND (g.until IS NULL OR g.until >= NEW.until);
  IF own.id IS NULL THEN
    RAISE EXCEPTION 'only who speaks for themselves authorises another, no longer than they do' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO role_grant (account, role, subject, since, until, granted_by)
    SELECT NEW.account, 'agent', own.subject, NEW.since, NEW.until, u.username FROM auth_user u WHERE u.id = NEW.by_account
    RETURNING id INTO NEW.id;
  RETURN NEW;
END $$;
CREATE TRIGGER delegate BEFORE INSERT ON delegation FOR EACH ROW EXECUTE FUNCTION jiexu_delegate();

-- Ended by the person it is for, or laid down by the agent.
CREATE FUNCTION jiexu_end_delegation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE role_grant g SET ended_on = NEW.ended_on, ended_by = u.username
    FROM delegation d, auth_user u
    WHERE g.id = NEW.id AND d.id = NEW.id AND u.id = NEW.by_account AND NEW.by_account IN (d.by_account, d.account) AND g.ended_on IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'an authorisation is ended by who gave or holds it, once' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER end_delegation BEFORE INSERT ON delegation_end FOR EACH ROW EXECUTE FUNCTION jiexu_end_delegation();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['delegation', 'delegation_end'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON delegation, delegation_end TO jiexu_desk, jiexu_worker;
