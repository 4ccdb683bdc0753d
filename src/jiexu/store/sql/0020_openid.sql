-- Sign-ins with a provider of OpenID Connect that enter an account. `known` stands for the provider and its own word for the
-- person, under a key of the node: some providers' words are numbers of documents. A link is ended, never removed or changed.
CREATE TABLE openid_link (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  known text NOT NULL CHECK (known ~ '^[0-9a-f]{64}$'),
  provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9-]{0,19}$'),
  account integer NOT NULL REFERENCES auth_user,
  how text NOT NULL CHECK (how IN ('signed_in', 'counter')),
  linked_on date NOT NULL,
  ended_on date CHECK (ended_on >= linked_on)
);
CREATE UNIQUE INDEX openid_link_known ON openid_link (known) WHERE ended_on IS NULL;
CREATE UNIQUE INDEX openid_link_account ON openid_link (account, provider) WHERE ended_on IS NULL;

CREATE FUNCTION openid_link_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_on IS NOT NULL THEN
    RAISE EXCEPTION 'link % is ended already', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER openid_link_ends BEFORE UPDATE ON openid_link FOR EACH ROW EXECUTE FUNCTION openid_link_ends();
GRANT SELECT, INSERT, UPDATE (ended_on) ON openid_link TO jiexu_desk, jiexu_worker;
