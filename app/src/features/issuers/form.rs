//! The form of an issuer: its keys by address or as they are, and rules, which are looked at while they are written.

use ::webhooks::target::{TargetError, URL_BYTES_MAX};
use api::issuers::{Issuer, NAME_LENGTH_MAX, TEXT_BYTES_MAX, is_text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use policy::Role;

use super::draft::{self, Draft};
use super::{Back, Changed, State, i};
use crate::features::access_parts::ScopeChoice;
use crate::i18n::{IssuerText as T, issuer_words, role_words, target_words};
use crate::platform::http::HttpFailure;
use crate::state::app;
use crate::ui::Segments;

/// What the parts of a form share.
#[derive(Clone, Copy)]
struct Form {
    draft: RwSignal<Draft>,
    /// Whether it was tried to send, or the address left; nobody is corrected at their first letter.
    is_left: RwSignal<bool>,
    /// What the edge says of the address.
    refused: RwSignal<Option<TargetError>>,
    /// What is wrong with the whole.
    wrong: RwSignal<Option<T>>,
    test_id: &'static str,
}

impl Form {
    fn new(draft: Draft, test_id: &'static str) -> Form {
        Form {
            draft: RwSignal::new(draft),
            is_left: RwSignal::new(false),
            refused: RwSignal::new(None),
            wrong: RwSignal::new(None),
            test_id,
        }
    }

    fn id(self, part: &str) -> String {
        format!("{}-{part}", self.test_id)
    }

    fn write(self, change: impl FnOnce(&mut Draft)) {
        self.wrong.set(None);
        self.draft.update(change);
    }

    /// Tells why the edge does not take it.
    fn refuse(self, state: State, failure: &HttpFailure, words: T) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 400 => {
                let refused = self.draft.try_with_untracked(Draft::url_refusal);
                self.refused.try_set(refused.flatten());
                self.wrong.try_set(Some(words));
            }
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.wrong.try_set(Some(T::Full));
                state.load();
            }
            failure => state.failed(failure, None),
        }
    }
}

/// Letting an issuer in; what is shared comes by the context, as this part is fetched when it is first opened.
#[component]
pub fn Make() -> impl IntoView {
    use_context::<State>().map(|state| view! { <New state /> })
}

/// Changing the issuer of the context.
#[component]
pub fn Change() -> impl IntoView {
    let issuer = use_context::<Changed>();
    let both = use_context::<State>().zip(issuer);
    both.map(|(state, Changed(issuer))| view! { <Old state issuer /> })
}

#[component]
fn New(state: State) -> impl IntoView {
    let form = Form::new(Draft::default(), "issuer");
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.is_left.set(true);
        let wish = match form.draft.read_untracked().wish() {
            Ok(wish) => wish,
            Err(wrong) => return form.wrong.set(Some(wrong)),
        };
        if !state.begin() {
            return;
        }
        spawn_local(async move {
            match state.add(&wish).await {
                Ok(()) => {
                    state.done.try_set(None);
                    form.draft.try_set(Draft::default());
                    form.is_left.try_set(false);
                }
                Err(failure) => form.refuse(state, &failure, T::NotTaken),
            }
            state.end();
        });
    };
    view! {
        <form on:submit=make novalidate>
            <Fields form />
            <button class="button" data-testid="issuer-make" disabled=state.is_busy>{i(T::Make)}</button>
        </form>
    }
}

#[component]
fn Old(state: State, issuer: Issuer) -> impl IntoView {
    let form = Form::new(Draft::of(&issuer), "issuer-change");
    let held = StoredValue::new(issuer);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.is_left.set(true);
        let wish = match form.draft.read_untracked().wish() {
            Ok(wish) => wish,
            Err(T::NotTaken) => return form.wrong.set(Some(T::NotChanged)),
            Err(wrong) => return form.wrong.set(Some(wrong)),
        };
        let issuer = held.get_value();
        let to = draft::again(&issuer);
        if to == wish {
            return state.open.set(None);
        }
        if !state.begin() {
            return;
        }
        spawn_local(async move {
            match state.replace(&issuer.id, &wish).await {
                Ok(()) => state.say(T::Changed, Some(Back::Change { id: issuer.id, to })),
                Err(failure) => form.refuse(state, &failure, T::NotChanged),
            }
            state.end();
        });
    };
    view! {
        <form on:submit=save novalidate>
            <Fields form />
            <button class="button" data-testid="issuer-change-save" disabled=state.is_busy>{i(T::SaveChange)}</button>
        </form>
    }
}

