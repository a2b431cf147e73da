//! Segment format, dictionaries and queries: filter, group, pivot, top-n, compare.
