-- People with names and roles, invited by link, and keys for programs. A key's secrets are kept as digests only.
ALTER TABLE people ADD COLUMN role TEXT NOT NULL DEFAULT 'owner';
ALTER TABLE people ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE invites ADD COLUMN joins_company_id TEXT REFERENCES companies (id);
ALTER TABLE invites ADD COLUMN role TEXT;
ALTER TABLE invites ADD COLUMN name TEXT;
CREATE INDEX invites_joins ON invites (joins_company_id) WHERE joins_company_id IS NOT NULL;
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  networks TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  used_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX api_keys_company ON api_keys (company_id, created_at);
-- The newest secret of a key has no end of its own; the one before it has, while both are good.
CREATE TABLE api_key_secrets (
  secret_digest TEXT PRIMARY KEY,
  key_id TEXT NOT NULL REFERENCES api_keys (id),
  created_at INTEGER NOT NULL,
  ends_at INTEGER
);
CREATE INDEX api_key_secrets_key ON api_key_secrets (key_id);
