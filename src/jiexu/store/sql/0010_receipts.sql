-- What becomes of a receipt that is not one amount's: several people's parts of it, or its way back to who paid.

-- A receipt leaves the queue by one door at a time: matched to an amount, split into parts, or sent back to its payer. Whoever
-- comes second finds it gone, whatever each of the two had looked at before.
CREATE OR REPLACE FUNCTION jiexu_receipt_found() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE left_queue integer; named integer;
BEGIN
  WITH gone AS (DELETE FROM receipt_waiting w USING found m WHERE (w.agency, w.receipt) = (m.agency, m.receipt) RETURNING 1)
  SELECT count(*) INTO left_queue FROM gone;
  SELECT count(*) INTO named FROM (SELECT DISTINCT agency, receipt FROM found) f;
  IF left_queue <> named THEN
    RAISE EXCEPTION 'A receipt waits no more: it was matched, split or sent back.' USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_waits';
  END IF;
  RETURN NULL;
END $$;

-- One receipt over several people: whole into parts, each of which is a receipt of its own from then on. Nothing moves by it.
CREATE TABLE receipt_split (
  agency text NOT NULL,
  receipt text NOT NULL,
  part integer NOT NULL CHECK (part > 0),
  part_receipt text NOT NULL CHECK (part_receipt = receipt || '+' || part),
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  split_by text NOT NULL CHECK (btrim(split_by) <> ''),
  split_on date NOT NULL,
  PRIMARY KEY (agency, receipt, part),
  UNIQUE (agency, part_receipt),
  FOREIGN KEY (agency, receipt) REFERENCES bank_receipt
);
CREATE FUNCTION jiexu_receipt_parts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM (SELECT agency, receipt, sum(amount_fen) AS fen, count(*) AS parts, max(part) AS last FROM found GROUP BY 1, 2) p
    JOIN bank_receipt r USING (agency, receipt) WHERE p.fen <> r.amount_fen OR p.parts < 2 OR p.parts <> p.last
  ) THEN
    RAISE EXCEPTION 'The parts of a receipt are two or more, numbered from one, and make up exactly the whole.' USING ERRCODE = 'check_violation', CONSTRAINT = 'parts_make_the_whole';
  END IF;
  -- Without the remark: it may name one person's case, and none of the parts is found by it.
  INSERT INTO bank_receipt (agency, receipt, amount_fen, remark, payer, payer_account, received_on)
  SELECT f.agency, f.part_receipt, f.amount_fen, '', r.payer, r.payer_account, r.received_on FROM found f JOIN bank_receipt r USING (agency, receipt);
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_found AFTER INSERT ON receipt_split REFERENCING NEW TABLE AS found FOR EACH STATEMENT EXECUTE FUNCTION jiexu_receipt_found();
CREATE TRIGGER receipt_parts AFTER INSERT ON receipt_split REFERENCING NEW TABLE AS found FOR EACH STATEMENT EXECUTE FUNCTION jiexu_receipt_parts();

-- The way back of a receipt that belongs to no case: asked by one person, agreed by another, ordered, answered by the bank.
CREATE TABLE receipt_return (
  agency text NOT NULL,
  receipt text NOT NULL,
  attempt integer NOT NULL CHECK (attempt > 0),
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  payee_account text NOT NULL CHECK (payee_account ~ '^[0-9A-Z]{6,32}$'),
  why text NOT NULL CHECK (why IN ('no_case', 'twice', 'meant_for_another')),
  asked_by text NOT NULL CHECK (btrim(asked_by) <> ''),
  asked_on date NOT NULL,
  PRIMARY KEY (agency, receipt, attempt),
  FOREIGN KEY (agency, receipt) REFERENCES bank_receipt
);
CREATE TABLE receipt_return_end (
  agency text NOT NULL,
  receipt text NOT NULL,
  attempt integer NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('agreed', 'sent_back', 'taken_back')),
  said text NOT NULL,
  ended_by text NOT NULL CHECK (btrim(ended_by) <> ''),
  ended_on date NOT NULL,
  PRIMARY KEY (agency, receipt, attempt),
  FOREIGN KEY (agency, receipt, attempt) REFERENCES receipt_return
);
-- Orders to the bank that it has not answered yet. Kept by the triggers below.
CREATE TABLE return_ordered (
  agency text NOT NULL,
  receipt text NOT NULL,
  attempt integer NOT NULL,
  PRIMARY KEY (agency, receipt),
  FOREIGN KEY (agency, receipt, attempt) REFERENCES receipt_return
);
CREATE TABLE receipt_return_answer (
  agency text NOT NULL,
  receipt text NOT NULL,
  attempt integer NOT NULL,
  answer text NOT NULL CHECK (answer IN ('confirmed', 'rejected')),
  answered_on date NOT NULL,
  PRIMARY KEY (agency, receipt, attempt),
  FOREIGN KEY (agency, receipt, attempt) REFERENCES receipt_return
);

