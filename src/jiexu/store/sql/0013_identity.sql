-- Identity repair: a further document of a person the agency knows already, proposed by one, agreed to by another. The
-- document's number stands in the identity table alone; what waits is kept encrypted like payloads.

-- With which change of the person a document came; empty for those they were loaded with.
ALTER TABLE identity_document ADD COLUMN version integer CHECK (version > 1);
ALTER TABLE person_change DROP CONSTRAINT person_change_event_check;
ALTER TABLE person_change ADD CONSTRAINT person_change_event_check
  CHECK (event IN ('CoverBegan', 'CoverStopped', 'DeathNoted', 'DocumentAdded'));

CREATE TABLE identity_repair (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  person text NOT NULL,
  -- Evidence the first person saw, in closed words.
  evidence text[] NOT NULL CHECK (cardinality(evidence) > 0),
  sealed bytea NOT NULL,
  asked_by text NOT NULL CHECK (btrim(asked_by) <> ''),
  asked_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, person) REFERENCES person
);
CREATE INDEX identity_repair_person ON identity_repair (agency, person);
CREATE TABLE identity_repair_end (
  agency text NOT NULL,
  id text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('agreed', 'sent_back', 'taken_back')),
  said text NOT NULL,
  ended_by text NOT NULL CHECK (btrim(ended_by) <> ''),
  ended_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES identity_repair
);

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['identity_repair', 'identity_repair_end'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;

-- The second person is another one than the first; taking back is for the first alone.
CREATE FUNCTION identity_repair_takes_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE first text;
BEGIN
  SELECT asked_by INTO first FROM identity_repair r WHERE (r.agency, r.id) = (NEW.agency, NEW.id);
  IF (NEW.outcome = 'taken_back') = jiexu_two_people(first, NEW.ended_by) THEN
    RAISE EXCEPTION 'identity repair % takes two people', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'identity_repair_takes_two';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER identity_repair_takes_two BEFORE INSERT ON identity_repair_end FOR EACH ROW EXECUTE FUNCTION identity_repair_takes_two();

-- A further document comes with a repair that was proposed and is being agreed to; loading people is the worker's alone.
CREATE FUNCTION identity_document_is_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version IS NULL THEN
    IF current_user = 'jiexu_desk' THEN
      RAISE EXCEPTION 'a document noted at a desk names the change it came with' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM identity_repair r WHERE (r.agency, r.person) = (NEW.agency, NEW.person)
    AND NOT EXISTS (SELECT 1 FROM identity_repair_end e WHERE (e.agency, e.id) = (r.agency, r.id))) THEN
    RAISE EXCEPTION 'no repair waits for person %', NEW.person USING ERRCODE = 'check_violation', CONSTRAINT = 'identity_document_is_agreed';
  END IF;
  RETURN NEW;
END $$;
-- After the row, so that row security speaks first; not for the many rows people are loaded with.
CREATE TRIGGER identity_document_is_agreed AFTER INSERT ON identity_document FOR EACH ROW
  WHEN (NEW.version IS NOT NULL OR current_user = 'jiexu_desk') EXECUTE FUNCTION identity_document_is_agreed();

GRANT SELECT, INSERT ON identity_repair, identity_repair_end TO jiexu_desk, jiexu_worker;
GRANT INSERT ON identity_document TO jiexu_desk;
