//! Whether what this device keeps of the company is encrypted, and the switch for it.

use api::sign_in::{Passkey, Passkeys};
use kernel::TenantId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, Lock, LockKey, LockPhase, SetLock, Told};

use super::asked;
use super::lock::l;
use crate::i18n::{LockText, lock_words};
use crate::platform::engine::Handed;
use crate::platform::lock_keys::{self, DataKey};
use crate::platform::passkeys::{self, Evaluated, Secret};
use crate::state::{App, app};
use crate::ui::Card;

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// The person's passkeys, as the list of devices has fetched them: between a touch and the browser's request
    /// there is no time for that. None without a network, where any of this device may be used.
    keys: RwSignal<Option<Passkeys>>,
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
        keys: expect_context(),
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
            Told::Lock(lock) => Some(lock),
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
        let text = match (&*lock.read(), is_own.get()) {
            (Some(Ok(text)), true) => text.clone(),
            _ => return None,
        };
        let lock = Lock::read(&text).ok();
        let phase = lock.as_ref().map(|lock| lock.phase);
        Some(view! {
            <Card title>
                <div data-testid="lock" data-phase=phase_name(phase)>
                    {match (phase, lock) {
                        (Some(LockPhase::Sealing), _) => view! { <p>{l(LockText::Sealing)}</p> }.into_any(),
                        (Some(LockPhase::Opening), _) => view! { <p>{l(LockText::Opening)}</p> }.into_any(),
                        (_, Some(lock)) => view! { <Sealed state lock /> }.into_any(),
                        (_, None) => view! { <Off state /> }.into_any(),
                    }}
                    <div role="status">
                        {move || state.note.get().map(|text| view! { <p class="note" data-testid="lock-note">{l(text)}</p> })}
                    </div>
                </div>
            </Card>
        })
    }
}

const fn phase_name(phase: Option<LockPhase>) -> &'static str {
    match phase {
        None => "off",
        Some(LockPhase::Sealing) => "sealing",
        Some(LockPhase::Sealed) => "sealed",
        Some(LockPhase::Opening) => "opening",
    }
}

#[component]
fn Off(state: State) -> impl IntoView {
    let turn_on = move |_| state.run(async move { turn_on(state).await.err() });
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
    let begin = move |_| {
        state.run(async move {
            match begin_adding(state, lock.get_value()).await {
                Ok(text) | Err(text) => Some(text),
            }
        })
    };
    let add = move |_| state.run(async move { add(state, lock.get_value()).await });
    let turn_off = move |_| state.run(async move { turn_off(state, lock.get_value()).await.err() });
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

    /// The data key, wrapped for a passkey that was asked.
    async fn wrapped(
        self,
        key: &DataKey,
        known: &[Passkey],
        asked: Evaluated,
    ) -> Result<LockKey, LockText> {
        let secret = asked.secret.ok_or(LockText::NoKey)?;
        let named = known.iter().find(|key| key.id == asked.id);
        let some = || lock_words(LockText::SomePasskey, self.app.locale.get_untracked()).to_owned();
        let name = named.map_or_else(some, |key| key.name.clone());
        let wrapped = key.wrapped(asked.id, name, &secret).await;
        wrapped.ok_or(LockText::NotDone)
    }

    /// The person's passkeys but those that open the lock already.
    fn known(self, opens: &[LockKey]) -> Result<Vec<Passkey>, LockText> {
        let Some(all) = self.keys.get_untracked() else {
            return Ok(Vec::new());
        };
        let mut known = all.passkeys;
        known.retain(|key| opens.iter().all(|other| other.id != key.id));
        if known.is_empty() {
            return Err(LockText::NoPasskey);
        }
        Ok(known)
    }

    /// Puts a lock in the place of the one that it was made of.
    async fn set(
        self,
        company: &str,
        from: String,
        to: &Lock,
        handed: Option<Handed>,
    ) -> Result<(), LockText> {
        let ask = set_lock(company, from, to).ok_or(LockText::NotDone)?;
        let told = self.app.ask_with(ask, handed).await;
        self.app.changes.update(|changes| *changes += 1);
        told.map(drop).map_err(|_| LockText::NotDone)
    }
}

