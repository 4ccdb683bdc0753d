-- A message that was given up is tried again by whoever holds it or is to get it, in the pages.
GRANT UPDATE (tries, next_try_at, state, holder, due_on) ON message_out TO jiexu_desk;
CREATE INDEX message_out_given_up ON message_out (agency, due_on) WHERE state = 'given_up';
