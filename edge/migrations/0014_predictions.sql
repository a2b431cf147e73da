-- What decides about a prediction: its metric, what its maker saw, its last day, and when its outcome was settled or
-- last looked for. Days are those since 1970, moments milliseconds.
ALTER TABLE meschain_ai_predictions ADD COLUMN metric TEXT NOT NULL DEFAULT '';
ALTER TABLE meschain_ai_predictions ADD COLUMN sight TEXT NOT NULL DEFAULT '{"cut":null,"rows":"all"}' CHECK (json_valid(sight));
ALTER TABLE meschain_ai_predictions ADD COLUMN ends_on INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meschain_ai_predictions ADD COLUMN settled_at INTEGER;
ALTER TABLE meschain_ai_predictions ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX predictions_newest ON meschain_ai_predictions (company_id, created_at, prediction_id);
CREATE INDEX predictions_due ON meschain_ai_predictions (ends_on) WHERE settled_at IS NULL;
