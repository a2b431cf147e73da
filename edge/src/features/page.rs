//! The app's page. Where it starts at the home screen and the first figures are at hand, they are in it,
//! drawn: the person reads them while the app is still on its way.
//!
//! Figures that would have to be computed first do not hold the page up, and neither does any fault: it is
//! sent without them, the app asks for them, and the next page has them.

use api::dashboard::Dashboard;
use locale::Locale;
use policy::Rows;

use super::{assets, dashboard};
use crate::fault::{Context, Fault};
use crate::gateway::{access, caller, limits, lists};
use crate::http::{Body, Method, Request, Response};
use crate::ports::{Later, Platform};

/// Marks in `app/index.html` around what the first tiles take the place of.
pub const TILES: &str = "tiles";
/// Marks in `app/index.html` around the place of the figures as data, for the app to go on from.
pub const FIGURES: &str = "figures";

/// Says which file answers a path, and with which figures in it.
pub async fn serve<P: Platform>(platform: &P, request: &Request) -> Response {
    let is_start = request.path == "/"
        && request.query.is_empty()
        && matches!(request.method, Method::Get | Method::Head);
    // Files are never refused, so a client that asks too often gets the file.
    if is_start && limits::admits(platform, request) {
        match figures(platform, request).await {
            Ok(Some(figures)) => return with(&figures, request),
            Ok(None) | Err(Fault::Refused { .. }) => {}
            Err(fault) => platform.log(&format!("first figures: {fault}")),
        }
    }
    assets::serve(request)
}

/// The kept dashboard of the company that the caller sees first.
async fn figures<P: Platform>(platform: &P, request: &Request) -> Result<Option<Dashboard>, Fault> {
    let caller = caller::identify(platform, request).await?;
    lists::check(platform, request, &caller).await?;
    let tenant = access::home(&caller, request)?;
    let sight = caller.sight(platform, &tenant).await?;
    if *sight.rows() != Rows::All {
        // What is kept is of all channels.
        return Ok(None);
    }
    let (_, kept) = dashboard::kept(platform, &tenant).await?;
    if kept.is_none() {
        platform.later(Later::Dashboard(tenant));
    }
    let figures = kept.map(|json| serde_json::from_str(&json)).transpose();
    let mut figures: Option<Dashboard> = figures.context("read a dashboard")?;
    if let Some(figures) = &mut figures {
        dashboard::hide(figures, &sight);
    }
    Ok(figures)
}

fn with(figures: &Dashboard, request: &Request) -> Response {
    let locale = language(request);
    let tiles = format!(
        "<div id=\"first\" lang=\"{}\">{}</div>",
        locale.tag(),
        ::dashboard::html::first(figures, locale)
    );
    // No text of a company can end the element that it is in.
    let json = serde_json::to_string(figures)
        .unwrap_or_default()
        .replace('<', "\\u003c");
    let json = format!("<script type=\"application/json\" id=\"figures\">{json}</script>");
    let response = Response {
        headers: vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            // No browser writes figures down by itself: where they lie on a device is the app's to decide.
            ("cache-control", "private, no-store".to_owned()),
            (
                "vary",
                "Accept-Encoding, Accept-Language, Cookie".to_owned(),
            ),
        ],
        body: Body::Filled {
            path: "/index.html".to_owned(),
            parts: vec![(TILES, tiles), (FIGURES, json)],
        },
        ..Response::empty(200)
    };
    // The platform packs what it is told to.
    match ["br", "gzip"]
        .into_iter()
        .find(|name| request.accepts_encoding(name))
    {
        Some(encoding) => response.with("content-encoding", encoding),
        None => response,
    }
}

/// The language that the browser names first, as the app reads it; English where it has none of ours.
fn language(request: &Request) -> Locale {
    let accepted = request.header("accept-language").unwrap_or_default();
    let first = accepted.split([',', ';']).next().unwrap_or_default();
    Locale::from_tag(first.trim()).unwrap_or(Locale::English)
}

/// Replaces what is between marks. A mark that is not there changes nothing.
pub fn fill(page: &str, parts: &[(&str, String)]) -> String {
    let mut filled = page.to_owned();
    for (mark, text) in parts {
        let (open, close) = (format!("<!--{mark}-->"), format!("<!--/{mark}-->"));
        let Some((before, rest)) = filled.split_once(&open) else {
            continue;
        };
        let Some((_, after)) = rest.split_once(&close) else {
            continue;
        };
        filled = format!("{before}{text}{after}");
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_go_between_their_marks() {
        let page = "a<!--x-->old<!--/x-->b<!--y--><!--/y-->c<!--z-->";
        let parts = [
            ("x", "1".to_owned()),
            ("y", "2".to_owned()),
            ("z", "3".to_owned()),
        ];
        assert_eq!(fill(page, &parts), "a1b2c<!--z-->");
    }

    #[test]
    fn the_page_has_both_marks() {
        let page = include_str!("../../../app/index.html");
        let parts = [
            (TILES, "tiles here".to_owned()),
            (FIGURES, "figures here".to_owned()),
        ];
        let filled = fill(page, &parts);
        assert!(filled.contains("tiles here") && filled.contains("figures here"));
    }

    #[test]
    fn the_first_language_counts() {
        let of = |text: &str| {
            language(&Request {
                method: Method::Get,
                scheme: "http".into(),
                host: "localhost".into(),
                path: "/".into(),
                query: Vec::new(),
                headers: [("accept-language".to_owned(), text.to_owned())].into(),
            })
        };
        assert_eq!(of("tr-TR,tr;q=0.9,en;q=0.8"), Locale::Turkish);
        assert_eq!(of("en-GB,en;q=0.9,tr;q=0.8"), Locale::English);
        assert_eq!(of("de-DE,tr;q=0.5"), Locale::English);
        assert_eq!(of(""), Locale::English);
    }
}
