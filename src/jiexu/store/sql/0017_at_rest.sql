-- Document numbers stand sealed, bound to their row; a keyed index finds them, and another their last four. The keys are
-- outside the database (store/atrest.py). Rows of before stay as they are here, and are sealed by the program right after.
SELECT set_config('jiexu.agencies', coalesce((SELECT string_agg(code, ',') FROM agency), ''), true);
ALTER TABLE identity_document DROP COLUMN last_four;
ALTER TABLE identity_document ADD COLUMN seek text, ADD COLUMN seek_end text;
UPDATE identity_document SET seek = number, seek_end = right(number, 4);
ALTER TABLE identity_document ALTER COLUMN seek SET NOT NULL, ALTER COLUMN seek_end SET NOT NULL;
ALTER TABLE identity_document DROP CONSTRAINT identity_document_pkey;
ALTER TABLE identity_document ADD PRIMARY KEY (agency, kind, seek);
CREATE INDEX identity_document_last_four ON identity_document (agency, seek_end, person COLLATE "C");
