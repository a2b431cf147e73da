//! Stage 12: a request's place in a trace (W3C Trace Context), how long its stages took (`Server-Timing`), and
//! what was answered in all (OpenMetrics).
//!
//! On this platform the clock stands still while a program computes, so that what is measured is waiting: for
//! the database, for a company's object, for a body.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use api::routes::Endpoint;
use api::traffic::StageTime;

use crate::digest;
use crate::http::{Request, Response};

/// Upper bounds of the durations that are told apart, in milliseconds.
const BOUNDS_MILLIS: [i64; 8] = [1, 5, 10, 50, 100, 500, 1_000, 5_000];

/// The request in its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The trace, 32 hexadecimal digits: the caller's, or a new one.
    pub trace_id: String,
    /// The request's own part of it, 16 digits; also the id to name when asking for help.
    pub span_id: String,
    flags: u8,
}

impl Trace {
    /// Goes on with the caller's trace where it sent a good `traceparent`.
    pub fn begin(request: &Request, random: &[u8; 32]) -> Trace {
        let own = |from: usize, to: usize| digest::hex(random.get(from..to).unwrap_or_default());
        let parent = request.header("traceparent").and_then(parent);
        let (trace_id, flags) = parent.unwrap_or_else(|| (own(0, 16), 0));
        Trace {
            trace_id,
            span_id: own(16, 24),
            flags,
        }
    }

    /// This request as the parent of what it calls, for `traceparent`.
    pub fn place(&self) -> String {
        let Trace {
            trace_id,
            span_id,
            flags,
        } = self;
        format!("00-{trace_id}-{span_id}-{flags:02x}")
    }

    /// Tells it with the answer.
    #[must_use]
    pub fn told(&self, response: Response, timing: &Timing) -> Response {
        response
            .with("traceresponse", self.place())
            .with("server-timing", timing.field())
    }
}

/// The trace and flags of a `traceparent` (W3C Trace Context, 3.2). Later versions are read as this one.
fn parent(text: &str) -> Option<(String, u8)> {
    let mut parts = text.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (span, flags) = (parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        text.len() == length && text.bytes().all(is_digit)
    };
    let is_something = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_good = is_hex(version, 2)
        && version != "ff"
        && (version != "00" || parts.next().is_none())
        && is_hex(trace, 32)
        && is_something(trace)
        && is_hex(span, 16)
        && is_something(span)
        && is_hex(flags, 2);
    if !is_good {
        return None;
    }
    // Of the flags this version knows the first: whether the trace is kept.
    Some((trace.to_owned(), u8::from_str_radix(flags, 16).ok()? & 1))
}

/// How long stages took.
#[derive(Debug)]
pub struct Timing {
    began: i64,
    last: i64,
    stages: Vec<(&'static str, i64)>,
}

impl Timing {
    /// Begins, at a moment in milliseconds.
    pub const fn begin(now: i64) -> Timing {
        Timing {
            began: now,
            last: now,
            stages: Vec::new(),
        }
    }

    /// Ends a stage.
    pub fn end(&mut self, stage: &'static str, now: i64) {
        self.stages.push((stage, (now - self.last).max(0)));
        self.last = now;
    }

    /// All of it, in milliseconds.
    pub const fn whole(&self) -> i64 {
        self.last.saturating_sub(self.began)
    }

    /// When it began, in milliseconds since 1970.
    pub const fn began(&self) -> i64 {
        self.began
    }

    /// Each stage that took some time, in order.
    pub fn stages(&self) -> Vec<StageTime> {
        let some = self.stages.iter().filter(|(_, millis)| *millis > 0);
        some.map(|(stage, millis)| StageTime {
            stage: (*stage).to_owned(),
            millis: *millis,
        })
        .collect()
    }

    fn field(&self) -> String {
        let stages = self.stages.iter();
        let stages = stages.map(|(name, millis)| format!("{name};dur={millis}"));
        let whole = format!("total;dur={}", self.whole());
        stages.chain([whole]).collect::<Vec<_>>().join(", ")
    }
}

/// What was answered, by endpoint and status.
#[derive(Debug, Default)]
pub struct Tally {
    answers: BTreeMap<(Option<Endpoint>, u16), u64>,
    /// Answers by duration; the last are longer than every bound.
    durations: [u64; BOUNDS_MILLIS.len() + 1],
    millis: u64,
}

impl Tally {
    /// Counts an answer; files and what is no endpoint count together.
    pub fn count(&mut self, endpoint: Option<Endpoint>, status: u16, millis: i64) {
        *self.answers.entry((endpoint, status)).or_default() += 1;
        let place = BOUNDS_MILLIS.iter().position(|bound| millis <= *bound);
        let place = place.unwrap_or(BOUNDS_MILLIS.len());
        if let Some(count) = self.durations.get_mut(place) {
            *count += 1;
        }
        self.millis = self.millis.saturating_add(millis.max(0).unsigned_abs());
    }

