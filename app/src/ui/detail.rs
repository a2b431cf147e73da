//! The numbers behind a figure: a sheet that a long press, a right click or the menu key opens.

use std::time::Duration;

use leptos::html::Button;
use leptos::prelude::*;
use model::metrics::MetricId;

use crate::i18n::{Text, t};
use crate::state::app;

/// How long a finger rests before it is a long press.
const LONG_PRESS: Duration = Duration::from_millis(450);

/// What the sheet says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// Whose numbers.
    pub title: String,
    /// Names and exact values.
    pub rows: Vec<(String, String)>,
    /// The metric that is to be explained below them, if one is.
    pub metric: Option<MetricId>,
}

/// A long press on its way.
#[derive(Clone, Copy)]
pub struct LongPress {
    timer: StoredValue<Option<TimeoutHandle>>,
    was_long: StoredValue<bool>,
}

impl LongPress {
    /// No finger down.
    pub fn new() -> LongPress {
        LongPress {
            timer: StoredValue::new(None),
            was_long: StoredValue::new(false),
        }
    }

    /// A finger comes down: `act` follows unless it moves or leaves before.
    pub fn down(self, act: impl Fn() + 'static) {
        self.up();
        self.was_long.set_value(false);
        let long = move || {
            if self.was_long.try_set_value(true).is_none() {
                act();
            }
        };
        let timer = set_timeout_with_handle(long, LONG_PRESS).ok();
        self.timer.set_value(timer);
    }

    /// The finger leaves, or begins to scroll.
    pub fn up(self) {
        let held = self.timer.try_update_value(Option::take).flatten();
        if let Some(timer) = held {
            timer.clear();
        }
    }

    /// Whether the click that comes now ends a long press, and so is none; asked once a click.
    pub fn ends(self) -> bool {
        let was_long = self.was_long.get_value();
        self.was_long.set_value(false);
        was_long
    }
}

/// The sheet, while there are numbers to show; `meaning` draws what [`Detail::metric`] means.
#[component]
pub fn DetailSheet(meaning: fn() -> AnyView) -> impl IntoView {
    let app = app();
    let close = move || app.detail.set(None);
    let button = NodeRef::<Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    move || {
        app.detail.get().map(|detail| {
            let title = detail.title.clone();
            let rows = detail.rows.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
            view! {
                <div class="backdrop" on:click=move |_| close()></div>
                <div
                    class="sheet card"
                    role="dialog"
                    aria-modal="true"
                    aria-label=title
                    data-testid="detail"
                    on:keydown=move |event| if event.key() == "Escape" { close() }
                >
                    <h2>{detail.title}</h2>
                    <dl class="lines">
                        {rows.collect_view()}
                        {detail.metric.map(|_| view! { <div><dt>{t(Text::Definition)}</dt><dd>{meaning()}</dd></div> })}
                    </dl>
                    <button class="button quiet" node_ref=button on:click=move |_| close()>{t(Text::Close)}</button>
                </div>
            }
        })
    }
}