-- Exactly what came, to exactly who paid it.
CREATE FUNCTION jiexu_return_is_whole() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bank_receipt r WHERE (r.agency, r.receipt, r.amount_fen, r.payer_account) = (NEW.agency, NEW.receipt, NEW.amount_fen, NEW.payee_account)
  ) THEN
    RAISE EXCEPTION 'A receipt goes back whole, and to the account that paid it.' USING ERRCODE = 'check_violation', CONSTRAINT = 'return_is_whole';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER return_is_whole AFTER INSERT ON receipt_return FOR EACH ROW EXECUTE FUNCTION jiexu_return_is_whole();

CREATE FUNCTION jiexu_return_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE first text; waited integer;
BEGIN
  SELECT asked_by INTO first FROM receipt_return r WHERE (r.agency, r.receipt, r.attempt) = (NEW.agency, NEW.receipt, NEW.attempt);
  IF (NEW.outcome <> 'taken_back') <> jiexu_two_people(first, NEW.ended_by) THEN
    RAISE EXCEPTION 'The return of receipt % takes two people', NEW.receipt USING ERRCODE = 'check_violation', CONSTRAINT = 'return_takes_two';
  END IF;
  IF NEW.outcome = 'agreed' THEN
    DELETE FROM receipt_waiting w WHERE (w.agency, w.receipt) = (NEW.agency, NEW.receipt);
    GET DIAGNOSTICS waited = ROW_COUNT;
    IF waited <> 1 THEN
      RAISE EXCEPTION 'A receipt waits no more: it was matched, split or sent back.' USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_waits';
    END IF;
    INSERT INTO return_ordered (agency, receipt, attempt) VALUES (NEW.agency, NEW.receipt, NEW.attempt);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER return_ended AFTER INSERT ON receipt_return_end FOR EACH ROW EXECUTE FUNCTION jiexu_return_ended();

-- What the bank refuses waits again; only what was ordered is answered.
CREATE FUNCTION jiexu_return_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ordered integer;
BEGIN
  DELETE FROM return_ordered o WHERE (o.agency, o.receipt, o.attempt) = (NEW.agency, NEW.receipt, NEW.attempt);
  GET DIAGNOSTICS ordered = ROW_COUNT;
  IF ordered <> 1 THEN
    RAISE EXCEPTION 'The bank answers only what was ordered.' USING ERRCODE = 'check_violation', CONSTRAINT = 'return_was_ordered';
  END IF;
  IF NEW.answer = 'rejected' THEN
    INSERT INTO receipt_waiting (agency, receipt) VALUES (NEW.agency, NEW.receipt);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER return_answered AFTER INSERT ON receipt_return_answer FOR EACH ROW EXECUTE FUNCTION jiexu_return_answered();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['receipt_split', 'receipt_return', 'receipt_return_end', 'receipt_return_answer'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['receipt_split', 'receipt_return', 'receipt_return_end', 'receipt_return_answer', 'return_ordered'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;
GRANT SELECT ON receipt_split, receipt_return, receipt_return_end, receipt_return_answer, return_ordered TO jiexu_desk, jiexu_worker;
GRANT INSERT ON receipt_split, receipt_return, receipt_return_end TO jiexu_desk, jiexu_worker;
GRANT INSERT ON receipt_return_answer TO jiexu_worker;
