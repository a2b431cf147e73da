//! What the forms of keys and of programs share: the name, what may be done, and when it was last used.

use api::keys::NAME_LENGTH_MAX;
use kernel::Date;
use leptos::prelude::*;
use locale::{Locale, format};
use policy::{Scope, Scopes};

use crate::i18n::{KeyText, key_words, scope_words};
use crate::platform::page;
use crate::state::app;

/// Words of keys, in the language of the moment.
pub fn k(text: KeyText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || key_words(text, app.locale.get())
}

/// A name of something for programs.
#[component]
pub fn NameField(name: RwSignal<String>, test_id: &'static str) -> impl IntoView {
    view! {
        <label class="field wide">
            <span>{k(KeyText::Name)} " · " {k(KeyText::NameHint)}</span>
            <input
                data-testid=test_id
                autocomplete="off"
                required
                maxlength=NAME_LENGTH_MAX.to_string()
                prop:value=name
                on:input=move |event| name.set(event_target_value(&event))
            />
        </label>
    }
}

/// A box for each scope.
#[component]
pub fn ScopeBoxes(scopes: RwSignal<Scopes>) -> impl IntoView {
    let on_toggle = move |scope| scopes.update(|all| *all = all.toggled(scope));
    view! { <ScopeChoice scopes on_toggle /> }
}

/// The same, for scopes that are kept elsewhere.
#[component]
pub fn ScopeChoice(
    #[prop(into)] scopes: Signal<Scopes>,
    on_toggle: impl Fn(Scope) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let app = app();
    let boxes = Scope::ALL.map(|scope| {
        let toggle = move |_| on_toggle(scope);
        view! {
            <label class="field check">
                <input type="checkbox" prop:checked=move || scopes.get().has(scope) on:change=toggle data-scope=scope.name() />
                <span>{move || scope_words(scope, app.locale.get())}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{k(KeyText::MayDo)}</legend>
            {boxes.into_iter().collect_view()}
        </fieldset>
    }
}

/// Scopes in words.
pub fn listed(scopes: Scopes, locale: Locale) -> String {
    let words: Vec<&str> = scopes.iter().map(|it| scope_words(it, locale)).collect();
    words.join(", ")
}

/// A moment in words, as a day.
pub fn said(text: KeyText, millis: i64, locale: Locale) -> String {
    format!("{} {}", key_words(text, locale), day(millis, locale))
}

/// When something was last used, in words.
pub fn used(at: Option<i64>, locale: Locale) -> String {
    match at {
        Some(at) => said(KeyText::LastUsed, at, locale),
        None => key_words(KeyText::NotUsed, locale).to_owned(),
    }
}

/// A day as people write it, of a moment.
pub fn day(millis: i64, locale: Locale) -> String {
    let date = Date::from_days(page::local_day(millis));
    date.map(|date| format::date(date, locale))
        .unwrap_or_default()
}
