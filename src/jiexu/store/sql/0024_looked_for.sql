-- The inbox: open records and amounts of an agency by who must act and until when. A page of it and its counts are read
-- from here, however many are open. What it costs each step is measured in decision 69.
CREATE INDEX file_inbox ON file (agency, record_holder, record_due_on, case_no) WHERE record_open;
CREATE INDEX money_track_inbox ON money_track (agency, holder, due_on, case_no, leg) WHERE is_open;

-- The batches an agency began lately under a reviewer's name, and which of their orders were given: asked before each new batch.
CREATE INDEX bank_batch_newest ON bank_batch (agency, reviewed_by, sent_on);
CREATE INDEX bank_order_batch ON bank_order (agency, batch);

-- What is open is in few states: without this PostgreSQL takes both for chance, and expects a dozen rows of thousands.
CREATE STATISTICS file_open_in_state (mcv) ON record_open, record_state FROM file;
CREATE STATISTICS money_track_open_in_state (mcv) ON is_open, state FROM money_track;

-- Straight-through steps look through what is open in a state, and leave what was left to people: from the index alone.
DROP INDEX file_work;
CREATE INDEX file_work ON file (record_state, agency, case_no) INCLUDE (side, withdrawing) WHERE record_open;
