//! The fields of a request: each of the kind that its shape says, and its body.

use leptos::prelude::*;
use reference::document::FORM_TYPE;
use reference::example::Fill;
use reference::{Draft, Field, Input, Operation, Refusal, answer};

use super::shape::Shape;
use super::{Own, Shared, d};
use crate::i18n::DeveloperText as T;

/// Fields for what stands beside the body, and of bodies that are forms.
#[component]
pub fn Fields(
    fields: Vec<Field>,
    draft: RwSignal<Draft>,
    refusals: Signal<Vec<Refusal>>,
) -> impl IntoView {
    let fields = fields
        .into_iter()
        .map(|field| view! { <OneField field draft refusals /> });
    fields.collect_view()
}

#[component]
fn OneField(field: Field, draft: RwSignal<Draft>, refusals: Signal<Vec<Refusal>>) -> impl IntoView {
    let key = StoredValue::new(field.key());
    let held = move || {
        let draft = draft.read();
        key.with_value(|key| draft.values.get(key).cloned().unwrap_or_default())
    };
    let put = move |text: String| {
        draft.update(|draft| {
            draft.values.insert(key.get_value(), text);
        });
    };
    let is_wrong = move || {
        let is_this = |one: &Refusal| matches!(one, Refusal::Field(other, _) if key.with_value(|key| key == other));
        refusals.read().iter().any(is_this).then_some("true")
    };
    let kind = if field.is_secret() {
        "password"
    } else {
        "text"
    };
    let input = match field.input.clone() {
        Input::Choice(all) => {
            let nothing =
                (!field.is_required).then(|| view! { <option value="">{d(T::NoChoice)}</option> });
            let now = untrack(held);
            let all = all.into_iter().map(|one| {
                let is_chosen = one == now;
                view! { <option value=one.clone() selected=is_chosen>{one.clone()}</option> }
            });
            let all = all.collect_view();
            view! {
                <select data-field=key.get_value() aria-invalid=is_wrong on:change=move |event| put(event_target_value(&event))>
                    {nothing} {all}
                </select>
            }
                .into_any()
        }
        Input::Whole(..) => input_of("number", &field, key, held, put, is_wrong),
        Input::Day => input_of("date", &field, key, held, put, is_wrong),
        Input::Text(_) => input_of(kind, &field, key, held, put, is_wrong),
    };
    let name = field.name.clone();
    let about = field.about.clone();
    view! {
        <label class="field wide">
            <span lang="en">
                <code><b>{name}</b></code> " " {field.place.name()}
                {field.is_required.then(|| view! { " · " <Own text=T::Needed /> })}
                {(!about.is_empty()).then(|| view! { " · " {about} })}
            </span>
            {input}
        </label>
    }
}

fn input_of(
    kind: &'static str,
    field: &Field,
    key: StoredValue<String>,
    held: impl Fn() -> String + Copy + Send + Sync + 'static,
    put: impl Fn(String) + Copy + 'static,
    is_wrong: impl Fn() -> Option<&'static str> + Copy + Send + Sync + 'static,
) -> AnyView {
    view! {
        <input
            type=kind
            data-field=key.get_value()
            placeholder=field.example.clone()
            aria-invalid=is_wrong
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            prop:value=held
            on:input=move |event| put(event_target_value(&event))
        />
    }
    .into_any()
}

/// The body of a request, where it is no form: its shape, and an editor.
#[component]
pub fn BodyField(
    shared: Shared,
    operation: StoredValue<Operation>,
    draft: RwSignal<Draft>,
    refusals: Signal<Vec<Refusal>>,
) -> impl IntoView {
    let chosen = operation.with_value(|operation| {
        let body = operation.body.as_ref()?;
        let (kind, schema) = body.chosen().filter(|(kind, _)| kind != FORM_TYPE)?;
        Some((kind.clone(), schema.clone(), body.about.clone()))
    });
    let (kind, schema, about) = chosen?;
    let is_json = kind.ends_with("json");
    let fill = move |fill: Fill| {
        let body =
            operation.with_value(|operation| shared.document().example_body(operation, fill));
        draft.update(|draft| draft.body = body);
    };
    let lay_out = move |_| {
        draft.update(|draft| {
            if let Some(body) = answer::pretty(&draft.body) {
                draft.body = body;
            }
        });
    };
    let is_wrong = move || {
        let is_body = |one: &Refusal| !matches!(one, Refusal::Field(..));
        refusals.read().iter().any(is_body)
    };
    Some(view! {
        <details>
            <summary>{d(T::Shape)}</summary>
            <p class="faint" lang="en">{about}</p>
            <Shape shared schema />
        </details>
        <label class="field wide">
            <span>{d(T::Body)} " · " <code>{kind}</code></span>
            <textarea
                data-testid="try-body"
                lang="en"
                rows="8"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=move || is_wrong().then_some("true")
                prop:value=move || draft.read().body.clone()
                on:input=move |event| draft.update(|draft| draft.body = event_target_value(&event))
            ></textarea>
        </label>
        {is_json
            .then(|| {
                view! {
                    <div class="controls">
                        <button type="button" class="button quiet" data-testid="fill-all" on:click=move |_| fill(Fill::All)>{d(T::FillAll)}</button>
                        <button type="button" class="button quiet" data-testid="fill-least" on:click=move |_| fill(Fill::Required)>{d(T::FillLeast)}</button>
                        <button type="button" class="button quiet" on:click=lay_out>{d(T::TidyUp)}</button>
                    </div>
                    <div role="status">
                        <Show when=move || !is_wrong()>
                            <p class="note" data-testid="body-good">{d(T::BodyIsGood)}</p>
                        </Show>
                    </div>
                }
            })}
    })
}
