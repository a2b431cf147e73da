//! The Worker: gateway, tenants, ingestion, segments.
