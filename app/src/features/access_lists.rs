//! From where a company is asked, for owners and administrators: pages of other origins, and networks.
//!
//! Both lists are edited as a whole and saved together, because networks that are added one by one would shut people out
//! in between. Saving is taken back by saving what was there before.

mod draft;
mod entries;

use api::access_lists::{ACCESS_LISTS_PATH, Lists, NewAccessLists};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::section::{Known, Section, tell};
use crate::i18n::{AccessText as T, Text, access_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::state::{App, app};
use draft::{Draft, Kind};
use entries::Entries;

/// How what was done is taken back.
#[derive(Clone)]
enum Back {
    /// By saving what the edge had.
    Save(NewAccessLists),
    /// By writing again what was discarded.
    Write(Draft),
}

/// What was just done.
#[derive(Clone)]
struct Done {
    text: T,
    back: Option<Back>,
}

/// What is written in the field for another entry.
#[derive(Clone, Copy)]
struct Field {
    text: RwSignal<String>,
    /// Whether the field was left once; nobody is corrected at their first letter.
    is_left: RwSignal<bool>,
}

impl Field {
    fn new() -> Field {
        Field {
            text: RwSignal::new(String::new()),
            is_left: RwSignal::new(false),
        }
    }

    fn clear(self) {
        self.is_left.set(false);
        self.text.set(String::new());
    }
}

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    known: RwSignal<Known>,
    /// What the edge has.
    saved: RwSignal<Draft>,
    draft: RwSignal<Draft>,
    /// From where this browser asks, where the edge is told.
    address: RwSignal<Option<String>>,
    done: RwSignal<Option<Done>>,
    origin: Field,
    network: Field,
    /// While the lists are saved; they are not edited meanwhile.
    is_saving: RwSignal<bool>,
}

impl State {
    fn load(self) {
        spawn_local(async move {
            let told = http::get::<Lists>(ACCESS_LISTS_PATH).await;
            let known = Known::after(told.as_ref().err());
            if let (Ok(lists), Some(before)) = (told, self.saved.try_get_untracked()) {
                self.take(lists, &before);
            }
            self.known.try_set(known);
        });
    }

    /// Takes what the edge has. What was edited since `before` stays.
    fn take(self, lists: Lists, before: &Draft) {
        let saved = Draft::of(&lists);
        self.address.try_set(lists.address);
        let is_edited = self.draft.try_with_untracked(|draft| draft != before);
        if is_edited == Some(false) {
            self.draft.try_set(saved.clone());
        }
        self.saved.try_set(saved);
    }

    fn field(self, kind: Kind) -> Field {
        match kind {
            Kind::Origins => self.origin,
            Kind::Networks => self.network,
        }
    }

    /// Whether a list has no room for another entry.
    fn is_full(self, kind: Kind) -> bool {
        self.draft.read().is_full(kind)
    }

    /// Adds what is written in the fields; `false` where it is no entry, which the field says.
    fn add_written(self) -> bool {
        [Kind::Origins, Kind::Networks].into_iter().all(|kind| {
            let field = self.field(kind);
            let text = field.text.get_untracked();
            let is_done = text.trim().is_empty() || self.add(kind, &text);
            match is_done {
                true => field.clear(),
                false => field.is_left.set(true),
            }
            is_done
        })
    }

    /// Whether an entry was added.
    fn add(self, kind: Kind, text: &str) -> bool {
        let added = self.draft.read_untracked().with(kind, text);
        self.done.set(None);
        match added {
            Ok(draft) => {
                self.draft.set(draft);
                true
            }
            Err(_) => false,
        }
    }

    fn remove(self, kind: Kind, at: usize) {
        self.done.set(None);
        self.draft.update(|draft| *draft = draft.without(kind, at));
    }

    fn save(self, wish: NewAccessLists, text: T, back: Option<Back>, undone: Option<Back>) {
        if self.is_saving.get_untracked() {
            return;
        }
        self.is_saving.set(true);
        let before = self.draft.get_untracked();
        spawn_local(async move {
            match http::send_json::<Lists>("PUT", ACCESS_LISTS_PATH, &wish).await {
                Ok(lists) => {
                    self.take(lists, &before);
                    self.done.try_set(Some(Done { text, back }));
                }
                Err(failure) => self.refused(&failure, undone),
            }
            self.is_saving.try_set(false);
        });
    }

    /// Tells why nothing was saved. What was to be taken back can be tried again.
    fn refused(self, failure: &HttpFailure, back: Option<Back>) {
        let text = match failure {
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.look_for_address();
                T::Refused
            }
            HttpFailure::Problem(problem) if problem.status == 400 => T::NotTaken,
            failure => return tell(self.app, failure),
        };
        self.done.try_set(Some(Done { text, back }));
    }

    fn take_back(self, back: Back) {
        match back {
            Back::Save(wish) => {
                let undone = Some(Back::Save(wish.clone()));
                self.save(wish, T::Restored, None, undone);
            }
            Back::Write(draft) => {
                self.draft.set(draft);
                self.done.set(None);
            }
        }
    }

    /// The edge sees the address of this moment, which may be another than when the lists were fetched.
    fn look_for_address(self) {
        spawn_local(async move {
            if let Ok(lists) = http::get::<Lists>(ACCESS_LISTS_PATH).await {
                self.address.try_set(lists.address);
            }
        });
    }
}

