//! Choosing one of a few: a row of buttons, or the platform's own list.

use leptos::prelude::*;

/// A row of buttons of which one is pressed.
#[component]
pub fn Segments<T>(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<(T, String)>>,
    #[prop(into)] chosen: Signal<T>,
    on_choose: impl Fn(T) + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    view! {
        <div class="segments" role="group" aria-label=label>
            {move || {
                options
                    .get()
                    .into_iter()
                    .map(|(value, name)| {
                        let mine = value.clone();
                        let is_chosen = move || chosen.get() == mine;
                        view! {
                            <button
                                type="button"
                                aria-pressed=move || if is_chosen() { "true" } else { "false" }
                                on:click=move |_| on_choose(value.clone())
                            >
                                {name}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// The platform's own list, with a label.
#[component]
pub fn Choice(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
    #[prop(into)] chosen: Signal<String>,
    #[prop(optional, into)] testid: &'static str,
    #[prop(optional)] is_quiet: bool,
    on_choose: impl Fn(String) + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class:visually-hidden=is_quiet>{label}</span>
            <select data-testid=testid on:change=move |event| on_choose(event_target_value(&event)) prop:value=chosen>
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(value, name)| {
                            let is_chosen = chosen.get_untracked() == value;
                            view! { <option value=value selected=is_chosen>{name}</option> }
                        })
                        .collect_view()
                }}
            </select>
        </label>
    }
}
