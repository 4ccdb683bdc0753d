-- One node's store. Three roles: the owner migrates and does nothing else; worker and desk live under row security.
-- Which agencies a session speaks for is a setting of its transaction; a policy asks for it once a statement
-- ("agency IN (SELECT …)", 47 µs a case against 490 for a function per row).

CREATE FUNCTION jiexu_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'Rows of % are never changed or deleted; write a further row that corrects the earlier one.', TG_TABLE_NAME
   USING ERRCODE = 'restrict_violation'; END $$;

-- Whether two names are those of two people: both given, and different beyond capitals and outer spaces.
CREATE FUNCTION jiexu_two_people(handled_by text, reviewed_by text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT btrim(handled_by) <> '' AND btrim(reviewed_by) <> '' AND lower(btrim(handled_by)) <> lower(btrim(reviewed_by)) $$;

-- Files that made these tables, with their SHA-256, for the owner alone: tables of another schema are refused, not guessed at.
CREATE TABLE schema_file (name text PRIMARY KEY, digest text NOT NULL);

-- ---------------------------------------------------------------- agencies of this node

CREATE TABLE agency (
  code text PRIMARY KEY CHECK (code ~ '^[0-9]{6}$'),
  name text NOT NULL,
  name_en text NOT NULL,
  short_name text NOT NULL
);

CREATE FUNCTION jiexu_agencies() RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT unnest(string_to_array(nullif(current_setting('jiexu.agencies', true), ''), ',')) $$;

-- Where agencies are paid (经办机构银行信息). No agency's own: whoever pays looks here. An account is never changed: another is
-- entered, and counts once a second person has approved it. The present one is the newest approved that is in force;
-- an agency without one cannot be paid (R-094).
CREATE TABLE agency_account (
  code text NOT NULL REFERENCES agency,
  number integer NOT NULL CHECK (number > 0),
  holder text NOT NULL CHECK (holder <> ''),
  bank text NOT NULL CHECK (bank <> ''),
  cnaps text NOT NULL CHECK (cnaps ~ '^[0-9]{12}$'),
  account text NOT NULL CHECK (account ~ '^[0-9A-Z]{6,32}$'),
  valid_from date NOT NULL,
  entered_by text NOT NULL CHECK (btrim(entered_by) <> ''),
  entered_on date NOT NULL,
  PRIMARY KEY (code, number),
  UNIQUE (code, number, entered_by)
);
CREATE TABLE agency_account_approval (
  code text NOT NULL,
  number integer NOT NULL,
  entered_by text NOT NULL,
  approved_by text NOT NULL,
  approved_on date NOT NULL,
  PRIMARY KEY (code, number),
  FOREIGN KEY (code, number, entered_by) REFERENCES agency_account (code, number, entered_by),
  CONSTRAINT two_people_stand_on_an_account CHECK (jiexu_two_people(entered_by, approved_by))
);

-- The directory's word on keys, as it signed it; a key's id begins with its agency's code. A key ends early by a further,
-- shorter certificate. No agency's own: all of them check signatures with these.
CREATE TABLE certificate (key_id text NOT NULL, valid_until date NOT NULL, body jsonb NOT NULL, PRIMARY KEY (key_id, valid_until));

-- The directory's word that a key is in strange hands, as it signed it: nothing new counts from that day on.
CREATE TABLE stolen_key (key_id text NOT NULL, since date NOT NULL, body jsonb NOT NULL, PRIMARY KEY (key_id, since));

-- Secrets of an agency: the salt secret is needed wherever a message is written, the signing key by the worker alone.
CREATE TABLE agency_secret (agency text PRIMARY KEY REFERENCES agency, salt_secret bytea NOT NULL, payload_key bytea NOT NULL);
CREATE TABLE agency_signing_key (agency text NOT NULL REFERENCES agency, key_id text NOT NULL, private_key bytea NOT NULL, PRIMARY KEY (agency, key_id));
-- Keys an agency puts on its documents, made when a document finds none that stands; certificates are X.509 and of the directory's root.
CREATE TABLE agency_document_key (
  agency text NOT NULL REFERENCES agency,
  valid_until date NOT NULL,
  private_key bytea NOT NULL,
  certificate bytea NOT NULL,
  PRIMARY KEY (agency, valid_until)
);
-- In the demonstration the node is its own directory of agencies; its root key stands here, for the worker alone.
CREATE TABLE directory_root (single boolean PRIMARY KEY DEFAULT true CHECK (single), private_key bytea NOT NULL);

-- ---------------------------------------------------------------- people, as each agency knows them

CREATE TABLE person (
  agency text NOT NULL REFERENCES agency,
  person text NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  birth date NOT NULL,
  sex text CHECK (sex IN ('male', 'female')),
  died_on date,
  owed_fen bigint NOT NULL DEFAULT 0 CHECK (owed_fen >= 0),
  sharing_open boolean NOT NULL DEFAULT false,
  arrears_months integer NOT NULL DEFAULT 0 CHECK (arrears_months >= 0),
  posted boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  PRIMARY KEY (agency, person)
);
CREATE INDEX person_name ON person (agency, name_key);

CREATE TABLE identity_document (
  agency text NOT NULL,
  kind text NOT NULL,
  number text NOT NULL,
  person text NOT NULL,
  valid_from date,
  valid_until date,
  PRIMARY KEY (agency, kind, number),
  FOREIGN KEY (agency, person) REFERENCES person
);
CREATE INDEX identity_document_person ON identity_document (agency, person);

CREATE TABLE enrolment (
  agency text NOT NULL,
  person text NOT NULL,
  scheme text NOT NULL,
  since date NOT NULL,
  status text NOT NULL CHECK (status IN ('insured', 'stopped', 'retired')),
  stopped_on date CHECK (stopped_on >= since),
  cover_year integer,
  employer text,
  has_account boolean NOT NULL DEFAULT true,
  first_month_paid boolean NOT NULL DEFAULT true,
  PRIMARY KEY (agency, person, scheme, since),
  FOREIGN KEY (agency, person) REFERENCES person,
  CHECK ((status = 'stopped') = (stopped_on IS NOT NULL))
);

-- What an agency came to know about a person after loading them, each with a line in the journal.
CREATE TABLE person_change (
  agency text NOT NULL,
  person text NOT NULL,
  version integer NOT NULL CHECK (version > 1),
  event text NOT NULL CHECK (event IN ('CoverBegan', 'CoverStopped', 'DeathNoted')),
  content jsonb NOT NULL,
  changed_on date NOT NULL,
  PRIMARY KEY (agency, person, version),
  FOREIGN KEY (agency, person) REFERENCES person
);

-- ---------------------------------------------------------------- months: who counts them

-- What an agency recorded itself. Kept for ever; the source of "earned" below.
CREATE TABLE month_entry (
  agency text NOT NULL,
  entry text NOT NULL,
  person text NOT NULL,
  scheme text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('paid', 'deemed', 'made_up')),
  months int4multirange NOT NULL CHECK (NOT isempty(months)),
  source text NOT NULL,
  PRIMARY KEY (agency, entry),
  FOREIGN KEY (agency, person) REFERENCES person
);
CREATE INDEX month_entry_person ON month_entry (agency, person);

