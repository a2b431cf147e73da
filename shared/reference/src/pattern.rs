//! Patterns of texts (regular expressions): whether a text fits, and the shortest that does.
//!
//! In scope: what the document's patterns are made of: characters, classes, groups, alternatives, repetition, and the
//! ends `^` and `$` around the whole. Anything else is no pattern here, and what is not understood is not checked. A
//! text is tried within a bounded number of steps.

/// Steps after which a text counts as fitting: the edge decides.
const STEPS_MAX: usize = 50_000;
/// The most of one thing that an example repeats.
const EXAMPLE_MAX: u32 = 64;

/// A pattern that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    whole: Node,
    starts: bool,
    ends: bool,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    /// One character of some ranges, or of none of them.
    One(Class),
    /// One after the other.
    Row(Vec<Node>),
    /// One or the other.
    Either(Vec<Node>),
    /// So many times.
    Repeated(Box<Node>, u32, u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Class {
    ranges: Vec<(char, char)>,
    is_negated: bool,
}

impl Class {
    fn has(&self, letter: char) -> bool {
        let is_within = |(first, last): &(char, char)| (*first..=*last).contains(&letter);
        self.ranges.iter().any(is_within) != self.is_negated
    }

    /// A character of it that is easily read.
    fn example(&self) -> Option<char> {
        let plain = ('a'..='z')
            .chain('0'..='9')
            .chain('A'..='Z')
            .chain('!'..='~');
        plain
            .chain(self.ranges.iter().map(|(first, _)| *first))
            .find(|letter| self.has(*letter))
    }
}

impl Pattern {
    /// Reads a pattern; nothing where it is not understood.
    pub fn read(text: &str) -> Option<Pattern> {
        let (starts, rest) = match text.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let is_end = rest.ends_with('$') && !rest.ends_with("\\$");
        let inner = if is_end {
            &rest[..rest.len() - 1]
        } else {
            rest
        };
        let mut reader = Reader {
            rest: inner.chars().collect(),
            at: 0,
            depth: 0,
        };
        let whole = reader.alternatives()?;
        (reader.at == reader.rest.len()).then_some(Pattern {
            whole,
            starts,
            ends: is_end,
        })
    }

    /// Whether a text fits.
    pub fn fits(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let mut steps = 0;
        let starts = if self.starts {
            0..=0
        } else {
            0..=letters.len()
        };
        for start in starts {
            let end = |at: usize, _: &mut usize| !self.ends || at == letters.len();
            if walk(&self.whole, &letters, start, &mut steps, &end) {
                return true;
            }
        }
        steps > STEPS_MAX
    }

    /// A short text that fits.
    pub fn example(&self) -> Option<String> {
        let mut text = String::new();
        write_example(&self.whole, &mut text)?;
        Some(text)
    }
}

struct Reader {
    rest: Vec<char>,
    at: usize,
    depth: usize,
}

/// How deep groups may stand in each other.
const DEPTH_MAX: usize = 20;

impl Reader {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.get(self.at).copied();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn alternatives(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut all = vec![self.row()?];
        while self.peek() == Some('|') {
            self.at += 1;
            all.push(self.row()?);
        }
        self.depth -= 1;
        match all.len() {
            1 => all.pop(),
            _ => Some(Node::Either(all)),
        }
    }

    fn row(&mut self) -> Option<Node> {
        let mut row = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let one = self.one()?;
            row.push(self.repeated(one)?);
        }
        Some(Node::Row(row))
    }

    fn one(&mut self) -> Option<Node> {
        let single = |letter| {
            Node::One(Class {
                ranges: vec![(letter, letter)],
                is_negated: false,
            })
        };
        match self.next()? {
            '(' => {
                if self.peek() == Some('?') {
                    self.at += 1;
                    // Of the groups with a question mark only the one that is not remembered.
                    self.next().filter(|letter| *letter == ':')?;
                }
                let inner = self.alternatives()?;
                self.next().filter(|letter| *letter == ')')?;
                Some(inner)
            }
            '[' => self.class().map(Node::One),
            '.' => Some(Node::One(Class {
                ranges: vec![('\n', '\n')],
                is_negated: true,
            })),
            '\\' => {
                let ranges = self.escaped()?;
                Some(Node::One(Class {
                    ranges,
                    is_negated: false,
                }))
            }
            '^' | '$' | '*' | '+' | '?' | '{' => None,
            letter => Some(single(letter)),
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<Vec<(char, char)>> {
        Some(match self.next()? {
            'd' => vec![('0', '9')],
            'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
            's' => vec![
                ('\t', '\r'),
                (' ', ' '),
                ('\u{a0}', '\u{a0}'),
                ('\u{2000}', '\u{200a}'),
                ('\u{2028}', '\u{2029}'),
                ('\u{3000}', '\u{3000}'),
                ('\u{feff}', '\u{feff}'),
            ],
            'n' => vec![('\n', '\n')],
            'r' => vec![('\r', '\r')],
            't' => vec![('\t', '\t')],
            'x' => {
                let high = self.next()?.to_digit(16)?;
                let low = self.next()?.to_digit(16)?;
                let letter = char::from_u32(high * 16 + low)?;
                vec![(letter, letter)]
            }
            letter if letter.is_alphanumeric() => return None,
            letter => vec![(letter, letter)],
        })
    }

    fn class(&mut self) -> Option<Class> {
        let mut class = Class::default();
        if self.peek() == Some('^') {
            self.at += 1;
            class.is_negated = true;
        }
        loop {
            let mut ranges = match self.next()? {
                ']' => return Some(class),
                '\\' => self.escaped()?,
                letter => vec![(letter, letter)],
            };
            let is_range =
                self.peek() == Some('-') && !matches!(self.rest.get(self.at + 1), None | Some(']'));
            if let (true, [(first, _)]) = (is_range, ranges.as_slice()) {
                let first = *first;
                self.at += 1;
                let last = match self.next()? {
                    '\\' => self.escaped()?.first()?.1,
                    letter => letter,
                };
                ranges = vec![(first, last)];
            }
            class.ranges.append(&mut ranges);
        }
    }

    fn repeated(&mut self, one: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, u32::MAX),
            Some('+') => (1, u32::MAX),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.rest[self.at..]
                    .iter()
                    .position(|letter| *letter == '}')?;
                let inner: String = self.rest.get(self.at + 1..self.at + end)?.iter().collect();
                self.at += end;
                match inner.split_once(',') {
                    None => (inner.parse().ok()?, inner.parse().ok()?),
                    Some((least, "")) => (least.parse().ok()?, u32::MAX),
                    Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
                }
            }
            _ => return Some(one),
        };
        self.at += 1;
        // Twice repeated, or as little as will do: not understood.
        match self.peek() {
            Some('?' | '*' | '+' | '{') => None,
            _ => Some(Node::Repeated(Box::new(one), least, most)),
        }
    }
}

