//! The seeded demo company: two years of a marketplace seller.
