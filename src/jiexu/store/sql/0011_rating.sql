-- What people say of the service when a case is over: one score and a sentence a case. Only scores are ever counted.
CREATE TABLE service_rating (
  agency text NOT NULL REFERENCES agency,
  case_no text NOT NULL,
  score integer NOT NULL CHECK (score BETWEEN 1 AND 5),
  said text NOT NULL CHECK (length(said) <= 500),
  rated_on date NOT NULL,
  PRIMARY KEY (agency, case_no)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON service_rating FOR EACH ROW EXECUTE FUNCTION jiexu_append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON service_rating FOR EACH STATEMENT EXECUTE FUNCTION jiexu_append_only();
ALTER TABLE service_rating ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_rating FORCE ROW LEVEL SECURITY;
CREATE POLICY own_agency ON service_rating USING (agency IN (SELECT jiexu_agencies())) WITH CHECK (agency IN (SELECT jiexu_agencies()));
GRANT SELECT, INSERT ON service_rating TO jiexu_desk, jiexu_worker;