CREATE TABLE month_line (
  agency text NOT NULL,
  person text NOT NULL,
  scheme text NOT NULL,
  area text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('paid', 'deemed', 'made_up')),
  earned int4multirange NOT NULL DEFAULT '{}',
  moved_in int4multirange NOT NULL DEFAULT '{}',
  moved_out int4multirange NOT NULL DEFAULT '{}',
  PRIMARY KEY (agency, person, scheme, area, kind),
  FOREIGN KEY (agency, person) REFERENCES person,
  CONSTRAINT months_are_earned_or_moved_in CHECK (isempty(earned * moved_in)),
  CONSTRAINT months_moved_out_were_here CHECK (moved_out <@ (earned + moved_in))
);

-- ---------------------------------------------------------------- cases: one file a side

-- The number of each case opened here and what it stands for: a keyed hash of the application. The same application has
-- the same number; another one that would come to it takes its next.
CREATE TABLE case_number (
  agency text NOT NULL REFERENCES agency,
  application text NOT NULL,
  case_no text NOT NULL,
  PRIMARY KEY (agency, application),
  UNIQUE (agency, case_no)
);

CREATE TABLE file (
  agency text NOT NULL,
  case_no text NOT NULL,
  side text NOT NULL CHECK (side IN ('origin', 'destination')),
  other text NOT NULL,
  opener boolean NOT NULL,
  person text,
  name text NOT NULL,
  from_scheme text NOT NULL,
  to_scheme text NOT NULL,
  asked jsonb NOT NULL,
  stands boolean NOT NULL,
  opened_on date NOT NULL,
  accepted_on date,
  origin_due jsonb,
  destination_due jsonb,
  own_check text[],
  other_check text[],
  doubt text NOT NULL DEFAULT 'high' CHECK (doubt IN ('high', 'medium', 'low')),
  refusals text[] NOT NULL,
  form jsonb,
  withdrawing text CHECK (withdrawing IN ('case', 'form')),
  died_on date,
  trips integer NOT NULL,
  sent integer NOT NULL,
  sent_hash text NOT NULL,
  received integer NOT NULL,
  received_hash text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  record_state text NOT NULL,
  record_open boolean NOT NULL,
  record_holder text,
  record_next text,
  record_due_on date,
  record_due_kind text CHECK (record_due_kind IN ('legal', 'promise', 'provisional')),
  record_due_calendar text,
  record_handing_over integer,
  record_after jsonb,
  PRIMARY KEY (agency, case_no),
  FOREIGN KEY (agency, person) REFERENCES person,
  -- Promise 2: an open track has holder, next event and a dated, named due; a closed one has none of them.
  CONSTRAINT an_open_record_has_one_holder_and_date CHECK (
    CASE WHEN record_open
      THEN num_nulls(record_holder, record_next, record_due_on, record_due_kind) = 0
      ELSE num_nonnulls(record_holder, record_next, record_due_on, record_due_kind, record_handing_over) = 0 END)
) WITH (fillfactor = 60);
-- At the origin at most one standing case per person and scheme, whatever the destination; at the destination one per origin.
CREATE UNIQUE INDEX one_standing_case_at_the_origin ON file (agency, person, from_scheme) WHERE side = 'origin' AND stands;
CREATE UNIQUE INDEX one_standing_case_per_origin ON file (agency, person, from_scheme, other) WHERE side = 'destination' AND stands;
CREATE INDEX file_case ON file (case_no);
CREATE INDEX file_person ON file (agency, person);
-- A file is written at each of a dozen steps, and what no index holds changes within its page: so there is one index of the
-- open ones, by state alone. Deadlines and what is handed over are looked for among them, once a day.
CREATE INDEX file_work ON file (record_state, agency, case_no) WHERE record_open;

