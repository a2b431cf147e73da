//! Models, selection, intervals, back-tests and anomalies on series of numbers.
