-- Dashboards, device sessions and predictions, each row of one company.
CREATE TABLE meschain_bi_dashboards (
  dashboard_id INTEGER PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  dashboard_name TEXT NOT NULL,
  dashboard_type TEXT NOT NULL CHECK (dashboard_type IN ('executive', 'operational', 'analytical')),
  user_role TEXT NOT NULL,
  layout_config TEXT NOT NULL CHECK (json_valid(layout_config)),
  refresh_interval INTEGER NOT NULL DEFAULT 300 CHECK (refresh_interval > 0),
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at INTEGER NOT NULL
);
CREATE INDEX dashboards_company ON meschain_bi_dashboards (company_id, user_role);
CREATE TABLE meschain_mobile_sessions (
  session_id TEXT PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  user_id TEXT NOT NULL,
  device_type TEXT NOT NULL CHECK (device_type IN ('ios', 'android', 'pwa')),
  app_version TEXT,
  device_info TEXT CHECK (device_info IS NULL OR json_valid(device_info)),
  session_start INTEGER NOT NULL,
  session_end INTEGER,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))
);
CREATE INDEX mobile_sessions_company ON meschain_mobile_sessions (company_id, user_id);
CREATE TABLE meschain_ai_predictions (
  prediction_id INTEGER PRIMARY KEY,
  company_id TEXT NOT NULL REFERENCES companies (id),
  model_type TEXT NOT NULL,
  input_data TEXT NOT NULL CHECK (json_valid(input_data)),
  prediction_result TEXT NOT NULL CHECK (json_valid(prediction_result)),
  confidence_score REAL NOT NULL CHECK (confidence_score BETWEEN 0 AND 1 AND confidence_score = round(confidence_score, 4)),
  actual_outcome TEXT CHECK (actual_outcome IS NULL OR json_valid(actual_outcome)),
  accuracy_score REAL CHECK (accuracy_score IS NULL OR accuracy_score BETWEEN 0 AND 1),
  created_at INTEGER NOT NULL
);
CREATE INDEX predictions_company ON meschain_ai_predictions (company_id, model_type, created_at);
