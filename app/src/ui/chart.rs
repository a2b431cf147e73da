//! A chart: its options come from the engine, its drawing from ECharts, and it can be read as a table.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Ask, ChartSpec, Drawing, Look, Told};

use crate::i18n::{Text, t};
use crate::platform::chart::Chart;
use crate::platform::page;
use crate::state::app;

/// A table that says what a chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows of text.
    pub rows: Vec<Vec<String>>,
}

/// A chart with its table.
#[component]
pub fn ChartView(
    #[prop(into)] label: Signal<String>,
    drawing: Drawing,
    table: ChartTable,
) -> impl IntoView {
    let app = app();
    let element = NodeRef::<Div>::new();
    let as_table = RwSignal::new(false);
    let held: Rc<RefCell<Option<Chart>>> = Rc::default();
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let drawing = drawing.clone();
        let held = held.clone();
        let look_of = {
            let (width_pixels, height_pixels) = page::size(&element);
            let (locale, currency) = (app.locale.get(), app.currency());
            move || Look {
                width_pixels: width_pixels.max(200),
                height_pixels: height_pixels.max(120),
                locale,
                currency,
                theme: page::chart_theme(),
                reduced_motion: page::reduced_motion(),
            }
        };
        spawn_local(async move {
            let spec = ChartSpec {
                drawing,
                look: look_of(),
            };
            let Ok(Told::Chart(options)) = app.ask(Ask::Chart(Box::new(spec))).await else {
                return;
            };
            if held.borrow().is_none() {
                match Chart::new(&element).await {
                    Ok(chart) => held.replace(Some(chart)),
                    Err(_) => return as_table.set(true),
                };
            }
            let is_drawn = held.borrow().as_ref().is_some_and(|chart| {
                chart.resize();
                chart.draw(&options).is_ok()
            });
            if !is_drawn {
                as_table.set(true);
            }
        });
    });
    let rows = table.rows;
    let header = table.header;
    view! {
        <div class="chart-box">
            <div
                class="chart"
                data-testid="chart"
                node_ref=element
                role="img"
                aria-label=label
                class:hidden=as_table
            ></div>
            <Show when=move || as_table.get()>
                <div class="scroll" tabindex="0" role="region" aria-label=label>
                    <table>
                        <thead><tr>{header.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}</tr></thead>
                        <tbody>
                            {rows
                                .iter()
                                .map(|row| view! { <tr>{row.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr> })
                                .collect_view()}
                        </tbody>
                    </table>
                </div>
            </Show>
            <button class="link" data-testid="chart-table" on:click=move |_| as_table.update(|table| *table = !*table)>
                {move || if as_table.get() { t(Text::ShowChart)() } else { t(Text::ShowTable)() }}
            </button>
        </div>
    }
}
