//! What stands before a company whose data is locked on this device: one button, and the way out.

use api::sign_in::{SESSIONS_PATH, Sessions};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, Lock, Told};

use crate::i18n::{LockText, Text, lock_words, t};
use crate::platform::lock_keys::DataKey;
use crate::platform::passkeys::{self, Evaluated};
use crate::platform::{files, http, page, storage};
use crate::state::{App, app};
use crate::view_state::ViewState;

/// A message in the person's language.
pub fn l(text: LockText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || lock_words(text, app.locale.get())
}

/// The screen.
#[component]
pub fn LockScreen() -> impl IntoView {
    let app = app();
    let trouble = RwSignal::new(None);
    let is_busy = RwSignal::new(false);
    let lock = Memo::new(move |_| {
        let lock = app.lock.get().filter(|lock| !lock.is_empty())?;
        let lock = Lock::read(&lock).ok();
        Some(lock.filter(|lock| !lock.keys.is_empty()))
    });
    let has_no_way_in = move || *lock.read() == Some(None);
    let unlock = move |_| {
        let Some(lock) = lock.get().flatten() else {
            return;
        };
        is_busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let outcome = unlocked(app, &lock).await;
            // Where it is open, the screen has gone.
            is_busy.try_set(false);
            trouble.try_set(outcome.err());
        });
    };
    let forget = move |_| {
        is_busy.set(true);
        spawn_local(async move {
            end_session().await;
            empty(app).await;
            is_busy.try_set(false);
        });
    };
    let see_demo = move |_| {
        app.go(ViewState {
            company: "demo".to_owned(),
            ..ViewState::default()
        })
    };
    view! {
        <h1>{l(LockText::LockedTitle)}</h1>
        <section class="card">
            <div data-testid="locked">
                <p>{l(LockText::LockedHint)}</p>
                <button
                    class="button"
                    data-testid="unlock"
                    disabled=move || is_busy.get() || lock.read().as_ref().is_none_or(Option::is_none)
                    on:click=unlock
                >
                    {l(LockText::Unlock)}
                </button>
                <div role="alert">
                    {move || {
                        let no_way_in = has_no_way_in().then_some(LockText::NoWayIn);
                        let trouble = trouble.get().or(no_way_in);
                        trouble.map(|text| view! { <p class="note" data-testid="lock-trouble">{l(text)}</p> })
                    }}
                </div>
                <details>
                    <summary>{l(LockText::Forget)}</summary>
                    <p>{l(LockText::ForgetHint)}</p>
                    <button class="button quiet" data-testid="lock-forget" disabled=is_busy on:click=forget>
                        {l(LockText::ForgetNow)}
                    </button>
                </details>
                <button class="link" on:click=see_demo>{t(Text::SeeDemo)}</button>
            </div>
        </section>
    }
}

async fn unlocked(app: App, lock: &Lock) -> Result<(), LockText> {
    let ids: Vec<String> = lock.keys.iter().map(|key| key.id.clone()).collect();
    let company = app.company();
    let asked = passkeys::evaluate(&ids, &lock.salt).await;
    let Evaluated { id, secret } = asked.ok_or(LockText::NotUnlocked)?;
    let secret = secret.ok_or(LockText::WrongKey)?;
    let key = DataKey::unwrapped(lock, &id, &secret).await;
    let handed = key.ok_or(LockText::WrongKey)?.handed().await;
    let told = app.ask_with(Ask::Unlock(lock.to_text()), handed).await;
    if app.company() != company {
        // The person went to another company meanwhile.
        return Ok(());
    }
    match told {
        Err(_) => Err(LockText::NotUnlocked),
        told => {
            app.opened(&company, told);
            Ok(())
        }
    }
}

/// Ends the session of this browser, where there is one and the network lets us.
async fn end_session() {
    let Ok(all) = http::get::<Sessions>(SESSIONS_PATH).await else {
        return;
    };
    if let Some(session) = all.sessions.iter().find(|session| session.is_this) {
        let path = format!("{SESSIONS_PATH}/{}", session.id);
        // Where nobody could sign in again the session stays; what is here is forgotten all the same.
        drop(http::send_json::<Sessions>("DELETE", &path, &()).await);
    }
}

/// Leaves nothing of a company on this device, and starts again.
pub async fn empty(app: App) {
    if !matches!(app.ask(Ask::Forget).await, Ok(Told::Done)) {
        // Who believes that it is empty must not be wrong.
        return app.say(Text::ErrorTitle);
    }
    storage::remove(|name| name != "language" && name != "theme");
    files::forget_shared().await;
    page::start_again();
}
