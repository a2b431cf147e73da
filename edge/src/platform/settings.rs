//! What whoever runs the edge sets.

use limits::lease::Quota;
use policy::Guard;
use worker::Env;

use crate::gateway::meters::{QUOTA_DEFAULT, Rates};
use crate::ports::{ProviderSettings, Settings};

pub(super) fn read(env: &Env) -> Settings {
    let text = |name: &str| {
        env.var(name)
            .map(|value| value.to_string())
            .unwrap_or_default()
    };
    let version = match text("VERSION") {
        unset if unset.is_empty() => env!("CARGO_PKG_VERSION").to_owned(),
        set => set,
    };
    // What cannot be read is not set: a limit never goes missing by a typing error.
    let rates = Rates::default();
    let rate = |name, default| text(name).parse().unwrap_or(default);
    let number = |name, default| text(name).parse().unwrap_or(default);
    Settings {
        admin_token: text("ADMIN_TOKEN"),
        content_security_policy: text("CSP"),
        version,
        dpop_nonce_secret: text("DPOP_NONCE_SECRET"),
        rates: Rates {
            address: rate("ADDRESS_RATE", rates.address),
            session: rate("SESSION_RATE", rates.session),
            key: rate("KEY_RATE", rates.key),
        },
        calls_inside: allows_inside(env),
        provider: provider(text("OIDC_ISSUER"), text),
        guard: Guard::new(&text("COUNTRIES"), &text("AGENTS_REFUSED")),
        quota: Quota {
            day: number("DAY_QUOTA", QUOTA_DEFAULT.day),
            month: number("MONTH_QUOTA", QUOTA_DEFAULT.month),
        },
    }
}

/// The provider that people may sign in by, where one is named.
fn provider(issuer: String, text: impl Fn(&str) -> String) -> Option<ProviderSettings> {
    let client_id = text("OIDC_CLIENT_ID");
    if issuer.is_empty() || client_id.is_empty() {
        return None;
    }
    let name = match text("OIDC_NAME") {
        unset if unset.is_empty() => issuer.trim_start_matches("https://").to_owned(),
        set => set,
    };
    Some(ProviderSettings {
        issuer,
        name,
        client_id,
        client_secret: text("OIDC_CLIENT_SECRET"),
    })
}

/// Whether addresses that companies name may lead to servers of one's own network.
pub(super) fn allows_inside(env: &Env) -> bool {
    let set = env.var("CALLS_INSIDE");
    set.is_ok_and(|value| value.to_string() == "allowed")
}
