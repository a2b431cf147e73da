-- Answers that are given again to the same request: by who asked (company and caller) and their key.
CREATE TABLE kept_answers (
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  status INTEGER,
  body TEXT,
  PRIMARY KEY (owner, key)
);
CREATE INDEX kept_answers_age ON kept_answers (created_at);
