//! Whether what this device keeps of the company is encrypted, and the switch for it.

use api::sign_in::{PASSKEYS_PATH, Passkey, Passkeys};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, Lock, LockBy, LockPhase, Told};

use super::asked;
use super::lock::l;
use crate::i18n::{LockText, lock_words};
use crate::platform::http;
use crate::platform::passkeys::{self, Evaluated, Secret};
use crate::state::{App, app};
use crate::ui::Card;

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// What came of what the person did last.
    note: RwSignal<Option<LockText>>,
    is_busy: RwSignal<bool>,
    /// The passkey that opens the lock, while another one is being added.
    by: StoredValue<Option<(String, Secret)>, LocalStorage>,
    is_adding: RwSignal<bool>,
}

/// The card; nothing where the company that is shown is open to all.
#[component]
pub fn LockCard() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        note: RwSignal::new(None),
        is_busy: RwSignal::new(false),
        by: StoredValue::new_local(None),
        is_adding: RwSignal::new(false),
    };
    let lock = asked(
        app,
        move || {
            app.changes.track();
            Some(Ask::Lock)
        },
        |told| match told {
            Told::Lock(lock) => Lock::read(&lock).ok(),
            _ => None,
        },
    );
    let is_own = Memo::new(move |_| {
        let shown = app.company();
        let companies = app.companies.read();
        let mut own = companies.iter().flatten();
        shown != "demo" && own.any(|company| company.profile.id.as_str() == shown)
    });
    let title =
        Signal::derive(move || lock_words(LockText::CardTitle, app.locale.get()).to_owned());
    move || {
        let lock = match (&*lock.read(), is_own.get()) {
            (Some(Ok(lock)), true) => lock.clone(),
            _ => return None,
        };
        let phase = lock.phase;
        Some(view! {
            <Card title>
                <div data-testid="lock" data-phase=phase_name(phase)>
                    {match phase {
                        LockPhase::Off => view! { <Off state lock /> }.into_any(),
                        LockPhase::Sealing => view! { <p>{l(LockText::Sealing)}</p> }.into_any(),
                        LockPhase::Sealed => view! { <Sealed state lock /> }.into_any(),
                        LockPhase::Opening => view! { <p>{l(LockText::Opening)}</p> }.into_any(),
                    }}
                    <div role="status">
                        {move || state.note.get().map(|text| view! { <p class="note" data-testid="lock-note">{l(text)}</p> })}
                    </div>
                </div>
            </Card>
        })
    }
}

const fn phase_name(phase: LockPhase) -> &'static str {
    match phase {
        LockPhase::Off => "off",
        LockPhase::Sealing => "sealing",
        LockPhase::Sealed => "sealed",
        LockPhase::Opening => "opening",
    }
}

#[component]
fn Off(state: State, lock: Lock) -> impl IntoView {
    let lock = StoredValue::new(lock);
    let turn_on = move |_| state.run(async move { turn_on(state, lock.get_value()).await });
    view! {
        <p>{l(LockText::Off)}</p>
        {if passkeys::are_supported() {
            view! {
                <p class="faint">{l(LockText::Recommended)}</p>
                <button class="button quiet" data-testid="lock-on" disabled=state.is_busy on:click=turn_on>
                    {l(LockText::TurnOn)}
                </button>
            }
                .into_any()
        } else {
            view! { <p class="note" data-testid="lock-none">{l(LockText::NoKey)}</p> }.into_any()
        }}
    }
}

#[component]
fn Sealed(state: State, lock: Lock) -> impl IntoView {
    let names: Vec<String> = lock.keys.iter().map(|key| key.name.clone()).collect();
    let lock = StoredValue::new(lock);
    let begin = move |_| state.run(async move { begin_adding(state, lock.get_value()).await });
    let add = move |_| state.run(async move { add(state, lock.get_value()).await });
    let turn_off = move |_| state.run(async move { turn_off(state).await });
    view! {
        <p>{l(LockText::Sealed)} " " {l(LockText::UnlockedBy)} ": " <strong>{names.join(", ")}</strong></p>
        <div class="controls">
            {move || match state.is_adding.get() {
                false => view! {
                    <button class="button quiet" data-testid="lock-add" disabled=state.is_busy on:click=begin>
                        {l(LockText::AddKey)}
                    </button>
                }
                    .into_any(),
                // A browser shows one request for each touch.
                true => view! {
                    <button class="button" data-testid="lock-add-now" disabled=state.is_busy on:click=add>
                        {l(LockText::AddKeyNow)}
                    </button>
                }
                    .into_any(),
            }}
            <button class="button quiet" data-testid="lock-off" disabled=state.is_busy on:click=turn_off>
                {l(LockText::TurnOff)}
            </button>
        </div>
    }
}

