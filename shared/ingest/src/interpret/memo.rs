//! What a text meant in the row before: rows that follow one another mostly say the same.

/// The last text of a column, with what it means.
pub(super) struct Memo<T> {
    last: Option<(String, T)>,
}

impl<T: Clone> Memo<T> {
    /// What a text means; asks only where it differs from the last one.
    pub(super) fn of(&mut self, text: &str, meaning: impl FnOnce(&str) -> T) -> T {
        match &mut self.last {
            Some((last, known)) if last == text => known.clone(),
            last => {
                let meaning = meaning(text);
                *last = Some((text.to_owned(), meaning.clone()));
                meaning
            }
        }
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo { last: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_where_the_text_changes() {
        let mut asked = 0;
        let mut memo = Memo::default();
        for text in ["a", "a", "bb", "a"] {
            let length = memo.of(text, |text| {
                asked += 1;
                text.len()
            });
            assert_eq!(length, text.len());
        }
        assert_eq!(asked, 3);
    }
}
