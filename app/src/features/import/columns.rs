//! How a file is read: its columns, its format, and the first rows as they will be taken.

use leptos::prelude::*;
use protocol::{DateOrder, DecimalMark, FilePreview, Format, ImportSpec, TextEncoding, Trial};

use crate::i18n::{Text, column_name, date_order_text, decimal_text, reason_text, t, words};
use crate::platform::page;
use crate::state::app;
use crate::ui::{Card, Choice};

/// The first rows.
#[component]
pub fn Sample(trial: Trial) -> impl IntoView {
    let locale = app().locale.get_untracked();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=t(Text::PreviewTitle)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t(Text::Line)}</th>
                        {trial.columns.iter().map(|name| view! { <th scope="col">{column_name(name, locale).to_owned()}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>
                    {trial
                        .samples
                        .iter()
                        .map(|row| {
                            let why = row.rejected.as_ref().map(|rejected| {
                                format!("{}: {}", column_name(rejected.field.as_deref().unwrap_or_default(), locale), reason_text(&rejected.reason, locale))
                            });
                            view! {
                                <tr class:rejected=why.is_some() title=why>
                                    <th scope="row">{row.line}</th>
                                    {row.cells.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}

/// Which of the file's columns holds what.
#[component]
pub fn Columns(preview: FilePreview, on_correct: Callback<ImportSpec>) -> impl IntoView {
    let app = app();
    let FilePreview {
        spec: read_as,
        columns: found,
        ..
    } = preview;
    let kind = read_as.kind;
    let filled = read_as.mapping.clone();
    let required = kind.required_columns();
    let field = move |column: &'static str| {
        let spec = read_as.clone();
        let is_needed = required.contains(&column);
        let headers: Vec<_> = found
            .iter()
            .map(|guess| {
                let examples = guess.examples.join(", ");
                let mark = if examples.is_empty() { "" } else { " · " };
                (
                    guess.header.clone(),
                    format!("{}{mark}{examples}", guess.header),
                )
            })
            .collect();
        let chosen = spec.mapping.get(column).cloned().unwrap_or_default();
        let options = move || {
            let none = words(Text::NotInFile, app.locale.get()).to_owned();
            let mut options = vec![(String::new(), none)];
            options.extend(headers.clone());
            options
        };
        let label = move || {
            let name = column_name(column, app.locale.get());
            if is_needed {
                format!("{name} ({})", words(Text::Needed, app.locale.get()))
            } else {
                name.to_owned()
            }
        };
        let choose = move |header: String| {
            let mut spec = spec.clone();
            if header.is_empty() {
                spec.mapping.remove(column);
            } else {
                spec.mapping.insert(column.to_owned(), header);
            }
            on_correct.run(spec);
        };
        view! {
            <Choice
                label=Signal::derive(label)
                options=Signal::derive(options)
                chosen=Signal::derive(move || chosen.clone())
                on_choose=choose
            />
        }
    };
    let optional = kind.optional_columns().iter().copied();
    let (filled, unfilled): (Vec<_>, Vec<_>) =
        optional.partition(|column| filled.contains_key(*column));
    let first = required
        .iter()
        .copied()
        .chain(filled)
        .map(field.clone())
        .collect_view();
    let rest = unfilled.into_iter().map(field).collect_view();
    view! {
        <Card title=Signal::derive(move || words(Text::ColumnsTitle, app.locale.get()).to_owned())>
            <div class="fields">{first}</div>
            <details>
                <summary>{t(Text::MoreColumns)}</summary>
                <div class="fields">{rest}</div>
            </details>
        </Card>
    }
}

const DELIMITERS: [(u8, &str); 4] = [(b',', ","), (b';', ";"), (b'\t', "Tab"), (b'|', "|")];
/// Currencies that are offered.
pub const CURRENCIES: [&str; 9] = [
    "TRY", "EUR", "USD", "GBP", "RUB", "AED", "BRL", "PLN", "AZN",
];

fn json_name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The format of a file.
#[component]
pub fn Dialect(spec: ImportSpec, on_correct: Callback<ImportSpec>) -> impl IntoView {
    let app = app();
    let spec = StoredValue::new(spec);
    let change = move |edit: &dyn Fn(&mut ImportSpec)| {
        let mut new = spec.get_value();
        edit(&mut new);
        on_correct.run(new);
    };
    let label = move |text: Text| Signal::derive(move || words(text, app.locale.get()).to_owned());
    let held = spec.get_value();
    let delimiter = match held.format {
        Format::Delimited { delimiter } => Some(delimiter.to_string()),
        Format::Json => None,
    };
    let encoding = json_name(&held.encoding);
    let decimal = json_name(&held.decimal);
    let order = json_name(&held.date_order);
    let currency = held
        .currency
        .map(|currency| currency.code().to_owned())
        .unwrap_or_default();
    let vat = f64::from(held.vat_basis_points) / 100.0;
    view! {
        <Card title=label(Text::DialectTitle)>
            <div class="fields">
                <Choice
                    label=label(Text::Encoding)
                    options=Signal::derive(|| TextEncoding::ALL.map(|one| (json_name(&one), json_name(&one))).to_vec())
                    chosen=Signal::derive(move || encoding.clone())
                    on_choose=move |name| {
                        if let Some(encoding) = TextEncoding::ALL.into_iter().find(|one| json_name(one) == name) {
                            change(&|spec| spec.encoding = encoding);
                        }
                    }
                />
                {delimiter
                    .map(|delimiter| {
                        view! {
                            <Choice
                                label=label(Text::Delimiter)
                                options=Signal::derive(|| DELIMITERS.map(|(byte, name)| (byte.to_string(), name.to_owned())).to_vec())
                                chosen=Signal::derive(move || delimiter.clone())
                                on_choose=move |name| {
                                    if let Ok(delimiter) = name.parse() {
                                        change(&|spec| spec.format = Format::Delimited { delimiter });
                                    }
                                }
                            />
                        }
                    })}
                <Choice
                    label=label(Text::DecimalLabel)
                    options=Signal::derive(move || {
                        let locale = app.locale.get();
                        [DecimalMark::Point, DecimalMark::Comma]
                            .map(|mark| (json_name(&mark), words(decimal_text(mark), locale).to_owned()))
                            .to_vec()
                    })
                    chosen=Signal::derive(move || decimal.clone())
                    on_choose=move |name| {
                        let decimal = if name == json_name(&DecimalMark::Comma) { DecimalMark::Comma } else { DecimalMark::Point };
                        change(&|spec| spec.decimal = decimal);
                    }
                />
                <Choice
                    label=label(Text::DateOrderLabel)
                    options=Signal::derive(move || {
                        let locale = app.locale.get();
                        [DateOrder::DayFirst, DateOrder::MonthFirst]
                            .map(|order| (json_name(&order), words(date_order_text(order), locale).to_owned()))
                            .to_vec()
                    })
                    chosen=Signal::derive(move || order.clone())
                    on_choose=move |name| {
                        let order = if name == json_name(&DateOrder::MonthFirst) { DateOrder::MonthFirst } else { DateOrder::DayFirst };
                        change(&|spec| spec.date_order = order);
                    }
                />
                <Choice
                    label=label(Text::CurrencyLabel)
                    options=Signal::derive(move || {
                        let mut options = vec![(String::new(), app.currency().code().to_owned())];
                        options.extend(CURRENCIES.map(|code| (code.to_owned(), code.to_owned())));
                        options
                    })
                    chosen=Signal::derive(move || currency.clone())
                    on_choose=move |code| change(&|spec| spec.currency = code.parse().ok())
                />
                <label class="field">
                    <span>{t(Text::VatRate)}</span>
                    <input
                        type="number"
                        min="0"
                        max="100"
                        step="0.1"
                        prop:value=vat
                        on:change=move |event| {
                            let percent = page::number(&event_target_value(&event)).clamp(0.0, 100.0);
                            change(&|spec| spec.vat_basis_points = (percent * 100.0).round() as u32);
                        }
                    />
                </label>
                <label class="field check">
                    <input
                        type="checkbox"
                        prop:checked=held.prices_include_vat
                        on:change=move |event| {
                            let included = event_target_checked(&event);
                            change(&|spec| spec.prices_include_vat = included);
                        }
                    />
                    <span>{t(Text::VatLabel)}</span>
                </label>
            </div>
        </Card>
    }
}
