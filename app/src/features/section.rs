//! A section of the settings that is not for everybody: nothing for who may not have it, a line and another try where it
//! could not be fetched.

use leptos::prelude::*;

use crate::i18n::{Text, t};
use crate::platform::http::HttpFailure;
use crate::state::{App, app};
use crate::ui::{Card, Skeleton};

/// What is known of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is on its way.
    Coming,
    /// It is here.
    Here,
    /// It is not for this person, or there is none.
    NotTheirs,
    /// It could not be fetched.
    Trouble(Text),
}

impl Known {
    /// What is known once it was asked for.
    pub fn after(failure: Option<&HttpFailure>) -> Known {
        match failure {
            None => Known::Here,
            Some(HttpFailure::Offline) => Known::Trouble(Text::WaitingNetwork),
            Some(HttpFailure::Problem(problem)) if matches!(problem.status, 401 | 403 | 404) => {
                Known::NotTheirs
            }
            Some(_) => Known::Trouble(Text::ErrorTitle),
        }
    }
}

/// Says why something was not done, where the section has no words of its own for it.
pub fn tell(app: App, failure: &HttpFailure) {
    app.say(match failure {
        HttpFailure::Offline => Text::WaitingNetwork,
        _ => Text::ErrorTitle,
    });
}

/// The section. Once the network is back it is fetched by itself.
#[component]
pub fn Section(
    #[prop(into)] title: Signal<String>,
    test_id: &'static str,
    known: RwSignal<Known>,
    load: impl Fn() + Copy + Send + Sync + 'static,
    children: ChildrenFn,
) -> impl IntoView {
    let app = app();
    Effect::new(move |_| {
        let is_back = !app.offline.get();
        if is_back && known.get_untracked() == Known::Trouble(Text::WaitingNetwork) {
            load();
        }
    });
    // What is fetched again leaves forms and focus alone.
    let known = Memo::new(move |_| known.get());
    let trouble = move || match known.get() {
        Known::Trouble(text) => Some(view! {
            <div class="controls" data-testid=format!("{test_id}-trouble")>
                <p class="note">{t(text)}</p>
                <button class="button quiet" on:click=move |_| load()>{t(Text::Retry)}</button>
            </div>
        }),
        _ => None,
    };
    // What was fetched once stays where a later try fails. One memo alone decides what is drawn: of two, where one follows
    // the other, the second's change would go unseen.
    let shown = Memo::new(move |before: Option<&Known>| match known.get() {
        Known::Coming | Known::Trouble(_) if before == Some(&Known::Here) => Known::Here,
        known => known,
    });
    move || match shown.get() {
        Known::Here => {
            let children = children.clone();
            view! {
                <Card title>
                    <div role="status">{trouble}</div>
                    <div data-testid=test_id>{children()}</div>
                </Card>
            }
            .into_any()
        }
        Known::Coming => view! { <Skeleton lines=2 /> }.into_any(),
        Known::NotTheirs => ().into_any(),
        Known::Trouble(_) => {
            view! { <Card title><div role="status">{trouble}</div></Card> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{Problem, ProblemKind};

    use super::*;

    #[test]
    fn who_may_not_have_it_sees_no_trouble() {
        let refused = |kind| HttpFailure::Problem(Box::new(Problem::new(kind, "")));
        for kind in [
            ProblemKind::Unauthorized,
            ProblemKind::Forbidden,
            ProblemKind::NotFound,
        ] {
            assert_eq!(Known::after(Some(&refused(kind))), Known::NotTheirs);
        }
        let busy = refused(ProblemKind::TooManyRequests);
        let trouble = Known::Trouble(Text::ErrorTitle);
        assert_eq!(Known::after(Some(&busy)), trouble);
        assert_eq!(Known::after(Some(&HttpFailure::Other(500))), trouble);
        let offline = Known::after(Some(&HttpFailure::Offline));
        assert_eq!(offline, Known::Trouble(Text::WaitingNetwork));
        assert_eq!(Known::after(None), Known::Here);
    }
}
