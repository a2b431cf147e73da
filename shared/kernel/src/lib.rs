//! Money, quantity, ratio, calendar and ids: newtypes, nothing else.
