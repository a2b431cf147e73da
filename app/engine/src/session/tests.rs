//! Tests of the module above.

use super::*;
use crate::sample::{self, day};
use cube::query::{Compare, Filter, Value};
use kernel::DateRange;
use model::metrics::MetricId;
use proptest::prelude::*;
use protocol::FailureKind;

fn now() -> Timestamp {
    // 2026-11-23, 12:00 in Istanbul.
    Timestamp::from_millis(1_795_424_400_000)
}

fn session() -> Session {
    Session::new(TenantId::new("acme").unwrap(), now())
}

fn by_hash(blobs: &[Vec<u8>]) -> BTreeMap<Hash256, Vec<u8>> {
    blobs
        .iter()
        .map(|bytes| (content_hash(bytes), bytes.clone()))
        .collect()
}

fn revenue(session: &Session, range: DateRange) -> Option<Value> {
    let query = Query::of(MetricId::NetRevenue, range);
    session.query(&query).unwrap().total.values[0]
}

fn take_all(session: &mut Session, blobs: &BTreeMap<Hash256, Vec<u8>>) {
    session.take_dictionaries(blobs).unwrap();
    for hash in session.lacking() {
        session.take_segment(hash, blobs[&hash].clone()).unwrap();
    }
}

fn sum(range: DateRange) -> i64 {
    range.iter().map(sample::weekly_value).sum()
}

#[test]
fn shows_months_as_they_arrive_the_newest_first() {
    let (manifest, blobs) = sample::company(3, day("2026-09-01"), day("2026-11-22"));
    let blobs = by_hash(&blobs);
    let mut session = session();
    assert_eq!(session.state().today, None);
    session.take_manifest(manifest, now()).unwrap();
    session.take_dictionaries(&blobs).unwrap();
    let order: Vec<Hash256> = session.lacking().collect();
    assert!(
        session
            .take_segment(order[0], blobs[&order[0]].clone())
            .unwrap()
    );
    let november = DateRange::new(day("2026-11-01"), day("2026-11-22")).unwrap();
    let all = DateRange::new(day("2026-09-01"), day("2026-11-22")).unwrap();
    assert_eq!(session.state().extent, Some(all));
    assert_eq!(
        revenue(&session, november),
        Some(Value::Whole(sum(november)))
    );
    // What reaches into days that are not here has no figure rather than a wrong one.
    let kind = |refused: Result<_, Failure>| refused.map(drop).unwrap_err().kind;
    let asked = Query::of(MetricId::NetRevenue, all);
    assert_eq!(kind(session.query(&asked)), FailureKind::NotHere);
    let compared = Query {
        compare: Some(Compare::PreviousPeriod),
        ..Query::of(MetricId::NetRevenue, november)
    };
    assert_eq!(kind(session.query(&compared)), FailureKind::NotHere);
    let newly = Query::of(MetricId::NewCustomers, november);
    assert_eq!(kind(session.query(&newly)), FailureKind::NotHere);
    for cohorts in [Dimension::FirstOrderMonth, Dimension::MonthsSinceFirstOrder] {
        let asked = Query {
            group_by: vec![cohorts],
            ..Query::of(MetricId::Customers, november)
        };
        assert_eq!(kind(session.query(&asked)), FailureKind::NotHere);
        let filter = Filter::NotIn {
            dimension: cohorts,
            members: vec!["-".into()],
        };
        let asked = Query {
            filters: vec![filter.clone()],
            ..Query::of(MetricId::NetRevenue, november)
        };
        assert_eq!(kind(session.query(&asked)), FailureKind::NotHere);
        let tiles = session.tiles(&[MetricId::NetRevenue], &[filter], november);
        assert_eq!(tiles.map(drop).unwrap_err().kind, FailureKind::NotHere);
    }
    let tiles = session.tiles(&[MetricId::NetRevenue], &[], november);
    assert_eq!(tiles.map(drop).unwrap_err().kind, FailureKind::NotHere);
    assert!(!session.is_whole());
    take_all(&mut session, &blobs);
    assert!(session.is_whole());
    let state = session.state();
    assert_eq!(
        (state.segments, state.segments_listed, state.rows),
        (3, 3, 83)
    );
    assert_eq!(state.today, Some(day("2026-11-23")));
    let members = session.members(Dimension::Channel, "TREND", 10);
    assert_eq!(members.len(), 1);
}