CREATE TABLE money_track (
  agency text NOT NULL,
  case_no text NOT NULL,
  leg integer NOT NULL CHECK (leg > 0),
  way text NOT NULL CHECK (way IN ('out', 'in', 'back')),
  state text NOT NULL,
  mode text NOT NULL,
  rule text NOT NULL CHECK (rule <> ''),
  parts jsonb NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
  attempt integer NOT NULL CHECK (attempt > 0),
  held_by_issue integer,
  received_fen bigint NOT NULL CHECK (received_fen >= 0),
  early text NOT NULL,
  handled_by text NOT NULL,
  reviewed_by text NOT NULL,
  is_open boolean NOT NULL,
  holder text,
  next_event text,
  due_on date,
  due_kind text CHECK (due_kind IN ('legal', 'promise', 'provisional')),
  due_calendar text,
  handing_over integer,
  after jsonb,
  payers jsonb NOT NULL,
  PRIMARY KEY (agency, case_no, leg),
  FOREIGN KEY (agency, case_no) REFERENCES file,
  CONSTRAINT two_people_stand_on_an_amount CHECK (
    CASE WHEN reviewed_by = ''
      THEN NOT (state IN ('credited', 'estate', 'estate_paid') OR (way <> 'in' AND state IN (
        'reviewed', 'ordered', 'settled', 'cleared', 'queried', 'chasing', 'returned', 'to_person', 'given_back')))
      ELSE jiexu_two_people(handled_by, reviewed_by) END),
  CONSTRAINT an_open_amount_has_one_holder_and_date CHECK (
    CASE WHEN is_open
      THEN num_nulls(holder, next_event, due_on, due_kind) = 0
      ELSE num_nonnulls(holder, next_event, due_on, due_kind, handing_over) = 0 END)
);
CREATE INDEX money_track_work ON money_track (state, way, agency, case_no) WHERE is_open;

-- Months that change who counts them. Written only with a step of a case.
CREATE TABLE month_move (
  agency text NOT NULL,
  case_no text NOT NULL,
  version integer NOT NULL,
  person text NOT NULL,
  move text NOT NULL CHECK (move IN ('out', 'undone', 'in', 'came_back', 'already_counted')),
  scheme text NOT NULL,
  area text NOT NULL,
  kind text NOT NULL,
  months int4multirange NOT NULL CHECK (NOT isempty(months)),
  issue integer NOT NULL CHECK (issue > 0),
  rule text NOT NULL CHECK (rule <> ''),
  PRIMARY KEY (agency, case_no, issue, move, scheme, area, kind),
  FOREIGN KEY (agency, case_no) REFERENCES file,
  FOREIGN KEY (agency, person) REFERENCES person
);
CREATE INDEX month_move_person ON month_move (agency, person);

-- ---------------------------------------------------------------- money: one row a posting

CREATE TABLE posting (
  agency text NOT NULL,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  debit_kind text NOT NULL,
  debit_key text NOT NULL DEFAULT '',
  debit_part text NOT NULL DEFAULT '',
  credit_kind text NOT NULL,
  credit_key text NOT NULL DEFAULT '',
  credit_part text NOT NULL DEFAULT '',
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  case_no text,
  leg integer,
  version integer,
  reason text NOT NULL,
  rule text NOT NULL CHECK (rule <> ''),
  handled_by text NOT NULL,
  reviewed_by text NOT NULL,
  corrects text,
  booked_on date NOT NULL,
  PRIMARY KEY (agency, id),
  CONSTRAINT accounts_differ CHECK ((debit_kind, debit_key, debit_part) <> (credit_kind, credit_key, credit_part)),
  CONSTRAINT two_people_stand_on_money CHECK (
    reason IN ('opening', 'received') OR jiexu_two_people(handled_by, reviewed_by))
);
CREATE INDEX posting_case ON posting (agency, case_no) WHERE case_no IS NOT NULL;
CREATE INDEX posting_debit_person ON posting (agency, debit_key) WHERE debit_kind = 'personal';
CREATE INDEX posting_credit_person ON posting (agency, credit_key) WHERE credit_kind = 'personal';

