//! A tile as HTML, written in one place: the edge puts tiles into the page that it sends, the phone keeps
//! them for its next start and draws them with this too, so that nothing changes as one follows another.
//!
//! Out of scope: what touching a tile does, and its style (`style/parts.css`).

use std::fmt::Write as _;

use api::dashboard::{Dashboard, Tile};
use kernel::Currency;
use locale::{Locale, format, metric_name};
use model::metrics::{Change, Value};

/// Width of a sparkline's box.
const WIDTH: f64 = 100.0;
/// Height of a sparkline's box.
const HEIGHT: f64 = 28.0;

/// What is in a tile: name, value, course, changes and target.
pub fn tile(tile: &Tile, currency: Currency, locale: Locale) -> String {
    let metric = tile.metric;
    let unit = metric.metric().unit;
    let shown = tile
        .value
        .map(|value| format::value_compact(value.as_f64(), unit, currency, locale));
    let (class, value) = match &shown {
        Some(value) => ("tile-value", value.as_str()),
        None => ("tile-value missing", missing(locale)),
    };
    let name = metric_name(metric, locale);
    let path = path(&tile.sparkline);
    let mut html = String::with_capacity(640 + path.len());
    // Writing into a string cannot fail.
    let _ = write!(
        html,
        "<span class=\"tile-name\">{name}</span>\
         <span class=\"{class}\" data-testid=\"kpi-value\">{value}</span>\
         <svg class=\"sparkline\" viewBox=\"0 0 100 28\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <path d=\"{path}\"></path></svg>"
    );
    let [before, year] = compared_with(locale);
    change(&mut html, tile, tile.previous, before, locale);
    change(&mut html, tile, tile.last_year, year, locale);
    if let Some(share) = tile.reached {
        reached(&mut html, share, locale);
    }
    html
}

/// The value of a tile to its last digit.
pub fn exact(tile: &Tile, currency: Currency, locale: Locale) -> Option<String> {
    let unit = tile.metric.metric().unit;
    Some(format::value(tile.value?, unit, currency, locale))
}

/// A dashboard in a page that no app runs in yet: its days, and tiles that lead to the forecast of their
/// metric.
pub fn first(dashboard: &Dashboard, locale: Locale) -> String {
    let days = dashboard
        .range
        .map(|days| format::date_range(days, locale))
        .unwrap_or_default();
    let mut html = format!(
        "<div class=\"boot-controls\"><p class=\"days\">{days}</p></div><div class=\"tiles\">"
    );
    for one in &dashboard.tiles {
        let name = one.metric.name();
        let inner = tile(one, dashboard.currency, locale);
        let exact = exact(one, dashboard.currency, locale).unwrap_or_default();
        let _ = write!(
            html,
            "<a class=\"tile\" href=\"/forecast?metric={name}\" data-metric=\"{name}\" title=\"{exact}\">{inner}</a>"
        );
    }
    html.push_str("</div>");
    html
}

fn change(html: &mut String, tile: &Tile, reference: Option<Value>, text: &str, locale: Locale) {
    let Some((value, reference)) = tile.value.zip(reference) else {
        return;
    };
    let direction = tile.metric.metric().direction;
    let change = Change::new(value.as_f64(), reference.as_f64(), direction);
    let Some(relative) = change.relative else {
        return;
    };
    let arrow = if relative > 0.0 {
        "▲"
    } else if relative < 0.0 {
        "▼"
    } else {
        "▬"
    };
    let class = match change.favourable {
        Some(true) => "change good",
        Some(false) => "change bad",
        None => "change",
    };
    let relative = format::change(relative, locale);
    let _ = write!(
        html,
        "<span class=\"{class}\"><span aria-hidden=\"true\">{arrow}</span> {relative} \
         <span class=\"faint\">{text}</span></span>"
    );
}

fn reached(html: &mut String, share: Value, locale: Locale) {
    let share = share.as_f64();
    let wide = (share * 100.0).clamp(0.0, 100.0);
    let percent = format::percent(share, 0, locale);
    let text = match locale {
        Locale::Turkish => format!("hedefin {percent}"),
        Locale::English => format!("{percent} of target"),
    };
    let _ = write!(
        html,
        "<span class=\"target\"><span class=\"meter\" aria-hidden=\"true\">\
         <span style=\"width:{wide:.0}%\"></span></span>{text}</span>"
    );
}