#[test]
fn a_month_is_replaced_as_a_whole() {
    let (manifest, blobs) = sample::company(3, day("2026-10-01"), day("2026-11-22"));
    let mut session = session();
    session.take_manifest(manifest.clone(), now()).unwrap();
    take_all(&mut session, &by_hash(&blobs));
    // November is now in two segments: until both are here, the old one answers.
    let november = DateRange::new(day("2026-11-01"), day("2026-11-22")).unwrap();
    let halves = [
        DateRange::new(day("2026-11-01"), day("2026-11-10")).unwrap(),
        DateRange::new(day("2026-11-11"), day("2026-11-22")).unwrap(),
    ];
    let mut next = manifest;
    next.sequence = 4;
    next.segments.pop();
    let parts: Vec<Vec<u8>> = halves.into_iter().map(sample::segment_bytes).collect();
    for (bytes, days) in parts.iter().zip(halves) {
        next.segments.push(sample::segment_ref(bytes, days));
    }
    assert!(session.can_follow(&next));
    session.take_manifest(next, now()).unwrap();
    assert_eq!(
        revenue(&session, november),
        Some(Value::Whole(sum(november)))
    );
    assert!(
        !session
            .take_segment(content_hash(&parts[0]), parts[0].clone())
            .unwrap()
    );
    assert_eq!(
        revenue(&session, november),
        Some(Value::Whole(sum(november)))
    );
    assert!(
        session
            .take_segment(content_hash(&parts[1]), parts[1].clone())
            .unwrap()
    );
    assert_eq!(
        revenue(&session, november),
        Some(Value::Whole(sum(november)))
    );
    assert_eq!(session.state().segments, 3);
}

#[test]
fn refuses_what_it_cannot_show() {
    let (manifest, _) = sample::company(3, day("2026-11-01"), day("2026-11-22"));
    let mut session = session();
    let mut newer = manifest.clone();
    newer.format = MANIFEST_FORMAT + 1;
    assert!(matches!(
        session.take_manifest(newer, now()),
        Err(TakeError::NewerFormat(_))
    ));
    let mut other = manifest.clone();
    other.profile.id = TenantId::new("other").unwrap();
    assert!(matches!(
        session.take_manifest(other, now()),
        Err(TakeError::OtherCompany(_))
    ));
    session.take_manifest(manifest.clone(), now()).unwrap();
    let stray = content_hash(b"stray");
    assert_eq!(
        session.take_segment(stray, vec![]),
        Err(TakeError::NotNamed(stray))
    );
    let hash = manifest.segments[0].hash;
    assert!(matches!(
        session.take_segment(hash, b"no segment".to_vec()),
        Err(TakeError::Segment(_))
    ));
    assert_eq!(
        check_bytes(stray, b"strax"),
        Err(TakeError::WrongBytes(stray))
    );
    let mut anew = manifest;
    anew.dictionaries[0].hash = stray;
    assert!(!session.can_follow(&anew));
}

#[test]
fn a_forecast_is_computed_once_per_state_of_the_data() {
    let (manifest, blobs) = sample::company(3, day("2026-06-01"), day("2026-11-22"));
    let mut session = session();
    session.take_manifest(manifest, now()).unwrap();
    take_all(&mut session, &by_hash(&blobs));
    let ask = protocol::ForecastAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
        history: None,
        grain: model::period::Grain::Day,
        horizon: 7,
        explain: false,
        cleaning: Default::default(),
    };
    let open = begun(&mut session, &ask).unwrap_err();
    let outcome = prediction::compute(open.prepared.job()).unwrap();
    let (told, is_kept) = session.end_forecast(&open, outcome.clone()).unwrap();
    assert!(is_kept);
    assert_eq!(begun(&mut session, &ask), Ok(told.clone()));
    let text = session.forecasts_as_text().unwrap();
    session.restore_forecasts("of another version");
    session.restore_forecasts(&text);
    let kept = begun(&mut session, &ask).unwrap();
    assert_eq!((kept.method, kept.steps.len()), (told.method, 7));
    // A day later the past is longer.
    session.set_now(Timestamp::from_millis(now().millis() + 86_400_000));
    assert!(begun(&mut session, &ask).is_err());
    // What was computed of data that others have replaced is told once and not kept.
    let (next, _) = sample::company(4, day("2026-06-01"), day("2026-11-22"));
    session.take_manifest(next, now()).unwrap();
    assert!(!session.end_forecast(&open, outcome).unwrap().1);
}