-- Only personal accounts have a stored balance; all others are sums, so that no row is hot.
CREATE TABLE account (
  agency text NOT NULL,
  person text NOT NULL,
  part text NOT NULL,
  movable boolean NOT NULL DEFAULT true,
  balance_fen bigint NOT NULL DEFAULT 0,
  held_fen bigint NOT NULL DEFAULT 0 CHECK (held_fen >= 0),
  PRIMARY KEY (agency, person, part),
  FOREIGN KEY (agency, person) REFERENCES person,
  CONSTRAINT what_is_held_is_there CHECK (balance_fen - held_fen >= 0)
);

CREATE TABLE hold (
  agency text NOT NULL,
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{32}$'),
  person text NOT NULL,
  part text NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  case_no text NOT NULL,
  leg integer NOT NULL,
  issue integer NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (agency, id),
  FOREIGN KEY (agency, person, part) REFERENCES account,
  FOREIGN KEY (agency, case_no) REFERENCES file
);
CREATE INDEX hold_case ON hold (agency, case_no);

-- A hold ends at most once, by primary key, whatever ends it.
CREATE TABLE hold_resolution (
  agency text NOT NULL,
  hold_id text NOT NULL,
  how text NOT NULL CHECK (how IN ('captured', 'released')),
  posting_ids text[] NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (agency, hold_id),
  FOREIGN KEY (agency, hold_id) REFERENCES hold (agency, id),
  CHECK ((how = 'captured') = (cardinality(posting_ids) > 0))
);

-- The triggers below keep balances and month lines. They run as their owner, so that no working role may write these
-- columns itself, and with a search path of their own, so that no temporary table takes the place of a real one. Row
-- security is forced on the owner too, and the session's agencies stay those of the session.

CREATE FUNCTION jiexu_book() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE account a SET balance_fen = a.balance_fen + s.change
  FROM (
    SELECT agency, key, part, sum(change) AS change FROM (
      SELECT agency, debit_key AS key, debit_part AS part, -amount_fen AS change FROM booked WHERE debit_kind = 'personal'
      UNION ALL
      SELECT agency, credit_key, credit_part, amount_fen FROM booked WHERE credit_kind = 'personal') x
    GROUP BY agency, key, part) s
  WHERE a.agency = s.agency AND a.person = s.key AND a.part = s.part;
  IF EXISTS (
    SELECT 1 FROM booked b WHERE
      (b.debit_kind = 'personal' AND NOT EXISTS (SELECT 1 FROM account a WHERE (a.agency, a.person, a.part) = (b.agency, b.debit_key, b.debit_part)))
      OR (b.credit_kind = 'personal' AND NOT EXISTS (SELECT 1 FROM account a WHERE (a.agency, a.person, a.part) = (b.agency, b.credit_key, b.credit_part))))
  THEN RAISE EXCEPTION 'A posting names a personal account that is not open; open the account part first.' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER book AFTER INSERT ON posting REFERENCING NEW TABLE AS booked FOR EACH STATEMENT EXECUTE FUNCTION jiexu_book();

CREATE FUNCTION jiexu_set_aside() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE account a SET held_fen = a.held_fen + s.fen
  FROM (SELECT agency, person, part, sum(amount_fen) AS fen FROM taken GROUP BY 1, 2, 3) s
  WHERE (a.agency, a.person, a.part) = (s.agency, s.person, s.part);
  RETURN NULL;
END $$;
CREATE TRIGGER set_aside AFTER INSERT ON hold REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION jiexu_set_aside();

CREATE FUNCTION jiexu_let_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE account a SET held_fen = a.held_fen - s.fen
  FROM (SELECT h.agency, h.person, h.part, sum(h.amount_fen) AS fen
        FROM ended e JOIN hold h ON (h.agency, h.id) = (e.agency, e.hold_id) GROUP BY 1, 2, 3) s
  WHERE (a.agency, a.person, a.part) = (s.agency, s.person, s.part);
  RETURN NULL;
END $$;
CREATE TRIGGER let_go AFTER INSERT ON hold_resolution REFERENCING NEW TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION jiexu_let_go();

