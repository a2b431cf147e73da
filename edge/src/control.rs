//! The control plane: who people and programs are, what they may do, what a company has set, and what is kept of
//! its requests, batches and predictions.
//!
//! A Worker of its own holds this code (`edge/workers/control`), so that the gateway's, which every request starts, is
//! small. The gateway asks it by [`Ask`], having decided who may ask, and passes on what it is [`Told`].

use api::routes::Endpoint;
use kernel::TenantId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fault::{Context as _, Fault};
use crate::features::{
    access_lists, admin, auth, batches, issuers, keys, members, oauth, passkeys, predictions,
    provider, sessions, sign_in, traffic, webhooks,
};
use crate::gateway::caller::Caller;
use crate::gateway::route::{self, Target, identifier, named};
use crate::http::{Body, Request, Response};
use crate::ports::Platform;

/// A request that was let in; its body goes beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The request.
    pub request: Request,
    /// Who asks.
    pub caller: Caller,
    /// The company that it is about, where it is about one.
    pub company: Option<TenantId>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The response, or why there is none.
    pub response: Result<Response, Fault>,
    /// Whether, with a response or without one, something about keys and tokens is not as it was.
    pub has_changed_keys: bool,
}

/// An answer without its body, as it travels.
#[derive(Serialize, Deserialize)]
struct Head {
    response: Result<(u16, Vec<(String, String)>), Fault>,
    has_changed_keys: bool,
}

/// Answers a request whose body was read, within its limit.
pub async fn answer<P: Platform>(platform: &P, ask: &Ask, body: &[u8]) -> Told {
    let changes = || platform.meters(|meters| meters.keys.changes());
    let before = changes();
    let response = dispatch(platform, ask, body).await;
    Told {
        response,
        has_changed_keys: changes() != before,
    }
}