#[test]
fn a_forecast_knows_the_company_s_holidays_and_its_running_month() {
    let (manifest, blobs) = sample::company(3, day("2026-06-01"), day("2026-11-22"));
    let mut session = session();
    session.take_manifest(manifest, now()).unwrap();
    take_all(&mut session, &by_hash(&blobs));
    let ask = protocol::ForecastAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
        history: None,
        grain: model::period::Grain::Day,
        horizon: 30,
        explain: true,
        cleaning: protocol::Cleaning::Known,
    };
    let open = begun(&mut session, &ask).unwrap_err();
    // The sample company's days are those of Istanbul.
    assert_eq!(open.prepared.job().first_day, Some(day("2026-06-01")));
    let outcome = prediction::compute(open.prepared.job()).unwrap();
    let (told, _) = session.end_forecast(&open, outcome).unwrap();
    let running = told.running.unwrap();
    let known = DateRange::new(day("2026-11-01"), day("2026-11-22")).unwrap();
    assert_eq!(
        (running.known, running.so_far),
        (Some(known), sum(known) as f64)
    );
    assert!(running.mean > running.so_far && running.target.is_none());
    let friday = |it: &&protocol::ForecastOccasion| it.from == day("2026-11-27");
    assert!(
        told.occasions.iter().any(|it| friday(&it)),
        "{:?}",
        told.occasions
    );
    // Kept answers have all of it.
    assert_eq!(begun(&mut session, &ask).unwrap().running, Some(running));
}

#[test]
fn a_plan_of_products_has_its_categories_and_channels() {
    let (manifest, blobs) = sample::company(3, day("2026-06-01"), day("2026-11-22"));
    let mut session = session();
    session.take_manifest(manifest, now()).unwrap();
    take_all(&mut session, &by_hash(&blobs));
    let ask = protocol::ProductsAsk {
        metric: MetricId::NetRevenue,
        filters: vec![],
    };
    let plan = session.product_plan(&ask).unwrap();
    // One product, its category and its channel; the whole, and what others sell.
    assert_eq!((plan.products().len(), plan.series_count()), (1, 5));
    let products = session.product_series(&plan, 0).unwrap();
    let channels = session.channel_series(&plan).unwrap();
    assert_eq!((products.len(), channels.len()), (1, 1));
    assert_eq!(products[0].values, plan.whole());
    assert_eq!(channels[0], plan.whole());
    assert!(products[0].sold_out.is_empty());
}

/// The forecast, or what is to be computed for it.
fn begun(
    session: &mut Session,
    ask: &protocol::ForecastAsk,
) -> Result<protocol::Forecasted, Box<OpenForecast>> {
    match session.begin_forecast(ask).unwrap() {
        Begun::Told(told) => Ok(*told),
        Begun::Open(open) => Err(open),
    }
}

#[test]
fn where_columns_are_hidden_their_tiles_are_left_out() {
    let (mut manifest, blobs) = sample::company(3, day("2026-09-01"), day("2026-11-22"));
    manifest.cut = Some(policy::Cut::Open);
    let mut session = session();
    session.take_manifest(manifest, now()).unwrap();
    take_all(&mut session, &by_hash(&blobs));
    let november = DateRange::new(day("2026-11-01"), day("2026-11-22")).unwrap();
    let metrics = [MetricId::Cm2, MetricId::NetRevenue, MetricId::AdSpend];
    let tiles = session.tiles(&metrics, &[], november).unwrap();
    let shown: Vec<MetricId> = tiles.iter().map(|tile| tile.metric).collect();
    assert_eq!(shown, [MetricId::NetRevenue]);
    let home = session.home().tiles;
    assert!(home.iter().all(|tile| tile.metric != MetricId::Cm2));
    assert!(home.iter().any(|tile| tile.metric == MetricId::NetRevenue));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever order segments arrive in, the end is the same.
    #[test]
    fn order_does_not_matter(order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let (manifest, blobs) = sample::company(1, day("2026-06-01"), day("2026-11-22"));
        let blobs = by_hash(&blobs);
        let mut session = session();
        session.take_manifest(manifest.clone(), now()).unwrap();
        session.take_dictionaries(&blobs).unwrap();
        for at in order {
            let hash = manifest.segments[at].hash;
            session.take_segment(hash, blobs[&hash].clone()).unwrap();
            prop_assert!(!session.take_segment(hash, blobs[&hash].clone()).unwrap());
        }
        let all = DateRange::new(day("2026-06-01"), day("2026-11-22")).unwrap();
        prop_assert!(session.is_whole());
        prop_assert_eq!(revenue(&session, all), Some(Value::Whole(sum(all))));
    }
}
