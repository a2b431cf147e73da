//! Shapes of types of other crates: what they look like on the wire.

use kernel::{Currency, TimeZone};
use model::columns::FileKind;
use model::metrics::MetricId;
use policy::{Role, Scope};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

const TENANT_ID: &str = "^[a-z0-9-]{1,64}$";
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const HASH: &str = "^[0-9a-f]{64}$";

/// The schema of a path's or query's parameter by its name.
pub fn named(name: &str) -> Value {
    let pattern = if name == "hash" { HASH } else { TENANT_ID };
    json!({ "type": "string", "pattern": pattern })
}

/// A company's id.
pub fn tenant_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": TENANT_ID })
}

/// A company's name: not blank, no control characters.
pub fn company_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "maxLength": 80, "pattern": NAME })
}

/// No control characters, and one that is no white space either; without `\p`, which not every reader knows.
const NAME: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

/// What a key is called.
pub fn key_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "maxLength": crate::keys::NAME_LENGTH_MAX, "pattern": NAME })
}

/// What a person is called; may be empty.
pub fn person_name(_: &mut SchemaGenerator) -> Schema {
    let pattern = r"^[^\x00-\x1f\x7f-\x9f]*$";
    json_schema!({ "type": "string", "maxLength": crate::members::NAME_LENGTH_MAX, "pattern": pattern })
}

/// A currency, by ISO 4217.
pub fn currency(_: &mut SchemaGenerator) -> Schema {
    let codes: Vec<&str> = Currency::codes().collect();
    json_schema!({ "type": "string", "enum": codes })
}

/// A time zone, by its IANA name.
pub fn time_zone(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = TimeZone::all().map(TimeZone::name).collect();
    json_schema!({ "type": "string", "enum": names })
}

/// The first day of the week.
pub fn week_start(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["monday", "sunday", "saturday"] })
}

/// A month of the year.
pub fn month_of_year(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": 12 })
}

/// A company's profile.
pub fn profile(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A company: what it is called, and how it counts money and days.",
        "required": ["id", "name"],
        "properties": {
            "id": tenant_id(generator),
            "name": company_name(generator),
            "currency": currency(generator),
            "time_zone": time_zone(generator),
            "week_start": week_start(generator),
            "fiscal_first_month": month_of_year(generator),
            "vat_included": { "type": "boolean" },
            "vat_basis_points": { "type": "integer", "minimum": 0, "maximum": u32::MAX },
            "demo": { "type": "boolean" },
        },
    })
}

/// A day.
pub fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date", "pattern": DATE })
}

/// A range of days, both included, or none.
pub fn range(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["object", "null"],
        "required": ["from", "to"],
        "properties": { "from": date(generator), "to": date(generator) },
    })
}

/// A metric of the catalogue.
pub fn metric(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = MetricId::ALL.iter().map(|metric| metric.name()).collect();
    json_schema!({ "type": "string", "enum": names })
}

/// What a file holds.
pub fn file_kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": FileKind::ALL.map(FileKind::name) })
}

/// Scopes, at least one.
pub fn scopes_some(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "uniqueItems": true, "minItems": 1, "maxItems": Scope::ALL.len(),
        "items": generator.subschema_for::<Scope>(),
    })
}

/// A role that a person can have.
pub fn personal_role(_: &mut SchemaGenerator) -> Schema {
    let roles = Role::ALL.into_iter().filter(|role| role.is_personal());
    json_schema!({ "type": "string", "enum": roles.map(Role::name).collect::<Vec<_>>() })
}

/// Keys of channels, or `null` for all.
pub fn channels(_: &mut SchemaGenerator) -> Schema {
    let pattern = r"^[^\x00-\x1f\x7f-\x9f]*$";
    json_schema!({
        "type": ["array", "null"], "maxItems": crate::members::CHANNELS_MAX, "uniqueItems": true,
        "items": {
            "type": "string", "minLength": 1, "maxLength": crate::members::CHANNEL_LENGTH_MAX, "pattern": pattern,
        },
    })
}

/// What became of the rows of a file.
pub fn report(generator: &mut SchemaGenerator) -> Schema {
    let count = || json!({ "type": "integer", "minimum": 0 });
    json_schema!({
        "type": ["object", "null"],
        "required": ["rows", "taken", "duplicates", "corrected", "returns", "rejected", "reasons", "examples"],
        "properties": {
            "rows": count(), "taken": count(), "duplicates": count(), "corrected": count(),
            "returns": count(), "rejected": count(), "replaced_characters": count(),
            "reasons": { "type": "object", "additionalProperties": count() },
            "examples": { "type": "array", "items": {
                "type": "object",
                "required": ["line", "reason"],
                "properties": {
                    "line": count(), "reason": { "type": "string" }, "column": { "type": "string" },
                    "value": { "type": "string" },
                },
            } },
            "from": date(generator),
            "to": date(generator),
        },
    })
}

/// The manifest of a company's figures.
pub fn manifest(generator: &mut SchemaGenerator) -> Schema {
    let count = || json!({ "type": "integer", "minimum": 0 });
    let hash = || json!({ "type": "string", "pattern": HASH });
    json_schema!({
        "type": "object",
        "required": ["format", "sequence", "profile", "dictionaries", "segments"],
        "properties": {
            "format": count(),
            "sequence": count(),
            "profile": profile(generator),
            "dictionaries": { "type": "array", "items": {
                "type": "object",
                "required": ["hash", "dimension", "first_code", "entries", "bytes"],
                "properties": {
                    "hash": hash(), "dimension": { "type": "string" }, "first_code": count(),
                    "entries": count(), "bytes": count(),
                },
            } },
            "segments": { "type": "array", "items": {
                "type": "object",
                "required": ["hash", "data_set", "month", "channel", "rows", "bytes", "from", "to", "delta"],
                "properties": {
                    "hash": hash(), "data_set": { "enum": ["sales", "ads", "stock", "targets"] },
                    "month": date(generator), "channel": count(), "rows": count(), "bytes": count(),
                    "from": date(generator), "to": date(generator), "delta": { "type": "boolean" },
                },
            } },
            "rollups": { "type": "array", "items": {
                "type": "object",
                "required": ["format", "hash", "data_set", "month", "channel", "bytes"],
                "properties": {
                    "format": count(), "hash": hash(),
                    "data_set": { "enum": ["sales", "ads", "stock", "targets"] },
                    "month": date(generator), "channel": count(), "bytes": count(),
                },
            } },
        },
    })
}
