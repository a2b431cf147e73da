//! What the app and its engine worker say to each other.