CREATE FUNCTION jiexu_earn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO month_line (agency, person, scheme, area, kind, earned)
  SELECT agency, person, scheme, agency, kind, range_agg(months) FROM earned GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT (agency, person, scheme, area, kind) DO UPDATE SET earned = month_line.earned + excluded.earned;
  RETURN NULL;
END $$;
CREATE TRIGGER earn AFTER INSERT ON month_entry REFERENCING NEW TABLE AS earned FOR EACH STATEMENT EXECUTE FUNCTION jiexu_earn();

-- Taking back comes before handing out: a corrected form does both in one step.
CREATE FUNCTION jiexu_move_months() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO month_line (agency, person, scheme, area, kind)
  SELECT DISTINCT agency, person, scheme, area, kind FROM moved WHERE move IN ('in') ON CONFLICT DO NOTHING;
  UPDATE month_line l SET
    moved_in = l.moved_in + s.come,
    moved_out = (l.moved_out - s.back) + s.gone
  FROM (
    SELECT agency, person, scheme, area, kind,
      coalesce(range_agg(months) FILTER (WHERE move = 'in'), '{}') AS come,
      coalesce(range_agg(months) FILTER (WHERE move IN ('undone', 'came_back')), '{}') AS back,
      coalesce(range_agg(months) FILTER (WHERE move = 'out'), '{}') AS gone
    FROM moved WHERE move <> 'already_counted' GROUP BY 1, 2, 3, 4, 5) s
  WHERE (l.agency, l.person, l.scheme, l.area, l.kind) = (s.agency, s.person, s.scheme, s.area, s.kind);
  RETURN NULL;
END $$;
CREATE TRIGGER move_months AFTER INSERT ON month_move REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION jiexu_move_months();

-- ---------------------------------------------------------------- messages

-- Both sides keep their own copy of every message. Payloads are encrypted and may be erased; the envelope stays.
CREATE TABLE message (
  agency text NOT NULL,
  id text NOT NULL,
  case_no text NOT NULL,
  sender text NOT NULL,
  receiver text NOT NULL,
  seq integer NOT NULL,
  type text NOT NULL,
  hash text NOT NULL,
  envelope bytea NOT NULL,
  payload bytea,
  version integer,
  outcome text NOT NULL,
  PRIMARY KEY (agency, id)
);
CREATE INDEX message_case ON message (agency, case_no, sender, seq);

-- What still lacks its receipt, in the order it must be sent again.
CREATE TABLE outbox (
  agency text NOT NULL,
  receiver text NOT NULL,
  case_no text NOT NULL,
  seq integer NOT NULL,
  message_id text NOT NULL,
  PRIMARY KEY (agency, receiver, case_no, seq),
  FOREIGN KEY (agency, message_id) REFERENCES message (agency, id)
);

-- Bundles sent and received, with the receipt given or got for each.
CREATE TABLE bundle (
  agency text NOT NULL,
  root text NOT NULL,
  sender text NOT NULL,
  receiver text NOT NULL,
  body bytea NOT NULL,
  receipt bytea NOT NULL,
  PRIMARY KEY (agency, root, sender)
);
-- What the receipt says of each message. ``hash``: its leaf in the bundle. The same envelopes give the same root,
-- whoever signs it: so a bundle is root and sender.
CREATE TABLE bundle_message (
  agency text NOT NULL,
  message_id text NOT NULL,
  root text NOT NULL,
  sender text NOT NULL,
  position integer NOT NULL,
  hash text NOT NULL,
  outcome text NOT NULL,
  PRIMARY KEY (agency, message_id, root, sender, position),
  FOREIGN KEY (agency, root, sender) REFERENCES bundle
);

-- What came and was not taken, as it came and encrypted like payloads: whole deliveries that cannot be read or that no
-- signature covers (without hash), messages of signed bundles that were not processed, and seals their own agency did not
-- sign. Nobody proved what a delivery says of its sender. ``digest``: keyed, of the bytes; ``body``: null where more came
-- in a day than is kept whole.
CREATE TABLE not_taken (
  agency text NOT NULL REFERENCES agency,
  id text NOT NULL,
  sender text NOT NULL,
  case_no text NOT NULL,
  message_id text NOT NULL,
  hash text NOT NULL,
  outcome text NOT NULL,
  size bigint NOT NULL CHECK (size >= 0),
  digest text NOT NULL,
  body bytea,
  came_on date NOT NULL,
  PRIMARY KEY (agency, id)
);
CREATE INDEX not_taken_hash ON not_taken (agency, hash);
CREATE INDEX not_taken_day ON not_taken (agency, came_on) WHERE body IS NOT NULL;

-- ---------------------------------------------------------------- decisions, notices, journal

CREATE TABLE decision (
  agency text NOT NULL,
  case_no text NOT NULL,
  version integer NOT NULL,
  ordinal integer NOT NULL,
  rule text NOT NULL,
  outcome text NOT NULL,
  body bytea NOT NULL,
  policy_digest text NOT NULL,
  engine text NOT NULL,
  decided_on date NOT NULL,
  PRIMARY KEY (agency, case_no, version, ordinal),
  FOREIGN KEY (agency, case_no) REFERENCES file
);

