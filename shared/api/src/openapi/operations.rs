//! What the types do not say: one entry an endpoint.

mod connections;
mod predictions;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::foreign;
use crate::routes::{Endpoint, Route};
use crate::{
    admin, audit, auth, changes, dashboard, health, ingest, keys, members, oauth, sign_in, traffic,
};

/// A schema in the document's own components.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What is answered.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// JSON of a shape.
    Json(&'static str, SchemaOf),
    /// Bytes of a type.
    Bytes(&'static str, &'static str),
    /// Nothing.
    Empty(&'static str),
    /// An error of OAuth.
    Refused,
}

/// One endpoint.
pub(super) struct Operation {
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) body: Option<SchemaOf>,
    pub(super) answers: Vec<(u16, Answer)>,
    /// Problems beyond those that follow from the route.
    pub(super) refusals: &'static [u16],
    /// Parameters beyond those that follow from the route.
    pub(super) parameters: Vec<Value>,
    /// The pattern of the path's id, where it is no company's.
    pub(super) id_pattern: Option<&'static str>,
}

/// The groups of endpoints.
pub(super) const TAGS: [(&str, &str); 10] = [
    (
        "figures",
        "Dashboards, and the segments that devices compute from.",
    ),
    (
        "predictions",
        "Forecasts that are kept, and what came of them.",
    ),
    ("ingest", "Sending data, and what became of it."),
    ("company", "Companies and their people."),
    ("keys", "Keys for programs."),
    (
        "oauth",
        "Programs that get tokens, and the tokens, after OAuth 2.1.",
    ),
    (
        "sign-in",
        "Passkeys, recovery codes and sessions; for the app's own pages.",
    ),
    (
        "traffic",
        "What a company's people and programs asked of the API.",
    ),
    (
        "webhooks",
        "Servers of the company that are told what happens.",
    ),
    ("operation", "For whoever runs the edge."),
];

const ID: Option<&str> = Some("^[A-Za-z0-9_-]{1,200}$");

fn of_type<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A form of OAuth: what must be in it, and what may be; what else is there is passed over, and nothing is there twice.
fn form(required: &[&str], names: &[&str]) -> Schema {
    let text = |name: &&str| ((*name).to_owned(), json!({ "type": "string" }));
    let members: serde_json::Map<String, Value> = required.iter().chain(names).map(text).collect();
    json_schema!({
        "type": "object", "required": required, "properties": members,
        "additionalProperties": { "type": "string" },
    })
}

/// Answers of OAuth: one of a shape, and refusals.
fn or_refused(answer: (u16, Answer)) -> Vec<(u16, Answer)> {
    vec![answer, (400, Answer::Refused), (401, Answer::Refused)]
}

fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

fn json<T: JsonSchema>(status: u16, description: &'static str) -> (u16, Answer) {
    (status, Answer::Json(description, of_type::<T>))
}

fn simple(tag: &'static str, summary: &'static str, answers: Vec<(u16, Answer)>) -> Operation {
    Operation {
        summary,
        tag,
        body: None,
        answers,
        refusals: &[],
        parameters: Vec::new(),
        id_pattern: None,
    }
}

impl Operation {
    fn with_body<T: JsonSchema>(self) -> Operation {
        let body: Option<SchemaOf> = Some(of_type::<T>);
        Operation { body, ..self }
    }

    fn refusing(self, refusals: &'static [u16]) -> Operation {
        Operation { refusals, ..self }
    }

    fn of_id(self) -> Operation {
        Operation {
            id_pattern: ID,
            ..self
        }
    }

    fn with(mut self, parameter: Value) -> Operation {
        self.parameters.push(parameter);
        self
    }
}