#[component]
fn Fields(form: Form) -> impl IntoView {
    let app = app();
    let places = move || {
        let locale = app.locale.get();
        [(true, T::Published), (false, T::Given)]
            .map(|(is_published, text)| (is_published, issuer_words(text, locale).to_owned()))
            .to_vec()
    };
    let label = Signal::derive(move || issuer_words(T::KeysFrom, app.locale.get()).to_owned());
    let is_published = Memo::new(move |_| form.draft.read().is_published);
    let numbers = Memo::new(move |_| {
        let draft = form.draft.read();
        draft
            .rules
            .iter()
            .map(|(number, _)| *number)
            .collect::<Vec<_>>()
    });
    view! {
        <label class="field wide">
            <span>{i(T::Name)} " · " {i(T::NameHint)}</span>
            <input
                data-testid=form.id("name")
                autocomplete="off"
                required
                maxlength=NAME_LENGTH_MAX.to_string()
                prop:value=move || form.draft.read().name.clone()
                on:input=move |event| form.write(|draft| draft.name = event_target_value(&event))
            />
        </label>
        <label class="field wide">
            <span>{i(T::Issuer)} " · " {i(T::IssuerHint)}</span>
            <input
                data-testid=form.id("iss")
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                required
                maxlength=TEXT_BYTES_MAX.to_string()
                aria-invalid=move || (form.wrong.get() == Some(T::IssuerWrong)).then_some("true")
                prop:value=move || form.draft.read().issuer.clone()
                on:input=move |event| form.write(|draft| draft.issuer = event_target_value(&event))
            />
        </label>
        <p class="faint">{i(T::KeysFrom)}</p>
        <Segments
            label
            options=Signal::derive(places)
            chosen=is_published
            on_choose=move |is_published| form.write(|draft| draft.is_published = is_published)
        />
        {move || match is_published.get() {
            true => view! { <Address form /> }.into_any(),
            false => view! { <Keys form /> }.into_any(),
        }}
        <h3>{i(T::Rules)}</h3>
        <p class="faint">{i(T::RulesHint)}</p>
        <For each=move || numbers.get() key=|number| *number children=move |number| view! { <Rule form number /> } />
        <Show when=move || form.draft.read().has_room()>
            <button type="button" class="button quiet" data-testid=form.id("rule-add") on:click=move |_| form.write(Draft::add_rule)>
                {i(T::AddRule)}
            </button>
        </Show>
        <div role="alert">
            {move || {
                let words = issuer_words(form.wrong.get()?, app.locale.get());
                Some(view! { <p class="note bad" data-testid=form.id("wrong")>{words}</p> })
            }}
        </div>
    }
}

/// Where the keys are published.
#[component]
fn Address(form: Form) -> impl IntoView {
    let app = app();
    let trouble = move || {
        let own = form.draft.read().url_trouble();
        own.filter(|_| form.is_left.get()).or(form.refused.get())
    };
    let write = move |event| {
        form.refused.set(None);
        form.write(|draft| draft.url = event_target_value(&event));
    };
    view! {
        <label class="field wide">
            <span>{i(T::Address)} " · " {i(T::AddressHint)}</span>
            <input
                type="url"
                data-testid=form.id("url")
                inputmode="url"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength=URL_BYTES_MAX.to_string()
                aria-invalid=move || trouble().map(|_| "true")
                aria-describedby=form.id("url-trouble")
                prop:value=move || form.draft.read().url.clone()
                on:input=write
                on:change=move |_| form.is_left.set(true)
            />
        </label>
        <div id=form.id("url-trouble") role="status">
            {move || {
                let words = target_words(trouble()?, app.locale.get());
                Some(view! { <p class="note bad" data-testid=form.id("url-wrong")>{words}</p> })
            }}
        </div>
    }
}