CREATE TABLE notice (
  agency text NOT NULL,
  case_no text NOT NULL,
  version integer NOT NULL,
  ordinal integer NOT NULL,
  key text NOT NULL,
  data jsonb NOT NULL,
  told_on date NOT NULL,
  PRIMARY KEY (agency, case_no, version, ordinal),
  FOREIGN KEY (agency, case_no) REFERENCES file
);

-- What was handed out on paper. The content is kept, encrypted like payloads, so that a document can be printed again as
-- it was issued after the rows it came from have moved on; the PDF is not, because it is set from the content again.
CREATE TABLE document (
  agency text NOT NULL,
  case_no text NOT NULL,
  kind text NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  short_code text NOT NULL CHECK (short_code ~ '^[0-9A-Z]{16}$'),
  content bytea NOT NULL,
  made_on date NOT NULL,
  made_by text NOT NULL CHECK (made_by <> ''),
  PRIMARY KEY (agency, case_no, kind, number),
  FOREIGN KEY (agency, case_no) REFERENCES file,
  CONSTRAINT a_content_is_issued_once UNIQUE (agency, digest)
);
CREATE INDEX document_short_code ON document (short_code);

-- One row a step: a salted hash over everything the step wrote. Sealed roots over these stand outside the database.
CREATE TABLE journal (
  agency text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  kind text NOT NULL,
  ref text NOT NULL,
  version integer NOT NULL,
  event text NOT NULL,
  actor text NOT NULL,
  day date NOT NULL,
  hash text NOT NULL,
  file_hash text NOT NULL,
  PRIMARY KEY (agency, seq)
);
CREATE INDEX journal_ref ON journal (agency, ref, version);

-- How far each agency's journal is sealed; the seals themselves stand outside the database.
-- The newest one is also here, to travel with the next bundle to each counterpart.
CREATE TABLE journal_seal (agency text PRIMARY KEY REFERENCES agency, upto bigint NOT NULL, hash text NOT NULL, body jsonb NOT NULL);

-- Seals over the journals of counterparts, as they came with their bundles: nobody can take back what others hold.
CREATE TABLE counterpart_seal (
  agency text NOT NULL REFERENCES agency,
  sender text NOT NULL,
  hash text NOT NULL,
  body jsonb NOT NULL,
  came_on date NOT NULL,
  PRIMARY KEY (agency, sender, hash)
);

-- ---------------------------------------------------------------- the bank: batches out, receipts in

CREATE TABLE bank_batch (
  agency text NOT NULL REFERENCES agency,
  batch text NOT NULL,
  made_on date NOT NULL,
  orders integer NOT NULL CHECK (orders > 0),
  sum_fen bigint NOT NULL CHECK (sum_fen > 0),
  handled_by text NOT NULL,
  reviewed_by text NOT NULL,
  sent_on date,
  PRIMARY KEY (agency, batch),
  CONSTRAINT two_people_stand_on_a_batch CHECK (jiexu_two_people(handled_by, reviewed_by))
);

CREATE TABLE bank_order (
  agency text NOT NULL,
  reference text NOT NULL,
  batch text NOT NULL,
  case_no text NOT NULL,
  leg integer NOT NULL,
  attempt integer NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  payee text NOT NULL,
  payee_account text NOT NULL CHECK (payee_account = '' OR payee_account ~ '^[0-9A-Z]{6,32}$'),
  back boolean NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (agency, reference),
  FOREIGN KEY (agency, batch) REFERENCES bank_batch,
  FOREIGN KEY (agency, case_no) REFERENCES file,
  CONSTRAINT what_goes_back_names_the_account_that_paid CHECK (NOT back OR payee_account <> '')
);
CREATE INDEX bank_order_case ON bank_order (agency, case_no);
-- Orders the bank of the demonstration has not taken yet, so that it does not look through all that were ever given. Kept by
-- the triggers below.
CREATE TABLE order_waiting (
  agency text NOT NULL,
  reference text NOT NULL,
  PRIMARY KEY (agency, reference),
  FOREIGN KEY (agency, reference) REFERENCES bank_order
);

CREATE TABLE bank_answer (
  agency text NOT NULL,
  reference text NOT NULL,
  answer text NOT NULL CHECK (answer IN ('confirmed', 'rejected', 'bounced', 'rest_sent')),
  answered_on date NOT NULL,
  PRIMARY KEY (agency, reference, answer),
  FOREIGN KEY (agency, reference) REFERENCES bank_order
);
CREATE INDEX bank_answer_bounced ON bank_answer (agency, reference) WHERE answer = 'bounced';