/// Parameters that choose requests.
fn filtered(operation: Operation) -> Operation {
    operation
        .with(json!({
            "name": "route", "in": "query", "required": false, "description": "Method and path of an endpoint, such as `GET /api/auth/v1/keys`.",
            "schema": { "type": "string" },
        }))
        .with(json!({
            "name": "status", "in": "query", "required": false, "description": "A status, or all of a hundred as `4xx`.",
            "schema": { "type": "string", "pattern": traffic::STATUS_PATTERN },
        }))
        .with(json!({
            "name": "caller", "in": "query", "required": false, "description": "Who asked: `key ID`, `program ID` or `person ID`.",
            "schema": { "type": "string" },
        }))
}

/// What programs call an endpoint: a verb, and of what.
pub(super) fn name_of(route: &Route) -> String {
    use Endpoint as E;
    let name = match route.endpoint {
        E::Batches => "listBatches",
        E::Passkeys => "listPasskeys",
        E::Sessions => "listSessions",
        E::Keys => "listKeys",
        E::Members => "listMembers",
        E::Clients => "listClients",
        E::Requests => "listRequests",
        E::Webhooks => "listWebhooks",
        E::Deliveries => "listDeliveries",
        E::ResendDelivery => "sendDeliveryAgain",
        E::TestWebhook => "sendTestMessage",
        E::Issuers => "listIssuers",
        E::Identities => "listIdentities",
        E::IdentityOptions => "startIdentity",
        E::ProviderOptions => "startSignInByProvider",
        E::Predictions => "listPredictions",
        E::Audit => "listAudit",
        E::Rejected => "getRejectedRows",
        E::OpenApi => "getOpenApi",
        E::OAuthMetadata => "getOAuthMetadata",
        E::PostBatch => "sendBatch",
        E::PatchCompany => "changeCompany",
        E::Invite => "inviteCompany",
        E::Claim => "claimInvite",
        E::PasskeyOptions => "startPasskey",
        E::SignInOptions => "startSignIn",
        E::RecoveryCodes => "makeRecoveryCodes",
        E::Decide => "decideConsent",
        E::Device => "startDevice",
        E::Token => "issueToken",
        E::Introspect => "introspectToken",
        _ => "",
    };
    if !name.is_empty() {
        return name.to_owned();
    }
    let variant = format!("{:?}", route.endpoint);
    if route.method.is_safe() {
        return format!("get{variant}");
    }
    let mut letters = variant.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// What is said of an endpoint.
pub(super) fn of(endpoint: Endpoint) -> Operation {
    use Endpoint as E;
    let empty = |status, description| (status, Answer::Empty(description));
    match endpoint {
        E::Health => simple("operation", "Whether the edge answers", vec![json::<health::Health>(200, "It does.")]),
        E::OpenApi => simple(
            "operation",
            "This document",
            vec![(200, Answer::Json("The document.", any_object)), empty(304, "It is the same.")],
        )
        .refusing(&[404]),
        E::ChangesJson => simple(
            "operation",
            "What has changed of the API, as JSON Feed",
            vec![(200, Answer::Bytes("The feed.", changes::JSON_TYPE)), empty(304, "It is the same.")],
        )
        .refusing(&[404]),
        E::ChangesAtom => simple(
            "operation",
            "What has changed of the API, as Atom",
            vec![(200, Answer::Bytes("The feed.", changes::ATOM_TYPE)), empty(304, "It is the same.")],
        )
        .refusing(&[404]),
        E::Migrate => simple("operation", "Bring the database up to date", vec![json::<admin::Migrated>(200, "What was done.")]),
        E::PutCompany => Operation {
            body: Some(foreign::profile),
            ..simple(
                "operation",
                "Create a company or replace its profile",
                vec![
                    (200, Answer::Json("It was there.", foreign::profile)),
                    (201, Answer::Json("It is new.", foreign::profile)),
                ],
            )
            .refusing(&[409])
        },
        E::PutQuota => simple("operation", "Set how many requests a company's keys may make", vec![json::<admin::Quota>(200, "The quota.")])
            .with_body::<admin::Quota>(),
        E::Invite => simple("operation", "Make a one-time link for a new company", vec![json::<admin::Invite>(201, "The link's token.")]),
        E::Claim => simple(
            "company",
            "Turn a one-time link into a company or a membership, and a session",
            vec![json::<auth::Company>(200, "It was this browser's already."), json::<auth::Company>(201, "The company.")],
        )
        .with_body::<auth::Claim>()
        .refusing(&[404, 409]),
        E::Me => simple("company", "Who is asking, and what they see", vec![json::<auth::Me>(200, "The caller.")]),
        E::PatchCompany => simple("company", "Change the company's profile", vec![json::<auth::Company>(200, "The company.")])
            .with_body::<auth::ProfileChange>()
            .refusing(&[409]),
        E::PostBatch => simple(
            "ingest",
            "Send a file or a part of one",
            vec![json::<ingest::Batch>(200, "It was sent before and is settled."), json::<ingest::Batch>(202, "It is stored for good.")],
        )
        .refusing(&[409, 422])
        .with(json!({
            "name": "kind", "in": "query", "required": false, "description": "What its rows are; `sales` where nothing is said.",
            "schema": { "$ref": "#/components/schemas/FileKind" },
        }))
        .with(json!({
            "name": ingest::FILE_HEADER, "in": "header", "required": false,
            "description": "The file's name, to show, as base64url of UTF-8.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{0,800}$" },
        })),
        E::Batches => simple("ingest", "List batches, newest first", vec![json::<ingest::Batches>(200, "The batches.")]).with(json!({
            "name": "limit", "in": "query", "required": false,
            "schema": { "type": "integer", "minimum": 1, "maximum": ingest::LIST_MAX, "default": 50 },
        })),
        E::Batch => simple("ingest", "What became of a batch", vec![json::<ingest::Batch>(200, "The batch.")]),
        E::Rejected => simple(
            "ingest",
            "The rows of a batch that were not taken",
            vec![(200, Answer::Bytes("The rows, with line and reason.", "text/csv"))],
        )
        .refusing(&[409]),
        E::Manifest => simple(
            "figures",
            "Everything that the company's figures are made of",
            vec![(200, Answer::Json("The manifest.", foreign::manifest)), empty(304, "It is the same.")],
        ),
        E::Blob => simple(
            "figures",
            "A segment or a piece of a dictionary, by its content's hash",
            vec![(200, Answer::Bytes("The bytes, for ever the same.", "application/octet-stream"))],
        ),
        E::Dashboard => simple("figures", "The home screen's figures", vec![json::<dashboard::Dashboard>(200, "The figures.")]),
        E::PasskeyOptions => simple(
            "sign-in",
            "What a browser needs to make a passkey",
            vec![(200, Answer::Json("PublicKeyCredentialCreationOptionsJSON.", any_object))],
        ),
        E::Passkeys => simple("sign-in", "List passkeys", vec![json::<sign_in::Passkeys>(200, "The passkeys.")]),
        E::AddPasskey => simple("sign-in", "Add the passkey that the browser has made", vec![json::<sign_in::Passkeys>(201, "All passkeys.")])
            .with_body::<sign_in::NewPasskey>()
            .refusing(&[409]),
        E::RemovePasskey => simple("sign-in", "Remove a passkey", vec![json::<sign_in::Passkeys>(200, "Those that are left.")]).of_id(),
        E::RestorePasskey => simple("sign-in", "Take the removal of a passkey back", vec![json::<sign_in::Passkeys>(200, "All passkeys.")]).of_id(),
        E::SignInOptions => simple(
            "sign-in",
            "What a browser needs to sign in",
            vec![(200, Answer::Json("PublicKeyCredentialRequestOptionsJSON.", any_object))],
        ),
        E::SignIn => simple("sign-in", "Sign in by a passkey", vec![json::<auth::Me>(200, "The caller.")])
            .with_body::<sign_in::PasskeyAnswer>()
            .refusing(&[409]),
        E::RecoveryCodes => simple("sign-in", "Make recovery codes", vec![json::<sign_in::RecoveryCodes>(201, "The codes, this once.")]),
        E::Recover => simple("sign-in", "Sign in by a recovery code", vec![json::<auth::Me>(200, "The caller.")]).with_body::<sign_in::Recover>(),
        E::Sessions => simple("sign-in", "List sessions", vec![json::<sign_in::Sessions>(200, "The sessions.")]),
        E::EndOtherSessions => simple("sign-in", "End all other sessions", vec![json::<sign_in::Sessions>(200, "This one.")]),
        E::EndSession => simple("sign-in", "End a session", vec![json::<sign_in::Sessions>(200, "Those that are left.")])
            .of_id()
            .refusing(&[409]),
        E::Keys => simple("keys", "List keys", vec![json::<keys::ApiKeys>(200, "The keys.")]),
        E::MakeKey => simple("keys", "Make a key", vec![json::<keys::MadeKey>(201, "The key and its secret, this once.")])
            .with_body::<keys::NewKey>()
            .refusing(&[409]),
        E::RotateKey => simple("keys", "Give a key a new secret", vec![json::<keys::MadeKey>(201, "The key and its secret, this once.")])
            .with_body::<keys::Rotate>()
            .of_id(),
        E::RevokeKey => simple("keys", "End a key", vec![json::<keys::ApiKeys>(200, "Those that are left.")]).of_id(),
        E::RestoreKey => simple("keys", "Take the end of a key back", vec![json::<keys::ApiKeys>(200, "All keys.")]).of_id(),
        E::Consent => simple("oauth", "What a program asks", vec![json::<oauth::Consent>(200, "Who asks for what.")]).with(json!({
            "name": "request", "in": "query", "required": true, "description": "The query of the page that the program opened.",
            "schema": { "type": "string" },
        })),
        E::Decide => simple("oauth", "Let a program act for oneself, or not", vec![json::<oauth::Consent>(200, "Where the answer goes.")])
            .with_body::<oauth::Decision>(),
        E::Clients => simple("oauth", "List programs that get tokens", vec![json::<oauth::Clients>(200, "The programs.")]),
        E::MakeClient => simple(
            "oauth",
            "Register a program that gets tokens",
            vec![json::<oauth::MadeClient>(201, "The program and its secret, this once.")],
        )
        .with_body::<oauth::NewClient>()
        .refusing(&[409]),
        E::Grants => simple("oauth", "List programs that act for oneself", vec![json::<oauth::Grants>(200, "What they may.")]),
        E::RevokeGrant => simple("oauth", "Take back what a program may", vec![json::<oauth::Grants>(200, "Those that are left.")]).of_id(),
        E::RestoreGrant => simple("oauth", "Let a program act again", vec![json::<oauth::Grants>(200, "All of them.")]).of_id(),
        E::RotateClient => simple("oauth", "Give a program a new secret", vec![json::<oauth::MadeClient>(201, "The program and its secret, this once.")])
            .with_body::<keys::Rotate>()
            .refusing(&[409])
            .of_id(),
        E::RevokeClient => simple("oauth", "End a program and its tokens", vec![json::<oauth::Clients>(200, "Those that are left.")]).of_id(),
        E::RestoreClient => simple("oauth", "Take the end of a program back", vec![json::<oauth::Clients>(200, "All programs.")]).of_id(),
        E::Device => Operation {
            body: Some(|_| form(&["client_id"], &["scope"])),
            ..simple("oauth", "Begin for a device without a browser", or_refused(json::<oauth::DeviceCode>(200, "Codes for the device and its person.")))
        },
        E::Token => Operation {
            body: Some(|_| form(
                    &["grant_type"],
                    &["scope", "client_id", "client_secret", "code", "code_verifier", "redirect_uri", "refresh_token", "device_code"],
                )),
            ..simple("oauth", "Get a token", or_refused(json::<oauth::Token>(200, "The token.")))
        }
        .with(json!({
            "name": "DPoP", "in": "header", "required": false,
            "description": "A proof of possession (RFC 9449) of the key that the token is to be bound to.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$" },
        })),
        E::Introspect => Operation {
            body: Some(|_| form(&["token"], &["token_type_hint", "client_id", "client_secret"])),
            ..simple("oauth", "What a token is worth", or_refused(json::<oauth::Introspected>(200, "What it is worth.")))
        },
        E::RevokeToken => Operation {
            body: Some(|_| form(&["token"], &["token_type_hint", "client_id", "client_secret"])),
            ..simple("oauth", "End a token", or_refused((200, Answer::Empty("It is not good, or not any more."))))
        },
        E::OAuthMetadata => simple("oauth", "What clients need to know", vec![json::<oauth::Metadata>(200, "All of it.")]),
        E::Jwks => simple("oauth", "The keys that sign tokens", vec![json::<oauth::Jwks>(200, "The keys.")]),
        E::Requests => filtered(simple("traffic", "List requests, newest first", vec![json::<traffic::Requests>(200, "The requests.")]))
            .with(json!({
                "name": "before", "in": "query", "required": false, "description": "Requests before the one of this number.",
                "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 },
            }))
            .with(json!({
                "name": "limit", "in": "query", "required": false,
                "schema": { "type": "integer", "minimum": 1, "maximum": traffic::LIST_MAX, "default": 100 },
            })),
        E::Usage => filtered(simple("traffic", "Add requests up", vec![json::<traffic::ApiUsage>(200, "The sums.")]))
            .with(json!({
                "name": "by", "in": "query", "required": false, "description": "What rows are told apart by; days where nothing is said.",
                "schema": { "$ref": "#/components/schemas/UsageBy" },
            }))
            .with(foreign::day_of("from", "The first day (UTC); the seventh from the last where nothing is said."))
            .with(foreign::day_of("to", "The last day (UTC); today where nothing is said.")),
        E::Healthz => simple("operation", "Whether the edge answers, for what looks after processes", vec![json::<health::Health>(200, "It does.")]),
        E::Metrics => simple(
            "operation",
            "What this isolate has counted",
            vec![(200, Answer::Bytes("OpenMetrics.", health::METRICS_TYPE))],
        ),
        E::Audit => simple("company", "Who did what to the company's access", vec![json::<audit::Audit>(200, "Entries, oldest first.")])
            .with(json!({
                "name": "after", "in": "query", "required": false, "description": "Entries after the one of this number.",
                "schema": { "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64, "default": 0 },
            }))
            .with(json!({
                "name": "limit", "in": "query", "required": false,
                "schema": { "type": "integer", "minimum": 1, "maximum": audit::LIST_MAX, "default": 100 },
            })),
        E::Predictions => predictions::list(),
        E::MakePrediction => predictions::make(),
        E::PutOutcomes => predictions::record(),
        E::Members => simple("company", "List people", vec![json::<members::Members>(200, "The people.")]),
        E::InviteMember => simple("company", "Invite somebody", vec![json::<admin::Invite>(201, "The link's token.")])
            .with_body::<members::NewMember>()
            .refusing(&[409]),
        E::ChangeMember => simple("company", "Change what somebody is", vec![json::<members::Members>(200, "The people.")])
            .with_body::<members::MemberChange>()
            .of_id()
            .refusing(&[409]),
        E::RestoreMember => simple("company", "Take back that somebody was sent away", vec![json::<members::Members>(200, "All people.")])
            .of_id(),
        E::RemoveMember => simple("company", "Send somebody away", vec![json::<members::Members>(200, "Those who are left.")])
            .of_id()
            .refusing(&[409]),
        E::Webhooks
        | E::MakeWebhook
        | E::ChangeWebhook
        | E::RemoveWebhook
        | E::RotateWebhook
        | E::TestWebhook
        | E::Deliveries
        | E::ResendDelivery
        | E::AccessLists
        | E::PutAccessLists
        | E::Issuers
        | E::MakeIssuer
        | E::ChangeIssuer
        | E::RemoveIssuer
        | E::ProviderOptions
        | E::SignInByProvider
        | E::Identities
        | E::IdentityOptions
        | E::AddIdentity
        | E::RemoveIdentity => connections::of(endpoint),
    }
}
