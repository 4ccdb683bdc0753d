-- Who may enter by which door. Accounts, sessions and second factors are Django's, django-allauth's and django-axes's own
-- tables; what an account may do stands here, is granted by somebody else, and is ended, never removed.

CREATE TABLE role_grant (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account integer NOT NULL REFERENCES auth_user,
  role text NOT NULL CHECK (role IN ('person', 'agent', 'employer', 'clerk', 'reviewer', 'finance', 'supervisor', 'auditor',
    'security_administrator', 'system_administrator')),
  -- Whose desk; empty for roles that belong to no agency.
  desk text REFERENCES agency,
  -- Whom a person, agent or employer speaks for: kind and number of a document, as a keyed digest, never in plain.
  subject text,
  since date NOT NULL,
  until date,
  granted_by text NOT NULL CHECK (granted_by <> ''),
  ended_on date,
  ended_by text,
  CHECK (until IS NULL OR until >= since),
  CHECK ((ended_on IS NULL) = (ended_by IS NULL)),
  CHECK ((desk IS NOT NULL) = (role IN ('clerk', 'reviewer', 'finance'))),
  CHECK ((subject IS NOT NULL) = (role IN ('person', 'agent', 'employer')))
);
CREATE UNIQUE INDEX role_grant_once ON role_grant (account, role, coalesce(desk, ''), coalesce(subject, '')) WHERE ended_on IS NULL;
CREATE INDEX role_grant_account ON role_grant (account) WHERE ended_on IS NULL;

-- The three administrators are three people, and none of them has any other role.
CREATE FUNCTION role_grant_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Two grants to one account at once wait for each other here.
  PERFORM pg_advisory_xact_lock(hashtext('role_grant'), NEW.account);
  IF NEW.ended_on IS NULL AND EXISTS (
    SELECT 1 FROM role_grant g WHERE g.account = NEW.account AND g.id <> NEW.id AND g.ended_on IS NULL
      AND (NEW.role IN ('auditor', 'security_administrator', 'system_administrator')
        OR g.role IN ('auditor', 'security_administrator', 'system_administrator'))
  ) THEN
    RAISE EXCEPTION 'account % already has a role; auditor, security administrator and system administrator are three people with no other role', NEW.account
      USING ERRCODE = 'check_violation', CONSTRAINT = 'role_grant_apart';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER role_grant_apart BEFORE INSERT ON role_grant FOR EACH ROW EXECUTE FUNCTION role_grant_apart();

-- A grant is ended once; nothing else of it ever changes, and it never goes.
CREATE FUNCTION role_grant_ended_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_on IS NOT NULL OR NEW.ended_on IS NULL OR NEW.ended_by = ''
    OR (NEW.id, NEW.account, NEW.role, NEW.desk, NEW.subject, NEW.since, NEW.until, NEW.granted_by)
      IS DISTINCT FROM (OLD.id, OLD.account, OLD.role, OLD.desk, OLD.subject, OLD.since, OLD.until, OLD.granted_by) THEN
    RAISE EXCEPTION 'a grant is only ended, once; grant %', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER role_grant_ended_once BEFORE UPDATE ON role_grant FOR EACH ROW EXECUTE FUNCTION role_grant_ended_once();
CREATE TRIGGER append_only BEFORE DELETE ON role_grant FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON role_grant FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();

-- What one person at a desk asks another to look at: a step that moves money or months, or a decision by hand.
-- Nothing of it is done before a second person agrees; then the step is done under the review's name, and its end noted after.
CREATE TABLE review (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  case_no text NOT NULL,
  verb text NOT NULL,
  leg integer NOT NULL CHECK (leg > 0),
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  word text NOT NULL,
  asked_by text NOT NULL CHECK (asked_by <> ''),
  asked_on date NOT NULL,
  -- The version of the file the first person saw: if it moved on since, the second is told.
  version integer NOT NULL,
  PRIMARY KEY (agency, id)
);
CREATE INDEX review_case ON review (agency, case_no);

CREATE TABLE review_end (
  agency text NOT NULL,
  id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('agreed', 'sent_back', 'taken_back')),
  said text NOT NULL,
  ended_by text NOT NULL CHECK (ended_by <> ''),
  ended_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES review
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['review','review_end'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;

-- The second person is another one than the first; taking back is for the first alone.
CREATE FUNCTION review_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first text;
BEGIN
  SELECT asked_by INTO first FROM review r WHERE (r.agency, r.id) = (NEW.agency, NEW.id);
  IF (NEW.outcome = 'taken_back') <> (lower(NEW.ended_by) = lower(first)) THEN
    RAISE EXCEPTION 'review % takes two people', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'review_takes_two';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_takes_two BEFORE INSERT ON review_end FOR EACH ROW EXECUTE FUNCTION review_takes_two();

GRANT SELECT, INSERT ON review, review_end TO jiexu_desk, jiexu_worker;
-- The pages ask who may do what; they grant nothing and open no account, whatever they are made to say.
GRANT SELECT ON role_grant TO jiexu_desk, jiexu_worker;
GRANT INSERT, UPDATE (ended_on, ended_by) ON role_grant TO jiexu_worker;

-- The pages sign people in under the desk role.
GRANT SELECT, UPDATE (password, last_login) ON auth_user TO jiexu_desk;
GRANT SELECT, INSERT, UPDATE ON auth_user TO jiexu_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, mfa_authenticator, account_emailaddress, axes_accessattempt,
  axes_accessattemptexpiration, axes_accesslog, axes_accessfailurelog TO jiexu_desk;
GRANT SELECT ON auth_group, auth_permission, auth_user_groups, auth_user_user_permissions, auth_group_permissions, django_content_type TO jiexu_desk;