fn ids(keys: &[Passkey]) -> Vec<String> {
    keys.iter().map(|key| key.id.clone()).collect()
}

async fn turn_on(state: State) -> Result<(), LockText> {
    let company = state.app.company();
    let known = state.known(&[])?;
    let salt = lock_keys::salt().ok_or(LockText::NotDone)?;
    let asked = passkeys::evaluate(&ids(&known), &salt).await;
    let asked = asked.ok_or(LockText::NotDone)?;
    let key = DataKey::new().ok_or(LockText::NotDone)?;
    let lock = Lock {
        phase: LockPhase::Sealing,
        salt,
        keys: vec![state.wrapped(&key, &known, asked).await?],
    };
    let handed = key.handed().await;
    state.set(&company, String::new(), &lock, handed).await?;
    state.app.note_lock(&company, true);
    Ok(())
}

/// Asks for a passkey that opens the lock.
async fn opener(lock: &Lock) -> Result<(String, Secret), LockText> {
    let opens: Vec<String> = lock.keys.iter().map(|key| key.id.clone()).collect();
    let asked = passkeys::evaluate(&opens, &lock.salt).await;
    let Evaluated { id, secret } = asked.ok_or(LockText::NotDone)?;
    Ok((id, secret.ok_or(LockText::NotDone)?))
}

async fn begin_adding(state: State, lock: Lock) -> Result<LockText, LockText> {
    state.known(&lock.keys)?;
    state.by.set_value(Some(opener(&lock).await?));
    state.is_adding.set(true);
    Ok(LockText::AddKeyNext)
}

async fn add(state: State, lock: Lock) -> Option<LockText> {
    state.is_adding.set(false);
    let by = state.by.try_update_value(Option::take).flatten();
    let known = match state.known(&lock.keys) {
        Ok(known) => known,
        Err(text) => return Some(text),
    };
    let Some(asked) = passkeys::evaluate(&ids(&known), &lock.salt).await else {
        return Some(LockText::NotDone);
    };
    match added(state, lock, &known, asked, by).await {
        Ok(()) => Some(LockText::Added),
        Err(text) => Some(text),
    }
}

async fn added(
    state: State,
    mut lock: Lock,
    known: &[Passkey],
    asked: Evaluated,
    by: Option<(String, Secret)>,
) -> Result<(), LockText> {
    let (id, secret) = by.ok_or(LockText::NotDone)?;
    let key = DataKey::unwrapped(&lock, &id, &secret).await;
    let key = key.ok_or(LockText::WrongKey)?;
    let from = lock.to_text();
    let wrapped = state.wrapped(&key, known, asked).await?;
    lock.take(wrapped).map_err(|_| LockText::NotDone)?;
    state.set(&state.app.company(), from, &lock, None).await
}

async fn turn_off(state: State, mut lock: Lock) -> Result<(), LockText> {
    let company = state.app.company();
    // Who finds the page open does not decrypt what is here for good.
    let (id, secret) = opener(&lock).await?;
    let key = DataKey::unwrapped(&lock, &id, &secret).await;
    key.ok_or(LockText::WrongKey)?;
    let from = lock.to_text();
    lock.phase = LockPhase::Opening;
    state.set(&company, from, &lock, None).await
}

/// The question that puts a lock in the place of one.
fn set_lock(company: &str, from: String, to: &Lock) -> Option<Ask> {
    let company = TenantId::new(company).ok()?;
    let to = to.to_text();
    Some(Ask::SetLock(SetLock { company, from, to }))
}

/// Lets a passkey that the person has removed no longer open what is here, unless no other does.
pub async fn drop_passkey(app: App, id: &str) {
    let Ok(Told::Lock(from)) = app.ask(Ask::Lock).await else {
        return;
    };
    let Ok(mut lock) = Lock::read(&from) else {
        return;
    };
    if lock.drop_key(id)
        && let Some(ask) = set_lock(&app.company(), from, &lock)
    {
        // Where it cannot be now, the settings still list it.
        drop(app.ask(ask).await);
        app.changes.update(|changes| *changes += 1);
    }
}
