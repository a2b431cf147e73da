//! What whoever runs the edge sets.

use worker::Env;

use crate::ports::Settings;

pub(super) fn read(env: &Env) -> Settings {
    let text = |name| {
        env.var(name)
            .map(|value| value.to_string())
            .unwrap_or_default()
    };
    let version = match text("VERSION") {
        unset if unset.is_empty() => env!("CARGO_PKG_VERSION").to_owned(),
        set => set,
    };
    Settings {
        admin_token: text("ADMIN_TOKEN"),
        content_security_policy: text("CSP"),
        version,
    }
}