-- Money that arrived. The account that paid is as the bank gives it, empty where it does not. Unmatched ones wait with finance; a receipt is matched once, by primary key of its match.
CREATE TABLE bank_receipt (
  agency text NOT NULL,
  receipt text NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  remark text NOT NULL,
  payer text NOT NULL,
  payer_account text NOT NULL CHECK (payer_account = '' OR payer_account ~ '^[0-9A-Z]{6,32}$'),
  received_on date NOT NULL,
  PRIMARY KEY (agency, receipt)
);
-- Receipts that belong to no amount yet, so that nobody looks through all that ever came. Kept by the triggers below.
CREATE TABLE receipt_waiting (
  agency text NOT NULL,
  receipt text NOT NULL,
  PRIMARY KEY (agency, receipt),
  FOREIGN KEY (agency, receipt) REFERENCES bank_receipt
);
CREATE TABLE receipt_match (
  agency text NOT NULL,
  receipt text NOT NULL,
  case_no text NOT NULL,
  leg integer NOT NULL,
  matched_on date NOT NULL,
  handled_by text NOT NULL,
  reviewed_by text NOT NULL,
  why text NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (agency, receipt),
  FOREIGN KEY (agency, receipt) REFERENCES bank_receipt,
  FOREIGN KEY (agency, case_no) REFERENCES file,
  CHECK (jiexu_two_people(handled_by, reviewed_by))
);

CREATE FUNCTION jiexu_receipt_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO receipt_waiting (agency, receipt) SELECT agency, receipt FROM came;
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_waits AFTER INSERT ON bank_receipt REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION jiexu_receipt_waits();

CREATE FUNCTION jiexu_receipt_found() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM receipt_waiting w USING found m WHERE (w.agency, w.receipt) = (m.agency, m.receipt);
  RETURN NULL;
END $$;
CREATE TRIGGER receipt_found AFTER INSERT ON receipt_match REFERENCING NEW TABLE AS found FOR EACH STATEMENT EXECUTE FUNCTION jiexu_receipt_found();

-- The bank of the demonstration: outside every agency, so no agency reads it. Replaced by bank files with settlement.
CREATE TABLE demo_bank_transfer (
  id text PRIMARY KEY,
  payer text NOT NULL,
  payer_account text NOT NULL,
  payee text NOT NULL,
  remark text NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen > 0),
  deliver_fen bigint NOT NULL CHECK (deliver_fen >= 0),
  fault text NOT NULL,
  on_day date NOT NULL,
  done boolean NOT NULL DEFAULT false
);
CREATE INDEX demo_bank_transfer_due ON demo_bank_transfer (on_day, id) WHERE NOT done;
CREATE INDEX demo_bank_transfer_short ON demo_bank_transfer (id) WHERE done AND fault = 'short';

CREATE FUNCTION jiexu_order_waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO order_waiting (agency, reference) SELECT agency, reference FROM given;
  RETURN NULL;
END $$;
CREATE TRIGGER order_waits AFTER INSERT ON bank_order REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION jiexu_order_waits();

CREATE FUNCTION jiexu_order_taken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM order_waiting w USING taken t WHERE (w.agency, w.reference) = (t.payer, t.id);
  RETURN NULL;
END $$;
CREATE TRIGGER order_taken AFTER INSERT ON demo_bank_transfer REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION jiexu_order_taken();

-- ---------------------------------------------------------------- runs

-- Where a run stands, for each of the processes that share its work.
CREATE TABLE run_place (
  run text NOT NULL,
  part integer NOT NULL CHECK (part >= 0),
  day date NOT NULL,
  place jsonb NOT NULL,
  PRIMARY KEY (run, part)
);
-- A case a wave could not take along: it stands alone, in a clerk's hands and with a date, until a later try succeeds.
CREATE TABLE stuck_case (
  agency text NOT NULL REFERENCES agency,
  case_no text NOT NULL,
  step text NOT NULL,
  said text NOT NULL,
  since date NOT NULL,
  holder text NOT NULL DEFAULT 'clerk',
  due_on date NOT NULL,
  PRIMARY KEY (agency, case_no)
);

-- Names of events that happen at most once, however often they are given.
CREATE TABLE event_once (name text PRIMARY KEY);

-- The files of the demonstration: invented people, but no business of a desk.
CREATE TABLE demonstration_files (name text PRIMARY KEY, value jsonb NOT NULL);

-- Settings of the node itself (clock of the demonstration, what was loaded); nothing about people.
CREATE TABLE node_setting (name text PRIMARY KEY, value jsonb NOT NULL);

