//! A decoded column: values in the narrowest array that holds them, so that a scan reads little
//! memory, and a bitmap of nulls where there are any.

/// Values of a column, one per row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Every row has this value.
    Constant(i64),
    U8(Box<[u8]>),
    U16(Box<[u16]>),
    I32(Box<[i32]>),
    I64(Box<[i64]>),
}

impl Values {
    /// Collects `rows` values, all from `min` to `max`; `None` where one is not or their number is
    /// another.
    pub(crate) fn collect(
        rows: usize,
        min: i64,
        max: i64,
        values: impl Iterator<Item = i64>,
    ) -> Option<Values> {
        fn narrow<T>(
            rows: usize,
            bounds: (i64, i64),
            values: impl Iterator<Item = i64>,
            cut: impl Fn(i64) -> T,
        ) -> Option<Box<[T]>> {
            let mut is_outside = false;
            let mut out = Vec::with_capacity(rows);
            out.extend(values.map(|value| {
                is_outside |= value < bounds.0 || value > bounds.1;
                cut(value)
            }));
            (!is_outside && out.len() == rows).then(|| out.into_boxed_slice())
        }
        let bounds = (min, max);
        let fits = |low: i64, high: i64| low <= min && max <= high;
        Some(if fits(0, u8::MAX.into()) {
            Values::U8(narrow(rows, bounds, values, |value| value as u8)?)
        } else if fits(0, u16::MAX.into()) {
            Values::U16(narrow(rows, bounds, values, |value| value as u16)?)
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            Values::I32(narrow(rows, bounds, values, |value| value as i32)?)
        } else {
            Values::I64(narrow(rows, bounds, values, |value| value)?)
        })
    }

    /// The value of a row; 0 past the end.
    pub(crate) fn get(&self, row: usize) -> i64 {
        match self {
            Values::Constant(value) => *value,
            Values::U8(values) => values.get(row).map_or(0, |&value| value.into()),
            Values::U16(values) => values.get(row).map_or(0, |&value| value.into()),
            Values::I32(values) => values.get(row).map_or(0, |&value| value.into()),
            Values::I64(values) => values.get(row).map_or(0, |&value| value),
        }
    }

    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Values::Constant(_) => 0,
            Values::U8(values) => values.len(),
            Values::U16(values) => 2 * values.len(),
            Values::I32(values) => 4 * values.len(),
            Values::I64(values) => 8 * values.len(),
        }
    }
}

/// One bit per row, set where the value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// Every value is known.
    None,
    /// No value is known.
    All,
    /// Row `i` is null where bit `i % 8` of byte `i / 8` is set.
    Some(Box<[u8]>),
}

impl Nulls {
    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Nulls::None | Nulls::All => 0,
            Nulls::Some(bits) => bits.len(),
        }
    }

    pub(crate) fn is_null(&self, row: usize) -> bool {
        match self {
            Nulls::None => false,
            Nulls::All => true,
            Nulls::Some(bits) => bits
                .get(row / 8)
                .is_some_and(|byte| byte >> (row % 8) & 1 == 1),
        }
    }
}

/// A column ready to be scanned. Where a row is null, its value is some number within the column's
/// bounds that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) values: Values,
    pub(crate) nulls: Nulls,
}

impl Column {
    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.values.heap_bytes() + self.nulls.heap_bytes()
    }

    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        (!self.nulls.is_null(row)).then(|| self.values.get(row))
    }
}