async fn dispatch<P: Platform>(platform: &P, ask: &Ask, body: &[u8]) -> Result<Response, Fault> {
    let Ask {
        request,
        caller,
        company,
    } = ask;
    let Target::Endpoint(found) = &route::find(request)? else {
        return Err(Fault::not_found());
    };
    let company = || {
        let missing = || Fault::internal("answer", "this endpoint is about no company");
        company.as_ref().ok_or_else(missing)
    };
    match found.route.endpoint {
        Endpoint::Health
        | Endpoint::Healthz
        | Endpoint::Metrics
        | Endpoint::OpenApi
        | Endpoint::ChangesJson
        | Endpoint::ChangesAtom
        | Endpoint::PostBatch
        | Endpoint::Manifest
        | Endpoint::Blob
        | Endpoint::Dashboard => Err(Fault::internal(
            "answer",
            "the gateway answers this endpoint itself",
        )),
        Endpoint::Audit => members::audit(platform, company()?, request).await,
        Endpoint::Requests => traffic::requests(platform, company()?, request).await,
        Endpoint::Usage => traffic::usage(platform, company()?, request).await,
        Endpoint::Migrate => admin::migrate(platform).await,
        Endpoint::PutCompany => admin::put_company(platform, &named(found)?, body).await,
        Endpoint::PutQuota => admin::put_quota(platform, &named(found)?, body).await,
        Endpoint::Invite => admin::invite(platform).await,
        Endpoint::Claim => auth::claim(platform, request, caller, body).await,
        Endpoint::Me => auth::me(platform, caller).await,
        Endpoint::PatchCompany => auth::change_company(platform, company()?, body).await,
        Endpoint::Batches => batches::list(platform, company()?, request).await,
        Endpoint::Batch => batches::batch(platform, company()?, &named(found)?).await,
        Endpoint::Rejected => batches::rejected(platform, company()?, &named(found)?).await,
        Endpoint::Predictions => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::list(platform, company()?, &sight, request).await
        }
        Endpoint::MakePrediction => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::make(platform, company()?, &sight, body).await
        }
        Endpoint::PutOutcomes => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::record(platform, company()?, &sight, body).await
        }
        Endpoint::PasskeyOptions => passkeys::options(platform, request, caller).await,
        Endpoint::Passkeys => passkeys::list(platform, caller).await,
        Endpoint::AddPasskey => passkeys::add(platform, request, caller, body).await,
        Endpoint::RemovePasskey => passkeys::remove(platform, caller, identifier(found)?).await,
        Endpoint::RestorePasskey => passkeys::restore(platform, caller, identifier(found)?).await,
        Endpoint::RecoveryCodes => passkeys::make_codes(platform, caller).await,
        Endpoint::SignInOptions => sign_in::options(platform, request).await,
        Endpoint::SignIn => sign_in::by_passkey(platform, request, body).await,
        Endpoint::Recover => sign_in::by_code(platform, request, body).await,
        Endpoint::Sessions => sessions::list(platform, caller).await,
        Endpoint::EndOtherSessions => sessions::end_others(platform, caller).await,
        Endpoint::EndSession => {
            sessions::end_one(platform, request, caller, identifier(found)?).await
        }
        Endpoint::Keys => keys::list(platform, company()?).await,
        Endpoint::MakeKey => keys::make(platform, caller, body).await,
        Endpoint::RotateKey => {
            let id = identifier(found)?;
            keys::rotate(platform, company()?, id, body).await
        }
        Endpoint::RevokeKey => keys::revoke(platform, company()?, identifier(found)?).await,
        Endpoint::RestoreKey => keys::restore(platform, company()?, identifier(found)?).await,
        Endpoint::Members => members::list(platform, caller).await,
        Endpoint::InviteMember => members::invite(platform, caller, body).await,
        Endpoint::ChangeMember => {
            let id = identifier(found)?;
            members::change(platform, caller, id, body).await
        }
        Endpoint::RestoreMember => members::restore(platform, caller, identifier(found)?).await,
        Endpoint::Consent => oauth::consent::look(platform, request, caller).await,
        Endpoint::Decide => oauth::consent::decide(platform, request, caller, body).await,
        Endpoint::Clients => oauth::clients::list(platform, company()?).await,
        Endpoint::MakeClient => oauth::clients::make(platform, caller, body).await,
        Endpoint::RotateClient => {
            let id = identifier(found)?;
            oauth::clients::rotate(platform, company()?, id, body).await
        }
        Endpoint::Grants => oauth::grants::list(platform, caller).await,
        Endpoint::RevokeGrant => {
            oauth::grants::withdraw(platform, caller, identifier(found)?).await
        }
        Endpoint::RestoreGrant => {
            oauth::grants::restore(platform, caller, identifier(found)?).await
        }
        Endpoint::RevokeClient => {
            oauth::clients::revoke(platform, company()?, identifier(found)?).await
        }
        Endpoint::RestoreClient => {
            oauth::clients::restore(platform, company()?, identifier(found)?).await
        }
        Endpoint::Device => oauth::devices::code(platform, request, body).await,
        Endpoint::Token => oauth::token(platform, request, body).await,
        Endpoint::Introspect => oauth::introspect(platform, request, body).await,
        Endpoint::RevokeToken => oauth::revoke(platform, request, body).await,
        Endpoint::OAuthMetadata => oauth::metadata(request),
        Endpoint::Jwks => oauth::keys::answer(platform).await,
        Endpoint::Webhooks => webhooks::list(platform, company()?).await,
        Endpoint::MakeWebhook => webhooks::make(platform, company()?, body).await,
        Endpoint::ChangeWebhook => {
            let id = identifier(found)?;
            webhooks::change(platform, company()?, id, body).await
        }
        Endpoint::RemoveWebhook => webhooks::remove(platform, company()?, identifier(found)?).await,
        Endpoint::RotateWebhook => {
            let id = identifier(found)?;
            webhooks::rotate(platform, company()?, id, body).await
        }
        Endpoint::TestWebhook => webhooks::test(platform, company()?, identifier(found)?).await,
        Endpoint::Deliveries => {
            webhooks::deliveries(platform, company()?, identifier(found)?, request).await
        }
        Endpoint::ResendDelivery => {
            webhooks::resend(platform, company()?, identifier(found)?).await
        }
        Endpoint::AccessLists => access_lists::tell(platform, company()?, request).await,
        Endpoint::PutAccessLists => {
            access_lists::replace(platform, company()?, request, body).await
        }
        Endpoint::Issuers => issuers::list(platform, company()?).await,
        Endpoint::MakeIssuer => issuers::make(platform, caller, body).await,
        Endpoint::ChangeIssuer => {
            issuers::replace(platform, company()?, identifier(found)?, body).await
        }
        Endpoint::RemoveIssuer => issuers::remove(platform, company()?, identifier(found)?).await,
        Endpoint::ProviderOptions => provider::options(platform, request).await,
        Endpoint::SignInByProvider => provider::by_answer(platform, request, body).await,
        Endpoint::Identities => provider::list(platform, caller).await,
        Endpoint::IdentityOptions => provider::identity_options(platform, request, caller).await,
        Endpoint::AddIdentity => provider::add(platform, request, caller, body).await,
        Endpoint::RemoveIdentity => provider::remove(platform, caller, identifier(found)?).await,
        Endpoint::RemoveMember => members::remove(platform, caller, identifier(found)?).await,
    }
}

