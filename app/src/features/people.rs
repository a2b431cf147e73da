//! The people of a company, for those who manage them: roles, channels, invitations by link, sending somebody
//! away and taking that back.

mod invite;

use api::members::{MEMBERS_PATH, Member, MemberChange, Members};
use leptos::prelude::*;
use leptos::task::spawn_local;
use locale::Locale;
use model::schema::Dimension;
use policy::Role;
use protocol::{Ask, Told};

use super::access_parts::day;
use super::audit_log::AuditLog;
use crate::i18n::{MemberText, Text, member_words, role_words, t};
use crate::platform::http::{self, HttpFailure};
use crate::state::{App, app};
use crate::ui::Card;
use invite::{InviteForm, Link};

/// Channels that are offered.
const CHANNELS_SHOWN: usize = 50;

/// What the parts share.
#[derive(Clone, Copy)]
struct State {
    app: App,
    /// Nothing where the person may not manage people.
    members: RwSignal<Option<Vec<Member>>>,
    /// Keys and names of the company's channels.
    channels: RwSignal<Vec<(String, String)>>,
    /// The link that was just made.
    link: RwSignal<Option<String>>,
    /// What was just done; who was sent away can be taken back.
    done: RwSignal<Option<(MemberText, Option<String>)>>,
}

impl State {
    fn say(self, text: MemberText, gone: Option<String>) {
        self.done.try_set(Some((text, gone)));
    }

    async fn load(self) {
        if let Ok(all) = http::get::<Members>(MEMBERS_PATH).await {
            self.members.try_set(Some(all.members));
        }
        let ask = Ask::Members {
            dimension: Dimension::Channel,
            search: String::new(),
            limit: CHANNELS_SHOWN,
        };
        if let Ok(Told::Members(members)) = self.app.ask(ask).await {
            let named = members.into_iter().filter(|member| member.key != "-");
            let named = named.map(|member| (member.key, member.label));
            self.channels.try_set(named.collect());
        }
    }

    async fn send(self, method: &str, path: &str, body: &impl serde::Serialize) -> bool {
        match http::send_json::<Members>(method, path, body).await {
            Ok(all) => {
                self.members.try_set(Some(all.members));
                true
            }
            Err(failure) => {
                self.refused(&failure);
                // A choice that was not taken goes back to what is.
                self.members.try_update(|_| ());
                false
            }
        }
    }

    async fn change(self, id: &str, change: MemberChange) {
        let path = format!("{MEMBERS_PATH}/{id}");
        if self.send("PATCH", &path, &change).await {
            self.say(MemberText::Changed, None);
        }
    }

    fn refused(self, failure: &HttpFailure) {
        match failure {
            HttpFailure::Problem(problem) if problem.status == 403 => {
                self.say(MemberText::NotAllowed, None);
            }
            HttpFailure::Problem(problem) if problem.status == 409 => {
                self.say(MemberText::LastOwner, None);
            }
            HttpFailure::Offline => self.app.say(Text::WaitingNetwork),
            _ => self.app.say(Text::ErrorTitle),
        }
    }

    /// What the person is themselves.
    fn own_role(self) -> Option<Role> {
        let members = self.members.read();
        let own = members.as_ref()?.iter().find(|member| member.is_this)?;
        Some(own.role)
    }

    /// The roles that the person may give.
    fn gifts(self) -> Vec<Role> {
        let own = self.own_role();
        let may = |role: &Role| own.is_some_and(|own| own.may_give(*role));
        Role::ALL.into_iter().filter(may).collect()
    }
}

/// A message in the person's language.
pub fn m(text: MemberText) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let app = app();
    move || member_words(text, app.locale.get())
}

/// The section, and the audit log; nothing for those who may not manage people.
#[component]
pub fn People() -> impl IntoView {
    let app = app();
    let state = State {
        app,
        members: RwSignal::new(None),
        channels: RwSignal::new(Vec::new()),
        link: RwSignal::new(None),
        done: RwSignal::new(None),
    };
    spawn_local(state.load());
    let title =
        Signal::derive(move || member_words(MemberText::Title, app.locale.get()).to_owned());
    let names = Signal::derive(move || {
        let members = state.members.read();
        let named = members.iter().flatten();
        named
            .map(|member| (member.id.clone(), name_of(member, app.locale.get())))
            .collect()
    });
    view! {
        <Show when=move || state.members.read().is_some()>
            <Card title>
                <div data-testid="people">
                    <p class="faint">{m(MemberText::Hint)}</p>
                    <List state />
                    <div role="status">
                        {move || state.done.get().map(|(text, gone)| view! { <DoneLine state text gone /> })}
                    </div>
                    <Link state />
                    <InviteForm state />
                </div>
            </Card>
            <AuditLog names />
        </Show>
    }
}

fn name_of(member: &Member, locale: Locale) -> String {
    match member.name.as_str() {
        "" => member_words(MemberText::Unnamed, locale).to_owned(),
        name => name.to_owned(),
    }
}

#[component]
fn List(state: State) -> impl IntoView {
    move || {
        let members = state.members.get().unwrap_or_default();
        let rows = members
            .into_iter()
            .map(|member| view! { <Row state member /> });
        view! { <div>{rows.collect_view()}</div> }
    }
}

