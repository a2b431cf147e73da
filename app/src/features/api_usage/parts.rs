//! Sums, quotas, the chart and the tables.

use api::timeline::Moment;
use api::traffic::{ApiUsage, QuotaLeft, QuotasLeft, UsageSum};
use kernel::Date;
use leptos::prelude::*;
use locale::{Locale, format};
use model::metrics::Unit;
use protocol::{BarSeries, Bars, Drawing};

use super::fetch::Seen;
use super::{DAY_MILLIS, title, u};
use crate::i18n::{UsageText as T, usage_words};
use crate::state::app;
use crate::ui::{Card, ChartTable, ChartView};

/// The most rows of a table; the rest is in the sums.
const ROWS_MAX: usize = 30;

/// A count as people read it.
pub fn count(number: u64, locale: Locale) -> String {
    format::whole(i64::try_from(number).unwrap_or(i64::MAX), locale)
}

/// A time as people read it.
fn millis(length: Option<f64>, locale: Locale) -> String {
    match length {
        Some(length) => format!("{} ms", format::whole(length.round() as i64, locale)),
        None => "–".to_owned(),
    }
}

fn share(sum: &UsageSum, locale: Locale) -> String {
    match sum.error_share() {
        Some(share) => format::percent(share, 1, locale),
        None => "–".to_owned(),
    }
}

#[component]
pub fn Sums(sum: UsageSum) -> impl IntoView {
    let app = app();
    let facts = move || {
        let locale = app.locale.get();
        let facts = [
            (T::Requests, count(sum.calls, locale)),
            (T::Errors, count(sum.errors, locale)),
            (T::ErrorShare, share(&sum, locale)),
            (T::Half, millis(sum.p50_millis, locale)),
            (T::MostOf, millis(sum.p95_millis, locale)),
            (T::BytesIn, format::bytes(sum.bytes_in, locale)),
            (T::BytesOut, format::bytes(sum.bytes_out, locale)),
        ];
        let facts = facts.map(|(text, value)| {
            view! { <div><dt>{usage_words(text, locale)}</dt><dd class="big">{value}</dd></div> }
        });
        facts.into_iter().collect_view()
    };
    view! {
        <Card title=title(T::Sums)>
            <dl class="facts" data-testid="usage-sums" data-calls=sum.calls data-errors=sum.errors>{facts}</dl>
        </Card>
    }
}

#[component]
pub fn Quota(quota: QuotasLeft) -> impl IntoView {
    let app = app();
    let rows = move || {
        let locale = app.locale.get();
        let rows = [(T::ThisDay, quota.day), (T::ThisMonth, quota.month)];
        let rows = rows.map(|(text, left)| quota_row(usage_words(text, locale), left, locale));
        rows.into_iter().collect_view()
    };
    view! {
        <Card title=title(T::Quota)>
            <dl class="facts" data-testid="usage-quota" data-left=quota.day.left>{rows}</dl>
            <p class="faint">{u(T::QuotaHint)}</p>
        </Card>
    }
}

fn quota_row(name: &'static str, quota: QuotaLeft, locale: Locale) -> impl IntoView + use<> {
    let text = usage_words(T::LeftOf, locale)
        .replacen("{}", &count(quota.left.into(), locale), 1)
        .replacen("{}", &count(quota.allowed.into(), locale), 1);
    let day = i32::try_from(quota.ends_at.div_euclid(DAY_MILLIS)).ok();
    let day = day.and_then(|day| Date::from_days(day).ok());
    let day = day
        .map(|day| format::day_of_period(day, locale))
        .unwrap_or_default();
    let until = usage_words(T::Until, locale).replace("{}", &day);
    // A length that is drawn: whole hundredths are enough.
    let length = u64::from(quota.left) * 100 / u64::from(quota.allowed.max(1));
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{text} <span class="meter" aria-hidden="true"><span style=format!("width:{length}%")></span></span></dd>
            <dd><small class="faint">{until}</small></dd>
        </div>
    }
}

/// What an hour or a day is called.
fn moment_words(moment: &Moment, locale: Locale) -> String {
    let day = format::day_of_period(moment.day, locale);
    match moment.hour {
        Some(hour) => format!("{day} {hour:02}:00"),
        None => day,
    }
}

#[component]
pub fn OverTime(seen: Seen) -> impl IntoView {
    let app = app();
    move || {
        let locale = app.locale.get();
        let said = |text: T| usage_words(text, locale).to_owned();
        let names: Vec<String> = seen
            .moments
            .iter()
            .map(|moment| moment_words(moment, locale))
            .collect();
        let values = |of: fn(&UsageSum) -> u64| {
            let values = seen
                .moments
                .iter()
                .map(|moment| Some(of(&moment.sum) as f64));
            values.collect::<Vec<_>>()
        };
        let drawing = Drawing::Bars(Bars {
            unit: Unit::Count,
            horizontal: false,
            stacked: true,
            names: names.clone(),
            series: vec![
                BarSeries {
                    name: said(T::Answered),
                    values: values(UsageSum::answered),
                    good_or_bad: false,
                },
                BarSeries {
                    name: said(T::Errors),
                    values: values(|sum| sum.errors),
                    good_or_bad: false,
                },
            ],
        });
        let rows = seen
            .moments
            .iter()
            .zip(names)
            .filter(|(moment, _)| moment.sum.calls > 0);
        let rows = rows.map(|(moment, name)| {
            let sum = &moment.sum;
            vec![
                name,
                count(sum.calls, locale),
                share(sum, locale),
                millis(sum.p50_millis, locale),
                millis(sum.p95_millis, locale),
            ]
        });
        let table = ChartTable {
            header: [T::Moment, T::Requests, T::ErrorShare, T::Half, T::MostOf]
                .map(said)
                .to_vec(),
            rows: rows.collect(),
        };
        view! {
            <Card title=title(T::OverTime)>
                <ChartView label=title(T::OverTime) drawing table />
            </Card>
        }
    }
}

/// Sums by what they are told apart by, the most asked first.
#[component]
pub fn Table(
    locale: Locale,
    usage: ApiUsage,
    text: T,
    head: T,
    named: impl Fn(&str) -> String,
    test_id: &'static str,
) -> impl IntoView {
    let mut rows = usage.rows;
    rows.sort_by_key(|row| std::cmp::Reverse(row.sum.calls));
    let is_cut = usage.is_cut || rows.len() > ROWS_MAX;
    let rows = rows.into_iter().take(ROWS_MAX).map(|row| {
        let sum = row.sum;
        view! {
            <tr data-row=row.name.clone()>
                <th scope="row">{named(&row.name)}</th>
                <td>{count(sum.calls, locale)}</td>
                <td>{share(&sum, locale)}</td>
                <td>{millis(sum.p50_millis, locale)}</td>
                <td>{millis(sum.p95_millis, locale)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let heads = [head, T::Requests, T::ErrorShare, T::Half, T::MostOf];
    let heads = heads.map(|text| view! { <th scope="col">{usage_words(text, locale)}</th> });
    view! {
        <Card title=title(text)>
            <div class="scroll" tabindex="0" role="region" aria-label=title(text) data-testid=test_id>
                <table>
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {is_cut.then(|| view! { <p class="note">{u(T::Cut)}</p> })}
        </Card>
    }
}
