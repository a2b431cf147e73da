//! What was sent to an endpoint, newest first, and sending it again.

use api::webhooks::{Deliveries as Listed, Delivery, LIST_MAX, RESEND_PATH};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;

use super::{State, moment, said, w};
use crate::i18n::{Text, WebhookText as T, t, webhook_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::page;
use crate::ui::Skeleton;

/// Deliveries of one look.
const SHOWN: u32 = 20;
/// How often, at the most, and how far apart it is looked again at what is about to be tried.
const LOOKS_MAX: u8 = 8;
const LOOK_PAUSE: std::time::Duration = std::time::Duration::from_millis(1_000);

/// What is on the screen of an endpoint's deliveries.
#[derive(Clone, Copy)]
struct Shown {
    state: State,
    id: StoredValue<String>,
    listed: RwSignal<Option<Result<Listed, Text>>>,
}

impl Shown {
    async fn ask(self, before: Option<u64>, limit: u32) -> Result<Listed, HttpFailure> {
        let id = self.id.try_get_value().unwrap_or_default();
        let path = api::webhooks::DELIVERIES_PATH.replace("{id}", &id);
        let before = before.map(|before| format!("&before={before}"));
        http::get(&format!(
            "{path}?limit={limit}{}",
            before.unwrap_or_default()
        ))
        .await
    }

    /// Looks, and again while something is about to be tried. As many are looked at as are on screen.
    fn look(self, looks_left: u8) {
        spawn_local(async move {
            let held = self.listed.try_with_untracked(|listed| match listed {
                Some(Ok(listed)) => u32::try_from(listed.deliveries.len()).unwrap_or(LIST_MAX),
                _ => 0,
            });
            let Some(held) = held else { return };
            let told = self.ask(None, held.clamp(SHOWN, LIST_MAX)).await;
            let told = told.map_err(|failure| match failure {
                HttpFailure::Offline => Text::WaitingNetwork,
                _ => Text::ErrorTitle,
            });
            let now = page::now_millis() as i64;
            let is_soon = told
                .as_ref()
                .is_ok_and(|listed| said::is_soon(&listed.deliveries, now));
            let is_gone = self.listed.try_set(Some(told)).is_some();
            if is_soon && !is_gone && looks_left > 0 {
                set_timeout(move || self.look(looks_left - 1), LOOK_PAUSE);
            }
        });
    }

    fn older(self) {
        let before = match &*self.listed.read_untracked() {
            Some(Ok(listed)) => listed.before,
            _ => None,
        };
        spawn_local(async move {
            match self.ask(before, SHOWN).await {
                Ok(more) => drop(self.listed.try_update(|listed| {
                    if let Some(Ok(listed)) = listed {
                        listed.deliveries.extend(more.deliveries);
                        listed.before = more.before;
                    }
                })),
                Err(failure) => self.state.failed(&failure),
            }
        });
    }

    fn resend(self, id: String) {
        spawn_local(async move {
            let path = RESEND_PATH.replace("{id}", &id);
            match http::send_json::<Delivery>("POST", &path, &()).await {
                Ok(_) => {
                    self.state.say(T::Resent);
                    self.look(LOOKS_MAX);
                }
                Err(HttpFailure::Problem(problem)) if problem.status == 409 => {
                    self.state.say(T::IsStopped);
                }
                Err(failure) => self.state.failed(&failure),
            }
        });
    }
}

/// Whose deliveries are shown: the context of [`Deliveries`].
#[derive(Clone)]
pub struct Of {
    pub(super) state: State,
    /// Of the endpoint.
    pub(super) id: String,
}

/// The list.
#[component]
pub fn Deliveries() -> impl IntoView {
    let Of { state, id } = expect_context();
    let shown = Shown {
        state,
        id: StoredValue::new(id),
        listed: RwSignal::new(None),
    };
    // A test that is sent while this is open shows.
    Effect::new(move |_| {
        state.sent.track();
        shown.look(LOOKS_MAX);
    });
    let list = move || {
        let locale = state.app.locale.get();
        match shown.listed.get() {
            None => view! { <Skeleton lines=3 /> }.into_any(),
            Some(Err(text)) => view! { <p class="note">{t(text)}</p> }.into_any(),
            Some(Ok(listed)) if listed.deliveries.is_empty() => {
                view! { <p class="note" data-testid="deliveries-none">{w(T::DeliveriesNone)}</p> }
                    .into_any()
            }
            Some(Ok(listed)) => {
                let rows = listed
                    .deliveries
                    .iter()
                    .map(|delivery| row(shown, delivery, locale));
                let older = listed.before.map(|_| {
                    view! {
                        <button class="button quiet" data-testid="deliveries-older" on:click=move |_| shown.older()>
                            {w(T::Older)}
                        </button>
                    }
                });
                view! { <dl class="lines">{rows.collect_view()}</dl> {older} }.into_any()
            }
        }
    };
    view! {
        <div data-testid="deliveries">
            <p class="faint">{w(T::DeliveriesHint)}</p>
            {list}
            <button class="button quiet" data-testid="deliveries-refresh" on:click=move |_| shown.look(0)>{w(T::Refresh)}</button>
        </div>
    }
}

fn row(shown: Shown, delivery: &Delivery, locale: Locale) -> impl IntoView + use<> {
    let name = delivery.event.name();
    let at = moment(delivery.at, locale);
    let about = said::delivery_words(delivery, |at| moment(at, locale), locale);
    let label = format!("{}: {name} {at}", webhook_words(T::Resend, locale));
    let id = delivery.id.clone();
    view! {
        <div data-testid="delivery" data-state=delivery.state.name() data-message=delivery.message.clone()>
            <dt><code>{name}</code> " " {at} <br /><small>{about}</small></dt>
            <dd>
                <button class="link" data-testid="delivery-resend" aria-label=label on:click=move |_| shown.resend(id.clone())>
                    {w(T::Resend)}
                </button>
            </dd>
        </div>
    }
}
