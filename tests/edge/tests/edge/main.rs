//! The real Worker on the real workerd.

mod accounts;
mod dashboard;
mod imports;
mod isolation;
mod kills;
mod pages;
mod sign_in;
