//! Finding a route: a trie over segments, so that a thousand routes cost what ten do.
//!
//! A name comes before a value, a closer kind of value before a wider one, and all that follows comes last. Where the
//! closer one leads nowhere, the wider one is tried. Each node is looked at once at the most.

use std::collections::BTreeMap;

use crate::path::{Kind, Segment, is_value};
use crate::rules::{Methods, Route, Upstream};

/// Values of a path at the most: one for each segment.
type Values<'p> = Vec<&'p str>;

/// Upstreams and routes that hold together.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Services, in the order of their names.
    pub upstreams: Vec<Upstream>,
    /// Routes, in the order in which they were declared.
    pub routes: Vec<Route>,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    names: BTreeMap<String, usize>,
    values: Vec<(Kind, usize)>,
    rest: Vec<usize>,
    /// Routes that end here, with different methods.
    ends: Vec<usize>,
}

/// A route that was found, with the values of its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match<'p> {
    /// Its place among the routes.
    pub route: usize,
    /// The values, in the order of their names.
    pub values: Vec<&'p str>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// No route has this path.
    Path,
    /// Routes of this path have other methods: these.
    Method(Methods),
}

impl Table {
    /// A table of services and no routes.
    pub fn new(upstreams: Vec<Upstream>) -> Table {
        Table {
            upstreams,
            routes: Vec::new(),
            nodes: vec![Node::default()],
        }
    }

    /// Adds a route, or gives the place of the one that answers the same requests already.
    pub fn add(&mut self, route: Route) -> Result<(), usize> {
        let at = self.routes.len();
        let mut node = 0;
        let mut is_rest = false;
        for segment in &route.path.segments {
            let next = self.nodes.len();
            let Some(here) = self.nodes.get_mut(node) else {
                break;
            };
            let found = match segment {
                Segment::Name(name) => *here.names.entry(name.clone()).or_insert(next),
                Segment::Value(kind) => match here.values.iter().find(|(own, _)| own == kind) {
                    Some((_, found)) => *found,
                    None => {
                        let at = here.values.partition_point(|(own, _)| own < kind);
                        here.values.insert(at, (*kind, next));
                        next
                    }
                },
                Segment::Rest => {
                    is_rest = true;
                    break;
                }
            };
            if found == next {
                self.nodes.push(Node::default());
            }
            node = found;
        }
        let Some(here) = self.nodes.get_mut(node) else {
            return Ok(());
        };
        let ends = if is_rest {
            &mut here.rest
        } else {
            &mut here.ends
        };
        for other in ends.iter() {
            let other_route = self.routes.get(*other);
            if other_route.is_some_and(|it| it.methods.meets(route.methods)) {
                return Err(*other);
            }
        }
        ends.push(at);
        self.routes.push(route);
        Ok(())
    }

    /// Finds the route of a method, by its name, and a path.
    pub fn find<'p>(&self, method: &str, path: &'p str) -> Result<Match<'p>, Missed> {
        let path = path.strip_prefix('/').ok_or(Missed::Path)?;
        let mut values = Vec::new();
        let ends = self.walk(0, path, &mut values).ok_or(Missed::Path)?;
        let mut methods = Methods::default();
        for at in ends {
            if let Some(route) = self.routes.get(*at) {
                if route.methods.has(method) {
                    return Ok(Match { route: *at, values });
                }
                methods = methods.with(route.methods);
            }
        }
        Err(Missed::Method(methods))
    }

    fn walk<'p>(&self, node: usize, path: &'p str, values: &mut Values<'p>) -> Option<&[usize]> {
        let node = self.nodes.get(node)?;
        let (segment, after) = match path.split_once('/') {
            Some((segment, after)) => (segment, Some(after)),
            None => (path, None),
        };
        let name = node.names.get(segment).copied();
        if let Some(found) = name.and_then(|child| self.go_on(child, after, values)) {
            return Some(found);
        }
        for (kind, child) in &node.values {
            if !kind.holds(segment) {
                continue;
            }
            values.push(segment);
            if let Some(found) = self.go_on(*child, after, values) {
                return Some(found);
            }
            values.pop();
        }
        if !node.rest.is_empty() && path.split('/').all(is_value) {
            values.push(path);
            return Some(&node.rest);
        }
        None
    }

    fn go_on<'p>(
        &self,
        child: usize,
        after: Option<&'p str>,
        values: &mut Values<'p>,
    ) -> Option<&[usize]> {
        let Some(after) = after else {
            let ends = &self.nodes.get(child)?.ends;
            return (!ends.is_empty()).then_some(ends.as_slice());
        };
        self.walk(child, after, values)
    }
}
