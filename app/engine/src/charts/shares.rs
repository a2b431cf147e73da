//! Parts of a whole: a treemap for many, a ring for a few.

use charming::element::ItemStyle;
use charming::series::{Pie, Treemap};
use locale::format;
use model::metrics::Unit;
use protocol::{Failure, Look, Share, ShareForm, Shares};
use serde_json::{Value, json};

use super::{VALUES_MAX, chart, check, color, finished, label, literal, patch};

/// The least share of a ring that has its name beside it.
const NAMED_SHARE_MIN: f64 = 0.03;

/// The options of parts of a whole.
pub fn option(shares: &Shares, look: &Look) -> Result<Value, Failure> {
    let inner = shares
        .parts
        .iter()
        .map(|part| part.parts.len())
        .sum::<usize>();
    check(
        shares.parts.len() + inner <= VALUES_MAX,
        "a chart has at most 50,000 values",
    )?;
    let is_flat = shares
        .parts
        .iter()
        .flat_map(|part| &part.parts)
        .all(|part| part.parts.is_empty());
    check(is_flat, "parts are shown down to two levels")?;
    let mut option = match shares.form {
        ShareForm::Ring => ring(shares, look)?,
        ShareForm::Treemap => treemap(shares, look)?,
    };
    // What is touched is shown by the app.
    patch::merge(
        &mut option,
        "",
        json!({"tooltip": {"trigger": "item", "showContent": false}}),
    );
    Ok(option)
}

/// What a part takes; only what is above zero can be drawn.
fn size(part: &Share) -> f64 {
    if part.value.is_finite() {
        part.value.max(0.0)
    } else {
        0.0
    }
}

/// A part's share in words, after what is written before it; nothing where it is not known.
fn share_label(before: &str, part: &Share, look: &Look) -> String {
    let written = |share: f64| {
        let digits = usize::from(share < 0.1);
        format!("{before}{}", format::percent(share, digits, look.locale))
    };
    part.share.map(written).unwrap_or_default()
}

/// ECharts measures the height of a line by a glyph that not every device has.
const fn line_height(look: &Look) -> u32 {
    look.theme.font_size_pixels * 4 / 3
}

fn ring(shares: &Shares, look: &Look) -> Result<Value, Failure> {
    let pie = Pie::new()
        .radius(vec!["46%", "70%"])
        .center(vec!["50%", "50%"])
        .item_style(
            ItemStyle::new()
                .border_color(look.theme.surface.as_str())
                .border_width(2),
        );
    let mut option = finished(&chart(look).series(pie), look)?;
    let drawn = shares
        .parts
        .iter()
        .enumerate()
        .filter(|(_, part)| size(part) > 0.0);
    let slice = |(at, part): (usize, &Share)| {
        let text = format!("{}{}", part.name, share_label("\n", part, look));
        let is_named = part.share.is_some_and(|share| share >= NAMED_SHARE_MIN);
        json!({
            "name": part.name,
            "value": size(part),
            "itemStyle": {"color": color(look, at)},
            "label": {"show": is_named, "formatter": literal(&text)},
            "labelLine": {"show": is_named},
        })
    };
    let members = json!({
        "data": drawn.map(slice).collect::<Vec<_>>(),
        "label": {"color": look.theme.text, "fontSize": look.theme.font_size_pixels, "lineHeight": line_height(look), "alignTo": "edge", "edgeDistance": 4},
        "labelLine": {"length": 8, "length2": 6, "lineStyle": {"color": look.theme.grid_line}},
        "avoidLabelOverlap": true,
        "stillShowZeroSum": false,
    });
    patch::merge(&mut option, "/series/0", members);
    Ok(option)
}

