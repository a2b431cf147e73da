//! The real Worker on the real workerd.

mod accounts;
mod imports;
mod isolation;
mod kills;
mod pages;
