-- Programs that get tokens, what each token is of, and the keys that sign. Secrets are kept as digests only.
CREATE TABLE oauth_clients (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'service',
  secret_digest TEXT,
  scopes TEXT NOT NULL,
  redirects TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(redirects)),
  created_by TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  revoked_at INTEGER
);
CREATE INDEX oauth_clients_company ON oauth_clients (company_id, created_at);
-- A grant is what is taken back: a program's own, or a person's, with all tokens that come of it.
CREATE TABLE oauth_grants (
  id TEXT PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES oauth_clients (id),
  person_id TEXT REFERENCES people (id),
  scopes TEXT NOT NULL,
  key_thumbprint TEXT,
  created_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  revoked_at INTEGER
);
CREATE INDEX oauth_grants_client ON oauth_grants (client_id);
CREATE INDEX oauth_grants_end ON oauth_grants (ends_at);
CREATE TABLE oauth_keys (
  id TEXT PRIMARY KEY,
  private_key TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
