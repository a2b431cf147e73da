//! Business nouns and the KPI catalogue: each metric defined once.