/// Words of this section, in the language of the moment.
fn a(text: T) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || access_words(text, app.locale.get())
}

/// The section; nothing for those who may not manage access.
#[component]
pub fn AccessLists() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        known: RwSignal::new(Known::Coming),
        saved: RwSignal::new(Draft::default()),
        draft: RwSignal::new(Draft::default()),
        address: RwSignal::new(None),
        done: RwSignal::new(None),
        origin: Field::new(),
        network: Field::new(),
        is_saving: RwSignal::new(false),
    };
    state.load();
    let title = Signal::derive(move || access_words(T::Title, app.locale.get()).to_owned());
    view! {
        <Section title test_id="access-lists" known=state.known load=move || state.load()>
            <Entries state kind=Kind::Origins />
            <Entries state kind=Kind::Networks />
            <Own state />
            <Saving state />
            <div role="status">{move || state.done.get().map(|done| view! { <DoneLine state done /> })}</div>
        </Section>
    }
}

/// The person's own address, and whether they would shut themselves out.
#[component]
fn Own(state: State) -> impl IntoView {
    let app = state.app;
    let address = move || {
        let locale = app.locale.get();
        match state.address.get() {
            Some(address) => access_words(T::OwnAddress, locale).replacen("{}", &address, 1),
            None => access_words(T::NoAddress, locale).to_owned(),
        }
    };
    let is_missing = move || {
        let address = state.address.read();
        address
            .as_deref()
            .is_some_and(|address| !state.draft.read().names(address))
    };
    let add = move |_| {
        if let Some(address) = state.address.get_untracked() {
            state.add(Kind::Networks, &address);
        }
    };
    let block = move || draft::block_of(state.address.read().as_deref()?);
    let is_off = move || state.is_saving.get() || state.is_full(Kind::Networks);
    let shut_out = move || {
        let address = state.address.get();
        let locale = app.locale.get();
        let is_out = !state.draft.read().admits(address.as_deref());
        is_out.then(|| match address {
            Some(address) => access_words(T::ShutOut, locale).replacen("{}", &address, 1),
            None => access_words(T::ShutOutUnknown, locale).to_owned(),
        })
    };
    view! {
        <p class="note" data-testid="own-address">{address}</p>
        <Show when=is_missing>
            <div class="controls">
                <button class="button quiet" data-testid="own-address-add" disabled=is_off on:click=add>{a(T::AddOwn)}</button>
                // Devices change their address of IPv6 within such a block.
                {move || {
                    let block = block()?;
                    let words = access_words(T::AddOwnBlock, app.locale.get()).replacen("{}", &block, 1);
                    let add = move |_| {
                        state.add(Kind::Networks, &block);
                    };
                    Some(view! {
                        <button class="button quiet" data-testid="own-block-add" disabled=is_off on:click=add>{words}</button>
                    })
                }}
            </div>
        </Show>
        <div role="alert">
            {move || shut_out().map(|words| view! { <p class="note bad" data-testid="shut-out">{words}</p> })}
        </div>
    }
}

#[component]
fn Saving(state: State) -> impl IntoView {
    let is_changed = move || *state.draft.read() != *state.saved.read();
    let save = move |_| {
        if !state.add_written() {
            return state.done.set(Some(Done {
                text: T::NoEntry,
                back: None,
            }));
        }
        let back = state.saved.read_untracked().wish();
        let wish = state.draft.read_untracked().wish();
        state.save(wish, T::Saved, Some(Back::Save(back)), None);
    };
    let discard = move |_| {
        let back = Some(Back::Write(state.draft.get_untracked()));
        state.draft.set(state.saved.get_untracked());
        let text = T::Discarded;
        state.done.set(Some(Done { text, back }));
    };
    view! {
        <Show when=is_changed>
            <p class="note" data-testid="access-not-saved">{a(T::NotSaved)}</p>
            <div class="controls">
                <button class="button" data-testid="access-save" disabled=state.is_saving on:click=save>{a(T::Save)}</button>
                <button class="button quiet" data-testid="access-discard" disabled=state.is_saving on:click=discard>{a(T::Discard)}</button>
            </div>
        </Show>
    }
}

#[component]
fn DoneLine(state: State, done: Done) -> impl IntoView {
    view! {
        <p class="note" data-testid="access-done">
            {a(done.text)} " "
            {done
                .back
                .map(|back| {
                    view! {
                        <button class="link" data-testid="access-undo" disabled=state.is_saving on:click=move |_| state.take_back(back.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
