//! An answer: its status, how long it took and where, what is left to the caller, its headers and its body.

use leptos::prelude::*;
use locale::{Locale, format};
use reference::answer::{self, Left, Stage};

use super::code::Copy;
use super::playground::Sent;
use super::{d, title};
use crate::i18n::{DeveloperText as T, developer_words};
use crate::platform::http::Answered;
use crate::state::app;
use crate::ui::Card;

/// The most of a body that is shown, in bytes; more makes a phone slow.
const SHOWN_BYTES_MAX: usize = 48 << 10;

#[component]
pub fn AnswerView(sent: RwSignal<Option<Sent>>) -> impl IntoView {
    let app = app();
    // Told in a word; the whole of it is there to be read.
    let told = move || {
        let said = |text| developer_words(text, app.locale.get());
        match sent.read().as_ref() {
            Some(Sent::Waiting) => said(T::Sending).to_owned(),
            Some(Sent::Answered(answered)) => format!("{}: {}", said(T::Answer), answered.status),
            _ => String::new(),
        }
    };
    view! {
        <div role="status" class="visually-hidden">{told}</div>
        {move || match sent.get() {
            Some(Sent::NoNetwork) => {
                view! { <p class="line" role="alert" data-testid="try-offline">{d(T::NoNetwork)}</p> }.into_any()
            }
            Some(Sent::Answered(answered)) => view! { <Shown answered=*answered /> }.into_any(),
            None | Some(Sent::Waiting) => ().into_any(),
        }}
    }
}

#[component]
fn Shown(answered: Answered) -> impl IntoView {
    let app = app();
    let header = |name: &str| {
        let found = answered.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let stages = StoredValue::new(answer::stages(&header("server-timing")));
    let left = StoredValue::new(answer::left(
        &header("ratelimit-policy"),
        &header("ratelimit"),
    ));
    let (status, millis, bytes) = (answered.status, answered.millis, answered.bytes);
    let headers = answered.headers.clone().into_iter().map(|(name, value)| {
        view! { <div><dt><code>{name}</code></dt><dd><code>{value}</code></dd></div> }
    });
    let headers = headers.collect_view();
    let is_good = status < 400;
    view! {
        <Card title=title(T::Answer)>
            <div data-testid="answer" data-status=status>
                <dl class="facts">
                    <div><dt>{d(T::Status)}</dt><dd class="big" class:good=is_good class:bad=!is_good>{status}</dd></div>
                    <div>
                        <dt>{d(T::Time)}</dt>
                        <dd data-testid="answer-time">{move || millis_words(millis, app.locale.get())}</dd>
                    </div>
                    <div><dt>{d(T::Size)}</dt><dd>{move || format::bytes(bytes, app.locale.get())}</dd></div>
                </dl>
                {move || {
                    let locale = app.locale.get();
                    let rows = stages.with_value(|stages| stages.iter().map(|stage| stage_row(stage, locale)).collect_view());
                    let is_told = stages.with_value(|stages| !stages.is_empty());
                    is_told.then(|| view! { <h3>{d(T::Stages)}</h3> <dl class="lines" data-testid="answer-stages">{rows}</dl> })
                }}
                {move || {
                    let locale = app.locale.get();
                    let rows = left.with_value(|left| left.iter().map(|left| left_row(left, locale)).collect_view());
                    let is_told = left.with_value(|left| !left.is_empty());
                    is_told.then(|| view! { <h3>{d(T::Left)}</h3> <dl class="lines" data-testid="answer-left">{rows}</dl> })
                }}
                <details>
                    <summary>{d(T::Headers)}</summary>
                    <dl class="lines" lang="en">{headers}</dl>
                </details>
                <Body answered />
            </div>
        </Card>
    }
}

#[component]
fn Body(answered: Answered) -> impl IntoView {
    let Some(text) = answered.text else {
        return view! { <p class="note">{d(T::NoText)}</p> }.into_any();
    };
    if text.is_empty() {
        return view! { <p class="note">{d(T::NoBody)}</p> }.into_any();
    }
    let text = answer::pretty(&text).unwrap_or(text);
    let end = text.floor_char_boundary(SHOWN_BYTES_MAX.min(text.len()));
    let shown = text.get(..end).unwrap_or_default().to_owned();
    let is_cut = end < text.len();
    view! {
        <h3>{d(T::AnswerBody)}</h3>
        <pre class="code" tabindex="0" role="region" aria-label=d(T::AnswerBody) lang="en" data-testid="answer-body">{shown}</pre>
        {is_cut.then(|| view! { <p class="note">{d(T::Cut)}</p> })}
        <Copy text=Signal::stored(text) test_id="answer-copy" />
    }
    .into_any()
}

/// A time as people read it.
fn millis_words(millis: f64, locale: Locale) -> String {
    format!("{} ms", format::whole(millis.round() as i64, locale))
}

fn stage_row(stage: &Stage, locale: Locale) -> impl IntoView + use<> {
    let millis = stage.micros as f64 / 1_000.0;
    let digits = if stage.micros % 1_000 == 0 { 0 } else { 1 };
    let length = format!("{} ms", format::decimal(millis, digits, locale));
    view! { <div><dt lang="en">{stage.name.clone()}</dt><dd>{length}</dd></div> }
}

fn left_row(left: &Left, locale: Locale) -> impl IntoView + use<> {
    let rest = format::whole(left.left, locale);
    let of = match left.quota {
        Some(quota) => developer_words(T::LeftOf, locale)
            .replacen("{}", &rest, 1)
            .replacen("{}", &format::whole(quota, locale), 1),
        None => rest,
    };
    let reset = format::whole(left.reset_seconds, locale);
    let more = developer_words(T::MoreIn, locale).replace("{}", &reset);
    view! { <div><dt lang="en">{left.name.clone()}</dt><dd>{of} <br /><small class="faint">{more}</small></dd></div> }
}
