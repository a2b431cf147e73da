-- Accounts at an OpenID provider that sign people in.
CREATE TABLE identities (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES people (id),
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  UNIQUE (issuer, subject)
);
CREATE INDEX identities_person ON identities (person_id)
