//! What is on screen, as the address of the page. Pure, so that every address reads back as the state
//! that wrote it.

use model::metrics::MetricId;
use model::schema::Dimension;

pub use crate::figure::Figure;
pub use crate::period::Period;

/// A screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Dashboards.
    Home,
    /// Pivot table.
    Explore,
    /// One metric with its forecast.
    Forecast,
    /// Bringing data in.
    Import,
    /// Preferences and storage.
    Settings,
    /// The API: its operations, to be read and tried.
    Developers,
    /// What was asked of the API.
    ApiUsage,
}

impl Screen {
    /// Every screen.
    pub const ALL: [Screen; 7] = [
        Screen::Home,
        Screen::Explore,
        Screen::Forecast,
        Screen::Import,
        Screen::Settings,
        Screen::Developers,
        Screen::ApiUsage,
    ];

    /// Those of the navigation, in its order.
    pub const TABS: [Screen; 5] = [
        Screen::Home,
        Screen::Explore,
        Screen::Forecast,
        Screen::Import,
        Screen::Settings,
    ];

    /// The one of the navigation below which a screen lies.
    pub const fn tab(self) -> Screen {
        match self {
            Screen::Developers | Screen::ApiUsage => Screen::Settings,
            other => other,
        }
    }

    /// Path of the screen.
    pub const fn path(self) -> &'static str {
        match self {
            Screen::Home => "/",
            Screen::Explore => "/explore",
            Screen::Forecast => "/forecast",
            Screen::Import => "/import",
            Screen::Settings => "/settings",
            Screen::Developers => "/developers",
            Screen::ApiUsage => "/developers/usage",
        }
    }
}

/// Which of the home screen's dashboards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Board {
    /// The whole at a glance.
    Overview,
    /// Margins and costs.
    Finance,
    /// Advertising and customers.
    Marketing,
    /// Returns, deliveries and stock.
    Operations,
    /// What programs ask of the company's API; there where some do.
    Api,
}

impl Board {
    /// Every dashboard, in the order of their tabs.
    pub const ALL: [Board; 5] = [
        Board::Overview,
        Board::Finance,
        Board::Marketing,
        Board::Operations,
        Board::Api,
    ];

    /// Those of a company, in the same order.
    pub fn shown(has_api: bool) -> &'static [Board] {
        let hidden = usize::from(!has_api);
        Board::ALL
            .get(..Board::ALL.len() - hidden)
            .unwrap_or_default()
    }

    /// Name in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Board::Overview => "overview",
            Board::Finance => "finance",
            Board::Marketing => "marketing",
            Board::Operations => "operations",
            Board::Api => "api",
        }
    }

    /// The dashboard so many tabs to the right among those shown; stays at the ends.
    pub fn beside(self, steps: i32, shown: &[Board]) -> Board {
        let at = shown.iter().position(|board| *board == self);
        let at = at.unwrap_or_default() as i32;
        let at = (at + steps).clamp(0, shown.len() as i32 - 1);
        shown.get(at as usize).copied().unwrap_or(self)
    }

    /// By what its main metric can be split and filtered.
    pub const fn splits(self) -> &'static [Dimension] {
        match self {
            Board::Api => &[Dimension::Endpoint, Dimension::Caller],
            _ => &[
                Dimension::Channel,
                Dimension::Category,
                Dimension::Product,
                Dimension::Country,
                Dimension::City,
            ],
        }
    }
}

/// What is on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewState {
    /// The screen.
    pub screen: Screen,
    /// The company; the caller's own, else the demo, where empty.
    pub company: String,
    /// The home screen's dashboard.
    pub board: Board,
    /// The days.
    pub period: Period,
    /// Members that facts must have, in the order in which they were chosen.
    pub filters: Vec<(Dimension, String)>,
    /// What the breakdown card splits by.
    pub split: Dimension,
    /// The metric of the forecast and of the pivot table.
    pub metric: MetricId,
    /// Days to forecast.
    pub horizon: u16,
    /// Rows of the pivot table.
    pub rows: Dimension,
    /// Columns of the pivot table.
    pub columns: Dimension,
    /// What its cells show.
    pub figure: Figure,
    /// The operation of the API that is read; all are listed where empty.
    pub operation: String,
}

impl Default for ViewState {
    fn default() -> Self {
        ViewState {
            screen: Screen::Home,
            company: String::new(),
            board: Board::Overview,
            period: Period::Default,
            filters: Vec::new(),
            split: Dimension::Channel,
            metric: MetricId::NetRevenue,
            horizon: 30,
            rows: Dimension::Category,
            columns: Dimension::Month,
            figure: Figure::Value,
            operation: String::new(),
        }
    }
}

/// Dimensions that can be named in an address.
pub const DIMENSIONS: [(Dimension, &str); 14] = [
    (Dimension::Channel, "channel"),
    (Dimension::Category, "category"),
    (Dimension::Product, "product"),
    (Dimension::Country, "country"),
    (Dimension::City, "city"),
    (Dimension::Month, "month"),
    (Dimension::Week, "week"),
    (Dimension::Quarter, "quarter"),
    (Dimension::Year, "year"),
    (Dimension::Weekday, "weekday"),
    (Dimension::FirstOrderMonth, "first-order"),
    (Dimension::MonthsSinceFirstOrder, "months-since"),
    (Dimension::Endpoint, "endpoint"),
    (Dimension::Caller, "caller"),
];

