//! Whether an answer may be kept by a cache of one company, and for how long (RFC 9111, 3 and 4.2; RFC 5861).

use crate::cache::directives::Directives;
use crate::http_date;
use crate::rules::Cache;

/// Statuses that are kept: those whose meaning is whole without the request.
const STATUSES: [u16; 8] = [200, 203, 204, 300, 301, 308, 404, 410];

/// What an answer says that matters here. Header fields as they were sent.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "the names are those of the header fields")]
pub struct Said<'h> {
    pub status: u16,
    pub cache_control: &'h str,
    pub age: Option<&'h str>,
    pub date: Option<&'h str>,
    pub expires: Option<&'h str>,
    pub vary: &'h str,
    pub sets_cookie: bool,
    pub has_validator: bool,
}

/// For how long an answer may be given. Milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// From when its age counts.
    pub born: i64,
    /// Until when without asking.
    pub fresh_until: i64,
    /// Until when while a new one is fetched.
    pub revalidate_until: i64,
    /// Until when where none can be fetched.
    pub error_until: i64,
}

/// The lifetime of an answer that was asked for and came at some moments; none where it is not kept.
pub fn of(rules: &Cache, said: &Said<'_>, asked_at: i64, now: i64) -> Option<Lifetime> {
    let directives = Directives::read(said.cache_control);
    let is_kept = STATUSES.contains(&said.status)
        && !directives.no_store
        // What is one caller's is not their company's.
        && !directives.is_private
        && !said.sets_cookie
        && said.vary.split(',').all(|name| name.trim() != "*");
    if !is_kept {
        return None;
    }
    let age_value = said.age.and_then(|text| text.trim().parse::<i64>().ok());
    let age_value = age_value.unwrap_or(0).clamp(0, 1 << 31) * 1_000;
    let date = said.date.and_then(http_date::read);
    let apparent = date.map_or(0, |date| (now - date.saturating_mul(1_000)).max(0));
    let age = apparent.max(age_value + (now - asked_at).max(0));
    let expires = said.expires.map(|text| {
        let sent = date.unwrap_or(now / 1_000);
        // A date that is none has passed.
        http_date::read(text).map_or(0, |until| (until - sent).max(0))
    });
    let said_seconds = directives.s_maxage.or(directives.max_age).or(expires);
    let seconds = match said_seconds {
        _ if directives.no_cache => 0,
        Some(seconds) => seconds,
        None => rules.seconds.into(),
    };
    let born = now - age;
    let fresh_until = born + seconds * 1_000;
    let is_strict =
        directives.must_revalidate || directives.proxy_revalidate || directives.no_cache;
    let stale = |said: Option<i64>, default: u32| match said {
        _ if is_strict => fresh_until,
        Some(seconds) => fresh_until + seconds * 1_000,
        // A service that says how long shared caches may keep it means no longer (5.2.2.10).
        None if directives.s_maxage.is_some() => fresh_until,
        None => fresh_until + i64::from(default) * 1_000,
    };
    let lifetime = Lifetime {
        born,
        fresh_until,
        revalidate_until: stale(
            directives.stale_while_revalidate,
            rules.stale_while_revalidate_seconds,
        ),
        error_until: stale(directives.stale_if_error, rules.stale_if_error_seconds),
    };
    let last = fresh_until
        .max(lifetime.revalidate_until)
        .max(lifetime.error_until);
    (last > now || said.has_validator).then_some(lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 784_111_777_000;
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const RULES: Cache = Cache {
        seconds: 20,
        stale_while_revalidate_seconds: 5,
        stale_if_error_seconds: 50,
    };

    /// Seconds from now: fresh, while a new one is fetched, where none can be.
    fn seconds(said: &Said<'_>) -> Option<(i64, i64, i64)> {
        let lifetime = of(&RULES, said, NOW, NOW)?;
        let from_now = |until: i64| (until - NOW) / 1_000;
        Some((
            from_now(lifetime.fresh_until),
            from_now(lifetime.revalidate_until),
            from_now(lifetime.error_until),
        ))
    }

    fn ok(cache_control: &str) -> Said<'_> {
        Said {
            status: 200,
            cache_control,
            ..Said::default()
        }
    }

    #[test]
    fn the_service_decides_before_the_route_does() {
        for (said, expected) in [
            (ok(""), Some((20, 25, 70))),
            (ok("max-age=60"), Some((60, 65, 110))),
            (ok("max-age=60, s-maxage=30"), Some((30, 30, 30))),
            (ok("s-maxage=30, stale-if-error=9"), Some((30, 30, 39))),
            (ok("max-age=60, must-revalidate"), Some((60, 60, 60))),
            (
                ok("max-age=60, proxy-revalidate, stale-if-error=9"),
                Some((60, 60, 60)),
            ),
            (
                ok("max-age=60, stale-while-revalidate=1"),
                Some((60, 61, 110)),
            ),
            (ok("no-store"), None),
            (ok("private, max-age=60"), None),
            (ok("no-cache"), None),
            (ok("max-age=0, must-revalidate"), None),
            (
                Said {
                    has_validator: true,
                    ..ok("no-cache")
                },
                Some((0, 0, 0)),
            ),
            (
                Said {
                    age: Some("40"),
                    ..ok("max-age=60")
                },
                Some((20, 25, 70)),
            ),
            (
                Said {
                    age: Some("70"),
                    ..ok("max-age=60, must-revalidate")
                },
                None,
            ),
            (
                Said {
                    vary: "accept, *",
                    ..ok("max-age=60")
                },
                None,
            ),
            (
                Said {
                    sets_cookie: true,
                    ..ok("max-age=60")
                },
                None,
            ),
            (
                Said {
                    status: 500,
                    ..ok("max-age=60")
                },
                None,
            ),
            (
                Said {
                    status: 206,
                    ..ok("max-age=60")
                },
                None,
            ),
            (
                Said {
                    status: 404,
                    ..ok("max-age=60")
                },
                Some((60, 65, 110)),
            ),
            (
                Said {
                    expires: Some("Sun, 06 Nov 1994 08:50:37 GMT"),
                    date: Some(DATE),
                    ..ok("")
                },
                Some((60, 65, 110)),
            ),
            (
                Said {
                    expires: Some("0"),
                    ..ok("must-revalidate")
                },
                None,
            ),
            (
                Said {
                    expires: Some("Sun, 06 Nov 1994 09:50:37 GMT"),
                    ..ok("max-age=1, must-revalidate")
                },
                Some((1, 1, 1)),
            ),
            // Its clock says that it is ten seconds old already.
            (
                Said {
                    date: Some("Sun, 06 Nov 1994 08:49:27 GMT"),
                    ..ok("max-age=60")
                },
                Some((50, 55, 100)),
            ),
        ] {
            assert_eq!(seconds(&said), expected, "{said:?}");
        }
    }

    #[test]
    fn the_time_on_the_way_counts() {
        let lifetime = of(
            &RULES,
            &Said {
                age: Some("3"),
                ..ok("max-age=60")
            },
            NOW - 2_000,
            NOW,
        )
        .unwrap();
        assert_eq!(lifetime.born, NOW - 5_000);
        assert_eq!(lifetime.fresh_until, NOW + 55_000);
    }
}
