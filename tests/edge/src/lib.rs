//! The real Worker on the real workerd.
