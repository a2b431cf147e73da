use std::collections::BTreeSet;

use super::*;

#[test]
fn each_endpoint_is_there_once_and_found() {
    let mut endpoints = BTreeSet::new();
    let mut doors = BTreeSet::new();
    for route in &ROUTES {
        assert!(endpoints.insert(route.endpoint), "{route:?}");
        assert!(doors.insert((route.method, route.path)), "{route:?}");
        assert!(route.path.matches('{').count() <= 1, "{route:?}");
        let path = route.path.replace("{id}", "x-1").replace("{hash}", "ab");
        let found = find(route.method.name(), &path).unwrap();
        assert_eq!(found.route, route);
        assert_eq!(found.parameter.is_empty(), !route.path.contains('{'));
        assert!(is_api(route.path));
    }
}

#[test]
fn what_is_not_there_is_told_apart() {
    assert_eq!(find("GET", "/api"), Err(Missed::Path));
    assert_eq!(find("GET", "/api/auth/v1/keys/"), Err(Missed::Path));
    assert_eq!(
        find("POST", "/api/auth/v1/keys/a/b/restore"),
        Err(Missed::Path)
    );
    assert_eq!(
        find("HEAD", health::PATH).unwrap().route.endpoint,
        Endpoint::Health
    );
    let methods = |names: &[&'static str]| Err(Missed::Method(names.to_vec()));
    assert_eq!(find("PUT", health::PATH), methods(&["GET", "HEAD"]));
    assert_eq!(
        find("TRACE", keys::KEYS_PATH),
        methods(&["GET", "HEAD", "POST"])
    );
    // A name hides the parameter: there is no passkey called "options".
    assert_eq!(
        find("DELETE", sign_in::PASSKEY_OPTIONS_PATH),
        methods(&["POST"])
    );
}

#[test]
fn what_changes_something_needs_a_right_unless_it_gives_one() {
    for route in ROUTES.iter().filter(|route| !route.method.is_safe()) {
        let gives = matches!(
            route.endpoint,
            Endpoint::Claim
                | Endpoint::SignInOptions
                | Endpoint::SignIn
                | Endpoint::Recover
                | Endpoint::ProviderOptions
                | Endpoint::SignInByProvider
                | Endpoint::Device
                | Endpoint::Token
                | Endpoint::Introspect
                | Endpoint::RevokeToken
        );
        assert_eq!(route.needs == Needs::Nothing, gives, "{route:?}");
    }
}
