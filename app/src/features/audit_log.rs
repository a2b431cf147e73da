//! The audit log: its last entries, and checking and exporting all of them.
//!
//! Checking is done here, by the rule that anybody can follow (`credentials::chain`), and not by asking the edge.
//! This browser remembers the last hash that it checked, so that a log that was written anew shows.

use std::collections::BTreeMap;

use api::audit::{AUDIT_PATH, Audit, Entry, LIST_MAX};
use credentials::chain::{self, BEGINNING, Link};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::{Locale, format};

use super::access_parts::day;
use super::people::m;
use crate::i18n::{MemberText, Text, event_words, member_words};
use crate::platform::{files, http, storage};
use crate::state::app;
use crate::ui::Card;

/// Entries that are shown.
const SHOWN: u64 = 50;

/// What checking came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All entries are as they were written: this many.
    Intact(u64),
    /// The first that is not.
    Changed(u64),
    /// The one that this browser checked last is another now.
    Other(u64),
}

/// Checks all entries of a log; `kept` is the number and hash of the last one that was checked before.
fn check(entries: &[Entry], kept: Option<&(u64, String)>) -> Outcome {
    let links = entries.iter().map(|entry| {
        let link = Link {
            number: entry.number,
            at: entry.at,
            actor: &entry.actor,
            event: &entry.event,
            about: &entry.about,
            detail: &entry.detail,
            outcome: &entry.outcome,
        };
        (link, entry.hash.as_str())
    });
    if let Err(number) = chain::verify(0, BEGINNING, links) {
        return Outcome::Changed(number);
    }
    if let Some((number, hash)) = kept {
        let same = entries.iter().find(|entry| entry.number == *number);
        if same.is_none_or(|entry| entry.hash != *hash) {
            return Outcome::Other(*number);
        }
    }
    Outcome::Intact(entries.len() as u64)
}

async fn page(after: u64, limit: u32) -> Result<Audit, http::HttpFailure> {
    http::get(&format!("{AUDIT_PATH}?after={after}&limit={limit}")).await
}

/// All entries.
async fn all() -> Result<Vec<Entry>, http::HttpFailure> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.number);
        let next = page(after, LIST_MAX).await?;
        let is_end = next.entries.len() < LIST_MAX as usize;
        entries.extend(next.entries);
        if is_end {
            return Ok(entries);
        }
    }
}

/// The last entries, newest first.
async fn last() -> Result<Vec<Entry>, http::HttpFailure> {
    let count = page(0, 1).await?.count;
    let mut entries = page(count.saturating_sub(SHOWN), SHOWN as u32)
        .await?
        .entries;
    entries.reverse();
    Ok(entries)
}

/// What this browser remembers of the log of a company.
fn memory(company: &str) -> String {
    format!("audit-{company}")
}

fn kept(company: &str) -> Option<(u64, String)> {
    let text = storage::get(&memory(company))?;
    let (number, hash) = text.split_once(' ')?;
    Some((number.parse().ok()?, hash.to_owned()))
}

/// The section; `names` are the people's, by their ids.
#[component]
pub fn AuditLog(names: Signal<BTreeMap<String, String>>) -> impl IntoView {
    let app = app();
    let shown = RwSignal::new(None::<Vec<Entry>>);
    let outcome = RwSignal::new(None::<Outcome>);
    let title =
        Signal::derive(move || member_words(MemberText::AuditTitle, app.locale.get()).to_owned());
    let trouble = move |failure: &http::HttpFailure| match failure {
        http::HttpFailure::Offline => app.say(Text::WaitingNetwork),
        _ => app.say(Text::ErrorTitle),
    };
    let show = move |_| {
        spawn_local(async move {
            match last().await {
                Ok(entries) => drop(shown.try_set(Some(entries))),
                Err(failure) => trouble(&failure),
            }
        });
    };
    let export = move |_| {
        spawn_local(async move {
            let entries = match all().await {
                Ok(entries) => entries,
                Err(failure) => return trouble(&failure),
            };
            let company = app.own_company().map(|own| own.id.to_string());
            let company = company.unwrap_or_default();
            let checked = check(&entries, kept(&company).as_ref());
            if let (Outcome::Intact(_), Some(last)) = (checked, entries.last()) {
                storage::set(&memory(&company), &format!("{} {}", last.number, last.hash));
            }
            outcome.try_set(Some(checked));
            if let Ok(text) = serde_json::to_string_pretty(&entries) {
                files::save("audit-log.json", "application/json", &text);
            }
        });
    };
    view! {
        <Card title>
            <div data-testid="audit">
                <p class="faint">{m(MemberText::AuditHint)}</p>
                <div class="controls">
                    <button class="button quiet" data-testid="audit-show" on:click=show>{m(MemberText::AuditShow)}</button>
                    <button class="button quiet" data-testid="audit-export" on:click=export>{m(MemberText::AuditCheck)}</button>
                </div>
                <div role="status">
                    {move || outcome.get().map(|outcome| view! { <p class="note" data-testid="audit-outcome">{said(outcome, app.locale.get())}</p> })}
                </div>
                {move || shown.get().map(|entries| view! { <Entries entries names /> })}
            </div>
        </Card>
    }
}

