-- People, how they sign in, and what their sessions are called.
CREATE TABLE people (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  created_at INTEGER NOT NULL
);
CREATE INDEX people_company ON people (company_id);
INSERT INTO people (id, company_id, created_at) SELECT 'p-' || lower(hex(randomblob(16))), id, created_at FROM companies WHERE id IN (SELECT company_id FROM sessions);
ALTER TABLE sessions ADD COLUMN person_id TEXT REFERENCES people (id);
ALTER TABLE sessions ADD COLUMN session_id TEXT;
ALTER TABLE sessions ADD COLUMN device_name TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET session_id = 's-' || lower(hex(randomblob(16))), used_at = created_at, person_id = (SELECT people.id FROM people WHERE people.company_id = sessions.company_id);
CREATE UNIQUE INDEX sessions_id ON sessions (session_id);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE TABLE passkeys (
  credential_id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  name TEXT NOT NULL,
  cose_key TEXT NOT NULL,
  sign_count INTEGER NOT NULL,
  is_backup_eligible INTEGER NOT NULL CHECK (is_backup_eligible IN (0, 1)),
  is_backed_up INTEGER NOT NULL CHECK (is_backed_up IN (0, 1)),
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  removed_at INTEGER
);
CREATE INDEX passkeys_person ON passkeys (person_id);
CREATE TABLE recovery_codes (
  code_digest TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL
);
CREATE INDEX recovery_codes_person ON recovery_codes (person_id);
-- A challenge belongs to a session (a new passkey) or to an attempt to get one (signing in).
CREATE TABLE challenges (
  owner_digest TEXT PRIMARY KEY,
  challenge TEXT NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX challenges_expiry ON challenges (expires_at);
