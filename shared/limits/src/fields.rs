//! The header fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): structured
//! lists (RFC 9651) of named policies.

use std::fmt::Write as _;

/// One policy, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name: letters and hyphens.
    pub name: &'static str,
    /// Requests that it allows in a window.
    pub quota: u64,
    /// The window, in seconds.
    pub window_seconds: u64,
    /// Requests that are left.
    pub left: u64,
    /// Seconds until there is more.
    pub reset_seconds: u64,
}

/// `RateLimit-Policy`.
pub fn policy_field(policies: &[Policy]) -> String {
    joined(policies, |text, one| {
        let (name, quota, window) = (one.name, one.quota, one.window_seconds);
        write!(text, "\"{name}\";q={quota};w={window}")
    })
}

/// `RateLimit`.
pub fn limit_field(policies: &[Policy]) -> String {
    joined(policies, |text, one| {
        let (name, left, reset) = (one.name, one.left, one.reset_seconds);
        write!(text, "\"{name}\";r={left};t={reset}")
    })
}

fn joined(
    policies: &[Policy],
    write_one: impl Fn(&mut String, &Policy) -> std::fmt::Result,
) -> String {
    let mut text = String::new();
    for (at, policy) in policies.iter().enumerate() {
        if at > 0 {
            text.push_str(", ");
        }
        write_one(&mut text, policy).expect("writing to a text cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_read_as_the_draft_writes_them() {
        let burst = Policy {
            name: "burst",
            quota: 200,
            window_seconds: 2,
            left: 12,
            reset_seconds: 1,
        };
        let day = Policy {
            name: "day",
            quota: 100_000,
            window_seconds: 86_400,
            left: 0,
            reset_seconds: 3_601,
        };
        assert_eq!(
            policy_field(&[burst, day]),
            "\"burst\";q=200;w=2, \"day\";q=100000;w=86400"
        );
        assert_eq!(
            limit_field(&[burst, day]),
            "\"burst\";r=12;t=1, \"day\";r=0;t=3601"
        );
        assert_eq!(limit_field(&[]), "");
    }
}