fn treemap(shares: &Shares, look: &Look) -> Result<Value, Failure> {
    let map = Treemap::new().left(0).right(0).top(0).bottom(0);
    let mut option = finished(&chart(look).series(map), look)?;
    let drawn = shares
        .parts
        .iter()
        .enumerate()
        .filter(|(_, part)| size(part) > 0.0);
    let node = |(at, part): (usize, &Share)| {
        let mut node = tile(part, shares.unit, look);
        node["itemStyle"] = json!({"color": color(look, at)});
        let inner = part.parts.iter().filter(|inner| size(inner) > 0.0);
        let inner: Vec<Value> = inner.map(|inner| tile(inner, shares.unit, look)).collect();
        if !inner.is_empty() {
            let heading = format!("{} · {}", part.name, label(size(part), shares.unit, look));
            node["upperLabel"] = json!({"formatter": literal(&heading)});
            node["children"] = json!(inner);
        }
        node
    };
    let has_inner = shares.parts.iter().any(|part| !part.parts.is_empty());
    let border = |width: u32| json!({"borderColor": look.theme.surface, "borderWidth": width, "gapWidth": width});
    let heading = json!({"show": true, "height": 20, "color": look.theme.text, "fontSize": look.theme.font_size_pixels});
    let members = json!({
        "data": drawn.map(node).collect::<Vec<_>>(),
        "animation": !look.reduced_motion,
        "roam": false,
        "nodeClick": false,
        "breadcrumb": {"show": false},
        "visibleMin": 120,
        "label": {"color": look.theme.surface, "fontSize": look.theme.font_size_pixels, "lineHeight": line_height(look), "overflow": "truncate"},
        "levels": [
            {"itemStyle": border(0)},
            {"itemStyle": border(2), "upperLabel": if has_inner { heading } else { json!({"show": false}) }},
            {"itemStyle": border(1), "colorSaturation": [0.35, 0.6]},
        ],
    });
    patch::merge(&mut option, "/series/0", members);
    Ok(option)
}

fn tile(part: &Share, unit: Unit, look: &Look) -> Value {
    let written = label(size(part), unit, look);
    let text = format!(
        "{}\n{}{}",
        part.name,
        written,
        share_label(" · ", part, look)
    );
    json!({"name": part.name, "value": size(part), "label": {"formatter": literal(&text)}})
}

#[cfg(test)]
mod tests {
    use super::super::testing::{option, refusal};
    use super::*;
    use protocol::Drawing;

    fn share(name: &str, value: f64, share: Option<f64>, parts: Vec<Share>) -> Share {
        Share {
            name: name.into(),
            value,
            share,
            parts,
        }
    }

    fn shares(form: ShareForm, parts: Vec<Share>) -> Drawing {
        Drawing::Shares(Shares {
            unit: Unit::Money,
            form,
            parts,
        })
    }

    #[test]
    fn a_ring_names_its_larger_parts() {
        let parts = vec![
            share("Trendyol", 7_400.0, Some(0.744), vec![]),
            share("{b}", 2_500.0, Some(0.251), vec![]),
            share("N11", 100.0, Some(0.01), vec![]),
            share("İade", -50.0, None, vec![]),
        ];
        let option = option(shares(ShareForm::Ring, parts));
        let data = option["series"][0]["data"].as_array().unwrap();
        assert_eq!(data.len(), 3);
        assert_eq!(data[0]["label"]["formatter"], "Trendyol\n%74");
        assert_eq!(data[1]["label"]["formatter"], "{\u{200b}b}\n%25");
        assert_eq!(data[2]["label"]["show"], false);
        // The third part has the first colour again.
        assert_eq!(data[2]["itemStyle"]["color"], "#a00");
    }

    #[test]
    fn a_treemap_shows_two_levels_with_values() {
        let inner = vec![
            share("Çanta", 300_000.0, Some(0.3), vec![]),
            share("Ayakkabı", 100_000.0, Some(0.1), vec![]),
        ];
        let one = share("Moda", 400_000.0, Some(0.4), inner.clone());
        let option = option(shares(
            ShareForm::Treemap,
            vec![one.clone(), share("Ev", 600_000.0, None, vec![])],
        ));
        let data = &option["series"][0]["data"];
        assert_eq!(
            data[0]["children"][0]["label"]["formatter"],
            "Çanta\n₺3\u{a0}B · %30"
        );
        assert_eq!(data[0]["upperLabel"]["formatter"], "Moda · ₺4\u{a0}B");
        assert_eq!(data[1]["label"]["formatter"], "Ev\n₺6\u{a0}B");
        assert_eq!(data[1].get("children"), None);
        assert_eq!(option["series"][0]["levels"][1]["upperLabel"]["show"], true);
        assert_eq!(option["tooltip"]["showContent"], false);
        let deep = share(
            "x",
            1.0,
            None,
            vec![share("y", 1.0, None, vec![share("z", 1.0, None, vec![])])],
        );
        assert!(refusal(shares(ShareForm::Treemap, vec![deep])).contains("two levels"));
    }

    #[test]
    fn nothing_to_share_is_an_empty_chart() {
        for form in [ShareForm::Ring, ShareForm::Treemap] {
            let option = option(shares(form, vec![share("x", f64::NAN, None, vec![])]));
            assert_eq!(option["series"][0]["data"], json!([]));
        }
    }
}
