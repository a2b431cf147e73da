//! From a file of any dialect to validated records and a data-quality report.
