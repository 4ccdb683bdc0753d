-- What a person asks an agency to look at: months that are contested, a name, birth, document or enrolment that is wrong, a
-- look that is not understood. A task with a holder (the agency's clerk) and a date, answered once. What was said stands
-- encrypted like payloads, because it names months, documents and reasons of one's life; it is never changed.

CREATE TABLE person_request (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  person text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('months', 'name', 'birth', 'document', 'enrolment', 'look')),
  content bytea NOT NULL,
  asked_by text NOT NULL CHECK (btrim(asked_by) <> ''),
  role text NOT NULL CHECK (role IN ('person', 'agent')),
  asked_on date NOT NULL,
  due_on date NOT NULL,
  due_kind text NOT NULL CHECK (due_kind IN ('legal', 'promise', 'provisional')),
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, person) REFERENCES person,
  CHECK (due_on >= asked_on)
);
CREATE INDEX person_request_person ON person_request (agency, person);
CREATE INDEX person_request_due ON person_request (agency, due_on);

CREATE TABLE person_request_answer (
  agency text NOT NULL,
  id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('accepted', 'not_accepted')),
  content bytea NOT NULL,
  answered_by text NOT NULL CHECK (btrim(answered_by) <> ''),
  answered_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES person_request
);

-- Nobody answers what they asked themselves.
CREATE FUNCTION person_request_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asker text;
BEGIN
  SELECT asked_by INTO asker FROM person_request r WHERE (r.agency, r.id) = (NEW.agency, NEW.id);
  IF NOT jiexu_two_people(asker, NEW.answered_by) THEN
    RAISE EXCEPTION 'request % is answered by somebody else', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'person_request_takes_two';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER person_request_takes_two BEFORE INSERT ON person_request_answer FOR EACH ROW EXECUTE FUNCTION person_request_takes_two();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['person_request','person_request_answer'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON person_request, person_request_answer TO jiexu_desk, jiexu_worker;
