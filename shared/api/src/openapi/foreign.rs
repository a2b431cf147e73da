//! Shapes of types of other crates: what they look like on the wire.
//!
//! Objects and lists of words have names of their own in the document, because programs that write clients call
//! their types so.

use std::borrow::Cow;

use cube::Query;
use kernel::{Currency, TimeZone};
use model::columns::FileKind;
use model::metrics::MetricId;
use policy::{Role, Scope};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use webhooks::EventKind;

/// Names of shapes, each with the function that says what it looks like and the one that refers to it.
macro_rules! named_shapes {
    ($($(#[$about:meta])* $name:ident = $title:literal: $refer:ident, $shape:ident;)*) => {$(
        struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $title.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                $shape(generator)
            }
        }

        $(#[$about])*
        pub fn $refer(generator: &mut SchemaGenerator) -> Schema {
            generator.subschema_for::<$name>()
        }
    )*};
}

named_shapes! {
    /// A currency, by ISO 4217.
    CurrencyCode = "CurrencyCode": currency, currency_shape;
    /// A time zone, by its IANA name.
    TimeZoneName = "TimeZoneName": time_zone, time_zone_shape;
    /// The first day of the week.
    WeekStart = "WeekStart": week_start, week_start_shape;
    /// A company's profile.
    CompanyProfile = "CompanyProfile": profile, profile_shape;
    /// A metric of the catalogue.
    Metric = "Metric": metric, metric_shape;
    /// What a file holds.
    FileKindName = "FileKind": file_kind, file_kind_shape;
    /// A role that a person can have.
    PersonalRole = "PersonalRole": personal_role, personal_role_shape;
    /// What became of the rows of a file.
    BatchReport = "BatchReport": report_there, report_shape;
    /// A row that was not taken.
    RejectedRow = "RejectedRow": rejected_row, rejected_row_shape;
    /// A range of days, both included.
    DayRange = "DayRange": range_there, range_shape;
    /// The manifest of a company's figures.
    Manifest = "Manifest": manifest, manifest_shape;
    /// A piece of a dictionary.
    DictionaryChunk = "DictionaryChunk": dictionary_chunk, dictionary_chunk_shape;
    /// A segment of facts.
    Segment = "Segment": segment, segment_shape;
    /// Roll-ups of a closed month.
    Rollup = "Rollup": rollup, rollup_shape;
    /// Length of a step of a forecast.
    StepGrain = "StepGrain": step_grain, step_grain_shape;
    /// A condition that a fact must meet.
    FilterName = "Filter": filter, filter_shape;
    /// What a condition does.
    FilterOp = "FilterOp": filter_op, filter_op_shape;
    /// What facts can be told apart by.
    DimensionName = "Dimension": dimension, dimension_shape;
    /// A set of facts.
    DataSet = "DataSet": data_set, data_set_shape;
    /// An event that an endpoint can be told of.
    WebhookEvent = "WebhookEvent": webhook_event, webhook_event_shape;
}

/// A shape, or `null`.
fn or_null(schema: Schema) -> Schema {
    json_schema!({ "anyOf": [schema, { "type": "null" }] })
}

/// A number of things.
fn count() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 0 })
}

const TENANT_ID: &str = "^[a-z0-9-]{1,64}$";
/// Days of 1900 to 2200.
const DATE: &str = "^(19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$";
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

fn currency_shape(_: &mut SchemaGenerator) -> Schema {
    let codes: Vec<&str> = Currency::codes().collect();
    json_schema!({ "type": "string", "description": "A currency, by ISO 4217.", "enum": codes })
}

fn time_zone_shape(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = TimeZone::all().map(TimeZone::name).collect();
    json_schema!({ "type": "string", "description": "A time zone, by its IANA name.", "enum": names })
}

fn week_start_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "description": "The first day of the week.", "enum": ["monday", "sunday", "saturday"] })
}

/// A month of the year.
pub fn month_of_year(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": 12 })
}

fn profile_shape(generator: &mut SchemaGenerator) -> Schema {
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

/// A parameter of a query that is a day and may be left out.
pub fn day_of(name: &str, description: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "description": description,
        "schema": { "type": "string", "format": "date", "pattern": DATE },
    })
}

/// A day.
pub fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date", "pattern": DATE })
}

/// A range of days, both included, or none.
pub fn range(generator: &mut SchemaGenerator) -> Schema {
    or_null(range_there(generator))
}

fn range_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A range of days, both included.",
        "required": ["from", "to"],
        "properties": { "from": date(generator), "to": date(generator) },
    })
}

fn metric_shape(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = MetricId::ALL.iter().map(|metric| metric.name()).collect();
    json_schema!({ "type": "string", "description": "A metric of the catalogue.", "enum": names })
}

fn file_kind_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "description": "What a file's rows are.", "enum": FileKind::ALL.map(FileKind::name) })
}

/// Scopes, at least one.
pub fn scopes_some(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "uniqueItems": true, "minItems": 1, "maxItems": Scope::ALL.len(),
        "items": generator.subschema_for::<Scope>(),
    })
}

/// Kinds of events, at least one.
pub fn events_some(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array", "uniqueItems": true, "minItems": 1, "maxItems": EventKind::CHOICES.len(),
        "items": generator.subschema_for::<WebhookEvent>(),
    })
}