fn dimension_name(dimension: Dimension) -> &'static str {
    DIMENSIONS
        .iter()
        .find(|(other, _)| *other == dimension)
        .map_or("channel", |(_, name)| name)
}

fn dimension_of(name: &str) -> Option<Dimension> {
    DIMENSIONS
        .iter()
        .find(|(_, other)| *other == name)
        .map(|(dimension, _)| *dimension)
}

const FILTERS_MAX: usize = 12;
const OPERATION_LENGTH_MAX: usize = 200;

impl ViewState {
    /// Another dashboard. Filters of one that is about other things say nothing there.
    #[must_use]
    pub fn on_board(&self, board: Board) -> ViewState {
        let mut state = ViewState {
            board,
            ..self.clone()
        };
        if (board == Board::Api) != (self.board == Board::Api) {
            state.filters.clear();
        }
        if !board.splits().contains(&state.split) {
            state.split = board.splits().first().copied().unwrap_or(state.split);
        }
        state
    }

    /// The state of an address: its path and its decoded parameters. What cannot be understood is left
    /// at its default.
    pub fn from_address(path: &str, parameters: &[(String, String)]) -> ViewState {
        let mut state = ViewState {
            screen: Screen::ALL
                .into_iter()
                .find(|screen| screen.path() == path)
                .unwrap_or(Screen::Home),
            ..ViewState::default()
        };
        for (name, value) in parameters {
            match name.as_str() {
                "company" => state.company.clone_from(value),
                "operation" if value.len() <= OPERATION_LENGTH_MAX => {
                    state.operation.clone_from(value);
                }
                "board" => {
                    state.board = Board::ALL
                        .into_iter()
                        .find(|board| board.name() == value)
                        .unwrap_or(state.board);
                }
                "period" => state.period = Period::from_name(value),
                "filter" if state.filters.len() < FILTERS_MAX => {
                    let filter = value
                        .split_once(':')
                        .and_then(|(name, key)| Some((dimension_of(name)?, key.to_owned())));
                    state.filters.extend(filter);
                }
                "split" => state.split = dimension_of(value).unwrap_or(state.split),
                "metric" => state.metric = value.parse().unwrap_or(state.metric),
                "horizon" => {
                    state.horizon = value
                        .parse()
                        .ok()
                        .filter(|days| (1..=365).contains(days))
                        .unwrap_or(30)
                }
                "rows" => state.rows = dimension_of(value).unwrap_or(state.rows),
                "columns" => state.columns = dimension_of(value).unwrap_or(state.columns),
                "as" => {
                    let named = |figure: &Figure| figure.name() == value;
                    state.figure = Figure::ALL.into_iter().find(named).unwrap_or_default();
                }
                _ => {}
            }
        }
        state
    }

    /// The parameters of the state's address; defaults are left out.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let plain = ViewState::default();
        let mut parameters = Vec::new();
        let mut put = |name, value: String, is_plain: bool| {
            if !is_plain {
                parameters.push((name, value));
            }
        };
        put("company", self.company.clone(), self.company.is_empty());
        put(
            "board",
            self.board.name().to_owned(),
            self.board == plain.board,
        );
        put("period", self.period.name(), self.period == plain.period);
        for (dimension, key) in &self.filters {
            put(
                "filter",
                format!("{}:{key}", dimension_name(*dimension)),
                false,
            );
        }
        put(
            "split",
            dimension_name(self.split).to_owned(),
            self.split == plain.split,
        );
        put(
            "metric",
            self.metric.name().to_owned(),
            self.metric == plain.metric,
        );
        put(
            "horizon",
            self.horizon.to_string(),
            self.horizon == plain.horizon,
        );
        put(
            "rows",
            dimension_name(self.rows).to_owned(),
            self.rows == plain.rows,
        );
        put(
            "columns",
            dimension_name(self.columns).to_owned(),
            self.columns == plain.columns,
        );
        put(
            "as",
            self.figure.name().to_owned(),
            self.figure == plain.figure,
        );
        // Of no other screen's address.
        put(
            "operation",
            self.operation.clone(),
            self.operation.is_empty() || self.screen != Screen::Developers,
        );
        parameters
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_reads_back(
            screen in 0_usize..7, board in 0_usize..4, period in 0_usize..9, metric in 0_usize..40,
            filters in proptest::collection::vec((0_usize..5, "[a-z0-9: &=çş-]{1,12}"), 0..4),
            horizon in 1_u16..365, rows in 0_usize..12, figure in 0_usize..7, days in 1_u16..3_000, operation in "[a-zA-Z ./]{0,20}",
        ) {
            let state = ViewState {
                screen: Screen::ALL[screen],
                company: "c-1".to_owned(),
                board: Board::ALL[board],
                period: if days % 3 == 0 { Period::Last(days) } else { Period::PRESETS[period] },
                filters: filters.into_iter().map(|(at, key)| (DIMENSIONS[at].0, key)).collect(),
                split: DIMENSIONS[rows].0,
                metric: MetricId::ALL[metric],
                horizon,
                rows: DIMENSIONS[rows].0,
                columns: Dimension::Month,
                figure: Figure::ALL[figure],
                operation: if Screen::ALL[screen] == Screen::Developers { operation } else { String::new() },
            };
            let parameters: Vec<_> =
                state.parameters().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            prop_assert_eq!(ViewState::from_address(state.screen.path(), &parameters), state);
        }
    }
}
