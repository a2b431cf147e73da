//! The companies that a person may see, as the edge tells them, and the link that makes one theirs.

use api::auth::Company;
use leptos::prelude::*;
use model::profile::TenantProfile;

use super::App;
use crate::i18n::Text;
use crate::platform::{history, http, storage};

impl App {
    /// The caller's own company, which files go to.
    pub fn own_company(self) -> Option<TenantProfile> {
        let companies = self.companies.read();
        let own = companies
            .as_ref()?
            .iter()
            .find(|company| company.writable)?;
        Some(own.profile.clone())
    }

    /// Uses up the token of a one-time link, if the address has one.
    pub(super) async fn claim(self) {
        let Some(token) = history::parameter("join") else {
            return;
        };
        let claim = api::auth::Claim {
            token,
            profile: api::auth::ProfileChange::default(),
        };
        let outcome: Result<Company, _> =
            http::send_json("POST", api::auth::CLAIM_PATH, &claim).await;
        match outcome {
            Ok(company) => {
                storage::set("company", company.profile.id.as_str());
                self.say(Text::Welcome);
            }
            Err(http::HttpFailure::Offline) => return self.say(Text::LinkLater),
            Err(_) => self.say(Text::LinkUsed),
        }
        history::write(&self.view.get_untracked(), false);
    }

    /// Asks the edge which companies there are.
    pub async fn learn_companies(self) {
        match http::get::<api::auth::Me>(api::auth::ME_PATH).await {
            Ok(me) => self.take_companies(me.companies),
            Err(_) => {
                let kept =
                    storage::get("companies").and_then(|text| serde_json::from_str(&text).ok());
                self.companies.set(kept);
                self.name_company();
            }
        }
    }

    /// Takes the companies that the edge has told.
    pub fn take_companies(self, companies: Vec<Company>) {
        self.companies.set(Some(companies));
        self.keep_companies();
    }
}