-- ---------------------------------------------------------------- append-only

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agency','agency_account','agency_account_approval','certificate','stolen_key','case_number','person_change','month_entry','month_move','posting','hold','hold_resolution','bundle','bundle_message','not_taken','decision',
                              'notice','document','journal','counterpart_seal','bank_order','bank_answer','bank_receipt','receipt_match'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION jiexu_append_only()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only()', name);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- row security and rights

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agency_secret','agency_signing_key','agency_document_key','person','identity_document','enrolment','person_change','month_entry','month_line','case_number','file',
      'money_track','month_move','posting','account','hold','hold_resolution','message','outbox','bundle','bundle_message','not_taken','decision','notice',
      'document','journal','journal_seal','counterpart_seal','bank_batch','bank_order','bank_answer','order_waiting','bank_receipt','receipt_waiting','receipt_match','stuck_case'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_agency ON %I USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()))', name);
  END LOOP;
  -- The tables a case writes most know their agency by this alone, asked once a statement. A foreign key, looked up for
  -- every row, took two fifths of what writing the rows takes. Agencies never change and never go (above).
  FOREACH name IN ARRAY ARRAY['file','posting','message','bundle','journal','bank_receipt'] LOOP
    EXECUTE format('ALTER POLICY own_agency ON %I WITH CHECK (agency IN (SELECT jiexu_agencies()) AND agency IN (SELECT code FROM agency))', name);
  END LOOP;
END $$;

-- Everybody looks up where an agency is paid; only its own desk says so.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agency_account','agency_account_approval'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY for_all_to_read ON %I FOR SELECT USING (true)', name);
    EXECUTE format('CREATE POLICY own_agency ON %I FOR INSERT WITH CHECK (code IN (SELECT jiexu_agencies()))', name);
  END LOOP;
END $$;

GRANT SELECT ON agency, agency_account, agency_account_approval, certificate, stolen_key, agency_secret, node_setting TO jiexu_worker, jiexu_desk;
GRANT SELECT ON person, identity_document, enrolment, person_change, month_line, case_number, file, money_track, month_move, posting, account, hold, hold_resolution,
  message, outbox, not_taken, decision, notice, document, journal, bank_batch, bank_order, order_waiting, bank_receipt, receipt_waiting, receipt_match TO jiexu_worker, jiexu_desk;
-- What became of its own messages, and no more of the bundles.
GRANT SELECT (agency, sender, message_id, outcome) ON bundle_message TO jiexu_desk;
GRANT INSERT ON case_number, file, money_track, month_move, posting, hold, hold_resolution, message, outbox, decision, notice, document, journal, bank_batch,
  bank_order, receipt_match TO jiexu_worker, jiexu_desk;
GRANT INSERT (agency, person, part, movable) ON account TO jiexu_worker, jiexu_desk;
GRANT INSERT ON agency_account, agency_account_approval TO jiexu_worker, jiexu_desk;
-- What a file is about is written once; only where it stands may change.
GRANT UPDATE (stands, accepted_on, origin_due, destination_due, own_check, other_check, doubt, refusals, form, withdrawing, died_on, trips, sent, sent_hash, received, received_hash, version, record_state, record_open, record_holder, record_next, record_due_on, record_due_kind, record_due_calendar, record_handing_over, record_after)
  ON file TO jiexu_worker, jiexu_desk;
GRANT UPDATE (state, mode, rule, parts, amount_fen, attempt, held_by_issue, received_fen, early, handled_by, reviewed_by, is_open, holder, next_event, due_on, due_kind, due_calendar, handing_over, after, payers)
  ON money_track TO jiexu_worker, jiexu_desk;
GRANT INSERT ON person_change TO jiexu_worker, jiexu_desk;
GRANT UPDATE (died_on, version) ON person TO jiexu_worker, jiexu_desk;
-- The loops alone: keys, bundles, bank answers, loading people, the demonstration's clock and bank.
GRANT SELECT ON agency_signing_key, month_entry, bundle, bundle_message, counterpart_seal, bank_answer TO jiexu_worker;
GRANT SELECT, INSERT ON agency_document_key TO jiexu_worker;
GRANT SELECT, INSERT ON directory_root TO jiexu_worker;
GRANT SELECT, INSERT, UPDATE ON demonstration_files TO jiexu_worker;
GRANT INSERT ON agency, certificate, stolen_key, agency_secret, agency_signing_key, person, identity_document, enrolment, month_entry, bundle, bundle_message, not_taken, counterpart_seal, bank_answer,
  bank_receipt, node_setting TO jiexu_worker;
GRANT UPDATE ON enrolment, node_setting TO jiexu_worker;
GRANT UPDATE (payload) ON message TO jiexu_worker;
GRANT DELETE ON outbox TO jiexu_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON stuck_case TO jiexu_worker, jiexu_desk;
GRANT SELECT, INSERT, UPDATE ON journal_seal TO jiexu_worker;
GRANT SELECT, INSERT, UPDATE ON demo_bank_transfer, run_place TO jiexu_worker;
GRANT SELECT, INSERT ON event_once TO jiexu_worker, jiexu_desk;
