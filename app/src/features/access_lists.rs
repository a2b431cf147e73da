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

/// What was just done; saving can be taken back.
#[derive(Clone)]
struct Done {
    text: T,
    back: Option<NewAccessLists>,
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
}

impl State {
    fn load(self) {
        spawn_local(async move {
            let told = http::get::<Lists>(ACCESS_LISTS_PATH).await;
            let known = Known::after(told.as_ref().err());
            if let Ok(lists) = told {
                self.take(lists);
            }
            self.known.try_set(known);
        });
    }

    fn take(self, lists: Lists) {
        let saved = Draft::of(&lists);
        self.address.try_set(lists.address);
        self.draft.try_set(saved.clone());
        self.saved.try_set(saved);
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

    fn save(self, wish: NewAccessLists, text: T, back: Option<NewAccessLists>) {
        spawn_local(async move {
            match http::send_json::<Lists>("PUT", ACCESS_LISTS_PATH, &wish).await {
                Ok(lists) => {
                    self.take(lists);
                    self.done.try_set(Some(Done { text, back }));
                }
                Err(failure) => self.refused(&failure),
            }
        });
    }

    fn refused(self, failure: &HttpFailure) {
        let text = match failure {
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.look_for_address();
                T::Refused
            }
            HttpFailure::Problem(problem) if problem.status == 400 => T::NotTaken,
            failure => return tell(self.app, failure),
        };
        self.done.try_set(Some(Done { text, back: None }));
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
            <button class="button quiet" data-testid="own-address-add" on:click=add>{a(T::AddOwn)}</button>
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
        let back = state.saved.read_untracked().wish();
        let wish = state.draft.read_untracked().wish();
        state.save(wish, T::Saved, Some(back));
    };
    let discard = move |_| state.draft.set(state.saved.get_untracked());
    view! {
        <Show when=is_changed>
            <p class="note" data-testid="access-not-saved">{a(T::NotSaved)}</p>
            <div class="controls">
                <button class="button" data-testid="access-save" on:click=save>{a(T::Save)}</button>
                <button class="button quiet" data-testid="access-discard" on:click=discard>{a(T::Discard)}</button>
            </div>
        </Show>
    }
}

#[component]
fn DoneLine(state: State, done: Done) -> impl IntoView {
    let undo = move |back: NewAccessLists| state.save(back, T::Restored, None);
    view! {
        <p class="note" data-testid="access-done">
            {a(done.text)} " "
            {done
                .back
                .map(|back| {
                    view! {
                        <button class="link" data-testid="access-undo" on:click=move |_| undo(back.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