#[component]
fn Row(state: State, member: Member) -> impl IntoView {
    let app = state.app;
    let locale = app.locale.get();
    let name = name_of(&member, locale);
    let words = |text| member_words(text, locale);
    let about = format!(
        "{} {}",
        words(MemberText::Since),
        day(member.created_at, locale)
    );
    let gifts = state.gifts();
    let (role, is_this) = (member.role, member.is_this);
    let id = StoredValue::new(member.id.clone());
    let may = gifts.contains(&role);
    let label = format!("{}: {name}", words(MemberText::RoleLabel));
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event).parse::<Role>().ok();
        let change = MemberChange {
            role: chosen,
            channels: None,
        };
        spawn_local(async move { state.change(&id.get_value(), change).await });
    };
    let shown = if may {
        let options = gifts.into_iter().map(|gift| {
            view! { <option value=gift.name() selected=gift == role>{role_words(gift, locale)}</option> }
        });
        view! {
            <label class="field">
                <span>{m(MemberText::RoleLabel)}</span>
                <select data-testid="member-role" aria-label=label on:change=choose>{options.collect_view()}</select>
            </label>
        }
        .into_any()
    } else {
        view! { <p class="faint">{role_words(role, locale)}</p> }.into_any()
    };
    let remove = move |_| {
        spawn_local(async move {
            let path = format!("{MEMBERS_PATH}/{}", id.get_value());
            if state.send("DELETE", &path, &()).await {
                state.say(MemberText::Removed, Some(id.get_value()));
            }
        });
    };
    let remove_label = format!("{}: {name}", words(MemberText::Remove));
    let end = (may && !is_this).then(|| {
        view! {
            <button class="link" data-testid="member-remove" aria-label=remove_label on:click=remove>
                {m(MemberText::Remove)}
            </button>
        }
    });
    let limits = (may && role.can_be_limited()).then(|| {
        let channels = member.channels.clone();
        view! { <Channels state id=member.id.clone() channels name=name.clone() /> }
    });
    let you = is_this.then(|| format!(" ({})", words(MemberText::You)));
    view! {
        <div class="person" data-testid="member">
            <p><strong>{name}</strong> {you} <br /> <small class="faint">{about}</small></p>
            <div class="controls">{shown} {end}</div>
            {limits}
        </div>
    }
}

/// Which channels somebody sees.
#[component]
fn Channels(
    state: State,
    id: String,
    channels: Option<Vec<String>>,
    name: String,
) -> impl IntoView {
    let locale = state.app.locale;
    let id = StoredValue::new(id);
    let chosen = RwSignal::new(channels.clone().unwrap_or_default());
    let shown = move || {
        let names = state.channels.read();
        let label = |key: &String| {
            let known = names.iter().find(|(known, _)| known == key);
            known.map_or_else(|| key.clone(), |(_, label)| label.clone())
        };
        match &channels {
            None => member_words(MemberText::AllChannels, locale.get()).to_owned(),
            Some(keys) if keys.is_empty() => "—".to_owned(),
            Some(keys) => keys.iter().map(label).collect::<Vec<_>>().join(", "),
        }
    };
    let save = move |_| {
        let keys = chosen.get_untracked();
        let change = MemberChange {
            role: None,
            channels: Some((!keys.is_empty()).then_some(keys)),
        };
        spawn_local(async move { state.change(&id.get_value(), change).await });
    };
    let label = format!(
        "{}: {name}",
        member_words(MemberText::SaveChannels, locale.get_untracked())
    );
    view! {
        <details>
            <summary data-testid="member-channels">{m(MemberText::Channels)} ": " {shown}</summary>
            <p class="faint">{m(MemberText::ChannelsHint)}</p>
            <Boxes state chosen />
            <button class="button quiet" data-testid="member-channels-save" aria-label=label on:click=save>
                {m(MemberText::SaveChannels)}
            </button>
        </details>
    }
}

/// A box for each channel.
#[component]
fn Boxes(state: State, chosen: RwSignal<Vec<String>>) -> impl IntoView {
    move || {
        let mut offered = state.channels.get();
        // What is chosen stays to be seen, here or not.
        for key in chosen.get_untracked() {
            if offered.iter().all(|(known, _)| *known != key) {
                offered.push((key.clone(), key));
            }
        }
        let boxes = offered.into_iter().map(|(key, label)| {
            let own = StoredValue::new(key.clone());
            let is_on = move || own.with_value(|own| chosen.read().contains(own));
            let toggle = move |_| {
                chosen.update(|keys| {
                    let own = own.get_value();
                    match keys.iter().position(|key| *key == own) {
                        Some(at) => drop(keys.remove(at)),
                        None => keys.push(own),
                    }
                });
            };
            view! {
                <label class="field check">
                    <input type="checkbox" prop:checked=is_on on:change=toggle data-channel=key />
                    <span>{label}</span>
                </label>
            }
        });
        view! { <div>{boxes.collect_view()}</div> }
    }
}

#[component]
fn DoneLine(state: State, text: MemberText, gone: Option<String>) -> impl IntoView {
    let undo = move |id: String| {
        spawn_local(async move {
            let path = format!("{MEMBERS_PATH}/{id}/restore");
            if state.send("POST", &path, &()).await {
                state.done.try_set(None);
            }
        });
    };
    view! {
        <p class="note" data-testid="people-done">
            {m(text)}
            {gone
                .map(|id| {
                    view! {
                        <button class="link" data-testid="member-undo" on:click=move |_| undo(id.clone())>{t(Text::Undo)}</button>
                    }
                })}
        </p>
    }
}