impl State {
    fn run(self, work: impl Future<Output = Option<LockText>> + 'static) {
        self.is_busy.set(true);
        self.note.set(None);
        spawn_local(async move {
            let note = work.await;
            self.is_busy.try_set(false);
            self.note.try_set(note);
        });
    }

    /// Hands a passkey's secret to the engine, with that of the one that opens the lock where there is one.
    async fn lock_by(
        self,
        lock: Lock,
        known: &[Passkey],
        asked: Evaluated,
        by: Option<(String, Secret)>,
    ) -> Result<(), LockText> {
        let secret = asked.secret.ok_or(LockText::NoKey)?;
        let named = known.iter().find(|key| key.id == asked.id);
        let some = || lock_words(LockText::SomePasskey, self.app.locale.get_untracked()).to_owned();
        let (by, opening) = by.unzip();
        let ask = Ask::LockBy(LockBy {
            name: named.map_or_else(some, |key| key.name.clone()),
            id: asked.id,
            salt: lock.salt,
            by: by.unwrap_or_default(),
        });
        let secrets: Vec<Secret> = std::iter::once(secret).chain(opening).collect();
        let told = self.app.ask_with(ask, Some(secrets.into())).await;
        self.told(told.is_ok())
    }

    fn told(self, is_done: bool) -> Result<(), LockText> {
        self.app.changes.update(|changes| *changes += 1);
        is_done.then_some(()).ok_or(LockText::NotDone)
    }
}

/// The person's passkeys; none without a network, where any of this device may be used.
async fn known_passkeys() -> Option<Vec<Passkey>> {
    let all = http::get::<Passkeys>(PASSKEYS_PATH).await.ok()?;
    Some(all.passkeys)
}

fn ids(keys: &[Passkey]) -> Vec<String> {
    keys.iter().map(|key| key.id.clone()).collect()
}

async fn turn_on(state: State, lock: Lock) -> Option<LockText> {
    let company = state.app.company();
    let known = known_passkeys().await;
    if known.as_ref().is_some_and(Vec::is_empty) {
        return Some(LockText::NoPasskey);
    }
    let known = known.unwrap_or_default();
    let Some(asked) = passkeys::evaluate(&ids(&known), &lock.salt).await else {
        return Some(LockText::NotDone);
    };
    let outcome = state.lock_by(lock, &known, asked, None).await;
    if outcome.is_ok() {
        state.app.note_lock(&company, true);
    }
    outcome.err()
}

async fn begin_adding(state: State, lock: Lock) -> Option<LockText> {
    let opens: Vec<String> = lock.keys.iter().map(|key| key.id.clone()).collect();
    match passkeys::evaluate(&opens, &lock.salt).await {
        Some(Evaluated {
            id,
            secret: Some(secret),
        }) => {
            state.by.set_value(Some((id, secret)));
            state.is_adding.set(true);
            Some(LockText::AddKeyNext)
        }
        _ => Some(LockText::NotDone),
    }
}

async fn add(state: State, lock: Lock) -> Option<LockText> {
    state.is_adding.set(false);
    let by = state.by.try_update_value(Option::take).flatten();
    let mut known = known_passkeys().await.unwrap_or_default();
    known.retain(|key| lock.key(&key.id).is_none());
    let Some(asked) = passkeys::evaluate(&ids(&known), &lock.salt).await else {
        return Some(LockText::NotDone);
    };
    match state.lock_by(lock, &known, asked, by).await {
        Ok(()) => Some(LockText::Added),
        Err(text) => Some(text),
    }
}

async fn turn_off(state: State) -> Option<LockText> {
    let told = state.app.ask(Ask::LockOff).await;
    state.told(told.is_ok()).err()
}
