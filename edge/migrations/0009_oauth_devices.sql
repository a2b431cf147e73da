-- Devices that wait for a person's answer. Both codes are kept as digests only.
CREATE TABLE oauth_devices (
  device_digest TEXT PRIMARY KEY,
  user_digest TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL REFERENCES oauth_clients (id),
  scopes TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  asked_at INTEGER,
  interval_seconds INTEGER NOT NULL,
  answer INTEGER CHECK (answer IN (0, 1)),
  grant_id TEXT
);
CREATE INDEX oauth_devices_client ON oauth_devices (client_id);
CREATE INDEX oauth_devices_end ON oauth_devices (ends_at);
