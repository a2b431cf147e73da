-- Other issuers whose tokens a company lets in. Keys are public; rules are JSON.
CREATE TABLE issuers (
  id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  jwks_url TEXT,
  jwks TEXT,
  rules TEXT NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  created_at INTEGER NOT NULL,
  UNIQUE (company_id, issuer)
)