/// Walks a part from a place on; what comes after it decides.
fn walk(
    node: &Node,
    text: &[char],
    at: usize,
    steps: &mut usize,
    then: &dyn Fn(usize, &mut usize) -> bool,
) -> bool {
    *steps += 1;
    if *steps > STEPS_MAX {
        return false;
    }
    match node {
        Node::One(class) => {
            let is_here = text.get(at).is_some_and(|letter| class.has(*letter));
            is_here && then(at + 1, steps)
        }
        Node::Row(row) => walk_row(row, text, at, steps, then),
        Node::Either(all) => all.iter().any(|one| walk(one, text, at, steps, then)),
        Node::Repeated(one, least, most) => {
            if let Node::One(class) = &**one {
                return run(class, (*least, *most), text, at, steps, then);
            }
            let once_more = |steps: &mut usize| {
                let rest =
                    Node::Repeated(one.clone(), least.saturating_sub(1), most.saturating_sub(1));
                // A turn that took nothing would go on for ever.
                walk(one, text, at, steps, &|end, steps| {
                    end > at && walk(&rest, text, end, steps, then)
                })
            };
            (*most > 0 && once_more(steps)) || (*least == 0 && then(at, steps))
        }
    }
}

fn walk_row(
    row: &[Node],
    text: &[char],
    at: usize,
    steps: &mut usize,
    then: &dyn Fn(usize, &mut usize) -> bool,
) -> bool {
    match row.split_first() {
        None => then(at, steps),
        Some((first, rest)) => walk(first, text, at, steps, &|at, steps| {
            walk_row(rest, text, at, steps, then)
        }),
    }
}

/// Walks repeated characters without a call for each: as many as there are, then fewer.
fn run(
    class: &Class,
    (least, most): (u32, u32),
    text: &[char],
    at: usize,
    steps: &mut usize,
    then: &dyn Fn(usize, &mut usize) -> bool,
) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    let count = rest
        .iter()
        .take(most)
        .take_while(|letter| class.has(**letter))
        .count();
    let mut count = count;
    while count >= least {
        *steps += 1;
        if *steps > STEPS_MAX {
            return false;
        }
        if then(at + count, steps) {
            return true;
        }
        let Some(fewer) = count.checked_sub(1) else {
            return false;
        };
        count = fewer;
    }
    false
}

fn write_example(node: &Node, text: &mut String) -> Option<()> {
    match node {
        Node::One(class) => text.push(class.example()?),
        Node::Row(row) => row.iter().try_for_each(|one| write_example(one, text))?,
        Node::Either(all) => write_example(all.first()?, text)?,
        Node::Repeated(one, least, _) => {
            for _ in 0..(*least).min(EXAMPLE_MAX) {
                write_example(one, text)?;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests;
