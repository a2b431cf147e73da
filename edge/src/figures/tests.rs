//! Forecasts at the edge beside those that a device computes of the same facts.

use api::ProblemKind;
use api::predictions::{Forecast, NewPrediction};
use cube::query::Filter;
use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use futures::executor::block_on;
use kernel::DateRange;
use model::metrics::MetricId;
use model::period::Grain;
use model::schema::Dimension;
use policy::{Rows, Sight};
use prediction::{ForecastAsk, Forecasted, Setting};

use super::*;
use crate::ports::{BlobStore, Platform};
use crate::samples::{acme, company, day, filled, import_of};
use crate::tenant::blob_name;

fn question(metric: MetricId, grain: Grain, horizon: u32) -> NewPrediction {
    NewPrediction {
        metric,
        grain,
        horizon,
        filters: Vec::new(),
        history: None,
    }
}

fn ask(world: &impl Platform, sight: &Sight, question: &NewPrediction) -> Result<Told, Fault> {
    let ask = Ask::Forecast {
        tenant: acme(),
        sight: sight.clone(),
        now: world.now(),
        question: question.clone(),
    };
    block_on(world.figures(&ask))
}

fn forecast(world: &impl Platform, sight: &Sight, question: &NewPrediction) -> (String, u32) {
    match ask(world, sight, question).unwrap() {
        Told::Forecast {
            json, confidence, ..
        } => (json, confidence),
        other => panic!("{other:?}"),
    }
}

/// What a device does: everything that its manifest names is in its cube.
fn on_a_device(world: &impl Platform, sight: &Sight, question: &NewPrediction) -> Forecasted {
    let manifest = block_on(facts::manifest(world, &acme(), sight)).unwrap();
    let profile = &manifest.profile;
    let mut cube = Cube::new(CalendarRules {
        week_start: profile.week_start,
        fiscal_first_month: profile.fiscal_year.first_month(),
        today: profile.today(world.now()).unwrap(),
    });
    let fetch = |hash| {
        let bytes = block_on(world.blobs().get(&acme(), &blob_name(hash)));
        bytes.unwrap().unwrap()
    };
    for chunk in &manifest.dictionaries {
        let chunk = DictionaryChunk::decode(&fetch(chunk.hash)).unwrap();
        cube.extend_dictionary(&chunk).unwrap();
    }
    for segment in &manifest.segments {
        cube.add_segment(segment.hash, Segment::open(fetch(segment.hash)).unwrap());
    }
    let ask = ForecastAsk {
        metric: question.metric,
        filters: question.filters.clone(),
        history: question.history,
        grain: question.grain,
        horizon: question.horizon as usize,
        explain: false,
        cleaning: Default::default(),
    };
    let prepared = prediction::prepare(&cube, Setting::of(profile), &ask).unwrap();
    let outcome = prediction::compute(prepared.job()).unwrap();
    prepared.finish(outcome).unwrap()
}

#[test]
fn a_forecast_at_the_edge_is_that_of_the_phone_to_the_last_bit() {
    let world = filled("2026-05-04");
    let n11 = Filter::In {
        dimension: Dimension::Channel,
        members: vec!["n11".into()],
    };
    let product = Filter::In {
        dimension: Dimension::Product,
        members: vec!["s-1".into()],
    };
    let autumn = DateRange::new(day("2026-08-03"), day("2026-10-25")).ok();
    let some = Sight::whole().within(Rows::Channels([2].into()));
    let whole = Sight::whole();
    use MetricId as M;
    for (sight, question) in [
        (&whole, question(M::NetRevenue, Grain::Day, 14)),
        (&some, question(M::NetRevenue, Grain::Week, 6)),
        (&whole, question(M::AverageOrderValue, Grain::Week, 3)),
        // Depends on facts before the history that is named.
        (
            &whole,
            NewPrediction {
                history: autumn,
                ..question(M::NewCustomers, Grain::Week, 4)
            },
        ),
        // Of one product the stock may tell: neither side has any here.
        (
            &whole,
            NewPrediction {
                filters: vec![product],
                ..question(M::Units, Grain::Day, 14)
            },
        ),
        (
            &whole,
            NewPrediction {
                filters: vec![n11],
                history: autumn,
                ..question(M::Orders, Grain::Week, 4)
            },
        ),
    ] {
        let (json, confidence) = forecast(&world, sight, &question);
        let device = on_a_device(&world, sight, &question);
        // The shortest decimal fraction that is a number tells its bits.
        let steps = serde_json::to_string(&device.steps).unwrap();
        assert!(
            json.contains(&format!("\"steps\":{steps},")),
            "{question:?}\n{json}\n{steps}"
        );
        let told: Forecast = serde_json::from_str(&json).unwrap();
        assert_eq!(told.learnt_from.days, device.learnt_from);
        assert_eq!(confidence, ten_thousandths(device.confidence_score));
        assert_eq!(
            told.warnings.len(),
            device.warnings.len() + device.replaced.len()
        );
        assert_eq!(told.members.len(), device.method.len());
        assert_eq!(told.back_test.is_some(), device.back_test.is_some());
    }
}