const fn missing(locale: Locale) -> &'static str {
    match locale {
        Locale::Turkish => "Bunun için henüz veri yok",
        Locale::English => "No data for this yet",
    }
}

const fn compared_with(locale: Locale) -> [&'static str; 2] {
    match locale {
        Locale::Turkish => ["öncekine göre", "geçen yıla göre"],
        Locale::English => ["vs previous", "vs last year"],
    }
}

/// The path of some values in a box of 100 x 28; gaps break the line.
fn path(values: &[Option<f64>]) -> String {
    let known = || {
        values
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
    };
    let (low, high) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high || values.len() < 2 {
        return String::new();
    }
    let span = if high > low { high - low } else { 1.0 };
    let mut path = String::new();
    let mut is_open = false;
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| value.is_finite()) else {
            is_open = false;
            continue;
        };
        let x = at as f64 / (values.len() - 1) as f64 * WIDTH;
        let y = HEIGHT - 2.0 - (value - low) / span * (HEIGHT - 4.0);
        let command = if is_open { 'L' } else { 'M' };
        let _ = write!(path, "{command}{x:.1} {y:.1}");
        is_open = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use kernel::TenantId;
    use model::metrics::MetricId;

    use super::*;

    fn of(value: Option<i64>, previous: i64, target: Option<i64>) -> Tile {
        Tile {
            metric: MetricId::NetRevenue,
            value: value.map(Value::Whole),
            previous: Some(Value::Whole(previous)),
            last_year: None,
            target: target.map(Value::Whole),
            reached: value
                .zip(target)
                .map(|(value, target)| Value::Real(value as f64 / target as f64)),
            sparkline: vec![Some(1.0), Some(3.0)],
        }
    }

    #[test]
    fn the_path_spans_the_box_and_breaks_at_gaps() {
        assert_eq!(path(&[Some(1.0), Some(3.0)]), "M0.0 26.0L100.0 2.0");
        assert_eq!(path(&[Some(1.0), None, Some(3.0)]), "M0.0 26.0M100.0 2.0");
        assert_eq!(path(&[None, None]), "");
        assert_eq!(path(&[Some(5.0), Some(5.0)]), "M0.0 26.0L100.0 26.0");
    }

    #[test]
    fn a_tile_says_value_change_and_target() {
        let figure = of(Some(1_200_000), 1_000_000, Some(2_400_000));
        let html = tile(&figure, Currency::TRY, Locale::English);
        for part in [
            "Net revenue",
            "₺12",
            "class=\"change good\"",
            "▲",
            "20",
            "vs previous",
            "50% of target",
            "width:50%",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("vs last year"), "{html}");
        let html = tile(&figure, Currency::TRY, Locale::Turkish);
        assert!(
            html.contains("öncekine göre") && html.contains("hedefin %50"),
            "{html}"
        );
    }

    #[test]
    fn a_tile_without_a_value_says_so_and_compares_nothing() {
        let html = tile(&of(None, 5, Some(9)), Currency::TRY, Locale::English);
        assert!(
            html.contains("missing\" data-testid=\"kpi-value\">No data"),
            "{html}"
        );
        assert!(
            !html.contains("change") && !html.contains("target"),
            "{html}"
        );
        // From nothing to something is no percentage.
        let html = tile(&of(Some(7), 0, None), Currency::TRY, Locale::English);
        assert!(!html.contains("change"), "{html}");
    }

    #[test]
    fn the_first_paint_names_its_days_and_leads_to_forecasts() {
        let dashboard = Dashboard {
            company: TenantId::new("demo").expect("an id"),
            sequence: 1,
            currency: Currency::TRY,
            as_of: None,
            today: "2026-11-23".parse().expect("a date"),
            range: "2026-11-01".parse().ok().map(kernel::DateRange::day),
            tiles: vec![of(Some(1), 1, None), of(None, 0, None)],
        };
        let html = first(&dashboard, Locale::English);
        assert!(html.contains("<p class=\"days\">1 Nov 2026</p>"), "{html}");
        assert_eq!(
            html.matches("<a class=\"tile\" href=\"/forecast?metric=net-revenue\"")
                .count(),
            2
        );
        assert_eq!(html.matches("</a>").count(), 2);
    }

    #[test]
    fn names_are_text_and_no_markup() {
        for metric in MetricId::ALL {
            for locale in Locale::ALL {
                let name = metric_name(*metric, locale);
                assert!(!name.contains(['<', '&', '"']), "{name}");
            }
        }
    }
}