    /// As OpenMetrics 1.0.
    pub fn text(&self) -> String {
        let mut text = String::new();
        line(&mut text, format_args!("# TYPE meschain_requests counter"));
        line(
            &mut text,
            format_args!("# HELP meschain_requests Requests that were answered."),
        );
        for ((endpoint, status), count) in &self.answers {
            let name = endpoint.map_or_else(|| "none".to_owned(), |it| format!("{it:?}"));
            let labels = format!("endpoint=\"{name}\",status=\"{status}\"");
            line(
                &mut text,
                format_args!("meschain_requests_total{{{labels}}} {count}"),
            );
        }
        let name = "meschain_request_seconds";
        line(&mut text, format_args!("# TYPE {name} histogram"));
        line(&mut text, format_args!("# UNIT {name} seconds"));
        line(
            &mut text,
            format_args!("# HELP {name} Time that requests waited."),
        );
        let mut sum = 0;
        for (place, count) in self.durations.iter().enumerate() {
            sum += count;
            let bound = BOUNDS_MILLIS.get(place);
            let bound = bound.map_or_else(|| "+Inf".to_owned(), |it| seconds(it.unsigned_abs()));
            line(
                &mut text,
                format_args!("{name}_bucket{{le=\"{bound}\"}} {sum}"),
            );
        }
        line(
            &mut text,
            format_args!("{name}_sum {}", seconds(self.millis)),
        );
        line(&mut text, format_args!("{name}_count {sum}"));
        line(&mut text, format_args!("# EOF"));
        text
    }
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

fn line(text: &mut String, what: std::fmt::Arguments<'_>) {
    writeln!(text, "{what}").expect("writing to a text cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn begin(parent: &str) -> Trace {
        let request = Request {
            method: Method::Get,
            scheme: "http".into(),
            host: "localhost".into(),
            path: "/".into(),
            query: Vec::new(),
            headers: [("traceparent".to_owned(), parent.to_owned())].into(),
        };
        Trace::begin(&request, &[7; 32])
    }

    #[test]
    fn a_good_trace_is_gone_on_with_and_another_begins_anew() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let good = format!("00-{trace}-b7ad6b7169203331-01");
        assert_eq!(begin(&good).trace_id, trace);
        assert_eq!(begin(&good).flags, 1);
        let later = format!("cc-{trace}-b7ad6b7169203331-01-more");
        assert_eq!(begin(&later).trace_id, trace);
        let zeros = "0".repeat(32);
        for bad in [
            String::new(),
            format!("{good}-more"),
            good.to_uppercase(),
            format!("ff-{trace}-b7ad6b7169203331-01"),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{trace}-b7ad6b7169203331"),
            format!("00-{trace}-b7ad6b716920333-01"),
        ] {
            assert_eq!(begin(&bad).trace_id, "07".repeat(16), "{bad}");
            assert_eq!(begin(&bad).span_id, "07".repeat(8));
        }
    }

    #[test]
    fn what_was_answered_adds_up() {
        let mut tally = Tally::default();
        for (status, millis) in [(200, 0), (200, 1), (404, 7), (200, 9_000)] {
            tally.count(Some(Endpoint::Me), status, millis);
        }
        tally.count(None, 200, 2);
        let text = tally.text();
        for line in [
            "meschain_requests_total{endpoint=\"Me\",status=\"200\"} 3",
            "meschain_requests_total{endpoint=\"none\",status=\"200\"} 1",
            "meschain_request_seconds_bucket{le=\"0.001\"} 2",
            "meschain_request_seconds_bucket{le=\"5.000\"} 4",
            "meschain_request_seconds_bucket{le=\"+Inf\"} 5",
            "meschain_request_seconds_sum 9.010",
            "meschain_request_seconds_count 5",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn timings_tell_each_stage() {
        let mut timing = Timing::begin(100);
        timing.end("caller", 103);
        timing.end("answer", 110);
        let expected = "caller;dur=3, answer;dur=7, total;dur=10";
        assert_eq!(timing.field(), expected);
    }
}
