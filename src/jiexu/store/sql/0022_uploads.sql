-- Supporting papers that people send to their own case, or to what they asked an agency to correct. What was sent, for which
-- purpose and until when it is kept stays for ever; the paper itself and the words with it stand sealed under the node's key
-- (store/atrest.py) in a table of their own, and are erased on the day that was named, or before.

CREATE TABLE upload (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  person text NOT NULL,
  case_no text,
  request text,
  purpose text NOT NULL CHECK (purpose IN ('months_paid', 'employment', 'old_booklet', 'certificate', 'name_change')),
  kind text NOT NULL CHECK (kind IN ('pdf', 'png', 'jpeg')),
  size integer NOT NULL CHECK (size > 0),
  -- Of the paper and its words, with the agency's salt: it tells whether a paper was this one, and nothing else.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  sent_by text NOT NULL CHECK (btrim(sent_by) <> ''),
  role text NOT NULL CHECK (role IN ('person', 'agent')),
  sent_on date NOT NULL,
  days integer NOT NULL CHECK (days BETWEEN 1 AND 366),
  erase_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, person) REFERENCES person,
  FOREIGN KEY (agency, case_no) REFERENCES file,
  FOREIGN KEY (agency, request) REFERENCES person_request,
  CHECK ((case_no IS NULL) <> (request IS NULL)),
  CHECK (erase_on = sent_on + days)
);
CREATE INDEX upload_person ON upload (agency, person);
CREATE INDEX upload_case ON upload (agency, case_no) WHERE case_no IS NOT NULL;
CREATE INDEX upload_request ON upload (agency, request) WHERE request IS NOT NULL;

CREATE TABLE upload_content (
  agency text NOT NULL,
  id text NOT NULL,
  paper bytea NOT NULL,
  note bytea NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES upload,
  CONSTRAINT paper_is_sealed CHECK (substr(paper, 1, 3) = 's1.' AND substr(note, 1, 3) = 's1.')
);
-- Sealed bytes do not pack.
ALTER TABLE upload_content ALTER COLUMN paper SET STORAGE EXTERNAL;

-- What a clerk used it for.
CREATE TABLE upload_used (
  agency text NOT NULL,
  id text NOT NULL,
  used_for bytea NOT NULL,
  used_by text NOT NULL CHECK (btrim(used_by) <> ''),
  used_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES upload
);
CREATE TABLE upload_erased (
  agency text NOT NULL,
  id text NOT NULL,
  rule text NOT NULL CHECK (rule IN ('date', 'not_needed', 'taken_back')),
  erased_by text NOT NULL CHECK (btrim(erased_by) <> ''),
  erased_on date NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, id) REFERENCES upload
);

-- Used and taken back exclude each other, whoever comes first; nobody uses what they sent themselves, or what is erased.
CREATE FUNCTION upload_use_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sent upload;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('jiexu upload ' || NEW.agency || '/' || NEW.id, 0));
  SELECT * INTO sent FROM upload u WHERE (u.agency, u.id) = (NEW.agency, NEW.id);
  IF NOT jiexu_two_people(sent.sent_by, NEW.used_by) THEN
    RAISE EXCEPTION 'paper % is used by somebody else than who sent it', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_use_takes_two';
  END IF;
  IF EXISTS (SELECT 1 FROM upload_erased e WHERE (e.agency, e.id) = (NEW.agency, NEW.id)) THEN
    RAISE EXCEPTION 'paper % is erased', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_is_erased';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER use_stands AFTER INSERT ON upload_used FOR EACH ROW EXECUTE FUNCTION upload_use_stands();

CREATE FUNCTION upload_end_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE sent upload;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('jiexu upload ' || NEW.agency || '/' || NEW.id, 0));
  SELECT * INTO sent FROM upload u WHERE (u.agency, u.id) = (NEW.agency, NEW.id);
  IF NEW.rule = 'taken_back' AND EXISTS (SELECT 1 FROM upload_used s WHERE (s.agency, s.id) = (NEW.agency, NEW.id)) THEN
    RAISE EXCEPTION 'paper % was used and is not taken back', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_was_used';
  END IF;
  IF NEW.rule = 'date' AND NEW.erased_on < sent.erase_on THEN
    RAISE EXCEPTION 'the day of paper % has not come', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_day_not_come';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER end_stands AFTER INSERT ON upload_erased FOR EACH ROW EXECUTE FUNCTION upload_end_stands();

-- At each commit a paper is either there or erased, never both and never neither.
CREATE FUNCTION upload_is_there_or_erased() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE this record;
BEGIN
  this := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  IF EXISTS (SELECT 1 FROM upload u WHERE (u.agency, u.id) = (this.agency, this.id))
    AND EXISTS (SELECT 1 FROM upload_content c WHERE (c.agency, c.id) = (this.agency, this.id))
      = EXISTS (SELECT 1 FROM upload_erased e WHERE (e.agency, e.id) = (this.agency, this.id)) THEN
    RAISE EXCEPTION 'paper % is there or erased', this.id USING ERRCODE = 'check_violation', CONSTRAINT = 'upload_is_there_or_erased';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER there_or_erased AFTER INSERT ON upload DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION upload_is_there_or_erased();
CREATE CONSTRAINT TRIGGER there_or_erased AFTER INSERT OR DELETE ON upload_content DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION upload_is_there_or_erased();
CREATE CONSTRAINT TRIGGER there_or_erased AFTER INSERT ON upload_erased DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION upload_is_there_or_erased();

-- Sealed anew by the owner alone, whose guards stand aside then (usecases/resealing.py); by nobody else ever changed.
CREATE TRIGGER append_only BEFORE UPDATE ON upload_content FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON upload_content FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['upload', 'upload_used', 'upload_erased'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['upload', 'upload_content', 'upload_used', 'upload_erased'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON upload, upload_content, upload_used, upload_erased TO jiexu_desk, jiexu_worker;
GRANT DELETE ON upload_content TO jiexu_desk, jiexu_worker;