fn said(outcome: Outcome, locale: Locale) -> String {
    let (text, number) = match outcome {
        Outcome::Intact(number) => (MemberText::AuditIntact, number),
        Outcome::Changed(number) => (MemberText::AuditChanged, number),
        Outcome::Other(number) => (MemberText::AuditOther, number),
    };
    let number = format::whole(number as i64, locale);
    format!("{} {number}.", member_words(text, locale))
}

#[component]
fn Entries(entries: Vec<Entry>, names: Signal<BTreeMap<String, String>>) -> impl IntoView {
    let locale = app().locale.get();
    if entries.is_empty() {
        return view! { <p class="faint">{m(MemberText::AuditNone)}</p> }.into_any();
    }
    let names = names.get();
    let rows = entries.into_iter().map(|entry| {
        let event = event_words(&entry.event, locale).map_or(entry.event.clone(), str::to_owned);
        let refused = (!entry.outcome.is_empty())
            .then(|| format!(" · {}", member_words(MemberText::AuditRefused, locale)));
        view! {
            <div data-testid="audit-entry">
                <dt>{actor(&entry.actor, &names, locale)} " " {event} {refused}</dt>
                <dd><small>{day(entry.at, locale)} " · " {entry.number}</small></dd>
            </div>
        }
    });
    view! { <dl class="lines">{rows.collect_view()}</dl> }.into_any()
}

fn actor(actor: &str, names: &BTreeMap<String, String>, locale: Locale) -> String {
    let unknown = |text| member_words(text, locale).to_owned();
    match actor.split_once(' ') {
        Some(("person", id)) => {
            let name = names.get(id).cloned();
            name.unwrap_or_else(|| unknown(MemberText::AuditPerson))
        }
        Some((kind @ ("key" | "program" | "issuer"), id)) => {
            let text = match kind {
                "key" => MemberText::AuditKey,
                "program" => MemberText::AuditProgram,
                _ => MemberText::AuditIssuer,
            };
            let end = id.get(..8).unwrap_or(id);
            format!("{} {end}", member_words(text, locale))
        }
        None if actor == "webhooks" => unknown(MemberText::AuditItself),
        _ => unknown(MemberText::AuditOperator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(details: &[&str]) -> Vec<Entry> {
        let mut before = BEGINNING.to_owned();
        let numbered = details.iter().zip(1..);
        let entries = numbered.map(|(detail, number)| {
            let link = Link {
                number,
                at: 1_795_424_400_000,
                actor: "person p-1",
                event: "make-key",
                about: "",
                detail,
                outcome: "",
            };
            before = link.hash(&before);
            Entry {
                number,
                at: link.at,
                actor: link.actor.to_owned(),
                event: link.event.to_owned(),
                about: String::new(),
                detail: (*detail).to_owned(),
                outcome: String::new(),
                hash: before.clone(),
            }
        });
        entries.collect()
    }

    #[test]
    fn a_changed_a_missing_and_a_rewritten_entry_show() {
        let entries = log(&["a", "b", "c"]);
        assert_eq!(check(&entries, None), Outcome::Intact(3));
        assert_eq!(check(&[], None), Outcome::Intact(0));
        let mut changed = entries.clone();
        changed[1].detail = "x".to_owned();
        assert_eq!(check(&changed, None), Outcome::Changed(2));
        let mut missing = entries.clone();
        missing.remove(0);
        assert_eq!(check(&missing, None), Outcome::Changed(1));
        // Written anew as a whole it holds together, and yet is not what was checked before.
        let kept = (2, entries[1].hash.clone());
        assert_eq!(check(&entries, Some(&kept)), Outcome::Intact(3));
        let anew = log(&["x", "b", "c", "d"]);
        assert_eq!(check(&anew, None), Outcome::Intact(4));
        assert_eq!(check(&anew, Some(&kept)), Outcome::Other(2));
        assert_eq!(check(&entries[..1], Some(&kept)), Outcome::Other(2));
    }
}
