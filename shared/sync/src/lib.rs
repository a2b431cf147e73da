//! Segment manifest, de-duplication and outbox as pure state machines.
