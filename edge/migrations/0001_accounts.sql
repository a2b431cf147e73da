-- Who may see which company. Tokens are kept as digests only.
CREATE TABLE companies (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX companies_active ON companies (active_at);
CREATE TABLE sessions (
  token_digest TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX sessions_company ON sessions (company_id);
CREATE TABLE invites (
  token_digest TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  company_id TEXT,
  session_digest TEXT
);