/// The keys themselves, and what is read of them.
#[component]
fn Keys(form: Form) -> impl IntoView {
    let app = app();
    let read = Memo::new(move |_| {
        let draft = form.draft.read();
        (!draft.keys.trim().is_empty()).then(|| draft::keys(&draft.keys))
    });
    let is_wrong = move || matches!(*read.read(), Some(Err(_))).then_some("true");
    let told = move || {
        let locale = app.locale.get();
        Some(match read.get()? {
            Err(wrong) => {
                let words = issuer_words(wrong, locale);
                view! { <p class="note bad" data-testid=form.id("keys-wrong")>{words}</p> }
                    .into_any()
            }
            Ok(keys) => {
                let keys = keys.into_iter().map(|(kid, algorithm)| {
                    let unnamed = || issuer_words(T::NoNamedKey, locale).to_owned();
                    format!("{} ({algorithm})", kid.unwrap_or_else(unnamed))
                });
                let keys = keys.collect::<Vec<_>>().join(", ");
                let words = issuer_words(T::KeysFound, locale).replacen("{}", &keys, 1);
                view! { <p class="note" data-testid=form.id("keys-read")>{words}</p> }.into_any()
            }
        })
    };
    view! {
        <label class="field wide">
            <span>{i(T::Keys)} " · " {i(T::KeysHint)}</span>
            <textarea
                data-testid=form.id("keys")
                rows="6"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=is_wrong
                aria-describedby=form.id("keys-trouble")
                prop:value=move || form.draft.read().keys.clone()
                on:input=move |event| form.write(|draft| draft.keys = event_target_value(&event))
            ></textarea>
        </label>
        <div id=form.id("keys-trouble") role="status">{told}</div>
    }
}

/// One rule.
#[component]
fn Rule(form: Form, number: u32) -> impl IntoView {
    let app = app();
    let write = move |change: &dyn Fn(&mut api::issuers::IssuerRule)| {
        form.write(|draft| {
            if let Some(rule) = draft.rule_mut(number) {
                change(rule);
            }
        });
    };
    let of = move |part: fn(&api::issuers::IssuerRule) -> String| {
        move || form.draft.read().rule(number).map(part).unwrap_or_default()
    };
    let wrong = move |part: fn(&api::issuers::IssuerRule) -> &String| {
        move || {
            let draft = form.draft.read();
            let is_text = draft
                .rule(number)
                .map(part)
                .map(|text| is_text(text.trim()));
            let is_wrong = is_text == Some(false) && form.wrong.get() == Some(T::RuleWrong);
            is_wrong.then_some("true")
        }
    };
    let scopes = Signal::derive(move || {
        let draft = form.draft.read();
        draft
            .rule(number)
            .map(|rule| rule.scopes)
            .unwrap_or_default()
    });
    let place = move || {
        let draft = form.draft.read();
        let place = draft.rules.iter().position(|(other, _)| *other == number);
        let place = place.map_or(0, |place| place + 1).to_string();
        issuer_words(T::Rule, app.locale.get()).replacen("{}", &place, 1)
    };
    let roles = move || {
        let locale = app.locale.get();
        let chosen = form
            .draft
            .read_untracked()
            .rule(number)
            .map(|rule| rule.role);
        let roles = Role::ALL.into_iter().filter(|role| role.is_personal());
        let roles = roles.map(|role| {
            view! { <option value=role.name() selected=chosen == Some(role)>{role_words(role, locale)}</option> }
        });
        roles.collect_view()
    };
    let choose = move |event: leptos::ev::Event| {
        if let Ok(role) = event_target_value(&event).parse::<Role>() {
            write(&|rule| rule.role = role);
        }
    };
    view! {
        <fieldset class="person" data-testid=form.id("rule")>
            <legend>{place}</legend>
            <label class="field wide">
                <span>{i(T::Claim)}</span>
                <input
                    data-testid=form.id("claim")
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength=TEXT_BYTES_MAX.to_string()
                    aria-invalid=wrong(|rule| &rule.claim)
                    prop:value=of(|rule| rule.claim.clone())
                    on:input=move |event| write(&|rule| rule.claim = event_target_value(&event))
                />
            </label>
            <label class="field wide">
                <span>{i(T::Value)}</span>
                <input
                    data-testid=form.id("value")
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength=TEXT_BYTES_MAX.to_string()
                    aria-invalid=wrong(|rule| &rule.value)
                    prop:value=of(|rule| rule.value.clone())
                    on:input=move |event| write(&|rule| rule.value = event_target_value(&event))
                />
            </label>
            <label class="field wide">
                <span>{i(T::Role)}</span>
                <select data-testid=form.id("role") prop:value=of(|rule| rule.role.name().to_owned()) on:change=choose>{roles}</select>
            </label>
            <ScopeChoice
                scopes
                on_toggle=move |scope| write(&|rule| rule.scopes = rule.scopes.toggled(scope))
            />
            <Show when=move || form.draft.read().rules.len().gt(&1)>
                <button
                    type="button"
                    class="link"
                    data-testid=form.id("rule-remove")
                    on:click=move |_| form.write(|draft| draft.remove_rule(number))
                >
                    {i(T::RemoveRule)}
                </button>
            </Show>
        </fieldset>
    }
}
