//! The seeded demo company: two years of a marketplace seller that does not exist.
//!
//! [`files`] yields canonical CSV files (see [`model::columns`]): order lines of 24 whole months and of
//! the current one up to `today`, advertising, stock of the last [`STOCK_DAYS`] days, targets and
//! exchange rates. The same seed, day and scale give the same bytes on every machine. Files come in the
//! order in which they should be imported and are made one at a time, so memory stays flat.
//!
//! Out of scope: reading clocks and writing files (`xtask`). The company, its figures, its customers and
//! the rates are made up; `docs/demo-company.md` describes it and the anomalies planted in it.
//!
//! ```
//! let today = "2026-11-23".parse()?;
//! let first = demo::Files::new(demo::SEED, today, demo::Scale::per_mille_of_full(10)).next();
//! assert_eq!(first.map(|file| file.name), Some("fx.csv".to_string()));
//! # Ok::<(), kernel::DateError>(())
//! ```

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod ads;
mod anomalies;
mod channels;
mod company;
mod csv;
mod fate;
mod files;
mod fx;
mod holidays;
mod line;
mod names;
mod places;
mod products;
mod random;
mod sales;
mod season;
mod stock;
mod targets;

use kernel::{Date, TenantId};
use model::columns::FileKind;
use model::profile::TenantProfile;

pub use anomalies::Anomaly;
pub use company::MONTHS;
pub use csv::ROWS_MAX;
pub use files::{Files, STOCK_DAYS};

/// The seed of the company that everyone sees.
pub const SEED: u64 = 20_261_123;

/// A file to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What its rows are.
    pub kind: FileKind,
    /// File name, such as `sales-2026-11-1.csv`.
    pub name: String,
    /// Canonical CSV in UTF-8 with a header.
    pub csv: Vec<u8>,
    /// Rows without the header, at most [`ROWS_MAX`].
    pub rows: usize,
}

/// How large the company is, for tests that need less than all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u32);

impl Scale {
    /// About 300,000 order lines and 1,500 products.
    pub const FULL: Scale = Scale(1_000);

    /// Thousandths of the full size, at least 1; more than 1,000 is full.
    pub const fn per_mille_of_full(per_mille: u32) -> Scale {
        Scale(if per_mille == 0 {
            1
        } else if per_mille > 1_000 {
            1_000
        } else {
            per_mille
        })
    }

    pub(crate) const fn per_mille(self) -> u32 {
        self.0
    }
}

/// All files of the demo company as of `today`, at full size.
pub fn files(today: Date) -> Files {
    Files::new(SEED, today, Scale::FULL)
}

/// The profile of the demo company; its name says that it is one.
pub fn profile() -> TenantProfile {
    let id = TenantId::new("demo").expect("\"demo\" is a valid id");
    TenantProfile {
        demo: true,
        ..TenantProfile::new(id, "Örnek Pazar (demo)")
    }
}
