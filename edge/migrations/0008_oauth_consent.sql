-- Codes and refresh tokens, each good once; that one was used is kept as long as its grant, to notice a second use.
CREATE TABLE oauth_secrets (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('code', 'refresh', 'device')),
  grant_id TEXT NOT NULL REFERENCES oauth_grants (id),
  challenge TEXT,
  redirect TEXT,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);
CREATE INDEX oauth_secrets_grant ON oauth_secrets (grant_id);