fn webhook_event_shape(_: &mut SchemaGenerator) -> Schema {
    let names = EventKind::CHOICES.map(EventKind::name);
    json_schema!({ "type": "string", "description": "An event that an endpoint can be told of.", "enum": names })
}

/// Where messages go.
pub fn webhook_url(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": webhooks::target::URL_BYTES_MAX })
}

/// Yes or no.
pub fn flag(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "boolean" })
}

fn personal_role_shape(_: &mut SchemaGenerator) -> Schema {
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

/// What became of the rows of a file, or nothing yet.
pub fn report(generator: &mut SchemaGenerator) -> Schema {
    or_null(report_there(generator))
}

fn report_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "What became of the rows of a file.",
        "required": ["rows", "taken", "duplicates", "corrected", "returns", "rejected", "reasons", "examples"],
        "properties": {
            "rows": count(), "taken": count(), "duplicates": count(), "corrected": count(),
            "returns": count(), "rejected": count(), "replaced_characters": count(),
            "reasons": { "type": "object", "additionalProperties": count() },
            "examples": { "type": "array", "items": rejected_row(generator) },
            "from": date(generator),
            "to": date(generator),
        },
    })
}

fn rejected_row_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A row that was not taken, and why.",
        "required": ["line", "reason"],
        "properties": {
            "line": count(), "reason": { "type": "string" }, "column": { "type": "string" },
            "value": { "type": "string" },
        },
    })
}

fn manifest_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "Everything that a company's figures are made of.",
        "required": ["format", "sequence", "profile", "dictionaries", "segments"],
        "properties": {
            "format": count(),
            "sequence": count(),
            "profile": profile(generator),
            "dictionaries": { "type": "array", "items": dictionary_chunk(generator) },
            "segments": { "type": "array", "items": segment(generator) },
            "rollups": { "type": "array", "items": rollup(generator) },
        },
    })
}

fn dictionary_chunk_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A piece of a dictionary, named by its content.",
        "required": ["hash", "dimension", "first_code", "entries", "bytes"],
        "properties": {
            "hash": named("hash"), "dimension": { "type": "string" }, "first_code": count(),
            "entries": count(), "bytes": count(),
        },
    })
}

fn segment_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "Facts of one set, month and channel, named by their content.",
        "required": ["hash", "data_set", "month", "channel", "rows", "bytes", "from", "to", "delta"],
        "properties": {
            "hash": named("hash"), "data_set": data_set(generator),
            "month": date(generator), "channel": count(), "rows": count(), "bytes": count(),
            "from": date(generator), "to": date(generator), "delta": { "type": "boolean" },
        },
    })
}

fn rollup_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "Sums of one set, month and channel by few dimensions, named by their content.",
        "required": ["format", "hash", "data_set", "month", "channel", "bytes"],
        "properties": {
            "format": count(), "hash": named("hash"), "data_set": data_set(generator),
            "month": date(generator), "channel": count(), "bytes": count(),
        },
    })
}

fn data_set_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "description": "A set of facts.", "enum": ["sales", "ads", "stock", "targets"] })
}

fn step_grain_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "description": "Length of a step of a forecast.", "enum": ["day", "week", "month"] })
}

/// Conditions of a question.
pub fn filters(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "maxItems": Query::FILTERS_MAX, "items": filter(generator) })
}

fn filter_shape(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A condition on one dimension: `members` belong to `in` and `not-in`, `text` to `search`, \
            `from` and `to` (either may be left out) to `range`. Members are keys, periods their first day.",
        "required": ["op", "dimension"],
        "properties": {
            "op": filter_op(generator),
            "dimension": dimension(generator),
            "members": { "type": "array", "maxItems": Query::MEMBERS_MAX, "items": { "type": "string" } },
            "text": { "type": "string" },
            "from": { "type": "string" },
            "to": { "type": "string" },
        },
    })
}

fn filter_op_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["in", "not-in", "search", "range"] })
}

fn dimension_shape(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string", "description": "What facts can be told apart by.",
        "enum": [
            "channel", "product", "category", "country", "city", "customer", "first-order-month",
            "months-since-first-order", "order", "campaign", "endpoint", "caller", "day", "week", "month", "quarter", "year", "weekday",
        ],
    })
}

#[cfg(test)]
mod tests {
    use model::period::Grain;
    use model::schema::Dimension;

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(shape: &Schema) -> Vec<T> {
        let names = shape.as_value()["enum"].clone();
        serde_json::from_value(names).unwrap()
    }

    #[test]
    fn names_are_those_that_are_read() {
        let mut generator = SchemaGenerator::default();
        let dimensions: Vec<Dimension> = read(&dimension_shape(&mut generator));
        assert_eq!(dimensions.first(), Some(&Dimension::Channel));
        assert_eq!(dimensions.len(), Dimension::Weekday as usize + 1);
        let grains: Vec<Grain> = read(&step_grain_shape(&mut generator));
        assert_eq!(grains, [Grain::Day, Grain::Week, Grain::Month]);
        for op in filter_op_shape(&mut generator).as_value()["enum"]
            .as_array()
            .unwrap()
        {
            let filter = json!({ "op": op, "dimension": "channel", "members": [], "text": "x" });
            assert!(
                serde_json::from_value::<cube::query::Filter>(filter).is_ok(),
                "{op}"
            );
        }
    }
}
