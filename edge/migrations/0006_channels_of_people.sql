-- The channels whose rows a person sees, as a JSON list of keys; all where nothing is said.
ALTER TABLE people ADD COLUMN channels TEXT CHECK (channels IS NULL OR json_valid(channels));
ALTER TABLE invites ADD COLUMN channels TEXT CHECK (channels IS NULL OR json_valid(channels));
-- Who was sent away can come back for some minutes, as what they were.
ALTER TABLE people ADD COLUMN gone_role TEXT;
ALTER TABLE people ADD COLUMN gone_at INTEGER;
