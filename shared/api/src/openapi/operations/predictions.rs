//! Endpoints of predictions.

use serde_json::json;

use super::{Operation, json as answer, simple};
use crate::predictions::{
    ID_MAX, LIST_DEFAULT, LIST_MAX, NewOutcome, NewPrediction, Prediction, Predictions, Recorded,
};

const TAG: &str = "predictions";

pub(super) fn list() -> Operation {
    let answers = vec![answer::<Predictions>(200, "The predictions.")];
    simple(TAG, "List predictions, newest first, or give one in full", answers)
        .with(json!({
            "name": "id", "in": "query", "required": false, "description": "The one to give in full.",
            "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": ID_MAX },
        }))
        .with(json!({
            "name": "metric", "in": "query", "required": false, "description": "Those of a metric.",
            "schema": { "$ref": "#/components/schemas/Metric" },
        }))
        .with(json!({
            "name": "state", "in": "query", "required": false, "description": "Those that wait for the same.",
            "schema": { "$ref": "#/components/schemas/PredictionState" },
        }))
        .with(json!({
            "name": "before", "in": "query", "required": false, "description": "Those older than the one of this id.",
            "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": ID_MAX },
        }))
        .with(json!({
            "name": "limit", "in": "query", "required": false,
            "schema": { "type": "integer", "minimum": 1, "maximum": LIST_MAX, "default": LIST_DEFAULT },
        }))
}

pub(super) fn make() -> Operation {
    let answers = vec![answer::<Prediction>(201, "It is made and kept.")];
    simple(TAG, "Have a forecast made and kept", answers)
        .with_body::<NewPrediction>()
        .refusing(&[409])
}

pub(super) fn record() -> Operation {
    let answers = vec![answer::<Recorded>(200, "What is recorded.")];
    simple(TAG, "Record what came of predictions", answers)
        .with_body::<NewOutcome>()
        .refusing(&[409])
}
