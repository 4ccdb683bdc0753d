-- Looking for people and cases at a desk without reading through them, and the filters a desk's people keep.

-- By the beginning of a name, in an order that pages go on in. The two columns never change, so nothing is written for them
-- when a case moves.
CREATE INDEX person_name_prefix ON person (agency, name_key COLLATE "C", person COLLATE "C");
-- The last four as a column of its own: under row security only an operator that tells nothing may use an index, and taking
-- a number's end is none.
ALTER TABLE identity_document ADD COLUMN last_four text GENERATED ALWAYS AS (right(number, 4)) STORED;
CREATE INDEX identity_document_last_four ON identity_document (agency, last_four, person COLLATE "C");

-- What somebody wants to see of their inbox, under a name of theirs. No record: it is changed and removed.
CREATE TABLE desk_filter (
  account integer NOT NULL REFERENCES auth_user,
  agency text NOT NULL REFERENCES agency,
  name text NOT NULL CHECK (btrim(name) <> '' AND length(name) <= 40),
  words jsonb NOT NULL,
  PRIMARY KEY (account, agency, name)
);
ALTER TABLE desk_filter ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_filter FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON desk_filter USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()));
GRANT SELECT, INSERT, DELETE, UPDATE (words) ON desk_filter TO jiexu_desk;
GRANT SELECT ON desk_filter TO jiexu_worker;
