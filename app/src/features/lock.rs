//! What stands before a company whose data is locked on this device: one button, and the way out.

use api::sign_in::{SESSIONS_PATH, Sessions};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, FailureKind, Lock, Told};

use crate::i18n::{LockText, Text, lock_words, t};
use crate::platform::http::HttpFailure;
use crate::platform::lock_keys::DataKey;
use crate::platform::passkeys::{self, Evaluated};
use crate::platform::storage::LEAVING;
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
    let forget = move || {
        is_busy.set(true);
        spawn_local(async move {
            trouble.try_set(leave(app).await.err());
            is_busy.try_set(false);
        });
    };
    // What an earlier page could not end is ended before anything else can be done.
    let is_leaving = storage::get(LEAVING).is_some();
    if is_leaving {
        forget();
    }
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
                    <button class="button quiet" data-testid="lock-forget" disabled=is_busy on:click=move |_| forget()>
                        {l(LockText::ForgetNow)}
                    </button>
                </details>
                {(!is_leaving).then(|| view! { <button class="link" on:click=see_demo>{t(Text::SeeDemo)}</button> })}
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
        Err(failure) => {
            if matches!(failure.kind, FailureKind::NotOpen | FailureKind::Locked) {
                // The lock is another one by now: it is looked at again.
                app.open(company);
            }
            Err(LockText::NotUnlocked)
        }
        told => {
            app.opened(&company, told);
            Ok(())
        }
    }
}

/// Ends the session of this browser, where there is one.
async fn end_session() -> Result<(), LockText> {
    let outcome = match http::get::<Sessions>(SESSIONS_PATH).await {
        Ok(all) => match all.sessions.iter().find(|session| session.is_this) {
            Some(session) => {
                let path = format!("{SESSIONS_PATH}/{}", session.id);
                let ended = http::send_json::<Sessions>("DELETE", &path, &()).await;
                ended.map(drop)
            }
            None => Ok(()),
        },
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(HttpFailure::Problem(problem)) if problem.status == 401 => Ok(()),
        // Nobody could sign in again.
        Err(HttpFailure::Problem(problem)) if problem.status == 409 => Err(LockText::NoWayBack),
        Err(_) => Err(LockText::StillSignedIn),
    }
}

/// Signs out and leaves nothing of a company on this device; else says what is left.
async fn leave(app: App) -> Result<(), LockText> {
    let out = end_session().await;
    let is_empty = empty(app).await;
    // Nothing is open any more.
    app.lock.set(Some(String::new()));
    if !is_empty {
        return Err(LockText::NotEmptied);
    }
    match out {
        Ok(()) => start_empty(),
        Err(LockText::NoWayBack) => not_leaving(),
        Err(_) => {}
    }
    out
}

/// Leaves nothing of a company on this device; answers whether that was done. Until all of it was, and the session
/// has ended, each start goes on with it.
pub async fn empty(app: App) -> bool {
    storage::set(LEAVING, "1");
    let told = app.ask(Ask::Forget).await;
    storage::remove(|name| !["language", "theme", LEAVING].contains(&name));
    files::forget_shared().await;
    matches!(told, Ok(Told::Done))
}

fn not_leaving() {
    storage::remove(|name| name == LEAVING);
}

/// Starts again where nothing is left.
pub fn start_empty() {
    not_leaving();
    page::start_again();
}