impl Ask {
    /// The question with its body, as bytes.
    pub fn packed(&self, body: &[u8]) -> Result<Vec<u8>, Fault> {
        packed(self, body)
    }

    /// The question and its body.
    pub fn unpacked(bytes: &[u8]) -> Result<(Ask, &[u8]), Fault> {
        unpacked(bytes)
    }
}

impl Told {
    /// The answer as bytes.
    pub fn packed(self) -> Result<Vec<u8>, Fault> {
        let mut sent = Vec::new();
        let response = self.response.and_then(|response| {
            let own = response.headers.into_iter();
            let own = own.map(|(name, value)| (name.to_owned(), value));
            sent = match response.body {
                Body::Empty => Vec::new(),
                Body::Bytes(bytes) | Body::Encoded(bytes) => bytes,
                Body::Asset(_) | Body::Filled { .. } => {
                    return Err(Fault::internal("answer", "files are the gateway's"));
                }
            };
            Ok((response.status, own.chain(response.passed).collect()))
        });
        let has_changed_keys = self.has_changed_keys;
        packed(
            &Head {
                response,
                has_changed_keys,
            },
            &sent,
        )
    }

    /// The answer that bytes hold.
    pub fn unpacked(bytes: &[u8]) -> Result<Told, Fault> {
        let (head, body) = unpacked::<Head>(bytes)?;
        let response = head.response.map(|(status, headers)| {
            let is_encoded = headers.iter().any(|(name, _)| name == "content-encoding");
            let body = match body {
                [] => Body::Empty,
                body if is_encoded => Body::Encoded(body.to_vec()),
                body => Body::Bytes(body.to_vec()),
            };
            Response {
                status,
                headers: Vec::new(),
                passed: headers,
                body,
            }
        });
        Ok(Told {
            response,
            has_changed_keys: head.has_changed_keys,
        })
    }
}

/// A head as JSON behind its length in four bytes, the lowest first, and then the body.
fn packed(head: &impl Serialize, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let head = serde_json::to_vec(head).context("pack")?;
    let length = u32::try_from(head.len()).context("pack")?;
    Ok([&length.to_le_bytes(), head.as_slice(), body].concat())
}

fn unpacked<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, &[u8]), Fault> {
    let cut = || Fault::internal("unpack", "it ends too early");
    let (length, rest) = bytes.split_first_chunk().ok_or_else(cut)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).context("unpack")?;
    let (head, body) = rest.split_at_checked(length).ok_or_else(cut)?;
    Ok((serde_json::from_slice(head).context("unpack")?, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn ask() -> Ask {
        Ask {
            request: Request {
                method: Method::Post,
                scheme: "https".into(),
                host: "localhost".into(),
                path: "/api/auth/v1/token".into(),
                query: vec![("a".into(), "ü&=".into())],
                headers: [("cookie".to_owned(), "x=\"1\"".to_owned())].into(),
            },
            caller: Caller::Key {
                company: "acme".parse().unwrap(),
                id: "k-1".into(),
                scopes: "read:bi".parse().unwrap(),
            },
            company: None,
        }
    }

    fn travelled(response: Result<Response, Fault>) -> Result<Response, Fault> {
        let told = Told {
            response,
            has_changed_keys: true,
        };
        let told = Told::unpacked(&told.packed().unwrap()).unwrap();
        assert!(told.has_changed_keys);
        told.response
    }

    #[test]
    fn questions_and_answers_travel_whole() {
        for body in [b"".as_slice(), b"grant_type=x", &[0, 255, 10]] {
            let packed = ask().packed(body).unwrap();
            assert_eq!(Ask::unpacked(&packed).unwrap(), (ask(), body));
        }
        let encoded = Response {
            body: Body::Encoded(vec![31, 139]),
            ..Response::empty(200).with("content-encoding", "gzip")
        };
        let plain = Response::bytes(201, "application/json", b"{}".into());
        for response in [Response::empty(204), encoded, plain] {
            let told = travelled(Ok(response.clone())).unwrap();
            assert_eq!(told.status, response.status);
            assert_eq!(told.body, response.body);
            for (name, value) in &response.headers {
                assert_eq!(told.header(name), Some(value.as_str()));
            }
        }
        let refused = Fault::not_found();
        assert_eq!(travelled(Err(refused.clone())), Err(refused));
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let packed = ask().packed(b"").unwrap();
        for length in 0..packed.len() {
            assert!(Ask::unpacked(&packed[..length]).is_err(), "{length}");
        }
        assert!(Told::unpacked(&[255; 64]).is_err());
    }
}