#[test]
fn days_without_stock_are_known_at_the_edge_as_on_the_phone() {
    let world = filled("2026-05-04");
    let mut csv = String::from("date,sku,on_hand\n");
    let days = DateRange::new(day("2026-09-01"), day("2026-11-22")).unwrap();
    for date in days {
        let left = if date.month_of_year() == 10 { 0 } else { 9 };
        csv.push_str(&format!("{date},s-1,{left}\n"));
    }
    import_of(&world, "stock", &csv);
    let question = NewPrediction {
        filters: vec![Filter::In {
            dimension: Dimension::Product,
            members: vec!["s-1".into()],
        }],
        ..question(MetricId::Units, Grain::Day, 14)
    };
    let (json, _) = forecast(&world, &Sight::whole(), &question);
    let device = on_a_device(&world, &Sight::whole(), &question);
    let steps = serde_json::to_string(&device.steps).unwrap();
    assert!(
        json.contains(&format!("\"steps\":{steps},")),
        "{json}\n{steps}"
    );
    let told: Forecast = serde_json::from_str(&json).unwrap();
    let of_stock = told
        .warnings
        .iter()
        .find(|it| it.kind == "stock-outs-filled");
    let count = of_stock.and_then(|it| it.count).unwrap();
    assert_eq!(device.replaced[0].count, count as usize);
    // On most days of October nothing was sold.
    assert!((20..=31).contains(&count), "{count}");
}

#[test]
fn what_cannot_be_forecast_is_refused_in_words_that_help() {
    let refused = |world: &_, question: &NewPrediction| {
        let fault = ask(world, &Sight::whole(), question).unwrap_err();
        (fault.kind(), fault.to_string())
    };
    let revenue = question(MetricId::NetRevenue, Grain::Day, 7);
    let (kind, detail) = refused(&company(), &revenue);
    assert_eq!(kind, ProblemKind::Conflict);
    assert!(detail.contains("import more"), "{detail}");
    let world = filled("2026-11-02");
    for wrong in [
        question(MetricId::NetRevenue, Grain::Year, 1),
        question(MetricId::NetRevenue, Grain::Day, 0),
        question(MetricId::NetRevenue, Grain::Day, u32::MAX),
        NewPrediction {
            filters: vec![Filter::Search {
                dimension: Dimension::Day,
                text: "x".into(),
            }],
            ..revenue.clone()
        },
    ] {
        assert_eq!(
            refused(&world, &wrong).0,
            ProblemKind::BadRequest,
            "{wrong:?}"
        );
    }
    // Of advertising there is no data.
    let spend = question(MetricId::AdSpend, Grain::Day, 7);
    assert_eq!(refused(&world, &spend).0, ProblemKind::Conflict);
}

#[test]
fn more_facts_than_memory_has_room_for_are_not_read() {
    let world = filled("2026-11-02");
    let mut manifest = block_on(facts::manifest(&world, &acme(), &Sight::whole())).unwrap();
    let load = |manifest: &sync::Manifest| {
        let segments = manifest.segments.iter().collect();
        let today = day("2026-11-23");
        block_on(facts::load_these(
            &world,
            &acme(),
            manifest,
            segments,
            true,
            today,
        ))
    };
    let tiles = |manifest: &sync::Manifest| {
        let (today, range) = (
            day("2026-11-23"),
            DateRange::new(day("2026-11-01"), day("2026-11-23")),
        );
        block_on(facts::load(
            &world,
            &acme(),
            manifest,
            range.unwrap(),
            today,
        ))
    };
    assert!(load(&manifest).is_ok() && tiles(&manifest).is_ok());
    for segment in &mut manifest.segments {
        segment.bytes = 25 << 20;
    }
    assert_eq!(load(&manifest).unwrap_err().kind(), ProblemKind::TooLarge);
    assert_eq!(tiles(&manifest).unwrap_err().kind(), ProblemKind::TooLarge);
    for segment in &mut manifest.segments {
        segment.bytes = 1;
    }
    let one = manifest.segments[0].clone();
    manifest.segments.extend(std::iter::repeat_n(one, 900));
    assert_eq!(load(&manifest).unwrap_err().kind(), ProblemKind::TooLarge);
}
