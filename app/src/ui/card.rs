//! Cards and the states of what they hold: loading, empty, failed.

use leptos::html::Div;
use leptos::prelude::*;

use crate::i18n::{Text, t};
use crate::platform::page;
use crate::state::app;
use crate::view_state::Screen;

/// A card whose title is the question that it answers.
#[component]
pub fn Card(#[prop(into)] title: Signal<String>, children: Children) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{title}</h2>
            {children()}
        </section>
    }
}

/// The place of what is being fetched.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label=t(Text::Loading)>
            {(0..lines).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}

/// What is drawn once its place comes near the screen; until then the place is as high as a screen.
#[component]
pub fn WhenNear(children: ChildrenFn) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let is_near = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            page::when_near(&place, move || {
                is_near.try_set(true);
            });
        }
    });
    move || match is_near.get() {
        true => children().into_any(),
        false => view! { <div class="near" node_ref=place></div> }.into_any(),
    }
}

/// Nothing to show, and what to do about it.
#[component]
pub fn Empty() -> impl IntoView {
    let app = app();
    view! {
        <div class="empty">
            <p><strong>{t(Text::EmptyTitle)}</strong></p>
            <p>{t(Text::EmptyNext)}</p>
            <button class="button" on:click=move |_| app.go_to(Screen::Import)>{t(Text::ImportAction)}</button>
        </div>
    }
}

/// What did not work, and trying again.
#[component]
pub fn Failed(text: String, retry: impl Fn() + 'static) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <p><strong>{t(Text::ErrorTitle)}</strong></p>
            <p>{text}</p>
            <button class="button" on:click=move |_| retry()>{t(Text::Retry)}</button>
        </div>
    }
}
