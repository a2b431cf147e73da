-- A client's secret of before, good for a while beside the new one; when a grant last gave a token, and whether its
-- person took it back, which can be undone for some minutes.
ALTER TABLE oauth_clients ADD COLUMN old_secret_digest TEXT;
ALTER TABLE oauth_clients ADD COLUMN old_secret_ends_at INTEGER;
ALTER TABLE oauth_grants ADD COLUMN used_at INTEGER;
ALTER TABLE oauth_grants ADD COLUMN withdrawn_at INTEGER;
CREATE INDEX oauth_grants_person ON oauth_grants (person_id) WHERE person_id IS NOT NULL;
