//! Inviting somebody: a link that works once, shown now and handed on.

use api::admin::Invite;
use api::members::{INVITATIONS_PATH, NAME_LENGTH_MAX, NewMember};
use leptos::prelude::*;
use leptos::task::spawn_local;
use policy::Role;

use super::{Boxes, State, m};
use crate::i18n::{MemberText, member_words, role_words};
use crate::platform::http::{self, HttpFailure};
use crate::platform::{page, share};

/// The link that was just made.
#[component]
pub fn Link(state: State) -> impl IntoView {
    let locale = state.app.locale;
    let copy = move |_| {
        spawn_local(async move {
            let link = state.link.get_untracked().unwrap_or_default();
            if page::copy(&link).await {
                state.say(MemberText::Copied, None);
            }
        });
    };
    let hand_on = move |_| {
        spawn_local(async move {
            let link = state.link.get_untracked().unwrap_or_default();
            let title = member_words(MemberText::ShareTitle, locale.get_untracked());
            share::link(title, &link).await;
        });
    };
    move || {
        state.link.get().map(|link| {
            let share = share::is_offered().then(|| {
                view! { <button class="button" data-testid="invite-share" on:click=hand_on>{m(MemberText::Share)}</button> }
            });
            view! {
                <p class="note">{m(MemberText::LinkOnce)}</p>
                <p><code data-testid="invite-link">{link}</code></p>
                <div class="controls">
                    {share}
                    <button class="button quiet" data-testid="invite-copy" on:click=copy>{m(MemberText::Copy)}</button>
                </div>
            }
        })
    }
}

/// Inviting somebody of a role, and of channels.
#[component]
pub fn InviteForm(state: State) -> impl IntoView {
    let locale = state.app.locale;
    let name = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Analyst);
    let channels = RwSignal::new(Vec::new());
    let invite = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (role, keys) = (role.get_untracked(), channels.get_untracked());
        let is_limited = role.can_be_limited() && !keys.is_empty();
        let wish = NewMember {
            name: name.get_untracked(),
            role,
            channels: is_limited.then_some(keys),
        };
        spawn_local(async move {
            match http::send_json::<Invite>("POST", INVITATIONS_PATH, &wish).await {
                Ok(invite) => {
                    let link = format!("{}/?join={}", share::origin(), invite.token);
                    state.link.try_set(Some(link));
                    state.done.try_set(None);
                    name.try_set(String::new());
                    channels.try_set(Vec::new());
                }
                Err(HttpFailure::Problem(problem)) if matches!(problem.status, 400 | 409) => {
                    state.say(MemberText::NotInvited, None);
                }
                Err(failure) => state.refused(&failure),
            }
        });
    };
    let options = move || {
        let gifts = state.gifts().into_iter();
        let option = gifts.map(|gift| {
            let is_chosen = gift == role.get_untracked();
            view! { <option value=gift.name() selected=is_chosen>{role_words(gift, locale.get())}</option> }
        });
        option.collect_view()
    };
    let choose = move |event| {
        if let Ok(chosen) = event_target_value(&event).parse::<Role>() {
            role.set(chosen);
        }
    };
    view! {
        <details>
            <summary data-testid="invite-new">{m(MemberText::Invite)}</summary>
            <form on:submit=invite>
                <label class="field wide">
                    <span>{m(MemberText::Name)}</span>
                    <input
                        data-testid="invite-name"
                        autocomplete="off"
                        maxlength=NAME_LENGTH_MAX.to_string()
                        prop:value=name
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </label>
                <label class="field wide">
                    <span>{m(MemberText::RoleLabel)}</span>
                    <select data-testid="invite-role" on:change=choose>{options}</select>
                </label>
                <Show when=move || role.get().can_be_limited()>
                    <fieldset>
                        <legend>{m(MemberText::Channels)}</legend>
                        <p class="faint">{m(MemberText::ChannelsHint)}</p>
                        <Boxes state chosen=channels />
                    </fieldset>
                </Show>
                <button class="button" data-testid="invite-make">{m(MemberText::Invite)}</button>
            </form>
        </details>
    }
}
