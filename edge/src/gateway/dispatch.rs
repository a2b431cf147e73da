//! Stage 10: the feature that answers. Whoever comes here was let in.

use api::routes::{Endpoint, Found};
use kernel::TenantId;

use crate::fault::Fault;
use crate::features::{
    access_lists, admin, assets, auth, dashboard, health, ingest, issuers, keys, members, oauth,
    passkeys, predictions, provider, sessions, sign_in, sync, traffic, webhooks,
};
use crate::gateway::caller::Caller;
use crate::gateway::limits;
use crate::gateway::route::{identifier, named};
use crate::http::{Request, Response};
use crate::ports::{Platform, Upload};

/// A request that was let in.
pub struct Admitted<'r> {
    /// The request.
    pub request: &'r Request,
    /// Its endpoint.
    pub found: Found<'r>,
    /// Who asks.
    pub caller: Caller,
    /// The company that it is about, where it is about one.
    pub company: Option<TenantId>,
}

/// Answers it.
pub async fn answer<P: Platform>(
    platform: &P,
    admitted: &Admitted<'_>,
    upload: impl Upload,
) -> Result<Response, Fault> {
    let Admitted {
        request,
        found,
        caller,
        company,
    } = admitted;
    let company = || {
        let missing = || Fault::internal("answer", "this endpoint is about no company");
        company.as_ref().ok_or_else(missing)
    };
    let json = |upload| limits::read_json(upload);
    match found.route.endpoint {
        Endpoint::Health | Endpoint::Healthz => health::answer(platform),
        Endpoint::Metrics => Ok(health::metrics(platform)),
        Endpoint::Audit => members::audit(platform, company()?, request).await,
        Endpoint::Requests => traffic::requests(platform, company()?, request).await,
        Endpoint::Usage => traffic::usage(platform, company()?, request).await,
        Endpoint::OpenApi => Ok(assets::file(request, api::health::OPENAPI_FILE)),
        Endpoint::ChangesJson => Ok(assets::file(request, api::changes::JSON_FILE)),
        Endpoint::ChangesAtom => Ok(assets::file(request, api::changes::ATOM_FILE)),
        Endpoint::Migrate => admin::migrate(platform).await,
        Endpoint::PutCompany => {
            admin::put_company(platform, &named(found)?, &json(upload).await?).await
        }
        Endpoint::PutQuota => {
            admin::put_quota(platform, &named(found)?, &json(upload).await?).await
        }
        Endpoint::Invite => admin::invite(platform).await,
        Endpoint::Claim => auth::claim(platform, request, caller, &json(upload).await?).await,
        Endpoint::Me => auth::me(platform, caller).await,
        Endpoint::PatchCompany => {
            auth::change_company(platform, company()?, &json(upload).await?).await
        }
        Endpoint::PostBatch => {
            let body = upload.read(api::ingest::BODY_BYTES_MAX).await?;
            ingest::receive(platform, company()?, request, body).await
        }
        Endpoint::Batches => ingest::list(platform, company()?, request).await,
        Endpoint::Batch => ingest::batch(platform, company()?, &named(found)?).await,
        Endpoint::Rejected => ingest::rejected(platform, company()?, &named(found)?).await,
        Endpoint::Manifest => {
            let sight = caller.sight(platform, company()?).await?;
            sync::manifest(platform, company()?, &sight, request).await
        }
        Endpoint::Blob => {
            let sight = caller.sight(platform, company()?).await?;
            sync::blob(platform, company()?, &sight, named(found)?).await
        }
        Endpoint::Dashboard => {
            let sight = caller.sight(platform, company()?).await?;
            dashboard::answer(platform, company()?, &sight).await
        }
        Endpoint::Predictions => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::list(platform, company()?, &sight, request).await
        }
        Endpoint::MakePrediction => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::make(platform, company()?, &sight, &json(upload).await?).await
        }
        Endpoint::PutOutcomes => {
            let sight = caller.sight(platform, company()?).await?;
            predictions::record(platform, company()?, &sight, &json(upload).await?).await
        }
        Endpoint::PasskeyOptions => passkeys::options(platform, request, caller).await,
        Endpoint::Passkeys => passkeys::list(platform, caller).await,
        Endpoint::AddPasskey => {
            passkeys::add(platform, request, caller, &json(upload).await?).await
        }
        Endpoint::RemovePasskey => passkeys::remove(platform, caller, identifier(found)?).await,
        Endpoint::RestorePasskey => passkeys::restore(platform, caller, identifier(found)?).await,
        Endpoint::RecoveryCodes => passkeys::make_codes(platform, caller).await,
        Endpoint::SignInOptions => sign_in::options(platform, request).await,
        Endpoint::SignIn => sign_in::by_passkey(platform, request, &json(upload).await?).await,
        Endpoint::Recover => sign_in::by_code(platform, request, &json(upload).await?).await,
        Endpoint::Sessions => sessions::list(platform, caller).await,
        Endpoint::EndOtherSessions => sessions::end_others(platform, caller).await,
        Endpoint::EndSession => {
            sessions::end_one(platform, request, caller, identifier(found)?).await
        }
        Endpoint::Keys => keys::list(platform, company()?).await,
        Endpoint::MakeKey => keys::make(platform, caller, &json(upload).await?).await,
        Endpoint::RotateKey => {
            let id = identifier(found)?;
            keys::rotate(platform, company()?, id, &json(upload).await?).await
        }
        Endpoint::RevokeKey => keys::revoke(platform, company()?, identifier(found)?).await,
        Endpoint::RestoreKey => keys::restore(platform, company()?, identifier(found)?).await,
        Endpoint::Members => members::list(platform, caller).await,
        Endpoint::InviteMember => members::invite(platform, caller, &json(upload).await?).await,
        Endpoint::ChangeMember => {
            let id = identifier(found)?;
            members::change(platform, caller, id, &json(upload).await?).await
        }
        Endpoint::RestoreMember => members::restore(platform, caller, identifier(found)?).await,
        Endpoint::Consent => oauth::consent::look(platform, request, caller).await,
        Endpoint::Decide => {
            oauth::consent::decide(platform, request, caller, &json(upload).await?).await
        }
        Endpoint::Clients => oauth::clients::list(platform, company()?).await,
        Endpoint::MakeClient => oauth::clients::make(platform, caller, &json(upload).await?).await,
        Endpoint::RotateClient => {
            let (id, body) = (identifier(found)?, json(upload).await?);
            oauth::clients::rotate(platform, company()?, id, &body).await
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
        Endpoint::Device => {
            let body = upload.read(limits::JSON_BYTES_MAX).await?;
            oauth::devices::code(platform, request, &body).await
        }
        Endpoint::Token => {
            let body = upload.read(limits::JSON_BYTES_MAX).await?;
            oauth::token(platform, request, &body).await
        }
        Endpoint::Introspect => {
            let body = upload.read(limits::JSON_BYTES_MAX).await?;
            oauth::introspect(platform, request, &body).await
        }
        Endpoint::RevokeToken => {
            let body = upload.read(limits::JSON_BYTES_MAX).await?;
            oauth::revoke(platform, request, &body).await
        }
        Endpoint::OAuthMetadata => oauth::metadata(request),
        Endpoint::Jwks => oauth::keys::answer(platform).await,
        Endpoint::Webhooks => webhooks::list(platform, company()?).await,
        Endpoint::MakeWebhook => webhooks::make(platform, company()?, &json(upload).await?).await,
        Endpoint::ChangeWebhook => {
            let (id, body) = (identifier(found)?, json(upload).await?);
            webhooks::change(platform, company()?, id, &body).await
        }
        Endpoint::RemoveWebhook => webhooks::remove(platform, company()?, identifier(found)?).await,
        Endpoint::RotateWebhook => {
            let (id, body) = (identifier(found)?, json(upload).await?);
            webhooks::rotate(platform, company()?, id, &body).await
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
            access_lists::replace(platform, company()?, request, &json(upload).await?).await
        }
        Endpoint::Issuers => issuers::list(platform, company()?).await,
        Endpoint::MakeIssuer => issuers::make(platform, caller, &json(upload).await?).await,
        Endpoint::RemoveIssuer => issuers::remove(platform, company()?, identifier(found)?).await,
        Endpoint::ProviderOptions => provider::options(platform, request).await,
        Endpoint::SignInByProvider => {
            provider::by_answer(platform, request, &json(upload).await?).await
        }
        Endpoint::Identities => provider::list(platform, caller).await,
        Endpoint::IdentityOptions => provider::identity_options(platform, request, caller).await,
        Endpoint::AddIdentity => {
            provider::add(platform, request, caller, &json(upload).await?).await
        }
        Endpoint::RemoveIdentity => provider::remove(platform, caller, identifier(found)?).await,
        Endpoint::RemoveMember => members::remove(platform, caller, identifier(found)?).await,
    }
}
